"""Closed WARC files moved into a bucket; what of the archive is in buckets deleted or brought back from there."""
