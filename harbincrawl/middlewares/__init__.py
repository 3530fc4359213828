"""Downloader middlewares: what Scrapy's own do not do between the scheduler and the wire."""
