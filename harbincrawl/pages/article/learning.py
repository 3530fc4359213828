"""Learning the layout of articles from pages of one template: what several of them have at one place; and its trial."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from harbincrawl.errors import NotAnArticle
from harbincrawl.identity import normal_form
from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.content.furniture import is_drawing
from harbincrawl.pages.article.head.information import Information, find_anchors, read_head
from harbincrawl.pages.article.positions import (
    FEWEST,
    ORIGIN,
    add_captions,
    add_places,
    find_exempt,
    find_fields_behind,
    find_spans,
    find_titled,
)
from harbincrawl.pages.article.reading import read_filtered
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.line import Line, is_headed
from harbincrawl.pages.layout.keys import (
    LineKeys,
    hash_drawing,
    hash_picture,
    hash_pieces,
    hash_place,
    make_all_keys,
)
from harbincrawl.pages.layout.layout import Layout, Share
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.roles import Reason
from harbincrawl.records import Article
from harbincrawl.sites import Site
from harbincrawl.text import count_text

_MIN_SHARE = 0.15
"""Part of the pages that have a line which is furniture at the edges of a text."""
_MIN_FORM = 0.3
_MIN_PICTURE = 0.1
_NEARLY_ALL = 0.8
"""Part of the pages from which on words are furniture wherever they stand, and a label whatever it says."""
_MAX_POOLED = 0.6
"""Values of a pool by the pages that show one: `Set by Li Qiang` is furniture where few names set all pages."""
_NEAR_LINK = 2
"""Lines behind a link that may be its teaser."""
_FEWEST_DRAWINGS = 8
"""Pages that each have a drawing of one form: five stories may well have one picture each."""
_FEWEST_OF_RUBRIC = 2
"""Pages that have one of few words of which nearly every page has one."""


class PageCounts:
    """On how many of so many pages things stand."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._found: Counter[str] = Counter()

    def add(self, things: Iterable[str]) -> None:
        """A page has these; each counts once."""
        self._found.update(set(things))

    def list_fixed(self) -> set[str]:
        """What stands on so many pages that it is furniture wherever it stands."""
        return {thing for thing, on in self._found.items() if Share(on, self._pages).is_sure}

    def find_shares(self, least: float) -> dict[str, Share]:
        """What at least the part `least` of the pages has."""
        fewest = max(FEWEST, least * self._pages)
        return {thing: Share(on, self._pages) for thing, on in self._found.items() if on >= fewest}


def learn_article_layout(pages: Sequence[Document], site: Site) -> Layout:
    """What these pages of articles have in common; the same pages in the same order give the same layout."""
    keys = make_all_keys(page.lines for page in pages)
    anchors = [find_anchors(page.lines, site.words) for page in pages]
    heads = [read_head(page.lines, dates, site.words) for page, dates in zip(pages, anchors, strict=True)]
    behind = find_fields_behind(pages, heads, site.words)
    exempt = [
        find_exempt(page.lines, range(len(page.lines)), head, site.words, behind)
        for page, head in zip(pages, heads, strict=True)
    ]
    lines, words, pictures = (PageCounts(len(pages)) for _ in range(3))
    headed: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for at, page in enumerate(pages):
        shown = page.lines
        own = [n for n in range(len(shown)) if n not in exempt[at]]
        lines.add(keys[at][n].line for n in own)
        words.add(key for n in own if (key := keys[at][n].words) and not _may_be_teaser(shown, n))
        for n in own:
            names = [name for name in (keys[at][n].line, keys[at][n].words) if name]
            standing.update(names)
            headed.update(names if is_headed(shown, n) else ())
        pictures.add(hash_picture(image) for line in shown for image in line.images)
    layout = Layout(
        "article",
        len(pages),
        lines.find_shares(_MIN_SHARE) | words.find_shares(_NEARLY_ALL),
        _find_forms(pages, keys, exempt, lines.list_fixed()) | _find_drawings(pages),
        pictures.find_shares(_MIN_PICTURE),
    )
    teasers = frozenset(key for key in layout.lines if 2 * headed[key] > standing[key])
    layout = _add_information(replace(layout, teasers=teasers, behind=behind), pages, heads)
    template = Template(layout)
    views = [template.look_at(page.lines) for page in pages]
    spans = find_spans(pages, views, anchors)
    return add_captions(add_places(layout, pages, views, spans, exempt), pages, spans)


