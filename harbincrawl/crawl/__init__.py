"""What is plugged into Scrapy: fetching with evidence, the pipelines, progress and the report of a run."""
