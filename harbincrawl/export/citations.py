"""Who answered in the site's place, and how to cite an article: a line for people, BibLaTeX, CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from harbincrawl.text import clean, count_text, name_host, web_address, write_json

if TYPE_CHECKING:
    from harbincrawl.export.selection import Selection
    from harbincrawl.sites import Site

_KINDS = {"mirror": "a mirror at", "cache": "a cache of", "middleware": "a middleware in place of"}
Record = dict[str, Any]
_STOPS = re.compile(r"\.(?:\s*\.)+")

_TEX = {
    "\\": r"\textbackslash{}",
    # To BibTeX, a brace behind a backslash opens a group, too, which a title need not close.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
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


class Cited(NamedTuple):
    """What a citation of one wording names beyond its record, as far as it is known."""

    revisions: int | None = None
    """How many there are."""
    capture: int | None = None
    """The id of the response that first showed it."""
    seal: tuple[int, str] | None = None
    """(run, seal) of the seal that covers that response."""
    permalink: str | None = None
    """The address at which an archive shows this wording."""
    newspaper: str | None = None
    """What the site is called."""


NOTHING_MORE = Cited()
"""Of a record alone."""


def as_citation(record: Record, cited: Cited = NOTHING_MORE) -> str:
    """Two sentences for people: who, what, when and where; then which wording. What is not known is left out.

    The first begins with a name, parts stand between commas, and only its end has a full stop: whatever begins in lower
    case, such as an address, stands behind no other one.
    """
    day = record["updated"] or record["created"]
    names = [" and ".join(filter(None, (", ".join(record["authors"][:-1]), *record["authors"][-1:])))]
    names += [record["source"] or "", record["section"] or ""]
    # Where nobody is named, the agency is who speaks, else the paper.
    first, *others = list(filter(None, map(_as_part, names))) or [f"Article {record['id']}"]
    title = _as_title(record["title"]) or "untitled"
    parts = [
        first,
        f"\u201c{title}\u201d {f'({_day_text(day)})' if day else '(no date)'}",
        *others,
        web_address(record["url"]),
        f"accessed {_day_text(record['last_seen'][:10])}",
        _answered(record),
    ]
    return f"{_end(', '.join(part for part in parts if part))} {_end(_describe_wording(record, cited))}"


def _describe_wording(record: Record, cited: Cited) -> str:
    """`This is revision 2 of 3, captured on …`: the wording as a sentence, without its full stop."""
    capture = record["capture"]
    total = f" of {cited.revisions}" if cited.revisions else ""
    at = f"captured on {_moment_text(capture['fetched_at'])}" if capture else ""
    named = ", ".join(filter(None, (f"capture {cited.capture}" if cited.capture else "", _digest(record))))
    parts = [
        f"This is revision {record['revision']}{total}",
        " ".join(filter(None, (at, f"({named})" if named else ""))),
    ]
    if cited.seal:
        parts.append(f"under seal {cited.seal[1]} of run {cited.seal[0]}")
    if cited.permalink:
        parts.append(f"kept at {cited.permalink}")
    return clean(", ".join(filter(None, parts)))


def _list_notes(record: Record, cited: Cited) -> list[str]:
    """Who answered, digest, seal and permalink, for formats that have no field of their own for them."""
    named = (
        _answered(record),
        f"capture {cited.capture}" if cited.capture else None,
        f"captured {record['capture']['fetched_at']}" if record["capture"] else None,
        f"digest {digest}" if (digest := _digest(record)) else None,
        f"seal {cited.seal[1]} of run {cited.seal[0]}" if cited.seal else None,
        f"permalink {cited.permalink}" if cited.permalink else None,
    )
    return [note for note in named if note]


def as_bibtex(record: Record, cited: Cited = NOTHING_MORE) -> str:
    """A BibLaTeX entry."""
    day = record["updated"] or record["created"]
    # Where the newspaper is named, who wrote for it has no field of its own.
    source = record["source"] if cited.newspaper else None
    notes = "; ".join(map(write_tex, [*([f"source: {source}"] if source else []), *_list_notes(record, cited)]))
    fields = {
        "title": f"{{{write_tex(record['title'])}}}" if record["title"] else None,
        "author": " and ".join(f"{{{write_tex(name)}}}" for name in record["authors"]) or None,
        "date": day,
        "year": day[:4] if day else None,
        "organization": write_tex(cited.newspaper or record["source"] or "") or None,
        "version": f"revision {record['revision']}",
        "url": web_address(record["url"]),
        "urldate": record["last_seen"][:10],
        "note": notes or None,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{_make_key(record).replace(':', '-')},", *lines, "}"])


def as_csl(record: Record, cited: Cited = NOTHING_MORE) -> str:
    """A CSL-JSON list with the article."""
    return write_csl([(record, cited)])


def write_csl(cited: Iterable[tuple[Record, Cited]]) -> str:
    """A CSL-JSON list, an item an article."""
    return write_json([_make_csl(record, more) for record, more in cited], indent=2)


def _make_key(record: Record) -> str:
    """What a bibliography calls it: each wording by a name of its own, so that two of an article stand in one."""
    return str(record["id"]) + (f"-{record['revision']}" if record["revision"] > 1 else "")


def _make_csl(record: Record, cited: Cited) -> dict[str, Any]:
    day = record["updated"] or record["created"]
    item = {
        "id": _make_key(record),
        "type": "article-newspaper",
        "title": record["title"],
        "author": [{"literal": name} for name in record["authors"]] or None,
        "issued": {"date-parts": [_date_parts(day)]} if day else None,
        "container-title": cited.newspaper or record["section"],
        "section": record["section"] if cited.newspaper else None,
        "publisher": record["source"],
        "URL": record["url"],
        "accessed": {"date-parts": [_date_parts(record["last_seen"][:10])]},
        "version": f"revision {record['revision']}",
        "archive_location": cited.permalink,
        "note": "; ".join(_list_notes(record, cited)) or None,
        "language": "en",
    }
    return {name: value for name, value in item.items() if value is not None}


def _as_part(text: str) -> str:
    """A name within a sentence: on one line, begun by a letter or a digit, ended by no stop; else empty."""
    name = _STOPS.sub("…", " ".join(clean(text).split()))
    start = next((at for at, sign in enumerate(name) if sign.isalnum()), len(name))
    name = name[start:].rstrip(" .,;:")
    # A bracket that was opened before is none any more.
    return name[:-1].rstrip(" .,;:") if start and name.endswith((")", "]", "\u201d", '"')) else name


def _as_title(title: str | None) -> str:
    """A title within a sentence: without its full stop, for it ends nothing there; `?`, `!` and `…` stay."""
    return _STOPS.sub("…", " ".join(clean(title or "").split())).rstrip(". ")


def _end(sentence: str) -> str:
    """`sentence` with one full stop at its end."""
    return f"{sentence.rstrip('. ')}."


def _digest(record: Record) -> str | None:
    """The digest of the payload of the response that showed the wording."""
    digest = record["capture"]["digest"] if record["capture"] else None
    return clean(digest) if digest else None


def _answered(record: Record) -> str | None:
    """`captured from a mirror at 127.0.0.1:8000`; None where the site itself answered."""
    capture = record["capture"]
    answerer = name_answerer(capture["source"], capture["host"], record["url"]) if capture else None
    return answerer and clean(f"captured from {answerer}")


def _moment_text(moment: str) -> str:
    """`30 May 2019, 08:15:03 UTC` of a stored time."""
    return f"{_day_text(moment[:10])}, {moment[11:19]} UTC"


def _day_text(day: str) -> str:
    """`30 May 2019`."""
    try:
        known = date.fromisoformat(day)
    except ValueError:  # bytes of the database were changed
        return day
    return f"{known.day} {known:%B} {known.year}"


def write_tex(text: str) -> str:
    """`text` on one line, as TeX prints it."""
    return "".join(_TEX.get(letter, letter) for letter in clean(" ".join(text.split())))


def _date_parts(day: str) -> list[int]:
    return [int(part) for part in day.split("-")]
