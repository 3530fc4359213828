"""How fast and how rightly is an article page read, beside the field's best known extractors, on the same pages?"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from harbincrawl.pages import NotAnArticle, read_article
from harbincrawl.pages.article import complete_article
from harbincrawl.sites import HARBIN_TODAY
from harbincrawl.twin import make_twin
from harbincrawl.twin.skins import SKINS

ARTICLES = 400
ROUNDS = 3
TODAY = date(2024, 6, 21)
_SPACE = re.compile(r"\s+")

Record = tuple[str, str | None, str, str]
"""Title, day, authors and body without white space: what all tools claim to read."""
Page = tuple[bytes, str, str, str | None]
"""The page as bytes, the same as text, its address, the title in the list."""


def make_pages() -> tuple[list[Page], list[Record]]:
    """Articles of one page from the twin, and the truth of each."""
    twin = make_twin(399, ARTICLES)
    pages: list[Page] = []
    truths: list[Record] = []
    for truth in twin.truth():
        story = twin.stories[truth["number"]]
        if story.page_count == 1:
            body = twin.render(story.path).body
            text = body.decode("utf-8" if story.charset == "utf-8" else "gb18030")
            pages.append((body, text, truth["url"], truth["title"]))
            truths.append(_record(truth["title"], truth["updated"], truth["authors"], truth["body"]))
    return pages, truths


def _record(title: str | None, day: str | None, authors: list[str], body: list[str]) -> Record:
    return _bare(title or ""), day, _bare("".join(sorted(authors))), _bare("".join(body))


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def read_ours(page: Page) -> Record:
    """All fields, with the listing's title where the page has none, as the crawl does it."""
    article = complete_article(read_article(page[0], page[2], HARBIN_TODAY, today=TODAY), page[3], None)
    day = article.updated.isoformat() if article.updated else None
    return _record(article.title, day, list(article.authors), list(article.body))


def make_trafilatura() -> Callable[[Page], Record]:
    """trafilatura with metadata."""
    import trafilatura

    def read(page: Page) -> Record:
        found: Any = trafilatura.bare_extraction(page[1], url=page[2], with_metadata=True)
        if found is None:
            return _record(None, None, [], [])
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return _record(found.title, found.date, authors, [found.text or ""])

    return read


def make_newspaper() -> Callable[[Page], Record]:
    """newspaper4k, parse only."""
    import newspaper

    def read(page: Page) -> Record:
        article: Any = newspaper.Article(page[2], fetch_images=False)
        article.download(input_html=page[1])
        article.parse()
        day = article.publish_date.date().isoformat() if article.publish_date else None
        return _record(article.title, day, list(article.authors), [article.text])

    return read


def measure(read: Callable[[Page], Record], pages: list[Page], rounds: int) -> tuple[float, list[Record]]:
    """(milliseconds of processor time a page in the best round, the records)."""
    best = float("inf")
    records: list[Record] = []
    for _ in range(rounds):
        begin = time.process_time()
        records = [_try(read, page) for page in pages]
        best = min(best, time.process_time() - begin)
    return best / len(pages) * 1e3, records


def _try(read: Callable[[Page], Record], page: Page) -> Record:
    try:
        return read(page)
    except NotAnArticle:
        return _record(None, None, [], [])


def main() -> None:
    """Prints one table."""
    logging.disable(logging.CRITICAL)
    pages, truths = make_pages()
    size = sum(len(page[0]) for page in pages) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KB in {len(SKINS)} skins; processor time, best of {ROUNDS} rounds")
    print(f"{'':28}{'ms a page':>10}{'ratio':>8}{'title':>8}{'day':>8}{'authors':>8}{'body':>8}{'all':>8}")
    ours = 0.0
    for name, make, rounds in (
        ("harbincrawl, all fields", lambda: read_ours, ROUNDS),
        ("trafilatura with metadata", make_trafilatura, 1),
        ("newspaper4k", make_newspaper, 1),
    ):
        try:
            read = make()
        except ImportError as error:
            print(f"{name:28} not installed ({error.name}): pip install -e '.[bench]'", file=sys.stderr)
            continue
        measure(read, pages[:20], 1)
        spent, records = measure(read, pages, rounds)
        ours = ours or spent
        shares = [
            sum(one[at] == other[at] for one, other in zip(records, truths, strict=True)) / len(truths)
            for at in range(4)
        ]
        whole = sum(one == other for one, other in zip(records, truths, strict=True)) / len(truths)
        print(f"{name:28}{spent:>10.2f}{spent / ours:>8.1f}" + "".join(f"{share:>8.1%}" for share in (*shares, whole)))


if __name__ == "__main__":
    main()
