"""The text of an article: where it begins and ends, its paragraphs and pictures, and what stands around it."""
