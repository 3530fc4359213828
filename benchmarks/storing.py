"""What does it cost to store and index articles, and to store them again unchanged?

    python -m benchmarks.storing [ARTICLES] [--runs N] [--memory ARTICLES]

Beside sqlite-utils' `insert_all` and raw `executemany` of the same rows (articles, captures, images) into the same
schema with its index. Ours and sqlite-utils begin with articles as they were read, `executemany` with rows made
before: it is the floor. Ours asks for each article whether it is known. Links of copies are measured apart. Then a
process that only stores and links many articles says how much memory it took.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from benchmarks._loopback import make_site
from benchmarks._measure import measure, median, paired_ratio, report_aim, spread
from benchmarks.search_archive import rows as invented_rows
from harbincrawl.archive.articles.states import INDEXED, article_values, images_text
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.duplicates.links import link_copies
from harbincrawl.identity import article_key, fingerprint
from harbincrawl.records import Article, Capture, Image
from harbincrawl.text import time_text

BATCH = 100
MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
WORDS = ", ".join(INDEXED)


def make_articles(count: int) -> list[Fetched]:
    """The articles of the twin as the crawl hands them on, each with its response."""
    made = []
    for place, story in enumerate(itertools.islice(make_site(count).stories.values(), count)):
        truth = story.truth()
        article = Article(
            id=str(truth["number"]),
            url=truth["url"],
            section=truth["section"],
            section_path=truth["section_path"],
            title=truth["title"],
            updated=_day(truth["updated"]),
            created=_day(truth["created"]),
            author=truth["author"],
            authors=tuple(truth["authors"]),
            source=truth["source"],
            body=tuple(truth["body"]),
            images=tuple(Image(**image) for image in truth["images"]),
            parser="bench",
            summary=truth["summary"],
        )
        moment = MOMENT + timedelta(seconds=place)
        capture = Capture(
            address=article.url,
            fetched_at=time_text(moment),
            status=200,
            etag=f'"{place}"',
            last_modified=None,
            digest=f"sha1:{place:032}",
            body_hash=f"{place:064}",
            warc="bench.warc.gz",
            offset=place * 5000,
        )
        made.append(Fetched(article, (capture,), moment))
    return made


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


Rows = dict[str, list[dict[str, Any]]]
"""Table to its rows, columns by name."""


def make_rows(articles: list[Fetched]) -> Rows:
    """The very rows that ours stores, for others to insert."""
    rows: Rows = {"articles": [], "captures": [], "images": []}
    for place, one in enumerate(articles):
        seen = one.seen.isoformat()
        rest = {"first_seen": seen, "last_seen": seen, "last_changed": seen, "revision": 1, "status": "live"}
        values = article_values(one.article, int(one.article.id), fingerprint(one.article))
        rows["articles"].append({**values, **rest, "capture": place + 1, "change": place + 1})
        rows["captures"] += [{"id": place + 1, "run": 1, **asdict(capture)} for capture in one.captures]
        rows["images"] += [
            {"number": int(one.article.id), "position": at, **asdict(image)}
            for at, image in enumerate(one.article.images, start=1)
        ]
    return rows


def store(connection: sqlite3.Connection, articles: list[Fetched], run: int = 1) -> list[str]:
    """What a crawl does, a batch at a time; returns what each was found to be."""
    keeper = Store(connection, run)
    said = []
    for first in range(0, len(articles), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        said += [keeper.put_article(one) for one in articles[first : first + BATCH]]
        keeper.flush_index()
        connection.execute("COMMIT")
    return said


def link(connection: sqlite3.Connection, articles: list[Fetched]) -> None:
    """Finds the copies among them, a batch at a time."""
    changes = itertools.count(10_000_000).__next__
    for first in range(0, len(articles), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        link_copies(connection, [int(one.article.id) for one in articles[first : first + BATCH]], changes)
        connection.execute("COMMIT")


def insert_all(connection: sqlite3.Connection, articles: list[Fetched]) -> None:
    """sqlite-utils' own way, with its default batches, the index kept by the trigger that its `enable_fts` makes."""
    rows = make_rows(articles)
    connection.executescript(
        f"CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN INSERT INTO articles_fts(rowid, {WORDS})"
        f" VALUES (new.key, {', '.join(f'new.{name}' for name in INDEXED)}); END;"
    )
    for table, some in rows.items():
        Database(connection)[table].insert_all(some)


def execute_many(connection: sqlite3.Connection, rows: Rows) -> None:
    """The least there is: one statement a table, one for the index, one transaction."""
    connection.execute("BEGIN")
    for table, some in rows.items():
        names = ", ".join(f'"{name}"' for name in some[0])
        marks = ", ".join("?" * len(some[0]))
        connection.executemany(f"INSERT INTO {table}({names}) VALUES ({marks})", [tuple(row.values()) for row in some])
    connection.execute(f"INSERT INTO articles_fts(rowid, {WORDS}) SELECT key, {WORDS} FROM articles ORDER BY key")
    connection.execute("COMMIT")


