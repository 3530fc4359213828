"""The database file of an archive: opening it, and its lock."""
