"""How to cite an article: a line for people, BibLaTeX, CSL-JSON, RIS."""

from __future__ import annotations

from datetime import date
from typing import Any

from harbincrawl.export.answerers import name_answerer
from harbincrawl.text import clean, web_address, write_json

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
