"""The pictures that go with purged articles: all they ever showed, less what another article shows or showed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from w3lib.url import safe_url_string

from harbincrawl.archive.media import FOLDER
from harbincrawl.evidence import site_as_read
from harbincrawl.sites import Site

_CHOSEN = "number {0} (SELECT value FROM json_each(?1))"
_URLS = (
    f"SELECT url FROM images WHERE {_CHOSEN} UNION SELECT json_extract(p.value, '$.url') FROM revisions,"
    f" json_each(iif(json_valid(images), images, '[]')) AS p WHERE {_CHOSEN} AND p.type = 'object'"
)


@dataclass
class Pictures:
    """What is known of the pictures to remove."""

    addresses: frozenset[str] = frozenset()
    """As `picture_key` writes them."""
    kept: frozenset[str] = frozenset()
    """Digests of payloads that are pictures of other articles, too: their records stay."""
    captures: set[int] = field(default_factory=set)
    """Ids of captures of these pictures."""
    media: set[str] = field(default_factory=set)
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


def find_pictures(connection: sqlite3.Connection, folder: Path, site: Site, numbers: Collection[int]) -> Pictures:
    """The pictures of the articles `numbers` of the archive in `folder`, and those that no article shows any more.

    An address or bytes that another article shows, or showed in an earlier wording, stay.
    """
    wanted = json.dumps(sorted(numbers))
    living = {picture_key(site, url) for url in _read_urls(connection, wanted, "NOT IN")}
    addresses = {picture_key(site, url) for url in _read_urls(connection, wanted, "IN")}
    found = Pictures()
    # An address that leads to a page is no picture, whatever an article says.
    own = {key for key in addresses - living if site.read_address(key.removesuffix("?")) is None}
    stems = {path.stem for path in (folder / FOLDER).glob("*")}
    rows: list[tuple[int, str | None, str | None]] = []
    bodies: set[str] = set()
    for capture, address, digest, body_hash in connection.execute(
        "SELECT id, address, digest, body_hash FROM captures"
    ):
        if site.read_address(address) is not None:
            continue
        key = picture_key(site, address)
        if key in living:
            bodies.add(body_hash)
        elif key in own or body_hash in stems:
            # What was replaced without a new wording stands in no row: whose it was cannot be told.
            own.add(key)
            rows.append((capture, digest, body_hash))
    bodies.discard(None)
    found.addresses = frozenset(own)
    found.captures = {capture for capture, _, body_hash in rows if body_hash not in bodies}
    found.kept = frozenset(digest for _, digest, body_hash in rows if digest and body_hash in bodies)
    shown_files = connection.execute(
        f"SELECT DISTINCT media FROM images WHERE media IS NOT NULL AND {_CHOSEN.format('NOT IN')}", (wanted,)
    )
    files = {name for (name,) in shown_files}
    # What no row names was written by a killed crawl: nobody can tell whose it was.
    named = {body_hash for (body_hash,) in connection.execute("SELECT DISTINCT body_hash FROM captures")}
    named = (named - {body_hash for *_, body_hash in rows}) | bodies
    found.media = {
        path.name
        for path in (folder / FOLDER).glob("*")
        if path.is_file() and path.name not in files and path.stem not in named
    }
    return found


def _read_urls(connection: sqlite3.Connection, wanted: str, how: str) -> Iterator[str]:
    rows: Iterable[tuple[object]] = connection.execute(_URLS.format(how), (wanted,))
    return (url for (url,) in rows if isinstance(url, str))
