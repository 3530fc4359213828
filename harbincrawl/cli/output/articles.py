"""One record as text, JSON, Markdown, HTML or a citation."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from harbincrawl.text import clean

from .jsontext import write_json
from .style import BOLD, DIM, Style, wrap

Record = dict[str, Any]

_READING_WIDTH = 80
_MARKDOWN = re.compile(r"([\\`*_\[\]<>])")
_MARKDOWN_START = re.compile(r"^(#{1,6}\s|[-+>]|\d+(?=[.)]))")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def text_lines(found: Record, style: Style) -> list[str]:
    """The article set for reading, in lines of at most 80 columns."""
    width = min(style.width, _READING_WIDTH)
    lines = [style.paint(line, BOLD) for line in wrap(clean(found["title"] or "(no title)"), width)]
    lines += [style.paint(line, DIM) for line in wrap(clean(_byline(found)), width)]
    lines.append(style.paint(clean(found["url"]), DIM))
    for paragraph in _paragraphs(found):
        lines += ["", *wrap(clean(paragraph), width)]
    for place, image in enumerate(found["images"], 1):
        words = [f"picture {place}:", image["caption"], f"[{image['credit']}]" if image["credit"] else None]
        lines += ["", *wrap(clean(" ".join(word for word in words if word)), width)]
        if image["url"]:
            lines.append(style.paint(clean(image["url"]), DIM))
    facts = [f"{found['id']}, {found['word_count']} words, first seen {found['first_seen']}"]
    if found["revision"] > 1:
        facts.append(f"revision {found['revision']}, changed {found['last_changed']} (--revisions, --diff)")
    if found["status"] == "gone":
        facts.append(f"gone from the site, last seen {found['last_seen']}")
    return [*lines, "", *(style.paint(clean(fact), DIM) for fact in facts)]


def as_json(found: Record) -> str:
    """One JSON object."""
    return write_json(found, indent=2)


def as_markdown(found: Record) -> str:
    """A Markdown text; signs that Markdown would read are escaped."""
    parts = [
        f"# {_plain(found['title'] or '(no title)')}",
        f"*{_plain(_byline(found))}*",
        f"<{_address(found['url'])}>",
    ]
    parts += [_plain(paragraph) for paragraph in _paragraphs(found)]
    for image in found["images"]:
        words = " ".join(filter(None, (image["caption"], f"[{image['credit']}]" if image["credit"] else None)))
        parts.append(f"![{_plain(words)}](<{_address(image['url'])}>)" if image["url"] else _plain(words))
    return "\n\n".join(parts)


def as_html(found: Record) -> str:
    """A whole HTML page that asks nothing of anyone but the pictures."""
    title = escape(clean(found["title"] or "(no title)"))
    parts = [f"<h1>{title}</h1>", f"<p><i>{escape(clean(_byline(found)))}</i></p>"]
    parts.append(f'<p><a href="{escape(_address(found["url"]))}">{escape(clean(found["url"]))}</a></p>')
    parts += [f"<p>{escape(clean(paragraph))}</p>" for paragraph in _paragraphs(found)]
    for image in found["images"]:
        words = escape(clean(" ".join(filter(None, (image["caption"], image["credit"] and f"[{image['credit']}]")))))
        picture = f'<img src="{escape(_address(image["url"]))}" alt="">' if image["url"] else ""
        parts.append(f"<figure>{picture}<figcaption>{words}</figcaption></figure>")
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<article>\n{body}\n</article>\n</body>\n</html>"
    )


def as_bibtex(found: Record) -> str:
    """A BibLaTeX entry."""
    day = found["updated"] or found["created"]
    fields = {
        "title": f"{{{_tex(found['title'])}}}" if found["title"] else None,
        "author": " and ".join(f"{{{_tex(name)}}}" for name in found["authors"]) or None,
        "date": day,
        "year": day[:4] if day else None,
        "organization": _tex(found["source"]) if found["source"] else None,
        "url": _address(found["url"]),
        "urldate": found["last_seen"][:10],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{found['id'].replace(':', '-')},", *lines, "}"])


def as_csl(found: Record) -> str:
    """A CSL-JSON list of one item."""
    day = found["updated"] or found["created"]
    item = {
        "id": found["id"],
        "type": "article-newspaper",
        "title": found["title"],
        "author": [{"literal": name} for name in found["authors"]] or None,
        "issued": {"date-parts": [_date_parts(day)]} if day else None,
        "container-title": found["section"],
        "publisher": found["source"],
        "URL": found["url"],
        "accessed": {"date-parts": [_date_parts(found["last_seen"][:10])]},
        "language": "en",
    }
    return write_json([{name: value for name, value in item.items() if value is not None}], indent=2)


FORMS: dict[str, Callable[[Record], str]] = {
    "json": as_json,
    "markdown": as_markdown,
    "html": as_html,
    "bibtex": as_bibtex,
    "csl": as_csl,
}


def _byline(found: Record) -> str:
    facts = [
        found["updated"] or found["created"] or "no date",
        found["section"],
        f"by {found['author']}" if found["author"] else None,
        found["source"],
    ]
    return " · ".join(fact for fact in facts if fact)


def _paragraphs(found: Record) -> list[str]:
    return found["body"].split("\n\n") if found["body"] else []


def _plain(text: str) -> str:
    return _MARKDOWN_START.sub(r"\\\1", _MARKDOWN.sub(r"\\\1", clean(" ".join(text.split()))))


def _address(url: str) -> str:
    """`url` where it is a web address, without signs that end one in Markdown, HTML or TeX; else nothing."""
    safe = re.sub(r"[\s<>\"{}\\^`|]", "", clean(url))
    return safe if safe.startswith(("http://", "https://")) else ""


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in clean(" ".join(text.split())))


def _date_parts(day: str) -> list[int]:
    return [int(part) for part in day.split("-")]
