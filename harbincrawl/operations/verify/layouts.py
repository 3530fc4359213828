"""The layouts: learnt again from the captures that they name; and equal ends of texts, a sign of a box read as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.archive.captures import read_capture
from harbincrawl.archive.layouts import ARTICLE, LayoutRow, list_groups, read_layouts
from harbincrawl.identity import normal_form
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.layouts.learning import find_reason, learn_layout, read_samples
from harbincrawl.reread.layouts.settling import find_stale
from harbincrawl.sites import Site
from harbincrawl.text import count_text

from .findings import REPARSE, Findings, Note

_OTHER_PARSER = "learnt by another parser version"
_PURGED = "a page that it was learnt from was purged: it can no longer be learnt again"
_LOST = "a page that it was learnt from is lost: it can no longer be learnt again"

FEW = 3
"""Two equal last paragraphs in this many articles are reported."""
MANY = 5
"""One equal last paragraph in this many articles is reported."""
SHORTEST = 20
"""Characters without white space: shorter paragraphs are bylines and notes that many articles share."""

_TAILS = "CREATE TEMP TABLE tails(number INTEGER, last INTEGER, both INTEGER)"
_SHARED = """
SELECT {column}, number FROM temp.tails
WHERE {column} IN (SELECT {column} FROM temp.tails GROUP BY 1 HAVING count(*) >= ?) ORDER BY 1, 2"""


def check_layouts(folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Compares each stored layout with what its samples say, and its samples with those that it has to have."""
    groups = {group.key: group for group in list_groups(connection)}
    for row in read_layouts(connection):
        group = groups.get(row.key)
        where = f"layout of {row.frame}, {row.origin} {row.period}"
        if None in row.samples:
            findings.leave("layouts", _PURGED)
        elif row.kind != ARTICLE or group is None or (group.samples, group.since) != (row.samples, row.since):
            if group is not None and row.kind == ARTICLE and row.samples in group.earlier:
                findings.leave("layouts", "it is to be learnt anew: more of its pages were captured since")
            else:
                findings.report("value", where, "it names other captures than it has to be learnt from", REPARSE)
        elif row.parser != parser_of(site):
            findings.leave("layouts", _OTHER_PARSER)
        else:
            _compare(folder, connection, site, findings, row, where)
    stale = find_stale(connection, LayoutBook.read(connection))
    if stale:
        said = f"{count_text(len(stale), 'article')} to be read again by a newer layout: the next crawl does"
        findings.notes.append(Note("unfinished", "articles", said))


def _compare(
    folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings, row: LayoutRow, where: str
) -> None:
    samples = read_samples(connection, folder, site, row.samples)
    if len(samples) < len(row.samples):
        # A purge takes pages of other articles, too, that show something of the purged one.
        missing = (read_capture(connection, each) for each in row.samples if each is not None and each not in samples)
        is_purged = all(each is not None and each.lost == "purged" for each in missing)
        findings.leave("layouts", _PURGED if is_purged else _LOST)
        return
    layout = learn_layout(list(samples.values()), site)
    if row.layout is None:
        if row.digest or not row.reason or find_reason(connection, list(samples.values()), layout) is None:
            findings.report(
                "value", where, "it is stored as of no use, but reads the pages that it was learnt from", REPARSE
            )
        else:
            findings.proven["layouts"] += 1
    elif row.reason is not None:
        findings.report("value", where, "it is stored as in use, with a reason why it is not", REPARSE)
    elif layout.to_json() != row.layout or layout.digest != row.digest:
        findings.report("value", where, "it is not what the captures that it names say", REPARSE)
    else:
        findings.proven["layouts"] += 1


def check_tails(connection: sqlite3.Connection, findings: Findings) -> None:
    """Adds a note for each ending that many articles share. Copies are left out."""
    connection.execute(_TAILS)
    connection.executemany("INSERT INTO temp.tails VALUES (?, ?, ?)", _read_tails(connection))
    shared = [(2, numbers) for numbers in _list_shared(connection, "both", FEW)]
    within = {number for _, numbers in shared for number in numbers}
    shared += [(1, numbers) for numbers in _list_shared(connection, "last", MANY) if not within.issuperset(numbers)]
    for count, numbers in sorted(shared, key=lambda each: (-len(each[1]), each[1])):
        shown = ", ".join(read_ids(connection, numbers[:5])) + (" …" if len(numbers) > 5 else "")
        (body,) = connection.execute("SELECT body FROM articles WHERE number = ?", numbers[:1]).fetchone()
        text = " / ".join(body.split("\n\n")[-count:])
        what = f"{len(numbers)} articles end with the same text: {text[:160]}{'…' if len(text) > 160 else ''}"
        findings.notes.append(Note("tail", shown, what))


def _read_tails(connection: sqlite3.Connection) -> Iterator[tuple[int, int, int]]:
    """Of each article its number and hashes of its last paragraph and of its last two."""
    for number, body in connection.execute(
        "SELECT number, body FROM articles WHERE body IS NOT NULL AND number NOT IN (SELECT number FROM duplicates)"
    ):
        paragraphs = body.split("\n\n")
        last = normal_form(paragraphs[-1])
        if len(paragraphs) > 1 and len(last) >= SHORTEST:
            yield number, hash(last), hash((normal_form(paragraphs[-2]), last))


def _list_shared(connection: sqlite3.Connection, column: str, least: int) -> Iterator[list[int]]:
    """The numbers of the articles that share a hash, where there are at least `least` of them."""
    rows = connection.execute(_SHARED.format(column=column), (least,))
    for _, group in groupby(rows, itemgetter(0)):
        yield [number for _, number in group]
