"""How a page was read: each line, or part of one, with its role and the reason, beside the record that they make."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.identity import normal_form
from harbincrawl.pages.article.asked import find_frame
from harbincrawl.pages.article.head.information import find_anchors
from harbincrawl.pages.article.page import complete_article, explain_article, join_pages
from harbincrawl.pages.article.reading import selects_text
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import DroppedLine
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.html.selectors import name_elements, select_page
from harbincrawl.pages.layout.layout import Share
from harbincrawl.pages.layout.samples import list_differences
from harbincrawl.pages.layout.view import Layouts
from harbincrawl.pages.listing.page import explain_listing
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Article, Listing, ListWords, Unaccounted
from harbincrawl.sites import Site

_HALF = 0.5
"""Where two sources differ, or a page does not show the field itself."""


def rate_fields(record: Article, listed: ListWords, usual: Mapping[str, Share]) -> dict[str, float]:
    """From 0 to 1: title, updated, author, source and body.

    `listed` is what the list says of the article, `usual` on how many pages of its template author or source stand.
    """
    is_called = listed.title is None or normal_form(listed.title).lower() == normal_form(record.title or "").lower()
    shown = sum(map(len, [*record.body, *(image.caption or "" for image in record.images)]))
    unexplained = sum(len(each.text) for each in record.unaccounted if each.kind in ("line", "reading"))
    # The more pages of the template have a value, the less sure it is that this one has none.
    missing = {name: share.on / share.of for name, share in usual.items() if getattr(record, name) is None}
    return {
        "title": _rate(record.title, is_sure=record.title_from == "heading" and is_called),
        "updated": _rate(record.updated, is_sure=listed.day in (None, record.updated)),
        "author": 1 - missing.get("author", 0),
        "source": 1 - missing.get("source", 0),
        "body": (shown / (shown + unexplained) if shown else 1) if record.body or record.images else 0,
    }


def _rate(value: object, *, is_sure: bool) -> float:
    return 0 if value is None else 1 if is_sure else _HALF


_OF_READING = frozenset(("presumed_captions", "unread_label", "layout", "frame", "line", "summary_line", "boxed"))
"""Fields that say how pages were read, or that only joining pages, naming sections and walking lists ask for."""
_KEYS = {"unaccounted": "unexplained"}
"""Keys of JSON that have another name than their field."""
RECORD_FIELDS = tuple(_KEYS.get(each.name, each.name) for each in fields(Article) if each.name not in _OF_READING)
"""The fields of an article's record."""
NO_ITEMS = "none of its links is an item of a list"


class ExplainedPart(NamedTuple):
    """A line, or a part of one."""

    line: int
    """The number of the line on its page; the first is 1."""
    role: Role
    reason: str
    """For people."""
    text: str
    """Its words; of a line of pictures alone, `[picture …]` for each."""
    element: str
    """The path to the block that it stands in, in CSS: `div#main > div.article-content > p`."""


class TemplateNote(NamedTuple):
    """The layout of a page's template."""

    digest: str
    pages: int
    """From how many it was learnt."""
    fit: float
    """Part of the page's lines of which it says something."""
    plain_captions: bool
    """Captions look as paragraphs do on its pages."""
    usual: Mapping[str, Share]
    """On how many pages an `author` or a `source` stands."""


