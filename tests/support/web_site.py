"""The web site for tests: the real command in a process of its own, and archives of what people might do to it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_capture, build_archive
from tests.support.crawling import change, launch
from tests.support.forge import Running, wait_for
from tests.support.warc_cases import make_record, make_response

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
PICTURE_NAME = "a" * 64 + ".png"
BAD = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\x9b\u202e\u2066evil"
"""Markup, an escape sequence and an override of the writing direction."""
HOSTILE_PAGE = Path(__file__).with_name("hostile_page.html").read_text("utf-8")


@dataclass
class Reply:
    """What the site answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """A site that runs."""

    process: Running
    port: int
    base: str = ""
    is_ended: bool = False

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Sends a signal; (exit code, stderr)."""
        self.is_ended = True
        self.process.send(number)
        code, _, said = self.process.wait()
        return code, said

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())

    def json(self, path: str) -> Any:
        reply = self.ask(path)
        assert reply.status == 200, reply.text
        return reply.json()


_LONGEST = 3600
"""Seconds after which a site ends, whoever forgot it."""


@contextmanager
def running(archive: Path, *arguments: str, prelude: str = "") -> Iterator[Site]:
    """`harbincrawl serve` of an archive, until the block ends."""
    # It is looked at by all tests of a file, which take longer than a command may.
    lasting = f"signal.alarm({_LONGEST})\n{prelude}"
    process = launch(archive, "serve", "--port", "0", *arguments, prelude=lasting)
    address = re.compile(r"http://\S+:(\d+)(\S*)/ \(")

    def said() -> str:
        return process.err.read_text() if process.err.exists() else ""

    wait_for(lambda: bool(address.search(said())) or not process.is_alive(), "the site answers")
    match = address.search(said())
    assert match is not None, process.err.read_text()
    site = Site(process, int(match[1]), match[2])
    try:
        yield site
    finally:
        if not site.is_ended:
            site.end()


def keep_page(archive: Path, address: str, page: str | bytes, fetched_at: str = "2024-06-01T08:00:00Z") -> int:
    """Adds a captured page with its WARC record to an archive; returns the id of the capture."""
    body = page if isinstance(page, bytes) else page.encode()
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM captures").fetchone()
        name = f"page-{count}.warc.gz"
        (archive / "warc").mkdir(exist_ok=True)
        (archive / "warc" / name).write_bytes(make_record(make_response(body), target=address))
        return add_capture(connection, {"address": address, "warc": name, "offset": 0, "fetched_at": fetched_at})


def build_hostile(archive: Path) -> dict[str, int]:
    """An archive in which every text is an attack; the ids of its captures by name."""
    own = "http://e.my399.com/news/2024-05-01"
    build_archive(
        archive,
        [
            {"number": 1, "title": BAD, "body": [f"{BAD} snow", "second"], "author": BAD, "authors": [BAD],
             "source": BAD, "section": BAD, "section_path": "news", "summary": BAD,
             "images": [{"url": f"{own}/kept.png", "caption": BAD, "credit": BAD, "file_name": BAD},
                        {"url": "javascript:alert(1)", "caption": "no address"}]},
            {"number": 2, "title": "Snow again", "url": "javascript:alert(1)", "body": "snow"},
        ],
        revisions=[{"number": 1, "revision": 0, "title": "before", "body": BAD}],
    )  # fmt: skip
    captures = {
        "other": keep_page(archive, f"{own}/2.html", "<p>The other page</p>"),
        "hostile": keep_page(archive, f"{own}/1.html", HOSTILE_PAGE),
    }
    (archive / "media").mkdir()
    (archive / "media" / PICTURE_NAME).write_bytes(PICTURE)
    change(
        archive,
        f"UPDATE articles SET capture = {captures['hostile']} WHERE number = 1",
        f"UPDATE images SET media = '{PICTURE_NAME}' WHERE number = 1 AND position = 0",
        "INSERT INTO images(number, position, url, media)"
        f" VALUES (2, 0, 'http://e.my399.com/pictures/kept.png', '{PICTURE_NAME}')",
    )
    return captures
