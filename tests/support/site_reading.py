"""Reads the pages of a site with one reader, and compares what it read with the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from harbincrawl.errors import HarbincrawlError
from harbincrawl.pages.article.asked import find_frame
from harbincrawl.pages.article.head.information import find_anchors
from harbincrawl.pages.article.learning import learn_article_layout
from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.samples import COUNTS, choose_samples, is_asked, is_in_doubt
from harbincrawl.pages.layout.view import Layouts, Template
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import Site as NewsSite
from harbincrawl.sites import default_site
from tests.support.template_sites import ListedLine, ListTruth, Site, SitePage, Words


@dataclass(slots=True)
class KnownLayouts:
    """Layouts by the kind and the frame of their pages."""

    found: dict[tuple[str, str], Template] = field(default_factory=dict)

    @classmethod
    def make(cls, layouts: Iterable[tuple[str, Layout]]) -> KnownLayouts:
        """Of frames and their layouts."""
        return cls({(layout.kind, frame): Template(layout) for frame, layout in layouts})

    def find(self, kind: str, frame: str) -> Template | None:
        return self.found.get((kind, frame))


def describe_article(article: Article) -> dict[str, Any]:
    """What was read of an article, as the twin tells its truth; dates are ISO."""
    return {
        "number": int(article.id),
        "url": article.url,
        "section": article.section,
        "section_path": article.section_path,
        "title": article.title,
        "updated": article.updated.isoformat() if article.updated else None,
        "created": article.created.isoformat() if article.created else None,
        "author": article.author,
        "authors": list(article.authors),
        "source": article.source,
        "summary": article.summary,
        "body": list(article.body),
        "images": [asdict(image) for image in article.images],
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of an article or a list page; `value` None where the reader refused."""

    value: Any
    reported: bool
    """Whether the reader refused, or said that something is unaccounted."""
    layout: str | None = None
    """The digest of the layout that read it."""
    is_doubted: bool = False
    """Whether its template is in doubt."""


@dataclass(slots=True)
class Readings:
    """All that was read of a site."""

    articles: dict[str, Reading] = field(default_factory=dict)
    """By the address of the first page: the record as a dictionary."""
    lists: dict[tuple[str, datetime], Reading] = field(default_factory=dict)
    """By address and time of the fetch: a `ListTruth`."""


ReadSite = Callable[[Sequence[SitePage], Words], Readings]
"""All pages of a site, in the order of their fetching, and what its lists say of the articles, to what they hold."""


def read_alone(pages: Sequence[SitePage], words: Words, site: NewsSite | None = None) -> Readings:
    """Reads each page by itself; articles of several pages are joined along their pagers."""
    return _read_all(pages, words, KnownLayouts(), site or default_site())


def read_site(pages: Sequence[SitePage], words: Words, site: NewsSite | None = None) -> Readings:
    """Reads each page by the last layout of its template, which is learnt at its 5th, 20th and 80th page.

    Some pages are read without it, too: what is wrong of a template in doubt is reported.
    """
    site = site or default_site()
    found: list[tuple[str, Layout]] = []
    for frame, own in _gather_samples(pages, words, site).items():
        counts = [count for count in COUNTS if count <= len(own)]
        if counts:
            found.append((frame, learn_article_layout(choose_samples(own[: counts[-1]]), site)))
    readings = _read_all(pages, words, KnownLayouts.make(found), site)
    _mark_doubted(readings, pages, words, site)
    return readings


def _mark_doubted(readings: Readings, pages: Sequence[SitePage], words: Words, site: NewsSite) -> None:
    """Marks the readings by layouts that are in doubt."""
    by_layout: dict[str, list[str]] = {}
    for address, reading in readings.articles.items():
        if reading.layout is not None:
            by_layout.setdefault(reading.layout, []).append(address)
    for addresses in by_layout.values():
        asked: list[str] = []
        for address in addresses:
            meaning = site.read_address(address)
            if meaning and is_asked(len(asked), meaning.id or ""):
                asked.append(address)
        own = [page for page in pages if not page.is_list]
        others = _read_all(own, {address: words[address] for address in asked}, KnownLayouts(), site).articles
        differing = sum(others[address].value != readings.articles[address].value for address in asked)
        if is_in_doubt(len(asked), differing):
            for address in addresses:
                readings.articles[address] = replace(readings.articles[address], is_doubted=True)