def _add_information(layout: Layout, pages: Sequence[Document], found: Sequence[Information | None]) -> Layout:
    """`layout` with what the information of its pages has in common."""
    pieces: Counter[str] = Counter()
    usual: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    heads = [head for head in found if head]
    for page, head in zip(pages, found, strict=True):
        parts = head.parts.items() if head else ()
        named = (at for at, own in parts if any(reason in (Reason.BYLINE, Reason.SOURCE) for _, reason in own))
        origins.update({hash_place(page.lines[at].place) for at in named})
    for head in heads:
        pieces.update({key for words in head.left for key in hash_pieces(words)})
        usual.update(name for name in ORIGIN if getattr(head, name))
    least = max(FEWEST, _MIN_FORM * len(heads))
    on = sum(bool(head.left) for head in heads)
    is_pool = on >= _NEARLY_ALL * len(heads) and len(pieces) <= _MAX_POOLED * pieces.total()
    if is_pool and usual["author"] >= FEWEST and 2 * usual["source"] >= len(heads):
        # A rubric: by whom and from where the text is, labels say.
        least = _FEWEST_OF_RUBRIC
    shared = frozenset(piece for piece, on in pieces.items() if on >= least)
    return replace(
        layout,
        pieces=shared,
        origins=frozenset(place for place, on in origins.items() if on >= FEWEST),
        usual={name: Share(on, len(heads)) for name, on in usual.items()},
    )


def _may_be_teaser(lines: Sequence[Line], at: int) -> bool:
    """True for a link, and for what may stand with one: it may well be the first paragraph of another page."""
    return any(line.links for line in lines[max(0, at - _NEAR_LINK) : at + 1])


def _find_forms(
    pages: Sequence[Document], keys: Sequence[Sequence[LineKeys]], exempt: Sequence[set[int]], fixed: set[str]
) -> dict[str, Share]:
    """The forms of lines that are not the same on all pages."""
    forms, ends, loose = (PageCounts(len(pages)) for _ in range(3))
    values: defaultdict[str, set[str]] = defaultdict(set)
    shown = []
    for page, key, left in zip(pages, keys, exempt, strict=True):
        titled = find_titled(page, range(len(key)))
        shown.append([n for n in range(len(key)) if n not in left and n not in titled])
    alternating = _find_alternating(keys, shown, fixed)
    for at, page in enumerate(pages):
        own = [n for n in shown[at] if keys[at][n].line not in fixed]
        forms.add(form for n in own for form in keys[at][n].forms)
        # Those of a section may all have one line, and begin as those of others do in its place.
        standing = [n for n in shown[at] if not alternating.isdisjoint(keys[at][n].ends) and keys[at][n].line in fixed]
        ends.add(end for n in (*own, *standing) for end in keys[at][n].ends)
        # A number says the less, the more pages have to have one.
        loose.add(key for n in own for key in (*keys[at][n].loose, keys[at][n].numbers) if key)
        for n in (*own, *standing):
            for end in keys[at][n].ends:
                values[end].add(page.lines[n].text)
    pooled = {
        end: share
        for end, share in ends.find_shares(_MIN_FORM).items()
        if share.on >= _NEARLY_ALL * share.of or len(values[end]) <= _MAX_POOLED * share.on
    }
    found = loose.find_shares(_NEARLY_ALL) | forms.find_shares(_MIN_FORM) | pooled
    # Four articles may well share a sentence: a form is furniture wherever it stands, or not at all.
    return {form: share for form, share in found.items() if share.is_sure}


