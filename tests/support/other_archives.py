"""Archives of others on loopback: a face of the Wayback Machine, and one of Common Crawl, with their faults."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.listening import Handler, listen

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
Answer = tuple[int, Sequence[tuple[str, str]], bytes]
_REPLAY = re.compile(r"/web/(\d+)id_/(.*)", re.DOTALL)


def digest(body: bytes) -> str:
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def surt(address: str) -> str:
    """The key that lists are sorted by: `com,my399,e)/news/`."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    return f"{host}){parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


@dataclass
class Held:
    """A capture that the archive holds."""

    original: str
    timestamp: str
    body: bytes
    status: int = 200
    mimetype: str = "text/html"
    fields: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),)
    """As the site sent them."""
    listed_status: str | None = None
    """What the list says of its status; None: the status."""
    listed_under: str | None = None
    """The address that the list has it under; None: its own."""

    @property
    def key(self) -> str:
        return surt(self.listed_under or self.original)

    @property
    def row(self) -> list[str]:
        status = self.listed_status or str(self.status)
        mark, size = digest(self.body), str(len(self.body))
        return [surt(self.original), self.timestamp, self.original, self.mimetype, status, mark, size]


@dataclass
class WaybackFace:
    """Answers as the Wayback Machine does: /cdx/search/cdx and /web/<timestamp>id_/<address>."""

    held: list[Held] = field(default_factory=list)
    page: int = 40
    """Rows of an answer at most."""
    faults: dict[str, list[Answer | str]] = field(default_factory=lambda: {"cdx": [], "web": []})
    """What the next requests get in place of an answer: an answer, `cut` (half a body), `drop` (nothing)."""
    asked: list[str] = field(default_factory=list)
    on_request: Callable[[str], None] | None = None

    def add(self, original: str, moment: datetime | str, body: bytes, **more: Any) -> Held:
        timestamp = moment if isinstance(moment, str) else f"{moment:%Y%m%d%H%M%S}"
        held = Held(original, timestamp, body, **more)
        self.held.append(held)
        return held

    def rows(self, query: Mapping[str, Sequence[str]]) -> list[list[str]]:
        target, kind = query["url"][0], query.get("matchType", ["exact"])[0]
        key = surt(target)
        begin, end = query.get("from", [""])[0], query.get("to", [""])[0]
        found = [
            held.row
            for held in self.held
            if (held.key.startswith(key) if kind == "prefix" else held.key == key)
            and held.timestamp >= begin
            and (not end or held.timestamp[: len(end)] <= end)
        ]
        return sorted(found)

    def answer(self, path: str, _: Mapping[str, str]) -> Answer | str:
        kind = "cdx" if path.startswith("/cdx/") else "web"
        if self.faults[kind]:
            return self.faults[kind].pop(0)
        if kind == "cdx":
            return self._list(parse_qs(urlsplit(path).query))
        return self.replay(path)

    def _list(self, query: Mapping[str, Sequence[str]]) -> Answer:
        assert "page" not in query
        assert "collapse" not in query
        rows = self.rows(query)
        limit = min(self.page, int(query.get("limit", ["100000"])[0]))
        begin = int(query.get("resumeKey", ["0"])[0])
        part, resume = rows[begin : begin + limit], None
        if "showResumeKey" in query and begin + limit < len(rows):
            resume = str(begin + limit)
        names = query["fl"][0].split(",") if "fl" in query else list(FIELDS)
        part = [[row[FIELDS.index(name)] for name in names] for row in part]
        if query.get("output") == ["json"]:
            found: list[list[str]] = [names, *part] if part else []
            body = json.dumps(found + ([[], [resume]] if resume else [])).encode()
        else:
            body = "".join(f"{' '.join(row)}\n" for row in part).encode() + (
                f"\n{resume}\n".encode() if resume else b""
            )
        return 200, [("Content-Type", "application/json")], body

    def replay(self, path: str) -> Answer:
        match = _REPLAY.fullmatch(path)
        same = [held for held in self.held if match and surt(held.original) == surt(match[2])]
        exact = [held for held in same if match and held.timestamp == match[1]]
        if not exact and same and match:
            nearest = min(same, key=lambda held: abs(int(held.timestamp) - int(match[1])))
            return 302, [("Location", f"/web/{nearest.timestamp}id_/{nearest.original}")], b""
        if not exact or match is None:
            return 404, [("Content-Type", "text/html")], b"<h1>The Wayback Machine has not archived that URL.</h1>"
        held = next((each for each in exact if each.original == match[2]), exact[0])
        fields = [(f"x-archive-orig-{name.lower()}", value) for name, value in held.fields]
        fields += [(name, value) for name, value in held.fields if name.lower() in ("content-type", "location")]
        moment = datetime.strptime(f"{held.timestamp}+0000", "%Y%m%d%H%M%S%z")
        fields.append(("Memento-Datetime", format_datetime(moment, usegmt=True)))
        return held.status, fields, held.body

    @property
    def pages(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/web/")]

    def count_repeated(self) -> dict[str, int]:
        """Pages that were asked for more than once."""
        return {path: count for path, count in Counter(self.pages).items() if count > 1}


class CommonCrawlFace:
    """Answers as Common Crawl does: a list of indexes, indexes in numbered pages, ranges of WARC files."""

    def __init__(self, files: Mapping[str, bytes], indexes: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """`files` by name; `indexes` by name, their rows with pywb's names of fields."""
        self.files = files
        self.indexes = indexes
        self.asked: list[str] = []
        self.size = 3
        """Rows of a page of an index."""
        self.on_request: Callable[[str], None] | None = None

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer | str:
        parts = urlsplit(path)
        name = parts.path[1:]
        if name == "collinfo.json":
            found = [{"id": each, "name": each, "cdx-api": f"/{each}-index"} for each in self.indexes]
            return 200, [("Content-Type", "application/json")], json.dumps(found).encode()
        if name.endswith("-index"):
            return self._list(name.removesuffix("-index"), parse_qs(parts.query))
        if name not in self.files:
            return 404, [], b"not there"
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("Range", ""))
        if match is None:
            return 200, [], self.files[name]
        return 206, [], self.files[name][int(match[1]) : int(match[2]) + 1]

    def _list(self, name: str, query: Mapping[str, Sequence[str]]) -> Answer:
        rows = [row for row in self.indexes[name] if surt(str(row["url"])).startswith(surt(query["url"][0]))]
        pages = [rows[at : at + self.size] for at in range(0, len(rows), self.size)]
        if "showNumPages" in query:
            return 200, [], json.dumps({"pages": len(pages), "pageSize": 1, "blocks": len(pages)}).encode()
        page = int(query["page"][0])
        if page >= len(pages):
            return 400, [], b'{"message": "page out of range"}'
        return 200, [], "".join(f"{json.dumps(row)}\n" for row in pages[page]).encode()


@contextmanager
def serve_face(face: Any) -> Iterator[str]:
    class FaceHandler(Handler):
        wbufsize = -1

        def answer(self) -> None:
            face.asked.append(self.path)
            if face.on_request is not None:
                face.on_request(self.path)
            made = face.answer(self.path, self.headers)
            if made == "drop":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.close_connection |= made == "cut"
            is_cut = made == "cut"
            status, fields, body = face.answer(self.path, self.headers) if is_cut else made
            self.send_response_only(status)
            for name, value in fields:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if is_cut else body)

    with listen(FaceHandler) as url:
        yield url
