"""Writing WARC files: messages as blocks, blocks as records, records into files."""
