"""How long does a search take, and what do other ways to ask the same archive take?

    python -m benchmarks.search_size [ARTICLES] [--folder DIR]

ARTICLES is 10000 (seconds to build), 100000 or 1000000 (minutes). Each figure is the best of three, in milliseconds,
asked in one process for 20 hits with their titles. Every answer is checked before it is timed.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from benchmarks._measure import report_aim
from benchmarks.search_archive import COMMON, RARE, THREE, build
from harbincrawl.archive.database import open_reader
from harbincrawl.archive.query import Filters
from harbincrawl.archive.search import count_hits, read_search, search_page

LIMIT = 20
PATIENCE = 20.0
"""Seconds after which a question is given up."""

Answer = list[int]
QUESTIONS: tuple[tuple[str, Filters, str, float | None], ...] = (
    ("newest first, a word in 28%", Filters(query=COMMON), "newest", 5),
    ("newest first, a rare word", Filters(query=RARE), "newest", 5),
    ("one month, newest first", Filters(query=COMMON, since="2018-05", until="2018-05"), "newest", 20),
    ("one month, best match", Filters(query=COMMON, since="2018-05", until="2018-05"), "best", 20),
    ("best match, a rare word", Filters(query=RARE), "best", 50),
    ("best match, an AND of three", Filters(query=" ".join(THREE)), "best", 50),
    ("best match, a word in 28%", Filters(query=COMMON), "best", 100),
    ("best match, stop words beside it", Filters(query=f"the {COMMON} of"), "best", 100),
    ("all but a word", Filters(query=f"-{COMMON}"), "newest", None),
)
"""What is asked, how, in which order, and the aim at a million articles (ms)."""


def ask_harbincrawl(connection: sqlite3.Connection, filters: Filters, sort: str) -> Answer:
    """Numbers of the first hits, copies unfolded as the others know nothing of them; titles are read too."""
    page = search_page(connection, read_search(filters).choice, sort=sort, limit=LIMIT, copies=True)
    for hit in page.hits:
        connection.execute("SELECT title FROM articles WHERE key = ?", (hit.key,)).fetchone()
    return [hit.number for hit in page.hits]


def ask_fts(connection: sqlite3.Connection, filters: Filters, sort: str) -> Answer | None:
    """The same in the SQL that FTS5's own documentation teaches."""
    if filters.query.startswith("-"):
        return None
    where, values = "articles_fts MATCH ?", [filters.query]
    if filters.since:
        where += " AND a.updated BETWEEN ? AND ?"
        values += [f"{filters.since}-01", f"{filters.until}-31"]
    order = "rank" if sort == "best" else "a.updated DESC, a.number DESC"
    rows = connection.execute(
        f"SELECT a.number, a.title FROM articles_fts JOIN articles AS a ON a.key = articles_fts.rowid"
        f" WHERE {where} ORDER BY {order} LIMIT {LIMIT}",
        values,
    )
    return [number for number, _ in rows]


def ask_sqlite_utils(connection: sqlite3.Connection, filters: Filters, sort: str) -> Answer | None:
    """The same by sqlite-utils' own search."""
    if filters.query.startswith("-"):
        return None
    where, arguments = None, None
    if filters.since:
        where = "updated BETWEEN :first AND :last"
        arguments = {"first": f"{filters.since}-01", "last": f"{filters.until}-31"}
    order = None if sort == "best" else "updated DESC, number DESC"
    table: Any = Database(connection)["articles"]
    # It finds an index by the way its table was spelled; told outright, any spelling will do.
    table.detect_fts = lambda: "articles_fts"
    found = table.search(
        filters.query,
        order_by=order,
        columns=["number", "title", "updated"],
        limit=LIMIT,
        where=where,
        where_args=arguments,
    )
    return [row["number"] for row in found]


def build_tantivy(connection: sqlite3.Connection, folder: Path) -> Callable[[Filters, str], Answer | None] | None:
    """The same by tantivy, where it is installed; it knows the words, not the days."""
    try:
        import tantivy
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True, fast=True)
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("body", tokenizer_name="en_stem")
    place = folder / "tantivy"
    fresh = not place.exists()
    place.mkdir(exist_ok=True)
    index = tantivy.Index(builder.build(), path=str(place))
    if fresh:
        writer = index.writer()
        for number, title, body in connection.execute("SELECT number, title, body FROM articles ORDER BY key"):
            writer.add_document(tantivy.Document(number=number, title=title, body=body))
        writer.commit()
        writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(filters: Filters, sort: str) -> Answer | None:
        if sort != "best" or filters.since or filters.query.startswith("-"):
            return None
        query = index.parse_query(filters.query, ["title", "body"], conjunction_by_default=True)
        return [searcher.doc(address)["number"][0] for _, address in searcher.search(query, LIMIT).hits]

    return ask


