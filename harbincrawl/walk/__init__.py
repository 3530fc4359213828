"""The decisions of a crawl, without I/O: which list page to read next, which articles to fetch, and when."""
