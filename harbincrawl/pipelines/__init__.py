"""What Scrapy hands every outcome to: a check, then the batch that stores it, with its evidence."""
