"""What the crawl is measured against: a default Scrapy spider with parsel, and the same with a commit an item."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Follows the lists and reads the fields of each article with CSS selectors, as any tutorial has it."""

    name = "bare"
    items = 0

    def __init__(self, origin: str, database: str | None = None) -> None:
        super().__init__()
        self.start_urls = [f"{origin}/news/"]
        self.database = database

    def parse(self, response: Response) -> Iterator[Any]:
        """A list page: its articles and its next page."""
        yield from response.follow_all(response.css("table.box strong").xpath("..").css("a"), self.parse_article)
        for link in response.css("ul.list_page a"):
            if link.css("::text").get() == "下一页":
                yield response.follow(link, self.parse)

    def parse_article(self, response: Response) -> Iterator[Any]:
        """One page of an article, and its next page."""
        BareSpider.items += 1
        lines = response.css("dl dd::text").getall()
        yield {
            "url": response.url,
            "title": response.css("dl dt strong::text").get(),
            "updated": lines[0].removeprefix("Updated : ") if lines else None,
            "by": lines[1] if len(lines) > 1 else None,
            "section": response.css("div.position a::text").getall(),
            "body": response.css("#text p ::text").getall(),
            "images": response.css("#text img::attr(src)").getall(),
        }
        for link in response.css("ul.epages a"):
            if link.css("::text").get() in ("下一页", "Next"):
                yield response.follow(link, self.parse_article)


class CommitPipeline:
    """A row and a commit an item, as most projects begin."""

    def open_spider(self, spider: BareSpider) -> None:
        self.connection = sqlite3.connect(str(spider.database))
        self.connection.execute("CREATE TABLE items(url TEXT PRIMARY KEY, title, updated, byline, body)")

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        row = (item["url"], item["title"], item["updated"], item["by"], "\n\n".join(item["body"]))
        self.connection.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", row)
        self.connection.commit()
        return item

    def close_spider(self) -> None:
        self.connection.close()


def main() -> None:
    """`python -m benchmarks._bare_spiders ORIGIN [DATABASE]`: crawls, and prints how many pages of articles it read."""
    # Only the log is turned down, as it is in ours: printing every item would cost the peer a tenth more.
    settings: dict[str, Any] = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}
    database = sys.argv[2] if len(sys.argv) > 2 else None
    if database:
        settings["ITEM_PIPELINES"] = {CommitPipeline: 100}
    process = CrawlerProcess(settings)
    process.crawl(BareSpider, origin=sys.argv[1], database=database)
    process.start()
    print(json.dumps({"items": BareSpider.items}))


if __name__ == "__main__":
    main()
