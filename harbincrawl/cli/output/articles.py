"""Records as text, Markdown, HTML or citations."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from html import escape
from itertools import starmap
from typing import Any

from harbincrawl.export.citations import Cited, as_bibtex, as_ris, name_answerer, name_newspaper, write_csl
from harbincrawl.search.snippets import CLOSE, OPEN
from harbincrawl.text import clean, count_text, web_address

from .style import BOLD, DIM, Style, wrap

Record = dict[str, Any]

READING_WIDTH = 80
_MARKDOWN = re.compile(r"([\\`*_\[\]<>])")
_MARKDOWN_START = re.compile(r"^(#{1,6}\s|[-+>]|\d+(?=[.)]))")


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


def as_markdown(record: Record) -> str:
    """A Markdown text; signs that Markdown would read are escaped."""
    parts = [
        f"# {_plain(record['title'] or '(no title)')}",
        f"*{_plain(_byline(record))}*",
        f"<{web_address(record['url'])}>",
    ]
    parts += [_plain(paragraph) for paragraph in _paragraphs(record)]
    for image in record["images"]:
        words = _caption(image)
        parts.append(f"![{_plain(words)}](<{web_address(image['url'])}>)" if image["url"] else _plain(words))
    if answerer := _answerer(record):
        parts.append(f"*Captured from {_plain(answerer)}*")
    return "\n\n".join(parts)


def as_html(*records: Record) -> str:
    """A whole HTML page of one article or several, which asks nothing of anyone but the pictures."""
    title = _escape(records[0]["title"] or "(no title)", plain=True) if len(records) == 1 else "Articles"
    body = "\n".join(map(_article_html, records))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n{body}\n</body>\n</html>"
    )


def _article_html(record: Record) -> str:
    parts = [f"<h1>{_escape(record['title'] or '(no title)')}</h1>", f"<p><i>{_escape(_byline(record))}</i></p>"]
    parts.append(f'<p><a href="{escape(web_address(record["url"]))}">{_escape(record["url"])}</a></p>')
    parts += [f"<p>{_escape(paragraph)}</p>" for paragraph in _paragraphs(record)]
    for image in record["images"]:
        words = _escape(_caption(image))
        picture = f'<img src="{escape(web_address(image["url"]))}" alt="">' if image["url"] else ""
        parts.append(f"<figure>{picture}<figcaption>{words}</figcaption></figure>")
    if answerer := _answerer(record):
        parts.append(f"<p><i>Captured from {_escape(answerer)}</i></p>")
    return "<article>\n" + "\n".join(parts) + "\n</article>"


def _escape(text: str, *, plain: bool = False) -> str:
    """For HTML, the words that were found marked, unless `plain`."""
    opened, closed = ("", "") if plain else ("<mark>", "</mark>")
    pieces = text.replace(CLOSE, OPEN).split(OPEN)
    return "".join(
        escape(clean(piece)) if place % 2 == 0 else f"{opened}{escape(clean(piece))}{closed}"
        for place, piece in enumerate(pieces)
    )


_DOCUMENTS: dict[str, Callable[[Sequence[Record]], str]] = {
    "markdown": lambda records: "\n\n---\n\n".join(map(as_markdown, records)),
    "html": lambda records: as_html(*records),
}
_CITATIONS: dict[str, Callable[[Sequence[tuple[Record, Cited]]], str]] = {
    "bibtex": lambda cited: "\n\n".join(starmap(as_bibtex, cited)),
    "csl": write_csl,
    "ris": lambda cited: "\n".join(starmap(as_ris, cited)).rstrip("\n"),
}
FORMS = (*_DOCUMENTS, *_CITATIONS)
"""The forms in which articles are one document."""


def write_articles(form: str, records: Sequence[Record], connection: sqlite3.Connection) -> str:
    """The articles in one of FORMS; citations name the newspaper, as their archive knows it."""
    if form in _DOCUMENTS:
        return _DOCUMENTS[form](records)
    cited = Cited(newspaper=name_newspaper(connection))
    return _CITATIONS[form]([(record, cited) for record in records])


def _answerer(record: Record) -> str | None:
    capture = record["capture"]
    return name_answerer(capture["source"], capture["host"], record["url"]) if capture else None


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


def _plain(text: str) -> str:
    """For Markdown, the words that were found in bold."""
    pieces = [_MARKDOWN.sub(r"\\\1", clean(piece)) for piece in " ".join(text.split()).replace(CLOSE, OPEN).split(OPEN)]
    marked = "".join(piece if place % 2 == 0 or not piece else f"**{piece}**" for place, piece in enumerate(pieces))
    return _MARKDOWN_START.sub(r"\\\1", marked)
