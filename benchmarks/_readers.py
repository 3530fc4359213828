"""Reads pages with one extractor in a process of its own, a round whenever it is told to: `_readers NAME KIND PAGES`.

A process each, so that what one loads or keeps costs no other anything; fundus even has a Python of its own, which
holds nothing of ours. So every import that is not the standard library's stands where it is needed.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from harbincrawl.errors import NotAnArticle

if TYPE_CHECKING:
    from harbincrawl.pages.html.document import Document
    from tests.support.site_reading import KnownLayouts

WARM = 20
"""Pages read before the first round."""


class Page(NamedTuple):
    """A page, as bytes of a crawl and as the text that other tools want."""

    body: bytes
    text: str
    address: str
    title: str | None
    """The title in the list."""


Fields = tuple[str | None, str | None, list[str], list[str]]
"""Title, day, authors and paragraphs: what all tools claim to read of an article."""
Lines = list[tuple[str, str | None, str | None, str | None]]
"""Address, title, day and summary of each line of a list; None is what a tool does not read."""
Read = Callable[[Page], Any]
"""A page to its Fields or Lines."""


def make_harbincrawl(pages: Sequence[Page]) -> Read:
    """All fields by the layouts of the pages' templates, with the listing's title where a page has none, as a crawl."""
    from datetime import date

    from harbincrawl.pages.article.page import complete_article, read_article
    from harbincrawl.records import ListWords
    from harbincrawl.sites import default_site

    today, site, layouts = date(2024, 6, 21), default_site(), learn_layouts(pages)

    def read(page: Page) -> Fields:
        try:
            article = complete_article(
                read_article(page.body, page.address, site, today=today, layouts=layouts), ListWords(page.title), site
            )
        except NotAnArticle:
            return None, None, [], []
        day = article.updated.isoformat() if article.updated else None
        return article.title, day, list(article.authors), list(article.body)

    return read


def learn_layouts(pages: Sequence[Page]) -> KnownLayouts:
    """The layouts of these pages, each learnt from the first of its frame."""
    from harbincrawl.pages.article.learning import learn_article_layout
    from harbincrawl.sites import default_site
    from tests.support.site_reading import KnownLayouts

    found = gather_samples(pages)
    return KnownLayouts.make((frame, learn_article_layout(own, default_site())) for frame, own in found.items())


def gather_samples(pages: Sequence[Page]) -> dict[str, list[Document]]:
    """By frame the pages that its layout is learnt from; frames of fewer pages have none."""
    from harbincrawl.pages.article.asked import find_frame
    from harbincrawl.pages.article.head.information import find_anchors
    from harbincrawl.pages.html.decode import decode_page
    from harbincrawl.pages.html.document import read_document
    from harbincrawl.pages.layout.samples import FEWEST, SAMPLES
    from harbincrawl.sites import default_site

    found: dict[str, list[Document]] = {}
    for page in pages:
        document = read_document(decode_page(page.body), page.address)
        own = found.setdefault(find_frame(document.lines, find_anchors(document.lines, default_site().words)), [])
        if len(own) < SAMPLES:
            own.append(document)
    return {frame: own for frame, own in found.items() if len(own) >= FEWEST}


def make_trafilatura(_: Sequence[Page]) -> Read:
    """With metadata; without them it tells neither title nor day."""
    import trafilatura

    def read(page: Page) -> Fields:
        found: Any = trafilatura.bare_extraction(page.text, url=page.address, with_metadata=True)
        if found is None:
            return None, None, [], []
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return found.title, found.date, authors, [found.text or ""]

    return read


def make_newspaper(_: Sequence[Page]) -> Read:
    """Its parsing alone: no pictures are fetched."""
    import newspaper

    def read(page: Page) -> Fields:
        article: Any = newspaper.Article(page.address, fetch_images=False)
        article.download(input_html=page.text)
        article.parse()
        day = article.publish_date.date().isoformat() if article.publish_date else None
        return article.title, day, list(article.authors), [article.text]

    return read


def make_news_please(_: Sequence[Page]) -> Read:
    """What it does with a page that is at hand; no pictures are fetched."""
    from newsplease import NewsPlease

    def read(page: Page) -> Fields:
        found: Any = NewsPlease.from_html(page.text, url=page.address, fetch_images=False)
        day = str(found.date_publish)[:10] if found.date_publish else None
        return found.title, day, list(found.authors or []), [found.maintext or ""]

    return read


def make_goose(_: Sequence[Page]) -> Read:
    """No pictures are fetched."""
    from goose3 import Goose

    goose = Goose({"enable_image_fetching": False})

    def read(page: Page) -> Fields:
        found: Any = goose.extract(url=page.address, raw_html=page.text)
        return found.title, (found.publish_date or "")[:10] or None, list(found.authors or []), [found.cleaned_text]

    return read


def make_fundus(_: Sequence[Page]) -> Read:
    """A parser put together of its parts: it has none for a publisher that it does not know."""
    return importlib.import_module("benchmarks._fundus_parser").read_article  # type: ignore[no-any-return]


def make_harbincrawl_lists(_: Sequence[Page]) -> Read:
    """All fields of all lines."""
    from harbincrawl.pages.listing.page import read_listing
    from harbincrawl.sites import default_site

    def read(page: Page) -> Lines:
        listing = read_listing(page.body, page.address, default_site())
        return [
            (one.address, one.title, one.date.isoformat() if one.date else None, one.summary) for one in listing.lines
        ]

    return read


def make_courlan(_: Sequence[Page]) -> Read:
    """The addresses that trafilatura's crawler would follow."""
    from courlan import extract_links

    def read(page: Page) -> Lines:
        return [(address, None, None, None) for address in extract_links(page.text, page.address)]

    return read


