"""The archive: one directory that keeps the articles, their history and what the walks know; no Scrapy, no HTML."""
