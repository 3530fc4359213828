"""The articles' texts as data: words, trends, concordances, keywords."""
