"""The places of a search in an article, numbered: each leads to the next one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from harbincrawl.search.found import Found, Span, clip_spans
from harbincrawl.text import clean

MOST = 500
"""Places that are marked: a page with more would be slow to show."""
_PLACE = Markup('<mark id="hit-{0}"><a href="#hit-{1}" title="{0} of {2}: to the next">{3}</a></mark>')


class Segment(NamedTuple):
    """A text of the page, and the places in it."""

    text: str
    spans: list[Span]


def cut_body(record: Mapping[str, Any], found: Found) -> list[Segment]:
    """The paragraphs of a record."""
    segments, at = [], 0
    for text in (record["body"] or "").split("\n\n"):
        segments.append(Segment(text, clip_spans(found.body, at, at + len(text))))
        at += len(text) + 2
    return segments if record["body"] else []


def cut_captions(record: Mapping[str, Any], found: Found) -> list[tuple[Segment, Segment]]:
    """Caption and credit of each picture of a record."""
    segments, at = [], 0
    for image in record["images"]:
        caption, credit = image["caption"] or "", image["credit"] or ""
        # As `articles.captions` has them: with a blank between them, and no line for a picture without both.
        begin = at + len(caption) + bool(caption and credit)
        end = begin + len(credit)
        segments.append(
            (
                Segment(caption, clip_spans(found.captions, at, at + len(caption))),
                Segment(credit, clip_spans(found.captions, begin, end)),
            )
        )
        at = end + 1 if caption or credit else at
    return segments


def count_places(segments: Sequence[Segment]) -> int:
    """How many places there are."""
    return sum(len(each.spans) for each in segments)


def mark_places(segments: Sequence[Segment]) -> Iterator[Markup]:
    """Each text, made safe, with its places in `mark` elements; they are numbered through all of them."""
    total = min(MOST, count_places(segments))
    number = 0
    for text, spans in segments:
        parts, at = [], 0
        for begin, end in spans:
            parts.append(escape(clean(text[at:begin])))
            safe, at = escape(clean(text[begin:end])), end
            number += 1
            parts.append(_PLACE.format(number, number % total + 1, total, safe) if number <= total else safe)
        parts.append(escape(clean(text[at:])))
        yield Markup("").join(parts)
