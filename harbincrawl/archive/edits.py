"""Reading what was seen of each article: its edits, between two wordings that follow each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.corpus.edits import Edit, Edits, count_words, measure_share
from harbincrawl.corpus.words import WordCutter
from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import normal_form
from harbincrawl.search.choice import ArticleCondition
from harbincrawl.text import read_time

from .articles.revisions import FIELDS, Revision, read_revisions
from .origin import read_site

Judge = Callable[[int, Revision, Revision], bool | None]
"""By an article's number and two wordings that follow each other: whether pages of both show all that differs, so that
it is no edit; None where nothing tells."""
_LAST_SHOWN = (
    "SELECT r.revision, c.fetched_at FROM revisions AS r JOIN captures AS c ON c.id = r.capture WHERE r.number = ?"
)


class _Article(NamedTuple):
    """What is known of an article beside its wordings."""

    number: int
    id: str
    url: str
    section: str
    created: str | None
    first_seen: str


def read_edits(connection: sqlite3.Connection, choice: ArticleCondition, judge: Judge | None = None) -> Edits:
    """The edits of the articles that `choice` leaves, by article, each in their order.

    Query and filters ask the present wordings. Copies and gone articles count. `judge` leaves out edits.
    """
    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT a.number, {SITE_NAME} || ':' || a.id, a.url, a.section, a.created, a.first_seen"
        f" FROM {choice.tables(articles=True)}{where} AND a.revision > 1 ORDER BY a.number",
        values,
    )
    cutter, zone = WordCutter(), ZoneInfo(read_site(connection).time_zone)
    found: list[Edit] = []
    left_out = unjudged = 0
    for row in rows:
        article = _Article(*row)
        for edit, old, new in list_edits(connection, article, cutter, zone):
            is_read = judge(article.number, old, new) if judge else False
            left_out += is_read is True
            unjudged += is_read is None
            found += [] if is_read else [edit]
    return Edits(tuple(found), left_out, unjudged)


def list_edits(
    connection: sqlite3.Connection, article: _Article, cutter: WordCutter, zone: ZoneInfo
) -> Iterator[tuple[Edit, Revision, Revision]]:
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
        removed, added, words = (before - after).total(), (after - before).total(), (before.total(), after.total())
        day = read_time(old.replaced).astimezone(zone).date()
        first = read_time(article.first_seen).astimezone(zone).date()
        edit = Edit(
            article.id, article.url, old.revision, old.seen, last_shown.get(old.revision), old.replaced, old.cause,
            published, (day - date.fromisoformat(published)).days if published else None, (day - first).days, fields,
            removed, added, *words, article.section, revisions[0].source, old.title, new.title,
            measure_share(removed + added, sum(words)),
        )  # fmt: skip
        yield edit, old, new


def list_fields(old: Revision, new: Revision) -> tuple[str, ...]:
    """The fields that differ beside white space, in the order of FIELDS."""
    return tuple(
        name for name in FIELDS if normal_form(getattr(old, name) or "") != normal_form(getattr(new, name) or "")
    )


def _list_texts(revision: Revision) -> list[str]:
    """Title, text and captions; credits are no text."""
    texts = [revision.title, revision.body, *(image["caption"] for image in revision.images)]
    return [text for text in texts if text]
