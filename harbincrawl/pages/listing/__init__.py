"""The lines of a list page to a Listing."""