def time_question(connection: sqlite3.Connection, ask: Callable[[], Answer | None]) -> tuple[str, Answer | None]:
    """(milliseconds as text, the answer); given up after PATIENCE."""
    best, answer = float("inf"), None
    for _ in range(3):
        start = time.perf_counter()
        connection.set_progress_handler(lambda start=start: time.perf_counter() - start > PATIENCE, 10_000)
        try:
            answer = ask()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return f">{PATIENCE * 1000:.0f}", None
        finally:
            connection.set_progress_handler(None, 0)
        if answer is None:
            return "-", None
        best = min(best, time.perf_counter() - start)
        if best > PATIENCE / 4:
            break
    return f"{best * 1000:.1f}", answer


def check_answers(connection: sqlite3.Connection) -> None:
    """Fails where our hits are not what plain reading of the texts finds."""
    for query, words in ((COMMON, (COMMON,)), (RARE, (RARE,)), (" ".join(THREE), THREE)):
        choice = read_search(Filters(query=query)).choice
        texts = " AND ".join(
            ["' ' || title || ' ' || replace(replace(body, char(10), ' '), '.', ' ') || ' ' LIKE ?"] * len(words)
        )
        (expected,) = connection.execute(
            f"SELECT count(*) FROM articles WHERE {texts}", [f"% {word} %" for word in words]
        ).fetchone()
        found = count_hits(connection, choice, copies=True)
        assert found == expected, (query, found, expected)
        page = search_page(connection, choice, limit=LIMIT, copies=True)
        tiers = [hit.tier for hit in page.hits]
        assert tiers == sorted(tiers), "hits in titles come first"
        for hit in page.hits:
            (title,) = connection.execute("SELECT title FROM articles WHERE key = ?", (hit.key,)).fetchone()
            assert all(word in title.lower() for word in words) == (hit.tier == 0)
        keys = [hit.key for hit in search_page(connection, choice, sort="newest", limit=LIMIT).hits]
        assert keys == sorted(keys, reverse=True), "newest come first"


def time_start(folder: Path) -> tuple[float, float]:
    """(seconds of `harbincrawl search` from start to end, of a Python that imports click and sqlite3); best of 15."""
    ours = [
        sys.executable,
        "-c",
        "from harbincrawl.cli.main import main; main()",
        "--archive",
        str(folder),
        "search",
        COMMON,
    ]
    bare = [sys.executable, "-c", "import click, sqlite3"]
    best = [float("inf"), float("inf")]
    for _ in range(15):
        for place, command in enumerate((ours, bare)):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            best[place] = min(best[place], time.perf_counter() - start)
    return best[0], best[1]


def main() -> None:
    """Builds, checks, asks, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="keep the archive here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / str(given.articles)
        start = time.perf_counter()
        build(folder, given.articles)
        connection = open_reader(folder)
        print(f"{given.articles:,} articles, built in {time.perf_counter() - start:.0f} s; milliseconds, best of three")
        if given.articles <= 100_000:
            check_answers(connection)
        tantivy = build_tantivy(connection, folder)
        print(f"{'20 hits':<34}{'harbincrawl':>12}{'FTS5 SQL':>12}{'sqlite-utils':>14}{'tantivy':>10}{'aim at 1M':>11}")
        aims: list[tuple[str, float, float]] = []
        for name, filters, sort, aim in QUESTIONS:
            ours, answer = time_question(connection, lambda f=filters, s=sort: ask_harbincrawl(connection, f, s))
            plain, other = time_question(connection, lambda f=filters, s=sort: ask_fts(connection, f, s))
            if sort == "newest" and other is not None:
                assert answer == other, name
            utils, _ = time_question(connection, lambda f=filters, s=sort: ask_sqlite_utils(connection, f, s))
            rust = time_question(connection, lambda f=filters, s=sort: tantivy(f, s))[0] if tantivy else "-"
            print(f"{name:<34}{ours:>12}{plain:>12}{utils:>14}{rust:>10}{aim or '-':>11}")
            if aim is not None:
                aims.append((name, float(ours.lstrip(">")), aim))
        whole, bare = time_start(folder)
        print(
            f"search, process start to end: {whole * 1000:.0f} ms,"
            f" {whole / bare:.2f} of a Python that imports click and sqlite3 (aim 2.5 at 10,000)"
        )
        for name, took, aim in aims:
            report_aim(f"search of {given.articles:,} articles (aim: of 1,000,000): {name}", took, aim, unit=" ms")
        connection.close()


if __name__ == "__main__":
    main()
