"""The lines of an article page to an Article."""
