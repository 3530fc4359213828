"""The text of an article as its page shows it: paragraphs and pictures, the places of a search marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from harbincrawl.text import clean

Record = dict[str, Any]
Span = tuple[int, int]
"""Where a place begins and ends, in letters."""


class Places(NamedTuple):
    """The places of a search in an article."""

    title: Sequence[Span] = ()
    body: Sequence[Span] = ()
    captions: Sequence[Span] = ()
    """In `articles.captions`: a line a picture."""


def tell_story(record: Record, found: Places, kept: Mapping[str, str]) -> Record:
    """The text of a wording with its marks, as the template takes it: `heading`, `paragraphs`, `lead`, `figures`.

    `lead` is the first picture, if it was kept; `kept` are the files of pictures by their addresses.
    """
    body, at = record["body"] or "", 0
    paragraphs = []
    for text in body.split("\n\n") if body else ():
        paragraphs.append(_mark(text, _clip(found.body, at, at + len(text))))
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
            "caption_marked": _mark(caption, _clip(found, at, at + len(caption))),
            "credit_marked": _mark(credit, _clip(found, begin, end)),
        }
        at = end + 1 if caption or credit else at


def _mark(text: str, spans: Sequence[Span]) -> Markup:
    """A text, made safe, with its places in `mark` elements."""
    parts, at = [], 0
    for begin, end in spans:
        parts += [escape(clean(text[at:begin])), Markup("<mark>%s</mark>") % clean(text[begin:end])]
        at = end
    return Markup("").join([*parts, escape(clean(text[at:]))])


def _clip(spans: Sequence[Span], begin: int, end: int) -> list[Span]:
    """What of `spans` is within a part of their text, counted from its beginning."""
    return [
        (max(first, begin) - begin, min(last, end) - begin) for first, last in spans if first < end and last > begin
    ]
