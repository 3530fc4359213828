"""How long does a search take, and what do other ways to ask the same archive take?

    python -m benchmarks.search_size [ARTICLES]... [--folder DIR]

ARTICLES is 10000 (seconds to build) or 100000. Each figure is the best of three, in milliseconds,
asked in one process for 20 hits with their titles; ripgrep is a process for each question. Every answer is checked.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks._measure import report_aim
from benchmarks._search_peers import LIMIT, Answer, Ask, make_fts, make_ripgrep, make_sqlite_utils, make_tantivy
from benchmarks.search_archive import COMMON, RARE, THREE, build
from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.saved import SavedSearch, read_changes, read_counter
from harbincrawl.search.choice import count_hits, make_choice, search_page
from harbincrawl.search.filters import Filters

AIMED = 100_000
"""The size of which the aims speak."""
CHANGES = 1_000
"""Articles that changed since a saved search was told."""
PATIENCE = 20.0
"""Seconds after which a question is given up."""

QUESTIONS: tuple[tuple[str, Filters, str, float | None], ...] = (
    ("newest first, a word in 28%", Filters(query=COMMON), "newest", 300),
    ("newest first, a rare word", Filters(query=RARE), "newest", 300),
    ("newest first, an AND of three", Filters(query=" ".join(THREE)), "newest", None),
    ("one month, newest first", Filters(query=COMMON, since="2018-05", until="2018-05"), "newest", 300),
    ("one month, best match", Filters(query=COMMON, since="2018-05", until="2018-05"), "best", 300),
    ("best match, a rare word", Filters(query=RARE), "best", 300),
    ("best match, an AND of three", Filters(query=" ".join(THREE)), "best", 300),
    ("best match, a word in 28%", Filters(query=COMMON), "best", 300),
    ("best match, stop words beside it", Filters(query=f"the {COMMON} of"), "best", 300),
    ("all but a word", Filters(query=f"-{COMMON}"), "newest", None),
)
"""What is asked, how, in which order, and the aim at 100,000 articles (ms)."""


def make_harbincrawl(connection: sqlite3.Connection) -> Ask:
    """Ours, copies unfolded as the others know nothing of them; titles are read too."""

    def ask(filters: Filters, sort: str) -> Answer:
        page = search_page(connection, make_choice(filters), sort=sort, limit=LIMIT, copies=True)
        for hit in page.hits:
            connection.execute("SELECT title FROM articles WHERE key = ?", (hit.key,)).fetchone()
        return [hit.number for hit in page.hits]

    return ask


def time_question(connection: sqlite3.Connection, ask: Callable[[], Answer | None]) -> tuple[str, Answer | None]:
    """(milliseconds as text, the answer); given up after PATIENCE."""
    best, answer = float("inf"), None
    for _ in range(3):
        start = time.perf_counter()
        connection.set_progress_handler(partial(_is_late, start), 10_000)
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


def _is_late(start: float) -> bool:
    return time.perf_counter() - start > PATIENCE


def check_answers(connection: sqlite3.Connection) -> None:
    """Fails where our hits are not what plain reading of the texts finds."""
    for query, words in ((COMMON, (COMMON,)), (RARE, (RARE,)), (" ".join(THREE), THREE)):
        choice = make_choice(Filters(query=query))
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


def check_peer(connection: sqlite3.Connection, filters: Filters, sort: str, answer: Answer, ours: Answer) -> None:
    """Fails where a peer's hits are not the newest that we found, or, as each ranks in its own way, not fit hits."""
    if sort == "newest":
        assert answer == ours, (filters, answer, ours)
        return
    assert len(answer) == len(ours), (filters, answer, ours)
    for number in answer:
        words, day = connection.execute(
            "SELECT lower(title || ' ' || body), updated FROM articles WHERE number = ?", (number,)
        ).fetchone()
        assert set(filters.query.split()) <= set(words.replace(".", " ").split()), (filters, number)
        assert not filters.since or day.startswith(filters.since), (filters, number)


def time_saved(connection: sqlite3.Connection) -> list[str]:
    """How long it takes to find what is new under a saved search, a line a query."""
    last = read_counter(connection)
    lines = []
    for query in (COMMON, RARE):
        saved = SavedSearch("x", query, {}, "", max(0, last - CHANGES), 0)
        new = partial(read_changes, connection, saved, saved.printed)
        cell = time_question(connection, lambda new=new: [each.change for each in new()])[0]  # type: ignore[misc]
        lines.append(f"saved search {query}: {cell} ms for {CHANGES:,} changes")
    return lines


def make_ways(connection: sqlite3.Connection, plain: sqlite3.Connection, folder: Path) -> dict[str, Ask | None]:
    """Every way to ask, by name; None for what is not installed. Says how long an index of its own took."""
    ways: dict[str, Ask | None] = {
        "harbincrawl": make_harbincrawl(connection),
        "FTS5 SQL": make_fts(plain),
        "sqlite-utils": make_sqlite_utils(plain),
    }
    for name, make in (("tantivy", make_tantivy), ("ripgrep", make_ripgrep)):
        start = time.perf_counter()
        try:
            ways[name] = make(plain, folder)
        except ImportError as error:
            ways[name] = None
            print(f"{name}: not installed ({error.name}): pip install -e '.[bench]'")
        else:
            what = "its index" if name == "tantivy" else "its JSON lines"
            print(f"{name} has {what} after {time.perf_counter() - start:.0f} s")
    return ways


def compare(folder: Path, articles: int, *, aims: bool) -> None:
    """Builds an archive of so many articles, checks, asks, prints a table."""
    start = time.perf_counter()
    build(folder, articles)
    connection = open_reader(folder)
    print(f"{articles:,} articles, built in {time.perf_counter() - start:.0f} s; milliseconds, best of three")
    check_answers(connection)
    # The peers read the tables themselves: ours looks at each row through views of its own.
    plain = sqlite3.connect(folder / FILE)
    ways = make_ways(connection, plain, folder)
    print(f"{f'{LIMIT} hits':<34}" + "".join(f"{name:>13}" for name in ways) + f"{'aim at 100k':>12}")
    found: list[tuple[str, float, float]] = []
    for name, filters, sort, aim in QUESTIONS:
        cells: list[str] = []
        answers: list[Answer] = []
        for ask in ways.values():
            took, answer = time_question(connection, partial(ask, filters, sort)) if ask else ("missing", None)
            cells.append(took)
            if answer is not None:
                answers.append(answer)
                check_peer(connection, filters, sort, answer, answers[0])
        print(f"{name:<34}" + "".join(f"{cell:>13}" for cell in cells) + f"{aim or '-':>12}")
        if aim is not None:
            found.append((name, float(cells[0].lstrip(">")), aim))
    print("\n".join(time_saved(connection)))
    whole, bare = time_start(folder)
    print(
        f"search, process start to end: {whole * 1000:.0f} ms,"
        f" {whole / bare:.2f} of a Python that imports click and sqlite3 (aim 2.5 at 10,000)"
    )
    plain.close()
    connection.close()
    note = "" if articles == AIMED else f" (aim: of {AIMED:,})"
    for name, milliseconds, aimed in found if aims else ():
        report_aim(f"search of {articles:,} articles{note}: {name}", milliseconds, aimed, unit=" ms")


def main() -> None:
    """One table a size; the aims are those of the largest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="keep the archives here")
    given = parser.parse_args()
    for position, articles in enumerate(given.articles):
        print("\n" * bool(position), end="")
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.folder or Path(temporary)) / str(articles)
            compare(folder, articles, aims=articles == max(given.articles))


if __name__ == "__main__":
    main()
