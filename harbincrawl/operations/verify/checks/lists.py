"""Each line of a list page that a crawl read before it asked for articles has a row, whatever the log tells."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.archive.runs.table import READER
from harbincrawl.identity import write_id
from harbincrawl.operations.verify.findings import Findings
from harbincrawl.pages import parser_of
from harbincrawl.records import CRAWLED
from harbincrawl.sites import Site

_CRAWL = "harbincrawl crawl --all --full"
_ANSWERS = f"""
SELECT c.id, c.run, c.address, c.digest, c.charset, c.status = 200 AND c.warc NOT NULL AND c.origin IS NULL
 AND c.redirected IS NULL AND {READER} = ?
FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE r.kind = 'crawl' AND c.source IN {CRAWLED} ORDER BY c.id"""
_MISSING = f"""
SELECT DISTINCT p.section, w.item FROM temp.list_pages AS p JOIN temp.words AS w ON w.capture = p.capture
WHERE p.capture IN (SELECT capture FROM temp.walked) AND (p.total NOT NULL OR p.page = 1)
 AND NOT EXISTS (SELECT 1 FROM main.listed AS l WHERE l.section = p.section AND l.item = w.item)
 AND w.item NOT IN (SELECT {write_id("number")} FROM purged) ORDER BY 1, 2"""


def want_walked_pages(right: sqlite3.Connection, site: Site) -> None:
    """Adds the list pages that walks of today's reader read to those that are to be read; each content once."""
    right.execute("CREATE TEMP TABLE walked(capture INTEGER PRIMARY KEY)")
    right.executemany("INSERT INTO temp.walked VALUES (?)", ((each,) for each in _list_walked(right, site)))
    right.execute("INSERT OR IGNORE INTO temp.list_pages(capture) SELECT capture FROM temp.walked")


def _list_walked(right: sqlite3.Connection, site: Site) -> Iterator[int]:
    """Lists are walked before articles are asked for: a list page that is read later proves that something is gone."""
    done: set[tuple[str, str, str | None]] = set()
    asked = 0
    for capture, run, address, digest, charset, is_whole in right.execute(_ANSWERS, (parser_of(site),)).fetchall():
        meaning = site.read_address(address)
        if meaning is None:
            continue
        if meaning.kind == "article":
            asked = run
        elif is_whole and asked != run and (address, digest, charset) not in done:
            done.add((address, digest, charset))
            yield capture


def check_captured_lines(right: sqlite3.Connection, findings: Findings) -> None:
    """Names the lines without a row."""
    for section, item in right.execute(_MISSING).fetchall():
        said = "a captured list page has this line, and the list has no row of it"
        findings.report("list", f"{section}, {item}", said, _CRAWL)
