"""Commands that take data out."""
