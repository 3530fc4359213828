"""Which site an archive is of, and where it was read: remembered at the first run, held to ever after."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.errors import OriginError


def read_origin(connection: sqlite3.Connection) -> str | None:
    """The origin that the archive was read from; None before its first crawl."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'site_url'").fetchone()
    return str(row[0]) if row else None


def remember_origin(connection: sqlite3.Connection, folder: Path, site: str, origin: str) -> None:
    """Notes at the first run that the archive is of `site`, read from `origin`. Raises OriginError for another one."""
    told = {"site": site, "site_url": origin}
    known = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', 'site_url')").fetchall())
    for name, value in told.items():
        if name not in known:
            connection.execute("INSERT INTO facts(name, value) VALUES (?, ?)", (name, value))
        elif known[name] != value and not (name == "site_url" and _is_same_twin(known[name], value)):
            raise OriginError(
                f"the archive {folder} was crawled from {known[name]}, not from {value}: "
                f"give --site-url {known[name]}, or another --archive."
            )


def _is_same_twin(known: str, told: str) -> bool:
    """True for two ports of one loopback host: a twin gets another port at every start."""
    hosts = {origin.rsplit(":", 1)[0].removeprefix("http://").removeprefix("https://") for origin in (known, told)}
    return len(hosts) == 1 and hosts <= {"127.0.0.1", "localhost", "[::1]"}
