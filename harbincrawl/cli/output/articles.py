"""Records as text or citations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

from harbincrawl.export.citations import Cited, as_bibtex, as_citation, write_csl
from harbincrawl.text import clean, count_text

from .style import BOLD, DIM, Style, wrap

Record = dict[str, Any]

READING_WIDTH = 80


def text_lines(record: Record, style: Style) -> list[str]:
    """The article set for reading, in lines of at most 80 columns."""
    width = min(style.width, READING_WIDTH)
    lines = [style.mark(line, BOLD) for line in wrap(record["title"] or "(no title)", width, style.mark_width)]
    lines += [style.paint(line, DIM) for line in wrap(clean(_byline(record)), width)]
    lines.append(style.paint(clean(record["url"]), DIM))
    for paragraph in _paragraphs(record):
        lines += ["", *(style.mark(line) for line in wrap(paragraph, width, style.mark_width))]
    for place, image in enumerate(record["images"], 1):
        lines += ["", *wrap(clean(f"picture {place}: {_caption(image)}"), width)]
        if image["url"]:
            lines.append(style.paint(clean(image["url"]), DIM))
    facts = [f"{record['id']}, {count_text(record['word_count'], 'word')}, first seen {record['first_seen']}"]
    if record["revision"] > 1:
        facts.append(f"revision {record['revision']}, changed {record['last_changed']} (--revisions, --diff)")
    if record["status"] == "gone":
        facts.append(f"gone from the site, last seen {record['last_seen']}")
    if record["status"] == "unknown":
        facts.append(f"known only from archives of others ({record['capture']['source']}), last {record['last_seen']}")
    return [*lines, "", *(style.paint(line, DIM) for fact in facts for line in wrap(clean(fact), width))]


CITATIONS: dict[str, Callable[[Sequence[tuple[Record, Cited]]], str]] = {
    "bibtex": lambda cited: "\n\n".join(starmap(as_bibtex, cited)),
    "csl": write_csl,
    "cite": lambda cited: "\n".join(starmap(as_citation, cited)),
}
"""The forms of citations."""


def write_citations(form: str, records: Sequence[Record], newspaper: str) -> str:
    """The citations of articles in one of CITATIONS; they name the newspaper."""
    cited = Cited(newspaper=newspaper)
    return CITATIONS[form]([(record, cited) for record in records])


def _byline(record: Record) -> str:
    facts = [
        record["updated"] or record["created"] or "no date",
        record["section"],
        f"by {record['author']}" if record["author"] else None,
        record["source"],
    ]
    return " · ".join(fact for fact in facts if fact)


def _caption(image: dict[str, Any]) -> str:
    return " ".join(filter(None, (image["caption"], f"[{image['credit']}]" if image["credit"] else None)))


def _paragraphs(record: Record) -> list[str]:
    return record["body"].split("\n\n") if record["body"] else []
