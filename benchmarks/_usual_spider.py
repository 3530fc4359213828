"""What a user who knows Scrapy would write for the job: selectors for the one skin, warcio, sqlite-utils with FTS.

    python -m benchmarks._usual_spider ORIGIN FOLDER [CONCURRENCY]

Leaves `articles.db` and `crawl.warc.gz` in FOLDER. Middlewares and extensions are Scrapy's own, with the settings that
`scrapy startproject` writes, but for the delay.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
import sqlite_utils
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Request, Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

BATCH = 100
"""Articles a transaction, as in ours."""
DATABASE, WARC = "articles.db", "crawl.warc.gz"
_ADDRESS = re.compile(r"/(\d{4}-\d\d-\d\d)/(\d+)\.html$")
_BYLINE = re.compile(r"By\s*(.*?)\s*\(\s*(.*?)\s*\)$")
_CREDITED = re.compile(r"(.*?)\s*\[([^\[\]]+)\]$")
_FILE_NAME = re.compile(r".+\.(?:jpe?g|png|gif)$", re.IGNORECASE)

Item = dict[str, Any]


class UsualSpider(scrapy.Spider):
    """Follows the lists, and an article's pager until it ends; one item an article."""

    name = "usual"

    def __init__(self, origin: str, folder: Path) -> None:
        super().__init__()
        self.start_urls = [f"{origin}/news/"]
        self.folder = folder

    def parse(self, response: Response) -> Iterator[Request]:
        """A list page: its articles, each with what the list says of it, and its next page."""
        rows = response.css("table.box tr")
        for head, below in zip(rows[::2], rows[1::2], strict=True):
            listed = {
                "title": fold(head.css("strong::text").get()),
                "updated": head.css("td + td::text").get(),
                "summary": fold(below.css("td::text").get()),
            }
            yield response.follow(head.css("a::attr(href)").get(), self.parse_article, cb_kwargs={"listed": listed})
        if following := find_next(response, "list_page"):
            yield response.follow(following, self.parse)

    def parse_article(self, response: Response, listed: Item) -> Iterator[Item | Request]:
        """The first page of an article."""
        updated, *byline = response.css("#main > dl > dd::text").getall()
        author, source = _BYLINE.match(byline[0]).groups() if byline else (None, None)
        created, number = _ADDRESS.search(response.url).groups()
        item = {
            "id": int(number),
            "url": response.url,
            "title": fold(response.css("#main > dl > dt > strong::text").get()) or listed["title"],
            "updated": updated.removeprefix("Updated : ") or listed["updated"],
            "created": created,
            "author": author or None,
            "source": source or None,
            "summary": listed["summary"],
            "body": [],
            "images": [],
        }
        yield from self.parse_text(response, item, [])

    def parse_text(self, response: Response, item: Item, bare: list[Item]) -> Iterator[Item | Request]:
        """What every page of an article has, and the next page; the last one gives the item.

        `bare` are the pictures so far over a line without a credit, which is in the body as well.
        """
        read_text(response, item, bare)
        if following := find_next(response, "epages"):
            yield response.follow(following, self.parse_text, cb_kwargs={"item": item, "bare": bare})
            return
        if len(item["body"]) == len(bare):
            # Nothing but pictures: the lines are their captions.
            item["body"].clear()
        else:
            for image in bare:
                image["caption"] = None
        yield item | {"body": "\n\n".join(item["body"]) or None}


def find_next(response: Response, pager: str) -> str | None:
    """Where the next link of a pager leads; None on the last page."""
    return response.xpath(f'//ul[@class="{pager}"]/li/a[.="下一页" or .="Next"]/@href').get()


def read_text(response: Response, item: Item, bare: list[Item]) -> None:
    """Adds a page's paragraphs and pictures to `item`."""
    text = response.css("#text")[0].root
    for line_break in text.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    for element in text.iter("p", "dd"):
        lines = [line for line in map(fold, "".join(element.itertext()).split("\n")) if line and line != "."]
        picture = element.find("img")
        if picture is None and element.get("align") != "center":
            item["body"] += lines
            continue
        image = read_image(response, picture, lines)
        item["images"].append(image)
        if image["caption"] and not image["credit"]:
            item["body"].append(image["caption"])
            bare.append(image)


