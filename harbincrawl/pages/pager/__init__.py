"""The pager of a list or a multi-page article: where it stands, and where it leads."""
