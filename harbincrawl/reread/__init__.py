"""Captured pages to records again: `reparse` over the archive's own captures, `ingest` over WARC files of others."""