def read_image(response: Response, picture: Any, lines: list[str]) -> Item:
    """A picture by its element (None: only its caption is there) and the lines below it."""
    image: Item = dict.fromkeys(("url", "caption", "credit", "file_name"))
    if picture is not None:
        image["url"] = response.urljoin(picture.get("src"))
        alt = picture.get("alt", "")
        image["file_name"] = alt if _FILE_NAME.match(alt) else image["url"].rpartition("/")[2]
    for line in lines:
        if _FILE_NAME.match(line):
            image["file_name"] = line
        elif found := _CREDITED.match(line):
            image["caption"], image["credit"] = found[1] or None, found[2]
        else:
            image["caption"] = line
    return image


def fold(text: str | None) -> str:
    """`text` with single blanks."""
    return " ".join((text or "").split())


class WarcMiddleware:
    """Writes what was asked and what was answered, at a place between Scrapy's decompression and the downloader."""

    def __init__(self, crawler: Crawler) -> None:
        assert isinstance(crawler.spider, UsualSpider)
        self.file = (crawler.spider.folder / WARC).open("wb")
        self.writer = WARCWriter(self.file, gzip=True, warc_version="1.1")
        self.writer.write_record(self.writer.create_warcinfo_record(WARC, {"software": f"Scrapy/{scrapy.__version__}"}))
        crawler.signals.connect(self.close_file, scrapy.signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcMiddleware:
        """As Scrapy makes it."""
        return cls(crawler)

    def close_file(self) -> None:
        """At the end of the crawl."""
        self.file.close()

    def process_response(self, request: Request, response: Response) -> Response:
        """Two records, the body as the server sent it."""
        url = urlsplit(request.url)
        target = url.path + (f"?{url.query}" if url.query else "")
        asked = StatusAndHeaders(
            f"{request.method} {target} HTTP/1.1",
            [("Host", url.netloc), *list_headers(request)],
            is_http_request=True,
        )
        status = f"{response.status} {responses.get(response.status, '')}"
        answered = StatusAndHeaders(status, list_headers(response), protocol=response.protocol or "HTTP/1.1")
        self.writer.write_request_response_pair(
            self.writer.create_warc_record(request.url, "request", http_headers=asked),
            self.writer.create_warc_record(
                request.url,
                "response",
                payload=BytesIO(response.body),
                length=len(response.body),
                http_headers=answered,
                warc_headers_dict={"WARC-IP-Address": str(response.ip_address)},
            ),
        )
        return response


def list_headers(message: Request | Response) -> list[tuple[str, str]]:
    """Names and values of its headers, in order."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    ]


class SqlitePipeline:
    """Stores the articles in batches; triggers keep the index in step, as sqlite-utils recommends."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SqlitePipeline:
        """As Scrapy makes it."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Makes the table and its index."""
        assert isinstance(self.crawler.spider, UsualSpider)
        self.database = sqlite_utils.Database(self.crawler.spider.folder / DATABASE)
        self.database.enable_wal()
        words = ("url", "title", "updated", "created", "author", "source", "summary", "body", "images")
        self.articles = self.database.table("articles")
        self.articles.create({"id": int} | dict.fromkeys(words, str), pk="id")
        self.articles.enable_fts(["title", "body", "author", "source"], create_triggers=True, tokenize="porter")
        self.batch: list[Item] = []

    def process_item(self, item: Item) -> Item:
        """Keeps it for its batch."""
        self.batch.append(item)
        if len(self.batch) >= BATCH:
            self.store_batch()
        return item

    def store_batch(self) -> None:
        """One transaction."""
        self.articles.insert_all(self.batch, replace=True)
        self.batch = []

    def close_spider(self) -> None:
        """The rest."""
        self.store_batch()
        self.database.close()


def main(origin: str, folder: str, concurrency: str = "1") -> None:
    """Crawls the served site into `folder`."""
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS_PER_DOMAIN": int(concurrency),
            "DOWNLOAD_DELAY": 0,
            # As in ours, and in the bare spider: the log of every page would cost the peer a tenth more.
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            # Nearer to the network than Scrapy's HttpCompression (590), so that bodies are as they were sent.
            "DOWNLOADER_MIDDLEWARES": {WarcMiddleware: 950},
            "ITEM_PIPELINES": {SqlitePipeline: 300},
        }
    )
    crawler = process.create_crawler(UsualSpider)
    process.crawl(crawler, origin=origin, folder=Path(folder))
    process.start()
    # Scrapy logs what callbacks and pipelines raise, and ends as if nothing had been.
    if process.bootstrap_failed or not crawler.stats or crawler.stats.get_value("log_count/ERROR"):
        raise SystemExit("the usual spider met errors")


if __name__ == "__main__":
    main(*sys.argv[1:])