def check(connection: sqlite3.Connection, articles: list[Fetched]) -> None:
    """Fails where a stored text is not what was put, or the index does not agree with the table."""
    for one in articles:
        row = connection.execute(
            "SELECT key, title, body FROM articles WHERE number = ?", (int(one.article.id),)
        ).fetchone()
        assert row == (
            article_key(one.article, int(one.article.id)),
            one.article.title,
            "\n\n".join(one.article.body) or None,
        )
    connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def measure_once(work: Callable[[sqlite3.Connection], Any], articles: list[Fetched]) -> float:
    """Seconds of processor time of `work` on a new archive, which is checked."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_writer(Path(folder))
        begin = time.process_time()
        work(connection)
        spent = time.process_time() - begin
        check(connection, articles)
        connection.close()
    return spent


def measure_ours(articles: list[Fetched]) -> tuple[float, float, float]:
    """Seconds of processor time for (storing, linking copies, storing all again unchanged)."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_writer(Path(folder))
        marks = [time.process_time()]
        first = store(connection, articles)
        marks.append(time.process_time())
        link(connection, articles)
        marks.append(time.process_time())
        (pages,) = connection.execute("SELECT count(*) FROM articles_fts_data").fetchone()
        again = store(connection, articles, run=2)
        marks.append(time.process_time())
        assert set(first) == {"new"}
        assert set(again) == {"same"}
        assert connection.execute("SELECT count(*) FROM articles_fts_data").fetchone() == (pages,), "index untouched"
        check(connection, articles)
        for one in articles:
            images = connection.execute(
                "SELECT url, caption, credit, file_name FROM images WHERE number = ? ORDER BY position",
                (int(one.article.id),),
            )
            assert images_text([Image(*image) for image in images]) == images_text(one.article.images)
        connection.close()
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def invent_articles(count: int) -> Iterator[Fetched]:
    """`count` articles of invented words, made one after the other: as many at once would be most of the memory."""
    for _, number, _, url, section, path, title, day, _, source, body, _, digest, _ in invented_rows(count):
        seen = MOMENT + timedelta(seconds=number)
        article = Article(
            id=str(number),
            url=url,
            section=section,
            section_path=path,
            title=title,
            updated=_day(day),
            created=_day(day),
            author="Wang Wei" if number % 3 else None,
            authors=("Wang Wei",) if number % 3 else (),
            source=source,
            body=tuple(body.split("\n\n")),
            images=(Image(f"{url}.jpg", title, "Photo/VCG", "1.jpg"),) * (number % 3),
            parser="bench",
            summary=title,
        )
        capture = Capture(
            url,
            time_text(seen),
            200,
            digest=f"sha1:{digest[-32:]}",
            body_hash=digest,
            warc="bench.warc.gz",
            offset=number,
        )
        yield Fetched(article, (capture,), seen)


def store_many(count: int, folder: Path) -> None:
    """What a crawl asks of the archive for `count` new articles."""
    connection = open_writer(folder)
    keeper = Store(connection, 1)
    articles = invent_articles(count)
    while batch := list(itertools.islice(articles, BATCH)):
        connection.execute("BEGIN IMMEDIATE")
        assert {keeper.put_article(one) for one in batch} == {"new"}
        keeper.flush_index()
        link_copies(connection, [int(one.article.id) for one in batch], keeper.next_change)
        connection.execute("COMMIT")
    connection.close()


def measure_memory(count: int) -> float:
    """The most MB that a process takes that stores and links `count` articles, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        work = f"from benchmarks.storing import Path, store_many; store_many({count}, Path({folder!r}))"
        return measure([sys.executable, "-c", work]).memory


def main() -> None:
    """Measures in turn, checks, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", type=int, default=20_000, help="the articles of the large archive (20,000)")
    told = parser.parse_args()
    articles = make_articles(told.articles)
    rows = make_rows(articles)
    found: dict[str, list[float]] = {}
    for _ in range(told.runs):
        stored, linked, again = measure_ours(articles)
        parts = {
            "harbincrawl, storing and indexing": stored,
            "sqlite-utils insert_all": measure_once(partial(insert_all, articles=articles), articles),
            "executemany, one transaction": measure_once(partial(execute_many, rows=rows), articles),
            "harbincrawl, linking copies": linked,
            "harbincrawl, unchanged again": again,
        }
        for name, spent in parts.items():
            found.setdefault(name, []).append(spent)
    ours, peer, _, _, again_name = found
    print(f"{told.articles:,} articles, {told.runs} runs, medians of processor time")
    print(f"{'':<36}{'ms/article':>11}{'(runs)':>14}{'articles/s':>12}")
    for name, runs in found.items():
        each = [spent / told.articles * 1000 for spent in runs]
        print(f"{name:<36}{median(each):>11.3f}{spread(each):>14}{1000 / median(each):>12,.0f}")
    report_aim("storing and indexing: times sqlite-utils", paired_ratio(found[peer], found[ours]), 1.8, at_least=True)
    print(f"unchanged again: {paired_ratio(found[again_name], found[ours]):.2f} of the first time")
    few, many = (measure_memory(size) for size in (told.memory // 10, told.memory))
    print(f"storing and linking, most MB: {few:.0f} for {told.memory // 10:,} articles, {many:.0f} for {told.memory:,}")
    report_aim("memory of storing: more for 10 times the articles", many - few, 15, unit=" MB")


if __name__ == "__main__":
    main()
