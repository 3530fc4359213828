"""Reading what was seen of each article: its edits, between two wordings that follow each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from harbincrawl.corpus.edits import Edit, count_words, measure_share
from harbincrawl.corpus.words import WordCutter
from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import normal_form
from harbincrawl.search.choice import ArticleCondition
from harbincrawl.text import read_time

from .articles.revisions import FIELDS, Revision, read_revisions
from .origin import read_site

_LAST_SHOWN = (
    "SELECT r.revision, c.fetched_at FROM revisions AS r JOIN captures AS c ON c.id = r.capture WHERE r.number = ?"
)


def read_edits(connection: sqlite3.Connection, choice: ArticleCondition) -> tuple[Edit, ...]:
    """The edits of the articles that `choice` leaves, by article, each in their order.

    Query and filters ask the present wordings. Copies and gone articles count.
    """
    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT a.number, {SITE_NAME} || ':' || a.id, a.url, a.section, a.created, a.first_seen"
        f" FROM {choice.tables(articles=True)}{where} AND a.revision > 1 ORDER BY a.number",
        values,
    )
    cutter, zone = WordCutter(), ZoneInfo(read_site(connection).time_zone)
    return tuple(edit for row in rows for edit in _list_edits(connection, cutter, zone, *row))


def _list_edits(
    connection: sqlite3.Connection, cutter: WordCutter, zone: ZoneInfo, number: int, id: str, url: str, section: str,
    created: str | None, first_seen: str,
) -> Iterator[Edit]:  # fmt: skip
    """The edits of one article.

    Where a row between two wordings is missing, nothing is known of either edit.
    """
    revisions = read_revisions(connection, number)
    last_shown = dict(connection.execute(_LAST_SHOWN, (number,)).fetchall())
    published = created or revisions[0].updated
    for old, new in pairwise(revisions):
        fields = list_fields(old, new)
        if not fields or new.revision != old.revision + 1 or old.replaced is None or old.cause is None:
            continue
        before, after = (count_words(cutter, _list_texts(each)) for each in (old, new))
        removed, added, words = (before - after).total(), (after - before).total(), (before.total(), after.total())
        day = read_time(old.replaced).astimezone(zone).date()
        first = read_time(first_seen).astimezone(zone).date()
        yield Edit(
            id, url, old.revision, old.seen, last_shown.get(old.revision), old.replaced, old.cause,
            published, (day - date.fromisoformat(published)).days if published else None, (day - first).days, fields,
            removed, added, *words, section, revisions[0].source, old.title, new.title,
            measure_share(removed + added, sum(words)),
        )  # fmt: skip


def list_fields(old: Revision, new: Revision) -> tuple[str, ...]:
    """The fields that differ beside white space, in the order of FIELDS."""
    return tuple(
        name for name in FIELDS if normal_form(getattr(old, name) or "") != normal_form(getattr(new, name) or "")
    )


def _list_texts(revision: Revision) -> list[str]:
    """Title, text and captions; credits are no text."""
    texts = [revision.title, revision.body, *(image["caption"] for image in revision.images)]
    return [text for text in texts if text]
