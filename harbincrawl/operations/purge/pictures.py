"""The pictures that go with purged articles: all they ever showed, less what another article shows or showed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from harbincrawl.archive.media import FOLDER
from harbincrawl.errors import PageTooLargeError, WarcError
from harbincrawl.evidence import read_charset, read_stored, site_as_read
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import read_document
from harbincrawl.sites import Site

_CHOSEN = "number {0} (SELECT value FROM json_each(?1))"
_URLS = (
    f"SELECT url FROM images WHERE {_CHOSEN} UNION SELECT json_extract(p.value, '$.url') FROM revisions,"
    f" json_each(iif(json_valid(images), images, '[]')) AS p WHERE {_CHOSEN} AND p.type = 'object'"
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is known of the pictures to remove."""

    addresses: frozenset[str] = frozenset()
    """As `picture_key` writes them."""
    kept: frozenset[str] = frozenset()
    """Digests of payloads that are pictures of other articles, too: their records stay."""
    captures: frozenset[int] = frozenset()
    """Ids of captures of these pictures."""
    media: frozenset[str] = frozenset()
    """Files in `media/` to delete."""

    def has(self, site: Site, target: str, digest: str | None) -> bool:
        """Whether the record of `target` with this payload digest is of a picture to remove."""
        return (
            digest not in self.kept
            and bool(self.addresses)
            and picture_key(site_as_read(site, target), target) in self.addresses
        )


def picture_key(site: Site, address: str) -> str:
    """An address of a picture as all its spellings have it: as it is asked for, on the site and not on a mirror."""
    address = safe_url_string(address.strip())
    bare, _, query = address.partition("#")[0].partition("?")
    return f"{site.canonical(bare) or bare}?{query}"


def find_pictures(
    connection: sqlite3.Connection, folder: Path, site: Site, numbers: Collection[int], own_pages: Collection[int]
) -> Pictures:
    """The pictures of the articles `numbers` of the archive in `folder`; `own_pages` are captures of their pages.

    An address or bytes that another article shows, or showed in an earlier wording, stay. Raises BucketError.
    """
    wanted = json.dumps(sorted(numbers))
    living = {picture_key(site, url) for url in _read_urls(connection, wanted, "NOT IN")}
    addresses = {picture_key(site, url) for url in _read_urls(connection, wanted, "IN")}
    # What was replaced without a new wording stands in no row, only on the captured pages.
    shown, is_whole = _read_pages(connection, folder, site, own_pages)
    addresses |= shown
    # An address that leads to a page is no picture, whatever an article says.
    own = {key for key in addresses - living if site.read_address(key.removesuffix("?")) is None}
    files = {path.name: path.stem for path in (folder / FOLDER).glob("*") if path.is_file()}
    captured = [
        (capture, picture_key(site, address), digest, body_hash)
        for capture, address, digest, body_hash in connection.execute(
            "SELECT id, address, digest, body_hash FROM captures"
        )
        if site.read_address(address) is None
    ]
    kept = {body_hash for _, key, _, body_hash in captured if key in living} - {None}
    if not is_whole:
        # Whose a picture was that nobody shows cannot be told where a page was not kept.
        own |= {key for _, key, _, body_hash in captured if key not in living and body_hash in files.values()}
    gone = [row for row in captured if row[1] in own]
    query = f"SELECT DISTINCT media FROM images WHERE media IS NOT NULL AND {_CHOSEN.format('NOT IN')}"
    shown_files = {name for (name,) in connection.execute(query, (wanted,))}
    # What no capture names was written by a killed crawl: nobody can tell whose it was.
    named = kept | {body_hash for _, key, _, body_hash in captured if key not in own}
    return Pictures(
        frozenset(own),
        frozenset(digest for _, _, digest, body_hash in gone if digest and body_hash in kept),
        frozenset(capture for capture, _, _, body_hash in gone if body_hash not in kept),
        frozenset(name for name, stem in files.items() if name not in shown_files and stem not in named),
    )


def _read_urls(connection: sqlite3.Connection, wanted: str, how: str) -> Iterator[str]:
    rows: Iterable[tuple[object]] = connection.execute(_URLS.format(how), (wanted,))
    return (url for (url,) in rows if isinstance(url, str))


def _read_pages(
    connection: sqlite3.Connection, folder: Path, site: Site, own_pages: Collection[int]
) -> tuple[set[str], bool]:
    """(the pictures that captured pages show, whether all of these pages could be read)."""
    shown: set[str] = set()
    is_whole = True
    rows = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE status = 200 AND id IN (SELECT value FROM json_each(?))'
        " GROUP BY coalesce(digest, id)",
        (json.dumps(sorted(own_pages)),),
    )
    for warc, offset in rows.fetchall():
        try:
            if warc is None:
                raise WarcError("", None, "not kept")
            stored = read_stored(folder, warc, offset)
            document = read_document(decode_page(stored.body, read_charset(stored.http_headers)), stored.target)
        except (WarcError, PageTooLargeError):
            is_whole = False
            continue
        page = site_as_read(site, stored.target)
        base = urljoin(stored.target, document.base or "")
        for line in document.lines:
            shown |= {picture_key(page, each) for image in line.images if (each := _join(base, image.src))}
    return shown, is_whole


def _join(base: str, source: str) -> str | None:
    try:
        address = urljoin(base, source.strip())
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None
