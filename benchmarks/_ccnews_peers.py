"""How others read articles out of WARC files: trafilatura over warcio, and fundus's reader of CC-News.

    python -m benchmarks._ccnews_peers trafilatura|fundus ADDRESS

A process each, which prints (pages, articles with a title and a text, seconds). fundus reads from an address alone, and
with a parser made for the one theme that the pages have.
"""

from __future__ import annotations

import json
import sys
import time
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

SITE = "http://e.my399.com"


def read_trafilatura(address: str) -> tuple[int, int, float]:
    """(pages, articles, seconds without the imports) of the file at `address`."""
    import trafilatura
    from warcio.archiveiterator import ArchiveIterator

    begin = time.perf_counter()
    pages = articles = 0
    with urlopen(address) as stream:  # noqa: S310 - our own server
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                target = record.rec_headers.get_header("WARC-Target-URI")
                found = trafilatura.bare_extraction(record.content_stream().read(), url=target, with_metadata=True)
                pages += 1
                articles += bool(found and found.title and found.text)
    return pages, articles, time.perf_counter() - begin


def read_fundus(address: str) -> tuple[int, int, float]:
    """The same; runs in fundus's own Python."""
    from fundus.scraping.html import CCNewsSource

    from benchmarks._fundus_parser import Parser

    publisher: Any = SimpleNamespace(name="twin", domain=SITE, deprecated_domains=[], url_filter=None)
    parser = Parser()
    begin = time.perf_counter()
    pages = articles = 0
    for page in CCNewsSource(publisher, warc_path=address).fetch():
        found = parser.parse(page.content, "suppress")
        pages += 1
        articles += bool(found["title"] and found["body"])
    return pages, articles, time.perf_counter() - begin


if __name__ == "__main__":
    read = {"trafilatura": read_trafilatura, "fundus": read_fundus}[sys.argv[1]]
    print(json.dumps(read(sys.argv[2])))
