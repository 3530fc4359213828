"""The articles' texts as data: words, trends, concordances, keywords, collocations, edits, similar articles."""
