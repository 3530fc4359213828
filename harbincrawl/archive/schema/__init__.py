"""The schema of the database: its tables, its views, and what makes them in a new archive."""
