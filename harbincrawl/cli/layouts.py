"""What was learnt of templates, as values for programs and in the form of a site file for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harbincrawl.operations.health.words import describe_doubt
from harbincrawl.reread.layouts.listing import ListedLayout
from harbincrawl.text import clean, count_text, shorten

from .explanation import DIGEST

KEYS = (
    "number", "frame", "learnt_at", "run", "pages", "fit", "records", "in_doubt", "opinion", "text", "places", "digest",
    "parser", "reason",
)  # fmt: skip
_EXAMPLE = 40
"""Columns of the words that stand at a place."""


def list_values(layout: ListedLayout) -> tuple[Any, ...]:
    """The values of KEYS."""
    row, opinion = layout.row, layout.opinion
    return (
        layout.number, row.frame, row.pages, row.learnt, len(row.samples),
        None if layout.fit is None else round(layout.fit, 3), layout.records,
        opinion is not None and opinion.is_in_doubt, opinion and opinion.as_dict(), layout.text,
        [
            {"role": str(each.role), "selector": each.selector, "on": each.on, "of": layout.read, "text": each.example}
            for each in layout.places
        ],
        row.digest, row.parser, row.reason,
    )  # fmt: skip


def list_lines(layout: ListedLayout) -> Iterator[str]:
    """A comment with what is known of the layout, then `[article]` with comments of its places, as TOML."""
    row = layout.row
    name = row.digest[:DIGEST] if row.digest else f"not used: {clean(row.reason or '')}"
    facts = [f"learnt at page {row.pages} in run {row.learnt} from {count_text(len(row.samples), 'page')}"]
    facts += [f"fit {layout.fit:.0%}"] if layout.fit is not None else []
    yield f"# {layout.number}: {', '.join([*facts, count_text(layout.records, 'record'), name])}"
    if layout.opinion is not None and layout.opinion.is_in_doubt:
        yield f"# in doubt: {clean(describe_doubt(layout.opinion.as_dict()))}"
    if layout.text is not None:
        yield "[article]"
        yield f"text = {json.dumps(layout.text)}"
    for place in layout.places:
        example = shorten(clean(place.example), _EXAMPLE)
        yield f"# {place.role:<11} {place.on:>2} of {layout.read} pages: {clean(place.selector)}  ({example})"
    yield ""
