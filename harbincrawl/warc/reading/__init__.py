"""Reading WARC files: the archive's own and those of other tools."""
