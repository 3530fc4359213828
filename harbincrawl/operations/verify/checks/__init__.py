"""What is checked of an archive, one thing a file."""
