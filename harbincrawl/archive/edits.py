"""Reading what was seen of each article: its edits, between two wordings that follow each other."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import normal_form
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.corpus.edits import Edit, History, WordedEdit, count_words
from harbincrawl.search.corpus.words import WordCutter
from harbincrawl.search.days import DAY
from harbincrawl.search.facets import read_labels
from harbincrawl.search.filters import Filters
from harbincrawl.text import read_time

from .articles.revisions import FIELDS, Revision, read_revisions
from .origin import read_site

By = Literal["section", "source", "author", "year"]
BYS: tuple[By, ...] = ("section", "source", "author", "year")
Judge = Callable[[int, Revision, Revision], bool | None]
"""By an article's number and two wordings that follow each other: whether pages of both show all that differs, so that
it is no edit; None where nothing tells."""
Progress = Callable[[int, int], None]
"""Gets how many articles are read, and how many there are."""
_LABELS = {
    "section": "iif(a.section_path = '', a.section, a.section_path)",
    # That of its first wording: an article whose source was edited would else be the only one of its new source.
    "source": "nullif(iif(a.revision > 1, (SELECT r.source FROM revisions AS r WHERE r.number = a.number"
    " ORDER BY r.revision LIMIT 1), a.source), '')",
    "author": "a.authors",
}
# The clock of a visit may have gone back.
_SEEN_TWICE = "(a.last_seen <> a.first_seen OR a.revision > 1)"
_LAST_SHOWN = (
    "SELECT r.revision, c.fetched_at FROM revisions AS r JOIN captures AS c ON c.id = r.capture WHERE r.number = ?"
)
_PATHS = "SELECT DISTINCT section_path FROM articles WHERE section_path <> ''"
_EVERY = 500


class _Article(NamedTuple):
    """What is known of an article beside its wordings."""

    number: int
    id: str
    url: str
    section: str
    created: str | None
    first_seen: str


def read_histories(
    connection: sqlite3.Connection,
    filters: Filters,
    by: By | None = None,
    progress: Progress = lambda *_: None,
    judge: Judge | None = None,
) -> Iterator[History]:
    """What was seen of each article that `filters` leave, by its number. Raises FilterError.

    Query and filters ask the present wordings. Copies and gone articles count. `judge` leaves out edits. `by` says what
    the labels are: the label of the section, the source of its first wording, each author, the year of `filters.date`,
    of the other date where that is missing.
    """
    choice = fit_choice(connection, filters)
    label = "NULL" if by is None else _LABELS.get(by, f"substr({DAY[filters.date]}, 1, 4)")
    where, values = choice.write_conditions()
    tables = choice.tables(articles=True)
    (total,) = connection.execute(f"SELECT count(*) FROM {tables}{where}", values).fetchone()
    rows = connection.execute(
        f"SELECT {_SEEN_TWICE}, a.revision > 1, {label}, a.number, {SITE_NAME} || ':' || a.id, a.url, a.section,"
        f" a.created, a.first_seen FROM {tables}{where} ORDER BY a.number",
        values,
    )
    sections = read_labels(connection, (path for (path,) in connection.execute(_PATHS))) if by == "section" else {}
    cutter, zone = WordCutter(), ZoneInfo(read_site(connection).time_zone)
    for at, (is_seen_twice, is_changed, name, *row) in enumerate(rows, 1):
        article = _Article(*row)
        edits = list(list_edits(connection, article, cutter, zone)) if is_changed else []
        judged = [(each, judge(article.number, old, new) if judge else False) for each, old, new in edits]
        kept = tuple(each for each, is_read in judged if not is_read)
        unjudged = sum(is_read is None for _, is_read in judged)
        yield History(bool(is_seen_twice), _read_labels(name, by, sections), kept, len(edits) - len(kept), unjudged)
        if at % _EVERY == 0:
            progress(at, total)


def _read_labels(label: str | None, by: By | None, sections: dict[str, str]) -> tuple[str | None, ...]:
    if by is None:
        return ()
    if by == "author":
        return tuple(dict.fromkeys(json.loads(label or "[]"))) or (None,)
    return (sections.get(label, label) if label is not None else None,)


def read_edits(connection: sqlite3.Connection, filters: Filters, judge: Judge | None = None) -> Iterator[Edit]:
    """The edits of all articles that `filters` leave, by article, each in their order. Raises FilterError."""
    for history in read_histories(connection, filters, judge=judge):
        yield from (each.edit for each in history.edits)


def list_edits(
    connection: sqlite3.Connection, article: _Article, cutter: WordCutter, zone: ZoneInfo
) -> Iterator[tuple[WordedEdit, Revision, Revision]]:
    """The edits of one article, each with its two wordings.

    Where a row between two wordings is missing, nothing is known of either edit.
    """
    revisions = read_revisions(connection, article.number)
    last_shown = dict(connection.execute(_LAST_SHOWN, (article.number,)).fetchall())
    published = article.created or revisions[0].updated
    for old, new in pairwise(revisions):
        fields = list_fields(old, new)
        if not fields or new.revision != old.revision + 1 or old.replaced is None or old.cause is None:
            continue
        before, after = (count_words(cutter, _list_texts(each)) for each in (old, new))
        removed, added = before - after, after - before
        day = read_time(old.replaced).astimezone(zone).date()
        first = read_time(article.first_seen).astimezone(zone).date()
        edit = Edit(
            article.id, article.url, old.revision, old.seen, last_shown.get(old.revision), old.replaced, old.cause,
            published, (day - date.fromisoformat(published)).days if published else None, (day - first).days, fields,
            removed.total(), added.total(), before.total(), after.total(), article.section,
            revisions[0].source, old.title, new.title,
        )  # fmt: skip
        yield WordedEdit(edit, removed, added), old, new


def list_fields(old: Revision, new: Revision) -> tuple[str, ...]:
    """The fields that differ beside white space, in the order of FIELDS."""
    return tuple(
        name for name in FIELDS if normal_form(getattr(old, name) or "") != normal_form(getattr(new, name) or "")
    )


def _list_texts(revision: Revision) -> list[str]:
    """Title, text and captions; credits are no text."""
    texts = [revision.title, revision.body, *(image["caption"] for image in revision.images)]
    return [text for text in texts if text]
