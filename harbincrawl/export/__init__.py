"""Articles leave the house: one file a format, and the dataset bundle; nothing here writes to the archive."""
