"""The query language: from any text to a tree, and from the tree to SQL."""
