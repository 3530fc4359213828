"""Captured pages: shown, compared, as bytes; pictures that were kept; addresses that are not in the archive."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from harbincrawl.archive.captures import CaptureRow, find_confirmed, find_nearest, read_capture
from harbincrawl.archive.media import FOLDER, find_media
from harbincrawl.archive.naming import names_purged
from harbincrawl.archive.purged import read_purged
from harbincrawl.errors import BucketError, NoEvidenceError, RemovedError, WarcError
from harbincrawl.evidence import locate_row, read_charset, read_source, site_as_read
from harbincrawl.export.citations import name_answerer
from harbincrawl.serve.answers import CAPTURED, HTML, PageError, WebAnswer, name_file, not_found
from harbincrawl.serve.looks import show_second
from harbincrawl.serve.passages import Comparison, compare_pages
from harbincrawl.serve.plain import PLAIN_STYLE, Find, Side, read_page
from harbincrawl.serve.replay import MOST_BYTES, MOST_TAGS, frame_page, rewrite_page
from harbincrawl.serve.visit import Visit
from harbincrawl.text import count_text
from harbincrawl.warc.reader import StoredCapture

log = logging.getLogger(__name__)
_MEDIA = re.compile(r"([0-9a-f]{64})(?:\.(jpg|png|gif|bmp|webp))?", re.ASCII)
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp"}


def show_captured_page(visit: Visit) -> WebAnswer:
    """The page as captured, without whatever runs or loads; its links lead to captures; with `against` marked."""
    row = find_row(visit, visit.arguments[0])
    if (against := visit.query.get("against", "")) != "":
        return _show_marked(visit, row, find_row(visit, against))
    shown, page = read_shown(visit, row)
    find_link, find_picture = make_finders(visit, shown, page)
    bar = (
        f"{introduce(row, shown)} – a copy kept in an archive, without its style sheets and scripts."
        " All below this line is that page."
    )
    return _frame(rewrite_page(page.text, bar, find_link, find_picture))


def _show_marked(visit: Visit, row: CaptureRow, other: CaptureRow) -> WebAnswer:
    """A page without its looks, the words marked that another capture does not have."""
    old, new = sorted((row, other), key=lambda each: (each.fetched_at, each.id))
    side: Side = "old" if row is old else "new"
    compared = compare_captures(visit, old, new)
    shown, page = read_shown(visit, row)
    read = read_page(page.text, *make_finders(visit, shown, page))
    rough = " Not all was compared: where too much differs it is marked as a whole." if compared.is_rough else ""
    words = count_text(compared.words(side), "word or picture", "words or pictures")
    looks = "in red and struck" if side == "old" else "in green and underlined"
    told = f"Marked {looks}: {words}" if compared.words(side) else "Nothing is marked: it has no word or picture"
    bar = (
        f"{introduce(row, shown)} – a copy kept in an archive, shown without any style of its own: every"
        f" mark is the archive's. {told} that the capture of {_write_second(other.fetched_at)} does not have.{rough}"
    )
    return _frame(frame_page("Captured page", bar, PLAIN_STYLE + read.write(side, compared.marked(side))))


def _frame(text: str) -> WebAnswer:
    headers = {"X-DNS-Prefetch-Control": "off"}
    return WebAnswer(text.encode("utf-8", "replace"), HTML, policy=CAPTURED, headers=headers)


def introduce(row: CaptureRow, shown: CaptureRow) -> str:
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
    stored = read_kept(visit, row)
    headers = {"Content-Disposition": name_file(f"capture-{row.id}.bin")}
    return WebAnswer(stored.body, "application/octet-stream", policy=CAPTURED, headers=headers, is_kept=False)


def show_outside(visit: Visit) -> WebAnswer:
    """A page about an address that is not in the archive; nothing of it leads there."""
    address = visit.query.get("url", "")
    return visit.show("outside.html", "Not in the archive", address=address[:2000])


def send_media(visit: Visit) -> WebAnswer:
    """A picture that was kept, by its hash."""
    match = _MEDIA.fullmatch(visit.arguments[0])
    folder = visit.reader.folder / FOLDER
    if match is None:
        raise not_found("Pictures are named by their hash.")
    for ending in (match[2],) if match[2] else _MEDIA_TYPES:
        path = folder / f"{match[1]}.{ending}"
        if path.is_file() and not path.is_symlink():
            headers = {"Cache-Control": "no-cache", "ETag": f'"{match[1]}"'}
            return WebAnswer(path.read_bytes(), _MEDIA_TYPES[ending], policy=CAPTURED, headers=headers, is_kept=False)
    raise not_found("There is no such picture.")


def find_row(visit: Visit, text: str) -> CaptureRow:
    """The capture that an address names by its number. Raises PageError."""
    is_number = text.isascii() and text.isdigit() and len(text) < 16
    row = read_capture(visit.reader.connection, int(text)) if is_number else None
    if row is None:
        raise not_found(f"There is no capture {text[:80]}.")
    return row


def _read_removed(visit: Visit) -> frozenset[str]:
    """The ids of all purged articles."""
    return visit.reader.remember("purged", lambda: read_purged(visit.reader.connection))


def read_kept(visit: Visit, row: CaptureRow) -> StoredCapture:
    """The response of a capture. Raises PageError where it is lost, was not kept, or shows what was purged."""
    if row.lost is not None:
        raise PageError(410, "Removed", f"The record of this capture is no longer there: {row.lost}.")
    try:
        stored = read_source(visit.reader.folder, locate_row(row))
    except RemovedError as error:
        raise PageError(410, "Removed", "The record of this capture was removed.") from error
    except NoEvidenceError as error:
        raise not_found("No record was kept of it: it names a purged article, or came from a cache.") from error
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
    if names_purged(stored.body, _read_removed(visit), visit.site):
        raise PageError(410, "Removed", "This capture shows an article that was removed.")
    return stored


class ShownPage(NamedTuple):
    """A page that can be shown."""

    text: str
    target: str
    """The address that was fetched."""


def read_shown(visit: Visit, row: CaptureRow) -> tuple[CaptureRow, ShownPage]:
    """(the capture that is shown for `row`, its page): its own, of a 304 the one that it confirms. Raises PageError."""
    from harbincrawl.pages.html.decode import decode_page  # costs a start 80 ms

    shown = row
    if row.status == 304:
        confirmed = find_confirmed(visit.reader.connection, row)
        if confirmed is None:
            raise not_found(
                "The server answered with status 304, that nothing had changed since an earlier answer; which one is"
                " not known, or its record is not kept."
            )
        shown = confirmed
    elif row.status != 200:
        raise not_found(f"The server answered with status {row.status}.")
    stored = read_kept(visit, shown)
    kind = _content_type(stored)
    if "html" not in kind:
        raise PageError(415, "Not a page", f"This capture is no page but {kind or 'of an unknown type'}.")
    if len(stored.body) > MOST_BYTES:
        raise PageError(413, "Too large", "This page is too large to be shown: take its bytes.")
    text = decode_page(stored.body, read_charset(stored.http_headers))
    if text.count("<") > MOST_TAGS:
        raise PageError(413, "Too large", "This page has too many elements to be shown: take its bytes.")
    return shown, ShownPage(text, stored.target)


def find_missing(visit: Visit, row: CaptureRow) -> str | None:
    """Why a capture cannot be shown as a page; None: it can."""
    try:
        read_shown(visit, row)
    except PageError as error:
        return error.text
    return None


def compare_captures(visit: Visit, old: CaptureRow, new: CaptureRow) -> Comparison:
    """What differs between the pages of two captures. Raises PageError where one of them cannot be shown."""
    key = ("comparison", old.id, new.id)
    compared: Comparison | None = visit.reader.memory.find(visit.reader.state, key)
    if compared is None:
        pages = [read_page(read_shown(visit, row)[1].text).blocks for row in (old, new)]
        compared = compare_pages(*pages)
        size = 200 * len(compared.differences) + 5000 * len(compared.passages)
        visit.reader.memory.keep(visit.reader.state, key, compared, size)
    return compared


def make_finders(visit: Visit, row: CaptureRow, shown: ShownPage) -> tuple[Find, Find]:
    """What finds, for an address in a page, our link, and our picture."""
    site = site_as_read(visit.site, shown.target)
    page = shown.target if site.canonical(shown.target) else row.address
    known: dict[str, str | None] = {}

    def find_link(address: str) -> str | None:
        if not address or address.startswith("#"):
            return None
        if address not in known:
            known[address] = _make_link(visit, row, site.canonical(address, page), _join(page, address))
        return known[address]

    pictures = _find_pictures(visit, shown.text, lambda address: site.absolute(address, page))
    return find_link, lambda address: pictures.get(site.absolute(address, page) or "")


def _content_type(stored: StoredCapture) -> str:
    value = next((value for name, value in stored.http_headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()


def _join(page: str, address: str) -> str | None:
    try:
        joined = urljoin(page, address.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def _make_link(visit: Visit, row: CaptureRow, canonical: str | None, absolute: str | None) -> str | None:
    if canonical is not None:
        capture = find_nearest(visit.reader.connection, canonical, row.id)
        return visit.links.outside(canonical) if capture is None else visit.links.capture(capture)
    return visit.links.outside(absolute) if absolute else None


def _find_pictures(visit: Visit, text: str, absolute: Callable[[str], str | None]) -> dict[str, str]:
    """Our address of each kept picture of the page, by its own."""
    addresses = {absolute(match) for match in re.findall(r"""(?i)<img[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)""", text)}
    kept = find_media(visit.reader.connection, [each for each in addresses if each])
    return {url: visit.links.media(name) for url, name in kept.items()}
