"""Who answered in the site's place, and how to cite an article: a line for people, BibLaTeX, CSL-JSON, RIS."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from harbincrawl.text import clean, count_text, name_host, web_address, write_json

if TYPE_CHECKING:
    from harbincrawl.export.selection import Selection
    from harbincrawl.sites import Site

_KINDS = {"mirror": "a mirror at", "cache": "a cache of", "middleware": "a middleware in place of"}
Record = dict[str, Any]

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


def name_answerer(source: str, host: str, address: str) -> str | None:
    """`a mirror at 127.0.0.1:8000` for a capture; None where the site that `address` is of answered itself."""
    if source == "site" or (source == "ingest" and host == name_host(address)):
        return None
    name = host if source == "ingest" else f"{_KINDS.get(source, f'{source} at')} {host}"
    # A stranger's archive may say anything.
    return clean(" ".join(f"{name}".split()))


def read_answerers(selection: Selection, site: Site) -> tuple[tuple[str, int], ...]:
    """By who answered in the place of `site`, the selected articles whose present text came from there."""
    selected, values = selection.choice()
    rows = selection.connection.execute(
        "SELECT c.source, c.host, count(*) FROM captures AS c JOIN articles AS a ON a.first_capture = c.id"
        f" WHERE a.number IN (SELECT a.number {selected}) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        values,
    )
    named = ((name_answerer(source, host, site.base), count) for source, host, count in rows)
    return tuple((name, count) for name, count in named if name)


def describe_answerers(answerers: Sequence[tuple[str, int]]) -> str:
    """A sentence; empty where only the site answered."""
    if not answerers:
        return ""
    parts = ", ".join(f"{count_text(count, 'article')} from {name}" for name, count in answerers)
    return f"Not captured from the site itself: {parts}."


def as_citation(record: Record) -> str:
    """One line: authors, day, title, source, section, address, day of access; what is not known is left out."""
    day = record["updated"] or record["created"]
    parts = [
        ", ".join(record["authors"]),
        f"({_day_text(day)})" if day else "(no date)",
        f"\u201c{record['title'] or 'untitled'}\u201d",
        record["source"],
        record["section"],
        web_address(record["url"]),
        f"accessed {_day_text(record['last_seen'][:10])}",
        _answered(record),
    ]
    return clean(" ".join(". ".join(part for part in parts if part).split())) + "."


def as_bibtex(record: Record) -> str:
    """A BibLaTeX entry."""
    day = record["updated"] or record["created"]
    fields = {
        "title": f"{{{_tex(record['title'])}}}" if record["title"] else None,
        "author": " and ".join(f"{{{_tex(name)}}}" for name in record["authors"]) or None,
        "date": day,
        "year": day[:4] if day else None,
        "organization": _tex(record["source"]) if record["source"] else None,
        "url": web_address(record["url"]),
        "urldate": record["last_seen"][:10],
        "note": _tex(answered) if (answered := _answered(record)) else None,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{record['id'].replace(':', '-')},", *lines, "}"])


def as_csl(*records: Record) -> str:
    """A CSL-JSON list, an item an article."""
    return write_json([_make_csl(record) for record in records], indent=2)


def _make_csl(record: Record) -> dict[str, Any]:
    day = record["updated"] or record["created"]
    item = {
        "id": record["id"],
        "type": "article-newspaper",
        "title": record["title"],
        "author": [{"literal": name} for name in record["authors"]] or None,
        "issued": {"date-parts": [_date_parts(day)]} if day else None,
        "container-title": record["section"],
        "publisher": record["source"],
        "URL": record["url"],
        "accessed": {"date-parts": [_date_parts(record["last_seen"][:10])]},
        "note": _answered(record),
        "language": "en",
    }
    return {name: value for name, value in item.items() if value is not None}


def as_ris(record: Record) -> str:
    """A RIS entry; lines end as the format asks for, with CR and LF."""
    day = record["updated"] or record["created"]
    fields = [
        ("TY", "NEWS"),
        ("ID", record["id"]),
        ("TI", record["title"]),
        *(("AU", name) for name in record["authors"]),
        ("PY", day[:4] if day else None),
        ("DA", day.replace("-", "/") if day else None),
        ("T2", record["section"]),
        ("PB", record["source"]),
        ("UR", web_address(record["url"])),
        ("Y2", record["last_seen"][:10].replace("-", "/")),
        ("N1", _answered(record)),
        ("LA", "en"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {clean(' '.join(value.split()))}\r\n" for tag, value in fields if value is not None)


def _answered(record: Record) -> str | None:
    """`captured from a mirror at 127.0.0.1:8000`; None where the site itself answered."""
    capture = record["capture"]
    answerer = name_answerer(capture["source"], capture["host"], record["url"]) if capture else None
    return answerer and clean(f"captured from {answerer}")


def _day_text(day: str) -> str:
    """`30 May 2019`."""
    try:
        known = date.fromisoformat(day)
    except ValueError:  # bytes of the database were changed
        return day
    return f"{known.day} {known:%B} {known.year}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in clean(" ".join(text.split())))


def _date_parts(day: str) -> list[int]:
    return [int(part) for part in day.split("-")]
