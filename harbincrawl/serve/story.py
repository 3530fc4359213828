"""The text of an article as its page shows it: paragraphs and pictures, the places of a search marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice, fit_filters
from harbincrawl.search.found import NOTHING, Found, Span, clip_spans, find_places
from harbincrawl.text import clean

from .visit import Visit

Record = dict[str, Any]


def find_asked(visit: Visit, number: int) -> Found:
    """The places of the search that led to an article; none where its text is too long to be looked through."""
    filters = visit.asked.filters
    if not filters.query:
        return NOTHING
    connection = visit.reader.connection
    try:
        choice = fit_choice(connection, filters)
    except FilterError:
        return NOTHING
    (key,) = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
    return find_places(connection, key, choice, exact=fit_filters(connection, filters).exact) or NOTHING


def tell_story(record: Record, found: Found, kept: Mapping[str, str]) -> Record:
    """The text of a wording with its marks, as the template takes it: `heading`, `paragraphs`, `lead`, `figures`.

    `lead` is the first picture, if it was kept; `kept` are the files of pictures by their addresses.
    """
    body, at = record["body"] or "", 0
    paragraphs = []
    for text in body.split("\n\n") if body else ():
        paragraphs.append(_mark(text, clip_spans(found.body, at, at + len(text))))
        at += len(text) + 2
    figures = list(_list_figures(record, found.captions, kept))
    lead = figures.pop(0) if figures and figures[0]["media"] else None
    heading = _mark(record["title"], found.title) if record["title"] else Markup("(no title)")
    return {"heading": heading, "paragraphs": paragraphs, "lead": lead, "figures": figures}


def _list_figures(record: Record, found: Sequence[Span], kept: Mapping[str, str]) -> Iterator[Record]:
    at = 0
    for image in record["images"]:
        caption, credit = image["caption"] or "", image["credit"] or ""
        # As `articles.captions` has them: with a blank between them, and no line for a picture without both.
        begin = at + len(caption) + bool(caption and credit)
        end = begin + len(credit)
        yield image | {
            "media": kept.get(image["url"]) if image["url"] else None,
            "caption_marked": _mark(caption, clip_spans(found, at, at + len(caption))),
            "credit_marked": _mark(credit, clip_spans(found, begin, end)),
        }
        at = end + 1 if caption or credit else at


def _mark(text: str, spans: Sequence[Span]) -> Markup:
    """A text, made safe, with its places in `mark` elements."""
    parts, at = [], 0
    for begin, end in spans:
        parts += [escape(clean(text[at:begin])), Markup("<mark>%s</mark>") % clean(text[begin:end])]
        at = end
    return Markup("").join([*parts, escape(clean(text[at:]))])
