"""One record as text, JSON, Markdown, HTML or a citation."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from harbincrawl.export.citations import as_bibtex, as_csl
from harbincrawl.text import clean, count_text, web_address, write_json

from .style import BOLD, DIM, Style, wrap

Record = dict[str, Any]

_READING_WIDTH = 80
_MARKDOWN = re.compile(r"([\\`*_\[\]<>])")
_MARKDOWN_START = re.compile(r"^(#{1,6}\s|[-+>]|\d+(?=[.)]))")


def text_lines(record: Record, style: Style) -> list[str]:
    """The article set for reading, in lines of at most 80 columns."""
    width = min(style.width, _READING_WIDTH)
    lines = [style.paint(line, BOLD) for line in wrap(clean(record["title"] or "(no title)"), width)]
    lines += [style.paint(line, DIM) for line in wrap(clean(_byline(record)), width)]
    lines.append(style.paint(clean(record["url"]), DIM))
    for paragraph in _paragraphs(record):
        lines += ["", *wrap(clean(paragraph), width)]
    for place, image in enumerate(record["images"], 1):
        words = [f"picture {place}:", image["caption"], f"[{image['credit']}]" if image["credit"] else None]
        lines += ["", *wrap(clean(" ".join(word for word in words if word)), width)]
        if image["url"]:
            lines.append(style.paint(clean(image["url"]), DIM))
    facts = [f"{record['id']}, {count_text(record['word_count'], 'word')}, first seen {record['first_seen']}"]
    if record["revision"] > 1:
        facts.append(f"revision {record['revision']}, changed {record['last_changed']} (--revisions, --diff)")
    if record["status"] == "gone":
        facts.append(f"gone from the site, last seen {record['last_seen']}")
    return [*lines, "", *(style.paint(clean(fact), DIM) for fact in facts)]


def as_json(record: Record) -> str:
    """One JSON object."""
    return write_json(record, indent=2)


def as_markdown(record: Record) -> str:
    """A Markdown text; signs that Markdown would read are escaped."""
    parts = [
        f"# {_plain(record['title'] or '(no title)')}",
        f"*{_plain(_byline(record))}*",
        f"<{web_address(record['url'])}>",
    ]
    parts += [_plain(paragraph) for paragraph in _paragraphs(record)]
    for image in record["images"]:
        words = " ".join(filter(None, (image["caption"], f"[{image['credit']}]" if image["credit"] else None)))
        parts.append(f"![{_plain(words)}](<{web_address(image['url'])}>)" if image["url"] else _plain(words))
    return "\n\n".join(parts)


def as_html(record: Record) -> str:
    """A whole HTML page that asks nothing of anyone but the pictures."""
    title = escape(clean(record["title"] or "(no title)"))
    parts = [f"<h1>{title}</h1>", f"<p><i>{escape(clean(_byline(record)))}</i></p>"]
    parts.append(f'<p><a href="{escape(web_address(record["url"]))}">{escape(clean(record["url"]))}</a></p>')
    parts += [f"<p>{escape(clean(paragraph))}</p>" for paragraph in _paragraphs(record)]
    for image in record["images"]:
        words = escape(clean(" ".join(filter(None, (image["caption"], image["credit"] and f"[{image['credit']}]")))))
        picture = f'<img src="{escape(web_address(image["url"]))}" alt="">' if image["url"] else ""
        parts.append(f"<figure>{picture}<figcaption>{words}</figcaption></figure>")
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<article>\n{body}\n</article>\n</body>\n</html>"
    )


FORMS: dict[str, Callable[[Record], str]] = {
    "json": as_json,
    "markdown": as_markdown,
    "html": as_html,
    "bibtex": as_bibtex,
    "csl": as_csl,
}


def _byline(record: Record) -> str:
    facts = [
        record["updated"] or record["created"] or "no date",
        record["section"],
        f"by {record['author']}" if record["author"] else None,
        record["source"],
    ]
    return " · ".join(fact for fact in facts if fact)


def _paragraphs(record: Record) -> list[str]:
    return record["body"].split("\n\n") if record["body"] else []


def _plain(text: str) -> str:
    return _MARKDOWN_START.sub(r"\\\1", _MARKDOWN.sub(r"\\\1", clean(" ".join(text.split()))))
