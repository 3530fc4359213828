"""Captures: those of an article, one with its evidence, its page in a sandbox, its bytes; pictures that were kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.shown import find_shown
from harbincrawl.archive.captures import (
    CaptureRow,
    count_before,
    find_confirmed,
    find_nearest,
    list_captures_in_time,
    read_capture,
)
from harbincrawl.archive.media import FOLDER, find_media
from harbincrawl.archive.naming import names_purged
from harbincrawl.archive.purged import read_purged
from harbincrawl.errors import BucketError, NoEvidenceError, RemovedError, WarcError
from harbincrawl.evidence import read_charset, read_source, site_as_read
from harbincrawl.export.citations import name_answerer
from harbincrawl.serve.answers import CAPTURED, HTML, LEAVE, PageError, WebAnswer, name_file, not_found
from harbincrawl.serve.looks import show_second
from harbincrawl.serve.pager import read_page
from harbincrawl.serve.proofs import read_proof
from harbincrawl.serve.replay import MOST_BYTES, MOST_TAGS, rewrite_page
from harbincrawl.serve.visit import Visit
from harbincrawl.warc.reader import CapturedRecord

log = logging.getLogger(__name__)
_Find = Callable[[str], str | None]
"""What to write in place of an address in a page; None: nothing."""
_UNKEPT = "No record was kept of it: it names a purged article, or came from a cache."
_LISTED = 50
"""Captures on one page of the list."""
_MEDIA = re.compile(r"([0-9a-f]{64})(?:\.(jpg|png|gif|bmp|webp))?", re.ASCII)
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp"}


def show_captures(visit: Visit) -> WebAnswer:
    """All captures of an article's address in time, each with the revisions that it shows."""
    _, article = visit.find_article(visit.arguments[0], "/captures")
    connection = visit.reader.connection
    count, _ = list_captures_in_time(connection, article.url, 0, 0)
    page = read_page(visit.query, count, _LISTED)
    _, rows = list_captures_in_time(connection, article.url, page.offset, _LISTED)
    shown = find_shown(connection, visit.site, article.url)

    def link(number: int) -> str:
        return visit.links.article(article.id, "/captures", [("page", str(number))] if number > 1 else [])

    return visit.show(
        "captures.html", f"Captures of {article.title or article.id}", record=article, rows=rows, shown=shown,
        count=count, first=page.offset + 1, range=page.describe(), **page.link(link),
    )  # fmt: skip


def show_capture(visit: Visit) -> WebAnswer:
    """A capture with its evidence, its page in a frame, and the captures before and after it."""
    row = find_row(visit, visit.arguments[0])
    connection = visit.reader.connection
    meaning = visit.site.read_address(row.address)
    number = find_number(connection, meaning.id) if meaning is not None and meaning.id is not None else None
    shown = find_shown(connection, visit.site, row.address)
    article = visit.reader.archive[meaning.id] if meaning is not None and meaning.id and number and shown else None
    before = count_before(connection, row)
    count, around = list_captures_in_time(connection, row.address, max(before - 1, 0), 3)
    return visit.show(
        "capture.html", f"Capture of {_write_second(row.fetched_at)}: {row.address}",
        proof=read_proof(visit, row.id, row.address), missing=_find_missing(visit, row), row=row, article=article,
        confirmed=find_confirmed(connection, row), revisions=shown.get(row.id, ()), place=before + 1, count=count,
        previous=around[0] if before else None, following=around[min(before, 1) + 1] if before + 1 < count else None,
        leave=LEAVE,
    )  # fmt: skip


def _find_missing(visit: Visit, row: CaptureRow) -> str | None:
    """Why there is no page of a capture; None: there may be one."""
    try:
        _find_page(visit, row)
    except PageError as error:
        return error.text
    return None


def _find_page(visit: Visit, row: CaptureRow) -> CaptureRow:
    """The capture whose page is shown for `row`: its own, of a 304 the one that it confirms. Raises PageError."""
    shown: CaptureRow | None = row
    if row.status == 304:
        shown = find_confirmed(visit.reader.connection, row)
    elif row.status != 200:
        raise not_found(f"The server answered with status {row.status}.")
    if shown is None:
        raise not_found(
            "The server answered with status 304, that nothing had changed since an earlier answer; which one is not"
            " known, or its record is not kept."
        )
    if shown.lost is not None:
        raise PageError(410, "Removed", f"The record of this capture is no longer there: {shown.lost}.")
    if shown.warc is None:
        raise not_found(_UNKEPT)
    return shown


def show_captured_page(visit: Visit) -> WebAnswer:
    """The page as captured, without whatever runs or loads; its links lead to captures."""
    row = find_row(visit, visit.arguments[0])
    shown, text, target = _read_shown(visit, row)
    bar = (
        f"{_introduce(row, shown)} – a copy kept in an archive, without its style sheets and scripts."
        " All below this line is that page."
    )
    page = rewrite_page(text, bar, *_make_finders(visit, shown, text, target))
    headers = {"X-DNS-Prefetch-Control": "off"}
    return WebAnswer(page.encode("utf-8", "replace"), HTML, policy=CAPTURED, headers=headers)


