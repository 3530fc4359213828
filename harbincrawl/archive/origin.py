"""The origin of an archive: which site it holds and from which address it was crawled. The first run fixes both."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import DatabaseError, HarbincrawlError, OptionsError, SiteFileError
from harbincrawl.sites import DEFAULT_SITE, STEMMER, Site, choose_site, default_site, find_site
from harbincrawl.sites.reader import parse_site

SITE_FILE = "site_file"
"""The fact that holds the archive's site file, so that the archive can be read without it."""


def read_origin(connection: sqlite3.Connection) -> str | None:
    """The address that the archive was crawled from; None before its first crawl."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'site_url'").fetchone()
    return str(row[0]) if row else None


def read_site(connection: sqlite3.Connection) -> Site:
    """The site that the archive holds, as its last crawl knew it; the usual one before the first.

    Raises DatabaseError where what is stored of it makes no sense.
    """
    facts = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', ?)", (SITE_FILE,)).fetchall())
    try:
        if text := facts.get(SITE_FILE):
            return _parse_stored(str(text))
        return find_site(str(facts.get("site", DEFAULT_SITE)))
    except SiteFileError as error:
        raise DatabaseError(f"{error}: give the site file again with `harbincrawl crawl --site FILE`.") from None


def read_mirrored(connection: sqlite3.Connection) -> Site:
    """The site with the mirror that the archive was crawled from: pages and WARC files have the mirror's addresses."""
    site, origin = read_site(connection), read_origin(connection)
    return replace(site, mirror=origin) if origin and origin != site.base else site


@lru_cache(maxsize=4)
def _parse_stored(text: str) -> Site:
    """The site of a stored file; whoever reads an archive again and again, reads the same one."""
    return parse_site(text, "the archive's site file")


def load_site(folder: Path) -> Site:
    """The site of the archive in `folder`; the usual one where no archive can be read: whoever opens it says why."""
    try:
        connection = open_reader(folder)
    except (HarbincrawlError, sqlite3.Error):
        return default_site()
    with closing(connection):
        try:
            return read_site(connection)
        except sqlite3.Error:
            return default_site()


def find_named_site(folder: Path, named: str | None) -> Site:
    """The site that `--site` names, else that of the archive in `folder`. Raises SiteFileError."""
    return load_site(folder) if named is None else choose_site(named)


def remember_origin(connection: sqlite3.Connection, folder: Path, site: Site, origin: str | None) -> None:
    """Stores site and origin at the first run, and the site file whenever it changed.

    With None, the origin is left to the first crawl. Raises OptionsError if the archive has another site or origin, or
    the file writes addresses or ids otherwise.
    """
    from harbincrawl.archive.schema.tables import upsert  # a search needs none of it

    check_origin(connection, folder, site, origin)
    stored = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', 'site_url')").fetchall())
    for name, value in (("site", site.name), ("site_url", origin)):
        if name not in stored and value is not None:
            upsert(connection, "facts", {"name": name, "value": value})
    for name, value in ((SITE_FILE, site.text), *(((STEMMER, site.stemmer),) if site.stemmer != "porter" else ())):
        upsert(connection, "facts", {"name": name, "value": value})
    if site.stemmer == "porter":
        connection.execute("DELETE FROM facts WHERE name = ?", (STEMMER,))


def check_origin(connection: sqlite3.Connection, folder: Path, site: Site, origin: str | None) -> None:
    """Raises OptionsError if the archive has another site or was crawled from elsewhere than from `origin`."""
    check_site(connection, folder, site)
    before = read_origin(connection)
    if None not in (origin, before) and before != origin and not _is_same_twin(str(before), str(origin)):
        raise OptionsError(
            f"the archive {folder} was crawled from {before}, not from {origin}: "
            f"give --site-url {before}, or another --archive."
        )


def check_site(connection: sqlite3.Connection, folder: Path, site: Site) -> None:
    """Raises OptionsError if the archive has another site, or the site's file wrote addresses or ids otherwise."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'site'").fetchone()
    if row is None:
        return
    if row[0] != site.name:
        raise OptionsError(
            f"the archive {folder} holds the site {row[0]}, not {site.name}: "
            "give another --archive, or leave --site out."
        )
    known = read_site(connection)
    # Where the files write addresses or ids otherwise stored rows would lose their meaning.
    lists = {section.path: section.list for section in known.sections}
    is_other_list = any(lists.get(each.path, each.list) != each.list for each in site.sections)
    addresses = replace(site.addresses, next_article=known.addresses.next_article)
    if is_other_list or (known.base, known.scope, known.addresses) != (site.base, site.scope, addresses):
        raise OptionsError(
            f"the archive {folder} was made with other addresses of {site.name}: "
            "put them back into the site file, or give another --archive."
        )


def _is_same_twin(one: str, other: str) -> bool:
    """True for two ports of one loopback host: a twin gets a new port at every start."""
    hosts = {origin.rsplit(":", 1)[0].removeprefix("http://").removeprefix("https://") for origin in (one, other)}
    return len(hosts) == 1 and hosts <= {"127.0.0.1", "localhost", "[::1]"}
