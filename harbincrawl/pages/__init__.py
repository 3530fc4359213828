"""Pages to records: pure reading of HTML, by the visible lines and the links of a page, never by its markup's names."""
