"""Buckets for tests, of our own server or a real one: their answers may be refused, stalled, cut, false, denied."""

from __future__ import annotations

import http.client
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from tests.support.crawling import ask
from tests.support.listening import Handler, find_port, listen, run_server

SERVER = os.environ.get("S3_SERVER")
"""The command of a real server (moto_server), if the tests shall ask one."""
TELLING = re.compile(r"harbincrawl-(?:rebuild|offload|purge|reparse)-")
"""Names of files of runs that only say what they did."""
DEADLINE = 1
"""Seconds that a request of the tests may take."""
Fault = Callable[[str, str, bytes], str | None]
"""Gets method, path with query, and the body of the true answer; returns refuse, stall, cut, lie, 403, 404 or 500."""


Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""
_MARKS = {"ETag": '"x"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
_KEY = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
"""Real servers give what the key put to that key alone; those for tests check no signature."""
_HOP = ("connection", "transfer-encoding", "date", "server")


class MemoryServer:
    """As much of S3 as obstore asks for, in memory: one bucket, `pile`, and no uploads in parts."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(path)
        query = parse_qs(parts.query, keep_blank_values=True)
        name, _, key = unquote(parts.path).lstrip("/").partition("/")
        if name != "pile":
            return 404, {}, b"<Error><Code>NoSuchBucket</Code></Error>"
        if not key:
            return 200, {}, self._answer_bucket(query, body).encode()
        if method == "PUT":
            self.objects[key] = body
            return 200, _MARKS, b""
        if method == "DELETE":
            self.objects.pop(key, None)
            return 204, {}, b""
        if key not in self.objects:
            return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
        return _cut(self.objects[key], headers.get("Range") or "")

    def _answer_bucket(self, query: Mapping[str, list[str]], body: bytes) -> str:
        if "delete" in query:
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for key in keys:
                self.objects.pop(key, None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            return f"<DeleteResult>{deleted}</DeleteResult>"
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f'<ETag>"x"</ETag><Size>{len(data)}</Size></Contents>'
            for key, data in sorted(self.objects.items())
            if key.startswith(query.get("prefix", [""])[0])
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"


def _cut(data: bytes, span: str) -> Answer:
    """What answers a request for a span of bytes, or for all."""
    match = re.fullmatch(r"bytes=(\d+)-(\d+)", span)
    if match is None:
        return 200, _MARKS, data
    begin, end = int(match[1]), min(int(match[2]) + 1, len(data))
    if begin >= len(data):
        return 416, {}, b"<Error><Code>InvalidRange</Code></Error>"
    return 206, {"Content-Range": f"bytes {begin}-{end - 1}/{len(data)}", **_MARKS}, data[begin:end]


class RealServer:
    """A server of others."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with closing(http.client.HTTPConnection(self.place.hostname or "", self.place.port)) as connection:
            connection.request(method, path, body, dict(headers.items()))
            response = connection.getresponse()
            data = response.read()
            return response.status, {k: v for k, v in response.getheaders() if k.lower() not in _HOP}, data


class Bucket:
    """A bucket `pile` at `url`, where `fault` chooses which answers of its server are spoiled, and how."""

    def __init__(self, server: MemoryServer | RealServer) -> None:
        self.server = server
        self.url = ""
        self.fault: Fault = lambda *_: None
        self.requests: list[tuple[str, str]] = []

    def list_keys(self, prefix: str = "") -> list[str]:
        text = self._ask("GET", f"/pile?list-type=2&prefix={quote(prefix)}").decode()
        return re.findall(r"<Key>(.*?)</Key>", text)

    def read(self, key: str) -> bytes:
        """The bytes of an object, without faults."""
        return self._ask("GET", f"/pile/{quote(key)}")

    def put(self, key: str, data: bytes) -> None:
        """Puts an object, without faults."""
        self._ask("PUT", f"/pile/{quote(key)}", data)

    def delete(self, key: str) -> None:
        self._ask("DELETE", f"/pile/{quote(key)}")

    def make(self) -> None:
        self._ask("PUT", "/pile")

    def empty(self) -> None:
        """Deletes all objects, and the faults."""
        self.fault = lambda *_: None
        for key in self.list_keys():
            self.delete(key)

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        status, _, data = self.server.ask(method, path, {"Authorization": _KEY}, body)
        assert status < 300, (method, path, status, data[:200])
        return data

    def answer(self, asked: Handler) -> None:
        body = asked.read_body()
        self.requests.append((asked.command, asked.path))
        early = self.fault(asked.command, asked.path, b"")
        if early in ("refuse", "stall"):
            if early == "stall":
                time.sleep(1.2 * DEADLINE)
            asked.close_connection = True
            asked.connection.shutdown(socket.SHUT_RDWR)
            return
        fault = None
        if early and early.isdigit():
            status, headers, data = int(early), {}, b"<Error><Code>AccessDenied</Code></Error>" * (early == "403")
        else:
            status, headers, data = self.server.ask(asked.command, asked.path, asked.headers, body)
            fault = self.fault(asked.command, asked.path, data)
        asked.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            asked.send_header(name, value)
        asked.end_headers()
        if asked.command == "HEAD":
            return
        if fault == "lie" and data:
            data = data[:-1] + bytes([data[-1] ^ 1])
        asked.wfile.write(data[: len(data) // 2] if fault == "cut" else data)
        asked.close_connection |= fault == "cut"


@contextmanager
def serve_bucket() -> Iterator[Bucket]:
    """A bucket of the server that S3_SERVER names, else of one in this process."""
    with ExitStack() as stack:
        server: MemoryServer | RealServer = MemoryServer()
        if SERVER is not None:
            port = find_port()
            words = [SERVER, "-H", "127.0.0.1", "-p", str(port)]
            server = RealServer(stack.enter_context(run_server(words, port)))
        bucket = Bucket(server)

        class BucketHandler(Handler):
            def answer(self) -> None:
                bucket.answer(self)

        bucket.url = stack.enter_context(listen(BucketHandler))
        bucket.make()
        yield bucket


def set_environment(patch: pytest.MonkeyPatch, bucket: Bucket) -> None:
    """Has this process, and the commands it runs, ask for the bucket."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    patch.setenv("AWS_ACCESS_KEY_ID", "key")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    patch.setenv("AWS_ENDPOINT_URL", bucket.url)
    patch.setenv("AWS_TIMEOUT", f"{DEADLINE}s")
    patch.setenv("AWS_ALLOW_HTTP", "true")


def shorten_deadline(patch: pytest.MonkeyPatch) -> None:
    """What a test asks of a bucket that stalls is given up sooner."""
    patch.setenv("AWS_TIMEOUT", "200ms")


def write_prelude() -> str:
    """Python that has a command in a process of its own ask for the bucket of this process, too."""
    asked = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return f"os.environ.update({asked!r})\n"


def key_of(archive: Path, name: str = "") -> str:
    """The key of the file `name` of an archive that was offloaded to s3://pile/harbin; without a name its folder's."""
    ((id,),) = ask(archive, "SELECT value FROM facts WHERE name = 'id'")
    return f"harbin/{id}/{name}"


def list_files(archive: Path) -> list[str]:
    """Names of the WARC files that are on the disk, but for those of runs that only say what they did."""
    return sorted(path.name for path in (archive / "warc").iterdir() if not TELLING.match(path.name))