def _introduce(row: CaptureRow, shown: CaptureRow) -> str:
    """`Captured 30 May 2019, 08:15:42 UTC from http://…`; of a 304 also which page is shown."""
    answerer = name_answerer(row.source, row.host, row.address)
    place = f"{answerer} in place of {row.address}" if answerer else row.address
    begin = f"Captured {_write_second(row.fetched_at)} from {place}"
    if shown.id == row.id:
        return begin
    return f"{begin}, which answered that the page is still that of {_write_second(shown.fetched_at)}"


def _write_second(moment: str) -> str:
    return show_second(moment).striptags()


def send_raw(visit: Visit) -> WebAnswer:
    """The bytes of the page, Content-Encoding undone, as a download."""
    row = find_row(visit, visit.arguments[0])
    stored = _read_kept(visit, row)
    headers = {"Content-Disposition": name_file(f"capture-{row.id}.bin")}
    return WebAnswer(stored.body, "application/octet-stream", policy=CAPTURED, headers=headers)


def send_media(visit: Visit) -> WebAnswer:
    """A picture that was kept, by its hash."""
    match = _MEDIA.fullmatch(visit.arguments[0])
    folder = visit.reader.folder / FOLDER
    if match is None:
        raise not_found("Pictures are named by their hash.")
    for ending in (match[2],) if match[2] else _MEDIA_TYPES:
        path = folder / f"{match[1]}.{ending}"
        if path.is_file() and not path.is_symlink():
            return WebAnswer(path.read_bytes(), _MEDIA_TYPES[ending], policy=CAPTURED)
    raise not_found("There is no such picture.")


def find_row(visit: Visit, text: str) -> CaptureRow:
    """The capture that an address names by its number. Raises PageError."""
    is_number = text.isascii() and text.isdigit() and len(text) < 16
    row = read_capture(visit.reader.connection, int(text)) if is_number else None
    if row is None:
        raise not_found(f"There is no capture {text[:80]}.")
    return row


def _read_kept(visit: Visit, row: CaptureRow) -> CapturedRecord:
    """The response of a capture. Raises PageError where it is lost, was not kept, or shows what was purged."""
    if row.lost is not None:
        raise PageError(410, "Removed", f"The record of this capture is no longer there: {row.lost}.")
    try:
        stored = read_source(visit.reader.folder, row)
    except RemovedError as error:
        raise PageError(410, "Removed", "The record of this capture was removed.") from error
    except NoEvidenceError as error:
        raise not_found(_UNKEPT) from error
    except BucketError as error:
        log.warning("capture %d cannot be read: %s", row.id, error)
        raise PageError(
            502, "The bucket does not answer", "The record is kept in a bucket: try again later.", {"Retry-After": "30"}
        ) from error
    except WarcError as error:
        log.warning("capture %d cannot be read: %s", row.id, error)
        raise PageError(
            500, "The record cannot be read", "It may be damaged: harbincrawl verify says what is broken."
        ) from error
    if names_purged(stored.body, read_purged(visit.reader.connection), visit.site):
        raise PageError(410, "Removed", "This capture shows an article that was removed.")
    return stored


def _read_shown(visit: Visit, row: CaptureRow) -> tuple[CaptureRow, str, str]:
    """(the capture that is shown for `row`, its page, the address that was fetched). Raises PageError."""
    from harbincrawl.pages.html.decode import decode_page  # costs a start 80 ms

    shown = _find_page(visit, row)
    stored = _read_kept(visit, shown)
    kind = _content_type(stored)
    if "html" not in kind:
        raise PageError(415, "Not a page", f"This capture is no page but {kind or 'of an unknown type'}.")
    if len(stored.body) > MOST_BYTES:
        raise PageError(413, "Too large", "This page is too large to be shown: take its bytes.")
    text = decode_page(stored.body, read_charset(stored.http_headers))
    if text.count("<") > MOST_TAGS:
        raise PageError(413, "Too large", "This page has too many elements to be shown: take its bytes.")
    return shown, text, stored.target


def _make_finders(visit: Visit, row: CaptureRow, text: str, target: str) -> tuple[_Find, _Find]:
    """What finds, for an address in a page, our link, and our picture."""
    site = site_as_read(visit.site, target)
    page = target if site.canonical(target) else row.address
    known: dict[str, str | None] = {}

    def find_link(address: str) -> str | None:
        if not address or address.startswith("#"):
            return None
        if address not in known:
            known[address] = _make_link(visit, row, site.canonical(address, page))
        return known[address]

    pictures = _find_pictures(visit, text, lambda address: site.absolute(address, page))
    return find_link, lambda address: pictures.get(site.absolute(address, page) or "")


def _content_type(stored: CapturedRecord) -> str:
    value = next((value for name, value in stored.http_headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()


def _make_link(visit: Visit, row: CaptureRow, canonical: str | None) -> str | None:
    capture = find_nearest(visit.reader.connection, canonical, row.id) if canonical is not None else None
    return None if capture is None else visit.links.capture(capture)


def _find_pictures(visit: Visit, text: str, absolute: Callable[[str], str | None]) -> dict[str, str]:
    """Our address of each kept picture of the page, by its own."""
    addresses = {absolute(match) for match in re.findall(r"""(?i)<img[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)""", text)}
    kept = find_media(visit.reader.connection, [each for each in addresses if each])
    return {url: visit.links.media(name) for url, name in kept.items()}
