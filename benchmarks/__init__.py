"""What is measured, one file a question; `make bench` runs them, `make bench NAME=reading_pages` one of them."""
