"""The origin of an archive: which site it holds and from which address it was crawled. The first run fixes both."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.errors import OriginError


def read_origin(connection: sqlite3.Connection) -> str | None:
    """The address that the archive was crawled from; None before its first crawl."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'site_url'").fetchone()
    return str(row[0]) if row else None


def remember_origin(connection: sqlite3.Connection, folder: Path, site: str, origin: str) -> None:
    """Stores site and origin at the first run. Raises OriginError if the archive has others."""
    stored = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', 'site_url')").fetchall())
    for name, value in {"site": site, "site_url": origin}.items():
        if name not in stored:
            connection.execute("INSERT INTO facts(name, value) VALUES (?, ?)", (name, value))
        elif stored[name] != value and not (name == "site_url" and _is_same_twin(stored[name], value)):
            raise OriginError(
                f"the archive {folder} was crawled from {stored[name]}, not from {value}: "
                f"give --site-url {stored[name]}, or another --archive."
            )


def _is_same_twin(one: str, other: str) -> bool:
    """True for two ports of one loopback host: a twin gets a new port at every start."""
    hosts = {origin.rsplit(":", 1)[0].removeprefix("http://").removeprefix("https://") for origin in (one, other)}
    return len(hosts) == 1 and hosts <= {"127.0.0.1", "localhost", "[::1]"}
