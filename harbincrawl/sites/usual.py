"""The name of the usual site; a search needs no more of the sites, and starts quicker without their files."""

DEFAULT_SITE = "harbin-today"
"""Crawled where nothing else is said, and held by every archive of a version that knew no other."""
