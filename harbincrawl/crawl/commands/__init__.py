"""Commands of the Scrapy project, each named by its file."""
