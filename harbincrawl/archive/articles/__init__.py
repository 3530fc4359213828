"""The articles of an archive: storing them, their states, revisions and numbers."""
