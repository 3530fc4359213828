"""The archive directory: articles, their history, and the state of lists and queue. No Scrapy and no HTML here."""
