"""Captures: when and from where, the page as captured, its bytes; pictures that were kept; addresses outside."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from urllib.parse import urljoin, urlsplit

from harbincrawl.archive.articles.shown import find_shown
from harbincrawl.archive.captures import CaptureRow, find_nearest, list_captures, read_capture
from harbincrawl.archive.media import FOLDER, find_media
from harbincrawl.archive.naming import names_purged
from harbincrawl.archive.runs.seals import find_seal
from harbincrawl.archive.stamps import find_stamp
from harbincrawl.errors import BucketError, NoEvidenceError, RemovedError, WarcError
from harbincrawl.evidence import locate_row, read_charset, read_source, site_as_read
from harbincrawl.export.citations import name_answerer
from harbincrawl.serve.answers import CAPTURED, HTML, LEAVE, PageError, WebAnswer, make_json, name_file, not_found
from harbincrawl.serve.kept import link_capture, read_removed
from harbincrawl.serve.looks import show_time
from harbincrawl.serve.replay import MOST_BYTES, rewrite_page
from harbincrawl.serve.visit import Visit
from harbincrawl.warc.reader import StoredCapture

log = logging.getLogger(__name__)
_LISTED = 20
_MEDIA = re.compile(r"([0-9a-f]{64})(?:\.(jpg|png|gif|bmp|webp))?", re.ASCII)
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp"}


def show_capture(visit: Visit) -> WebAnswer:
    """Our page about a capture, with the captured page in a frame."""
    row = _find_row(visit)
    seal = find_seal(visit.reader.connection, row.run)
    stamp = find_stamp(visit.reader.connection, seal[0]) if seal else None
    others = list_captures(visit.reader.connection, row.address, _LISTED)
    shown = find_shown(visit.reader.connection, visit.site, row.address)
    meaning = visit.site.read_address(row.address)
    article = f"{visit.site.name}:{meaning.id}" if shown and meaning else None
    if visit.form == "json":
        about = {"article": article, "revisions": shown.get(row.id, [])}
        proof = {"seal": seal[1] if seal else None, "timestamp": stamp.as_object() if stamp else None}
        return make_json(asdict(row) | proof | {"shows": about if row.id in shown else None})
    answer = visit.show(
        "capture.html", f"Captured page: {row.address}", here="capture", row=row, seal=seal, stamp=stamp, others=others,
        shown=shown, article=article,
        answerer=name_answerer(row.source, row.host, row.address),
        missing=_find_missing(visit, row), has_bytes=row.warc is not None and row.lost is None,
        leave=LEAVE,
    )  # fmt: skip
    return replace(answer, headers=link_capture(visit, row.address, row.fetched_at))


def _find_missing(visit: Visit, row: CaptureRow) -> str | None:
    """Why a capture cannot be shown as a page; None: it can."""
    if row.status != 200:
        return f"The server answered with status {row.status}."
    try:
        kind = _content_type(read_kept(visit, row))
    except PageError as error:
        return error.text
    return None if "html" in kind else f"This capture is no page but {kind or 'of an unknown type'}."


def show_captured_page(visit: Visit) -> WebAnswer:
    """The page as captured, without whatever runs or loads; its links lead to captures."""
    from harbincrawl.pages.html.decode import decode_page  # costs a start 80 ms

    row = _find_row(visit)
    stored = read_kept(visit, row)
    kind = _content_type(stored)
    if "html" not in kind:
        raise PageError(415, "Not a page", f"This capture is no page but {kind or 'of an unknown type'}.")
    if len(stored.body) > MOST_BYTES:
        raise PageError(413, "Too large", "This page is too large to be shown: take its bytes.")
    site = site_as_read(visit.site, stored.target)
    page = stored.target if site.canonical(stored.target) else row.address
    text = decode_page(stored.body, read_charset(stored.http_headers))
    known: dict[str, str | None] = {}

    def find_link(address: str) -> str | None:
        if not address or address.startswith("#"):
            return None
        if address not in known:
            known[address] = _make_link(visit, row, site.canonical(address, page), _join(page, address))
        return known[address]

    pictures = _find_pictures(visit, text, lambda address: site.absolute(address, page))
    when = show_time(row.fetched_at).striptags()
    answerer = name_answerer(row.source, row.host, row.address)
    place = f"{answerer} in place of {row.address}" if answerer else row.address
    bar = (
        f"Captured {when} from {place} – a copy kept in an archive, without its style sheets and scripts."
        " All below this line is that page."
    )
    shown = rewrite_page(text, bar, find_link, lambda address: pictures.get(site.absolute(address, page) or ""))
    return WebAnswer(shown.encode("utf-8", "replace"), HTML, policy=CAPTURED, headers={"X-DNS-Prefetch-Control": "off"})


def send_raw(visit: Visit) -> WebAnswer:
    """The bytes of the page, Content-Encoding undone, as a download."""
    row = _find_row(visit)
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


def _find_row(visit: Visit) -> CaptureRow:
    text = visit.arguments[0]
    row = (
        read_capture(visit.reader.connection, int(text))
        if text.isascii() and text.isdigit() and len(text) < 16
        else None
    )
    if row is None:
        raise not_found(f"There is no capture {text[:80]}.")
    return row


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
    if names_purged(stored.body, read_removed(visit), visit.site):
        raise PageError(410, "Removed", "This capture shows an article that was removed.")
    return stored


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
