"""Captures for tests of a web archive: any answer of a server at any time, with its record."""

from __future__ import annotations

import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import FILE
from harbincrawl.warc.heads import digest_of
from tests.support.archives import add_capture
from tests.support.warc_cases import make_record
from tests.support.web_site import Site

NEWS = "http://e.my399.com/news/"


def time_of(stamp: str) -> str:
    """14 digits as the archive writes times."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"


def hold(
    archive: Path,
    stamp: str,
    address: str = NEWS,
    body: bytes = b"<html><body><p>A page</p></body></html>",
    status: int = 200,
    fields: tuple[str, ...] = ("Content-Type: text/html",),
    target: str | None = None,
    **columns: Any,
) -> int:
    """Adds an answer to an archive, asked for at `target` where that is a mirror; returns the id of its capture."""
    block = "\r\n".join([f"HTTP/1.1 {status} Said", *fields, "", ""]).encode("latin-1") + body
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM captures").fetchone()
        name = f"held-{count}.warc.gz"
        (archive / "warc").mkdir(exist_ok=True)
        (archive / "warc" / name).write_bytes(make_record(block, target=target or address))
        row = {
            "address": address, "fetched_at": time_of(stamp), "status": status, "digest": digest_of(body),
            "warc": name, "offset": 0,
        }  # fmt: skip
        return add_capture(connection, row | columns)


class Raw:
    """An answer, read from the socket without any library."""

    def __init__(self, site: Site, path: str, *headers: str, method: str = "GET", host: str = "localhost") -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
        with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as sock:
            sock.sendall("\r\n".join(lines).encode())
            found = b""
            while part := sock.recv(65536):
                found += part
        head, _, self.body = found.partition(b"\r\n\r\n")
        first, *fields = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.fields: dict[str, str] = {}
        for line in fields:
            name, _, value = line.partition(": ")
            assert name.lower() not in self.fields
            self.fields[name.lower()] = value

    @property
    def links(self) -> dict[str, tuple[str, str]]:
        """(address, attributes) by relation."""
        return read_links(self.fields["link"])


def read_links(text: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"((?:; \w+="[^"]*")*)', text)
    return {rel: (address, rest) for address, rel, rest in found}
