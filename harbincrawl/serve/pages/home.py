"""The front page: the newest articles with their pictures, what changed last, sections, articles over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from harbincrawl.api import Article
from harbincrawl.archive.articles.ids import find_number, read_id
from harbincrawl.archive.changes import list_last_changes, read_change
from harbincrawl.archive.media import read_media
from harbincrawl.archive.runs import history
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.bars import read_bars
from harbincrawl.serve.history import name_fields
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit
from harbincrawl.text import time_text

from .browse import count_values, describe_nothing

_NEWEST = 9
_CHANGES = 6
_SECTIONS = 12


class Change(NamedTuple):
    """The last change of an article."""

    article: Article
    """As it is now."""
    before: int
    """The revision that was replaced."""
    after: int
    seen: str
    fields: list[str]
    """What differs."""


def show_home(visit: Visit) -> WebAnswer:
    """The front page."""
    reader = visit.reader
    runs = history.read_runs(reader.connection, 1)
    # What is dated later has a wrong date, and would stand in front for years.
    newest = reader.archive.search("", sort="newest", limit=_NEWEST, until="today")
    return visit.show(
        "home.html", visit.site.title, here="home", nothing=describe_nothing(reader),
        counts=reader.remember("counts", lambda: history.count_articles(reader.connection)),
        newest=[(each, _find_picture(visit, each)) for each in newest], changes=list(_read_changes(visit)),
        sections=[row for row in count_values(reader, "section") if row.path][:_SECTIONS],
        bars=read_bars(visit, Parameters()), run=(time_text(runs[0].started), runs[0].outcome) if runs else None,
    )  # fmt: skip


def _find_picture(visit: Visit, article: Article) -> str | None:
    """The file of the first picture that was kept."""
    number = find_number(visit.reader.connection, article.id.partition(":")[2])
    kept: dict[str, Any] = read_media(visit.reader.connection, number) if number is not None else {}
    return next((kept[image.url] for image in article.images if image.url in kept), None)


def _read_changes(visit: Visit) -> Iterator[Change]:
    """The articles that changed last."""
    connection = visit.reader.connection
    for each in list_last_changes(connection, _CHANGES):
        if pair := read_change(connection, each):
            old, new = pair
            article = visit.reader.archive[read_id(connection, each.number)]
            yield Change(article, old.revision, new.revision, each.seen, name_fields(old, new))
