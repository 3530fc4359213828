"""What a search needs to know of sites: it starts quicker without their files."""

DEFAULT_SITE = "harbin-today"
"""Crawled where nothing else is said."""
STEMMER = "stemmer"
"""The archive's fact that is `none` where a search finds words as they are written; archives without it have stems."""