def _gather_samples(pages: Sequence[SitePage], words: Words, site: NewsSite) -> dict[str, list[Document]]:
    """The first pages of articles by frame, in the order in which they were fetched, each article once."""
    found: dict[str, dict[str, Document]] = {}
    for page in sorted(pages, key=lambda page: page.fetched_at):
        if page.address not in words:
            continue
        document = read_document(decode_page(page.body), page.address)
        frame = find_frame(document.lines, find_anchors(document.lines, site.words))
        found.setdefault(frame, {}).setdefault(page.address, document)
    return {frame: [*own.values()] for frame, own in found.items()}


def _read_all(pages: Sequence[SitePage], words: Words, layouts: Layouts, site: NewsSite) -> Readings:
    made = Readings()
    by_address = {page.address: page for page in pages}
    for page in pages:
        if page.is_list:
            made.lists[page.address, page.fetched_at] = _read_list(page, site)
        elif page.address in words:
            listed = ListWords(*words[page.address])
            made.articles[page.address] = _read_whole(page, by_address, listed, layouts, site)
    return made


def _read_whole(
    page: SitePage, by_address: dict[str, SitePage], words: ListWords, layouts: Layouts, site: NewsSite
) -> Reading:
    found: list[Article] = []
    following: SitePage | None = page
    try:
        while following:
            day, before = following.fetched_at.date(), found[-1] if found else None
            asked = (following.body, following.address, site)
            found.append(read_article(*asked, today=day, before=before, layouts=layouts))
            following = by_address.get(found[-1].next_page or "")
        article = complete_article(join_pages(found), words, site)
    except (HarbincrawlError, ValueError):
        return Reading(None, True)
    return Reading(describe_article(article), bool(article.unaccounted), article.layout)


def _read_list(page: SitePage, site: NewsSite) -> Reading:
    try:
        listing = read_listing(page.body, page.address, site)
    except HarbincrawlError:
        return Reading(None, True)
    lines = tuple(ListedLine(line.id, line.title, line.date, line.summary) for line in listing.lines)
    return Reading(ListTruth(lines, listing.total, listing.next_page), bool(listing.unaccounted))


@dataclass(slots=True)
class Count:
    """How records compare with the truth."""

    whole: int = 0
    reported_whole: int = 0
    """Of the whole ones: with something unaccounted."""
    reported: int = 0
    """Wrong, and the reader refused or said that something is unaccounted."""
    silent: int = 0
    """Wrong in silence."""
    wrong: list[tuple[str, bool, str]] = field(default_factory=list)
    """Address, whether reported, and the fields that are wrong."""

    @property
    def all(self) -> int:
        return self.whole + self.reported + self.silent

    def add(self, other: Count) -> None:
        self.whole += other.whole
        self.reported_whole += other.reported_whole
        self.reported += other.reported
        self.silent += other.silent
        self.wrong += other.wrong

    def judge(self, name: str, reading: Reading | None, truth: Any) -> None:
        """Counts one record; of a record, the fields that its truth has."""
        found = reading.value if reading else None
        if isinstance(found, dict) and isinstance(truth, dict):
            found = {key: found[key] for key in truth}
        if reading is not None and found == truth:
            self.whole += 1
            self.reported_whole += reading.reported
            return
        reported = reading is None or reading.reported or reading.is_doubted
        self.reported += reported
        self.silent += not reported
        self.wrong.append((name, reported, describe_difference(found, truth)))


def describe_difference(found: Any, truth: Any) -> str:
    """Which fields differ, and how."""
    if found is None:
        return "refused"
    if isinstance(truth, ListTruth):
        found, truth = ({"lines": one.lines, "total": one.total, "next_page": one.next_page} for one in (found, truth))
    made = []
    for key in truth:
        if found[key] == truth[key]:
            continue
        if isinstance(truth[key], (list, tuple)):
            more = [one for one in found[key] if one not in truth[key]]
            less = [one for one in truth[key] if one not in found[key]]
            made.append(f"{key}: +{more!r} -{less!r}")
        else:
            made.append(f"{key}: {found[key]!r} for {truth[key]!r}")
    return "; ".join(made)


def judge_site(site: Site, read: ReadSite) -> tuple[Count, Count]:
    """Counts of articles and of lists."""
    readings = read(site.pages, site.words)
    articles, lists = Count(), Count()
    for address, truth in site.articles.items():
        articles.judge(address, readings.articles.get(address), truth)
    for place, listing in site.lists.items():
        lists.judge(f"{place[0]} {place[1]:%m-%d}", readings.lists.get(place), listing)
    return articles, lists
