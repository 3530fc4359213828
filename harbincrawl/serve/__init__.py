"""The archive as a web site: pages, feeds and replayed captures, read-only and without a script."""
