"""The database as the log has it: rows as they were told, and their words as the captured pages say them."""