@dataclass(frozen=True, slots=True)
class ExplainedPage:
    """One page as it was read."""

    address: str
    body: bytes
    """Its HTML."""
    charset: str | None
    """That of the HTTP header."""
    day: date
    """The day, at the site, by which its dates were judged."""
    parts: tuple[ExplainedPart, ...]
    record: Article | Listing | None
    """What the page alone says; None where it was refused."""
    refused: str | None
    """Why it is no article, or no list."""
    template: TemplateNote | None = None
    """The layout that it was read by; None: by itself."""
    is_selected: bool = False
    """Whether the site file selected its text."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """That the template of an article is in doubt, and how the article is read with its layout and without."""

    asked: int
    """Pages of the template that were read both ways."""
    differing: int
    """Of these, whose record is another one."""
    own: Article
    alone: Article | None
    """None: without the layout it is no article."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All pages of an article, or one page of a list, and the record that they make."""

    kind: str
    """`article` or `listing`."""
    pages: tuple[ExplainedPage, ...]
    """At least one."""
    record: Article | Listing | None
    refused: str | None
    """Why there is no record."""
    listed: ListWords | None = None
    """What the list says of the article."""
    doubt: Doubt | None = None
    """Of an article whose template is in doubt."""

    @property
    def address(self) -> str:
        """That of the first page."""
        return self.pages[0].address

    @property
    def unaccounted(self) -> tuple[Unaccounted, ...]:
        """What the record does not explain; of pages without a record nothing is known."""
        return self.record.unaccounted if self.record else ()


def explain_page(
    body: bytes,
    address: str,
    site: Site,
    day: date,
    charset: str | None = None,
    before: Article | None = None,
    layouts: Layouts | None = None,
) -> ExplainedPage:
    """The page `body`, which is at `address` of an article or a list; raises ValueError for any other address.

    `day` is the day at the site, behind which printed dates are refused; `charset` is that of the HTTP header; `before`
    is the page of the article whose pager leads here; `layouts` are those of the site's templates.
    """
    canonical = site.canonical(address)
    meaning = site.read_address(canonical) if canonical else None
    if canonical is None or meaning is None:
        raise ValueError(f"{address} is no address of an article or a list of {site.base}")
    try:
        text = decode_page(body, charset)
        selectors = site.article_selectors if meaning.kind == "article" else site.list_selectors
        page = select_page(text, canonical, selectors)
    except PageTooLargeError as error:
        return ExplainedPage(canonical, body, charset, day, (), None, error.reason)
    found: Article | Listing | NotAnArticle
    if meaning.kind == "article":
        found, roles = explain_article(page, canonical, site, day, before, layouts)
    else:
        found, roles = explain_listing(page, canonical, site)
    refused = found.reason if isinstance(found, NotAnArticle) else None
    if isinstance(found, Listing) and not found.lines:
        refused = NO_ITEMS
    record = None if isinstance(found, NotAnArticle) else found
    note = _note_template(page.lines, meaning.kind, site, layouts)
    # The roles are of other lines where what was dropped had to be read, too.
    selection = page.selection if roles.lines is page.lines else None
    kept, dropped = name_elements(text, selectors if selection else type(selectors)())
    parts = _list_parts(roles, kept, list(zip(selection.dropped, dropped, strict=True)) if selection else ())
    is_selected = selection is not None and meaning.kind == "article" and selects_text(page)
    return ExplainedPage(
        canonical, body, charset, day, tuple(parts), record, refused, note, is_selected and record is not None
    )


def _note_template(lines: Sequence[Line], kind: str, site: Site, layouts: Layouts | None) -> TemplateNote | None:
    if layouts is None or kind != "article":
        return None
    template = layouts.find(kind, find_frame(lines, find_anchors(lines, site.words)))
    if template is None:
        return None
    layout, fit = template.layout, template.look_at(lines).fit
    return TemplateNote(template.digest, layout.pages, fit, layout.plain_captions, layout.usual)


def _list_parts(
    roles: Roles, elements: Sequence[str], dropped: Sequence[tuple[DroppedLine, str]]
) -> list[ExplainedPart]:
    """The parts of the lines of `roles`, whose elements are given, and between them what was dropped."""
    if len(elements) != len(roles.lines):
        elements = [" > ".join(line.place) for line in roles.lines]
    before = [line.at for line, _ in dropped]
    parts = [
        ExplainedPart(
            line.at + number, Role.DROPPED, f"{Reason.DROPPED.words}: {line.selector}", _write_words(line.line), element
        )
        for number, (line, element) in enumerate(dropped, 1)
    ]
    for at, text, reason in roles.parts():
        number, why = at + bisect_right(before, at) + 1, roles.notes.get(at) or reason.words
        parts.append(ExplainedPart(number, reason.role, why, text or _write_words(roles.lines[at]), elements[at]))
    return sorted(parts, key=lambda part: part.line)


