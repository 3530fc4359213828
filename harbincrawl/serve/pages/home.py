"""The front page: the newest articles with their pictures, what changed last, sections, articles over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.api import Article
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
        newest=[(each, _find_picture(each)) for each in newest], changes=list(_read_changes(visit)),
        sections=[row for row in count_values(reader, "section") if row.path][:_SECTIONS],
        bars=read_bars(visit, Parameters()), run=(time_text(runs[0].started), runs[0].outcome) if runs else None,
    )  # fmt: skip


def _find_picture(article: Article) -> str | None:
    """The file of the first picture that was kept."""
    kept = article.pictures()
    return next((kept[image.url] for image in article.images if image.url in kept), None)


def _read_changes(visit: Visit) -> Iterator[Change]:
    """The articles that changed last."""
    for article, old, new in visit.reader.archive.list_last_changes(_CHANGES):
        yield Change(article, old.revision, new.revision, new.seen, name_fields(old, new))