def make_newspaper_lists(_: Sequence[Page]) -> Read:
    """What it takes for articles on a category's page, with the words of the links."""
    import newspaper
    from newspaper.source import Category

    # Else it leaves out what an earlier page or run had.
    source: Any = newspaper.Source("http://e.my399.com/", memorize_articles=False)

    def read(page: Page) -> Lines:
        source.categories = [Category(url=page.address, html=page.text)]
        source.parse_categories()
        return [(one.url, one.title or None, None, None) for one in source.categories_to_articles()]

    return read


READERS: dict[str, dict[str, tuple[str, Callable[[Sequence[Page]], Read]]]] = {
    "articles": {
        "harbincrawl": ("harbincrawl", make_harbincrawl),
        "trafilatura": ("trafilatura", make_trafilatura),
        "newspaper4k": ("newspaper4k", make_newspaper),
        "news-please": ("news-please", make_news_please),
        "goose3": ("goose3", make_goose),
    },
    "theme": {"harbincrawl": ("harbincrawl", make_harbincrawl), "fundus": ("fundus", make_fundus)},
    "lists": {
        "harbincrawl": ("harbincrawl", make_harbincrawl_lists),
        "courlan": ("courlan", make_courlan),
        "newspaper4k": ("newspaper4k", make_newspaper_lists),
    },
}
"""Kind of page, name of the reader: the package whose version is told, and what makes the reader."""


def read_round(read: Read, pages: list[Page]) -> tuple[float, list[Any], list[str]]:
    """(seconds of processor time, what was read, None for what could not be, what the reader said of that)."""
    records: list[Any] = []
    said: list[str] = []
    gc.collect()
    begin = time.process_time()
    for page in pages:
        try:
            records.append(read(page))
        except Exception as error:  # noqa: BLE001 - what a peer cannot read counts as wrong, and ends nothing
            records.append(None)
            said.append(f"{type(error).__name__}: {error}")
    return time.process_time() - begin, records, said


def _refuse_network(event: str, _: object) -> None:
    # Some would ask for a list of public suffixes, or for what a page links to: no page's time depends on the network.
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise OSError("a benchmark asks no network")


def main() -> None:
    """Says that it is ready, then reads all pages for each line it is given."""
    name, kind, path = sys.argv[1:]
    # Some print what they think of a page.
    answers, sys.stdout = sys.stdout, sys.stderr
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.addaudithook(_refuse_network)
    package, make = READERS[kind][name]
    given = json.loads(Path(path).read_text("utf-8"))
    pages = [Page(body.encode("latin-1"), *rest) for body, *rest in given]
    try:
        read = make(pages)
    except ModuleNotFoundError as error:
        sys.exit(f"not installed ({error.name}): pip install -e '.[bench]'")
    read_round(read, pages[:WARM])
    print(json.dumps({"version": metadata.version(package)}), file=answers, flush=True)
    for _ in sys.stdin:
        seconds, records, said = read_round(read, pages)
        print(json.dumps({"seconds": seconds, "records": records, "said": said}), file=answers, flush=True)


if __name__ == "__main__":
    main()