def _write_words(line: Line) -> str:
    """The words of a line, or what it has in place of words."""
    pictures = [f"[picture {image.src}]" for image in line.images]
    return line.text or " ".join(pictures + [f"[link {link.href}]" for link in line.options])


def join_explained(pages: Sequence[ExplainedPage], site: Site, words: ListWords | None = None) -> Explanation:
    """The pages of one article, in order, or one page of a list; `words` are what lists say of the article."""
    refused = next(
        (page.refused if len(pages) == 1 else f"{page.address}: {page.refused}" for page in pages if page.refused), None
    )
    articles = [page.record for page in pages if isinstance(page.record, Article)]
    if not articles:
        kind = "listing" if isinstance(pages[0].record, Listing) else "article"
        return Explanation(kind, tuple(pages), pages[0].record, refused)
    record: Article | None = None
    if refused is None:
        record, refused = _join_articles(articles)
    if record and words:
        record = complete_article(record, words, site)
    return Explanation("article", tuple(pages), record, refused, words)


def _join_articles(pages: Sequence[Article]) -> tuple[Article | None, str | None]:
    """The whole article, or why the pages are none; a page that is not the first stands for itself."""
    if len(pages) == 1 and (pages[0].page > 1 or pages[0].pages == 1):
        return pages[0], None
    if len(pages) < pages[0].pages:
        return None, f"{len(pages)} of its {pages[0].pages} pages can be read"
    try:
        return join_pages(pages), None
    except PageTooLargeError as error:
        return None, error.reason
    except ValueError as error:
        return None, str(error)


def describe_record(record: Article | Listing) -> dict[str, Any]:
    """The record as JSON has it, with what it does not explain."""
    values = asdict(record)
    values = {_KEYS.get(name, name): value for name, value in values.items() if name not in _OF_READING}
    values["unexplained"] = [each._asdict() for each in record.unaccounted]
    if isinstance(record, Listing):
        values["lines"] = [
            {
                "url": line.address,
                "title": line.title,
                "date": line.date.isoformat() if line.date else None,
                "summary": line.summary,
            }
            for line in record.lines
        ]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def describe_doubt(doubt: Doubt) -> dict[str, Any]:
    """As JSON has it: `fields` are those that differ, each by the `layout` and read `alone`."""
    own, alone = describe_record(doubt.own), describe_record(doubt.alone) if doubt.alone else {}
    fields = {
        name: {"layout": own[name], "alone": alone.get(name)} for name in list_differences(doubt.own, doubt.alone)
    }
    return {"asked": doubt.asked, "differ": doubt.differing, "fields": fields}


def _describe_confidence(explanation: Explanation) -> dict[str, float] | None:
    record, note = explanation.record, explanation.pages[0].template
    if not isinstance(record, Article):
        return None
    rates = rate_fields(record, explanation.listed or ListWords(), note.usual if note else {})
    return {name: round(rate, 3) for name, rate in rates.items()}


def describe_explanation(explanation: Explanation) -> dict[str, Any]:
    """The document of `explain --json`."""
    record = describe_record(explanation.record) if explanation.record else None
    unaccounted = record.pop("unexplained") if record else []
    return {
        "address": explanation.address,
        "kind": explanation.kind,
        "refused": explanation.refused,
        "layouts": [
            {name: value for name, value in note._asdict().items() if name != "usual"} | {"fit": round(note.fit, 3)}
            if note
            else None
            for note in (page.template for page in explanation.pages)
        ],
        "record": record,
        "confidence": _describe_confidence(explanation),
        "parts": [
            {
                "page": number,
                "line": part.line,
                "role": str(part.role),
                "reason": part.reason,
                "element": part.element,
                "text": part.text,
            }
            for number, page in enumerate(explanation.pages, 1)
            for part in page.parts
        ],
        "unexplained": unaccounted,
        "doubt": describe_doubt(explanation.doubt) if explanation.doubt else None,
    }
