"""What web archives answer, RFC 7089: a page at a time, all its captures, and each as it was captured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from itertools import chain

from harbincrawl.archive.captures import read_capture
from harbincrawl.archive.mementos import (
    Around,
    Memento,
    MementoRange,
    cover_address,
    find_around,
    find_memento,
    list_mementos,
)
from harbincrawl.archive.naming import names_purged
from harbincrawl.evidence import site_as_read
from harbincrawl.serve.answers import CAPTURED, TEXT, Download, PageError, WebAnswer, not_found
from harbincrawl.serve.kept import find_address, link_memento, read_removed
from harbincrawl.serve.links import Links
from harbincrawl.serve.mementos import (
    LINK_FORMAT,
    Asked,
    name_memento,
    name_timegate,
    name_timemap,
    read_http_date,
    read_web,
    write_address,
    write_date,
    write_link,
    write_memento,
    write_stamp,
)
from harbincrawl.serve.visit import Visit
from harbincrawl.warc.captures import ORIGINAL_PREFIX
from harbincrawl.warc.heads import Fields, clean_name, find_field, neutralise

from .captures import read_kept

_NEGOTIATED = {"Vary": "accept-datetime"}
_BATCH = 500
"""Links of a TimeMap that are sent at once."""


def show_web(visit: Visit) -> WebAnswer | Download:
    """What is below `/web/`."""
    return _answer(visit, read_web(visit.target.partition("/")[2]))


def show_beside(visit: Visit) -> WebAnswer | Download:
    """A capture beside `/cdx`: where a list is, some programs look for what it lists."""
    return _answer(visit, read_web(visit.target))


def _answer(visit: Visit, asked: Asked) -> WebAnswer | Download:
    if asked.kind == "timegate":
        return _negotiate(visit, asked)
    if asked.kind == "timemap":
        return _list_all(visit, asked)
    memento = _find(visit, asked)
    if asked.kind == "page":
        return _lead(visit, memento, f"{visit.links.origin}{visit.links.capture(memento.capture)}")
    if asked.stamp != write_stamp(memento.fetched_at):
        return _lead(visit, memento, name_memento(visit.links, memento.address, memento.fetched_at))
    return _give(visit, memento)


def _find(visit: Visit, asked: Asked) -> Memento:
    """The capture that is asked for. Raises PageError."""
    address = find_address(visit, asked.address)
    memento = find_memento(visit.reader.connection, address, asked.moment) if address else None
    if memento is None:
        raise not_found(f"The archive has no capture of {asked.address[:200]}.")
    return memento


def _negotiate(visit: Visit, asked: Asked) -> WebAnswer:
    """The TimeGate: it leads to the capture that is nearest to Accept-Datetime, or to the newest."""
    moment = read_http_date(visit.wanted_at) if visit.wanted_at is not None else None
    try:
        if visit.wanted_at is not None and moment is None:
            raise PageError(
                400, "Not understood", "Accept-Datetime: expected a date such as Thu, 31 May 2007 20:35:00 GMT."
            )
        memento = _find(visit, asked._replace(moment=moment))
    except PageError as error:
        raise PageError(error.status, error.title, error.text, _NEGOTIATED) from error
    return _lead(visit, memento, name_memento(visit.links, memento.address, memento.fetched_at), _NEGOTIATED)


def _lead(visit: Visit, memento: Memento, address: str, headers: dict[str, str] | None = None) -> WebAnswer:
    """A redirect to a capture; it is no capture itself, so it has no Memento-Datetime."""
    own = {"Location": address, "Link": link_memento(visit, memento)}
    return WebAnswer(b"", TEXT, status=302, headers=own | (headers or {}), is_kept=False)


def _list_all(visit: Visit, asked: Asked) -> Download:
    """The TimeMap."""
    address = find_address(visit, asked.address)
    around = find_around(visit.reader.connection, address, "") if address else None
    if address is None or around is None:
        raise not_found(f"The archive has no capture of {asked.address[:200]}.")
    return Download(partial(_write_timemap, visit.links, address, around), LINK_FORMAT, None)


def _write_timemap(links: Links, address: str, around: Around, connection: sqlite3.Connection) -> Iterator[bytes]:
    span = {"from": write_date(around.first), "until": write_date(around.last)}
    head = (
        write_link(write_address(address), "original"),
        write_link(name_timemap(links, address), "self", type=LINK_FORMAT, **span),
        write_link(name_timegate(links, address), "timegate"),
    )
    chosen = MementoRange(*cover_address(address))
    named = {around.first: ["first"]}
    named.setdefault(around.last, []).append("last")
    rows = (
        write_memento(links, address, row.fetched_at, named.get(row.fetched_at, ()))
        for row in list_mementos(connection, chosen)
    )
    text = ""
    for at, link in enumerate(chain(head, rows)):
        text += f",\n{link}" if at else link
        if at % _BATCH == _BATCH - 1:
            yield text.encode()
            text = ""
    yield f"{text}\n".encode()


def _give(visit: Visit, memento: Memento) -> WebAnswer:
    """A capture: its bytes with their Content-Encoding, its status, its own fields under other names."""
    row = read_capture(visit.reader.connection, memento.capture)
    assert row is not None  # noqa: S101 - within one transaction
    stored = read_kept(visit, row)
    fields = stored.http_headers
    said = "\n".join(f" {value}" for _, value in fields).encode("latin-1", "replace")
    if names_purged(said, read_removed(visit), visit.site):
        raise PageError(410, "Removed", "This capture shows an article that was removed.")
    # A 304 that names the page which it confirms is given as that page.
    status = 200 if (stored.http_status, stored.type) == (304, "revisit") else stored.http_status
    if not 200 <= status <= 599 or status == 304:
        raise not_found("The server answered with nothing that could be given again.")
    headers = _rename_fields(fields)
    headers |= {"Memento-Datetime": write_date(memento.fetched_at), "Link": link_memento(visit, memento)}
    if coding := find_field(fields, "Content-Encoding"):
        headers["Content-Encoding"] = neutralise(coding)
    if 300 <= status < 400 and (target := find_field(fields, "Location")):
        # It leads to the capture of where it led, never to there.
        there = site_as_read(visit.site, stored.target).canonical(target, memento.address) or target
        headers["Location"] = name_memento(visit.links, there, memento.fetched_at)
    kind = neutralise(find_field(fields, "Content-Type") or "") or "application/octet-stream"
    return WebAnswer(stored.payload, _recode(kind), status, CAPTURED, headers, is_kept=False)


def _rename_fields(fields: Fields) -> dict[str, str]:
    """The fields of an answer as `X-Archive-Orig-…`, without how its body is coded, which is still true."""
    renamed: dict[str, tuple[str, str]] = {}
    for name, value in fields:
        bare = clean_name(name[len(ORIGINAL_PREFIX) :] if name.lower().startswith(ORIGINAL_PREFIX.lower()) else name)
        key, written = bare.lower(), _recode(neutralise(value))
        if name.lower() != "content-encoding":
            renamed[key] = (bare, f"{renamed[key][1]}, {written}" if key in renamed else written)
    return {f"{ORIGINAL_PREFIX}{name}": value for name, value in renamed.values()}


def _recode(value: str) -> str:
    """`value`, read as Latin-1, so that its bytes are sent as they came where they are UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
