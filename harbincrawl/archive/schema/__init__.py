"""The schema of the database: its tables, its views, and the migrations from older ones."""
