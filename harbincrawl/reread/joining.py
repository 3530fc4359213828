"""Captures of the pages of one article, met in any order: which of them belong together, and what they say as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .filter import FoundArticle, RecordFilter
from .pages import ReadArticle, find_page, join_article

_MOST_BYTES = 1 << 20
"""Of pages in a job, and one article more."""


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """All captures of the pages of an article that has several."""

    pages: tuple[FoundArticle, ...]
    """With their payloads."""


@dataclass(frozen=True, slots=True)
class JoinedPages:
    """The states of an article, by the places of their pages."""

    states: tuple[tuple[tuple[int, ...], ReadArticle], ...]
    """(places, page 1 first; what they say), in the order of time."""
    others: tuple[int, ...]
    """Pages whose first page was not captured with them."""


def cut_articles(articles: Iterable[ArticlePages]) -> Iterator[list[ArticlePages]]:
    """Articles in jobs of about one size."""
    chunk: list[ArticlePages] = []
    size = 0
    for article in articles:
        chunk.append(article)
        size += sum(len(found.page.payload or b"") for found in article.pages)
        if size > _MOST_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def join_all(records: RecordFilter, articles: list[ArticlePages]) -> list[JoinedPages]:
    """Joins the pages of each article; pure, so that any process may do it."""
    return [join_captures(records, article) for article in articles]


def join_captures(records: RecordFilter, article: ArticlePages) -> JoinedPages:
    """Each capture of page 1 with the captures of the other pages that are nearest to it in time."""
    pages = article.pages
    firsts = [at for at, found in enumerate(pages) if found.article is not None and found.article.page == 1]
    numbers = [find_page(found.page.address, records.site) for found in pages]
    others = [at for at, number in enumerate(numbers) if number > 1]
    states = []
    for first in sorted(firsts, key=lambda at: pages[at].page.record.date):
        places = [first]
        chosen = [found for found in (pages[first].article,) if found is not None]
        for wanted in range(2, chosen[0].pages + 1):
            rivals = [at for at in others if numbers[at] == wanted]
            if rivals:
                nearest = min(rivals, key=lambda at: abs(pages[at].page.record.date - pages[first].page.record.date))
                found = records.read_continued(pages[nearest], chosen[-1])
                if found.article is not None:
                    others.remove(nearest)
                    places.append(nearest)
                    chosen.append(found.article)
        states.append((tuple(places), join_article(chosen[0].id, chosen)))
    return JoinedPages(tuple(states), tuple(others))