def _find_alternating(keys: Sequence[Sequence[LineKeys]], shown: Sequence[Sequence[int]], fixed: set[str]) -> set[str]:
    """The ends of lines that differ, of which no page has a fixed line as well: a box may begin as a paragraph does."""
    varying: Counter[str] = Counter()
    both: set[str] = set()
    for page, places in zip(keys, shown, strict=True):
        own = {end for n in places if page[n].line not in fixed for end in page[n].ends}
        varying.update(own)
        both |= own & {end for n in places if page[n].line in fixed for end in page[n].ends}
    return {end for end, count in varying.items() if count >= FEWEST} - both


def _find_drawings(pages: Sequence[Document]) -> dict[str, Share]:
    """Drawings of one form of which each page has as many at one place: codes that differ from page to page."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for page in pages:
        lines = page.lines
        drawn = ((line, image) for line in lines for image in filter(is_drawing, line.images))
        for key, count in Counter(hash_drawing(image, hash_place(line.place)) for line, image in drawn).items():
            counts[key][count] += 1
    least = max(_FEWEST_DRAWINGS, _NEARLY_ALL * len(pages))
    return {
        key: Share(own.total(), len(pages)) for key, own in counts.items() if len(own) == 1 and own.total() >= least
    }


_MIN_RIGHT = 0.9
"""Part of the pages that have a title as their list has it, and a day."""
_MIN_TEXTS = 0.95
"""Part of the pages that have a text or pictures."""


def find_failure(pages: Sequence[tuple[AskedPage, Collection[str]]], layout: Layout) -> str | None:
    """Why no page is read by `layout`; None where it may be used. `pages` are its samples, with their lists' titles.

    A layout has to read the pages that it was learnt from as articles: one wrong layout would misread all pages alike.
    """
    origins = {(asked.meaning.section_path, asked.meaning.created) for asked, _ in pages}
    if len(origins) < 2:
        return "its pages are all of one day and section"
    template = Template(layout)
    read = [(_read(asked, template), titles) for asked, titles in pages]
    found = [article for article, _ in read if article is not None]
    texts = sum(bool(article.body or article.images) for article in found)
    if texts < _MIN_TEXTS * len(pages):
        return f"it finds a text on {texts} of {count_text(len(pages), 'page')}"
    if sum(bool(article.body) for article in found) < FEWEST:
        # Where photo stories have their captions other articles may have none of their text.
        return "hardly any of its pages shows more than pictures"
    named = [(article, titles) for article, titles in read if titles]
    right = sum(article is not None and _is_called(article, titles) for article, titles in named)
    if right < _MIN_RIGHT * len(named):
        return f"it finds the title of its list on {right} of {count_text(len(named), 'page')}"
    days = sum(article.updated is not None for article in found)
    if not pages[0][0].site.words.may_lack_date and days < _MIN_RIGHT * len(pages):
        return f"it finds a day on {days} of {count_text(len(pages), 'page')}"
    named_sources = [article for (asked, _), (article, _) in zip(pages, read, strict=True) if _names_source(asked)]
    sources = sum(article is not None and article.source is not None for article in named_sources)
    if sources < _MIN_RIGHT * len(named_sources):
        return f"it finds the source on {sources} of {count_text(len(named_sources), 'page')} that name one"
    return None


def _names_source(asked: AskedPage) -> bool:
    """Whether the information around the first date of the whole page has a source."""
    head = read_head(asked.lines, asked.anchors, asked.site.words)
    return head is not None and head.source is not None


def _read(asked: AskedPage, template: Template) -> Article | None:
    try:
        return read_filtered(asked, template).article
    except NotAnArticle:
        return None


def _is_called(article: Article, titles: Collection[str]) -> bool:
    """Whether the title is that of a list, which may cut it; a page that shows none is given its list's."""
    if article.title_from != "heading":
        return True
    own = normal_form(article.title or "").lower()
    return any(own == form or own.startswith(form.rstrip(". …")) for form in (normal_form(t).lower() for t in titles))
