"""Bytes of a page to its visible lines."""
