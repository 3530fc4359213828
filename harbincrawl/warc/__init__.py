"""WARC files with the responses as the server sent them: writing, reading, salvage, checks, rewriting, WACZ."""
