"""What the server really sent, kept as WARC files: written, read back, salvaged, checked, rewritten and packed."""
