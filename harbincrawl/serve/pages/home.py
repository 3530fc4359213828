"""The front page: the newest articles with their pictures, what changed last, sections, articles over time."""

from __future__ import annotations

from harbincrawl.api import Article
from harbincrawl.archive.runs import history
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.bars import read_bars
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.proofs import name_fields
from harbincrawl.serve.visit import Visit
from harbincrawl.text import time_text

from .browse import count_values

_NEWEST = 9
_CHANGES = 6
_SECTIONS = 12


def show_home(visit: Visit) -> WebAnswer:
    """The front page."""
    reader = visit.reader
    runs = history.read_runs(reader.connection, 1)
    # What is dated later has a wrong date, and would stand in front for years.
    newest = reader.archive.search("", sort="newest", limit=_NEWEST, until="today")
    return visit.show(
        "home.html", visit.site.title, here="home", counts=history.count_articles(reader.connection),
        newest=[(each, _find_picture(each)) for each in newest],
        changes=[(*each, name_fields(*each[1:])) for each in reader.archive.list_last_changes(_CHANGES)],
        sections=[row for row in count_values(reader, "section") if row.path][:_SECTIONS],
        bars=read_bars(visit, Parameters()), run=(time_text(runs[0].started), runs[0].outcome) if runs else None,
    )  # fmt: skip


def _find_picture(article: Article) -> str | None:
    """The file of the first picture that was kept."""
    kept = article.pictures()
    return next((kept[image.url] for image in article.images if image.url in kept), None)
