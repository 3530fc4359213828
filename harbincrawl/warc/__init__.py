"""WARC files: written, read, salvaged, repaired, purged, copied and indexed.

All of it is our own code, for what warcio and FastWARC do with damage: both read a file that was cut as if it were
whole, and warcio passes over some flipped bytes, so what is sound is known only where our own reader has read it.
warcio writes HTTP headers percent-encoded, and lets a line break in a value begin a field: `tests/warc/test_warcio.py`.
"""
