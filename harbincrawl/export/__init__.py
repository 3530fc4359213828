"""Exporting articles: one file per format, and dataset bundles. Nothing here writes to the archive."""
