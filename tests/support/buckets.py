"""Buckets for tests: a server of S3's shape in this process or a real one, behind a proxy that refuses, stalls, cuts,
lies and denies."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
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


class _Handler(Handler):
    outer: Any
    """Who answers."""

    def answer(self) -> None:
        self.outer.answer(self)

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _listen(outer: ObjectServer | FaultyProxy) -> AbstractContextManager[str]:
    return listen(type("_Handler", (_Handler,), {"outer": outer}))


class ObjectServer:
    """As much of S3 as obstore asks for, in memory."""

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {}
        self.parts: dict[str, dict[int, bytes]] = {}

    def answer(self, asked: _Handler) -> None:
        parts = urlsplit(asked.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        name, _, key = unquote(parts.path).lstrip("/").partition("/")
        body = asked.read_body()
        if asked.command == "PUT" and not key:
            self.buckets.setdefault(name, {})
            asked.send(200)
        elif name not in self.buckets:
            asked.send(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif not key:
            self._answer_bucket(asked, self.buckets[name], query, body)
        else:
            self._answer_object(asked, self.buckets[name], key, query, body)

    def _answer_bucket(
        self, asked: _Handler, objects: dict[str, bytes], query: dict[str, list[str]], body: bytes
    ) -> None:
        if "delete" in query:
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for key in keys:
                objects.pop(key, None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            asked.send(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())
            return
        prefix = query.get("prefix", [""])[0]
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f'<ETag>"x"</ETag><Size>{len(data)}</Size></Contents>'
            for key, data in sorted(objects.items())
            if key.startswith(prefix)
        )
        asked.send(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())

    def _answer_object(
        self, asked: _Handler, objects: dict[str, bytes], key: str, query: dict[str, list[str]], body: bytes
    ) -> None:
        tag = {"ETag": '"x"', "Last_Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        if asked.command == "POST" and "uploads" in query:
            upload = hashlib.sha256(os.urandom(8)).hexdigest()
            self.parts[upload] = {}
            said = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            asked.send(200, said.encode())
        elif asked.command == "PUT" and "partNumber" in query:
            self.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
            asked.send(200, **tag)
        elif asked.command == "POST":
            parts = self.parts.pop(query["uploadId"][0])
            objects[key] = b"".join(parts[number] for number in sorted(parts))
            said = '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
            asked.send(200, said.encode())
        elif asked.command == "PUT":
            objects[key] = body
            asked.send(200, **tag)
        elif asked.command == "DELETE":
            objects.pop(key, None)
            asked.send(204)
        elif key not in objects:
            asked.send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._send_object(asked, objects[key], tag)

    def _send_object(self, asked: _Handler, data: bytes, tag: dict[str, str]) -> None:
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", asked.headers.get("Range") or "")
        if span is None:
            asked.send(200, data, **tag)
            return
        begin, end = int(span[1]), min(int(span[2]) + 1, len(data))
        if begin >= len(data):
            asked.send(416, b"<Error><Code>InvalidRange</Code></Error>")
            return
        asked.send(206, data[begin:end], Content_Range=f"bytes {begin}-{end - 1}/{len(data)}", **tag)


class FaultyProxy:
    """Hands requests on, and spoils the answers that `fault` chooses."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.url = ""
        self.fault: Fault = lambda *_: None
        self.requests: list[tuple[str, str]] = []

    def answer(self, asked: _Handler) -> None:
        body = asked.read_body()
        self.requests.append((asked.command, asked.path))
        connection = http.client.HTTPConnection(self.target.hostname or "", self.target.port)
        early = self.fault(asked.command, asked.path, b"")
        if early in ("refuse", "stall", "403", "404", "500"):
            self._spoil(asked, early)
            return
        with closing(connection):
            connection.request(asked.command, asked.path, body, dict(asked.headers.items()))
            response = connection.getresponse()
            data = response.read()
        fault = self.fault(asked.command, asked.path, data)
        headers = {name: value for name, value in response.getheaders() if name.lower() not in _HOP}
        asked.send_response(response.status)
        length = response.getheader("Content-Length") if asked.command == "HEAD" else None
        for name, value in {**headers, "Content-Length": length or str(len(data))}.items():
            asked.send_header(name, value)
        asked.end_headers()
        if asked.command == "HEAD":
            return
        if fault == "lie" and data:
            data = data[:-1] + bytes([data[-1] ^ 1])
        asked.wfile.write(data[: len(data) // 2] if fault == "cut" else data)
        if fault == "cut":
            asked.close_connection = True

    def _spoil(self, asked: _Handler, fault: str) -> None:
        asked.close_connection = True
        if fault == "stall":
            time.sleep(1.2 * DEADLINE)
        if fault.isdigit():
            asked.send(int(fault), b"<Error><Code>AccessDenied</Code></Error>" if fault == "403" else b"")
        else:
            asked.connection.shutdown(socket.SHUT_RDWR)


_AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
"""Real servers give what the key put to that key alone; those for tests check no signature."""
_HOP = ("connection", "transfer-encoding", "content-length", "date", "server")


class Bucket:
    """A bucket `pile` and the proxy before its server."""

    def __init__(self, proxy: FaultyProxy, direct: str) -> None:
        self.proxy = proxy
        self._direct = urlsplit(direct)

    def list_keys(self, prefix: str = "") -> list[str]:
        text = self._ask("GET", f"/pile?list-type=2&prefix={quote(prefix)}").decode()
        return re.findall(r"<Key>(.*?)</Key>", text)

    def read(self, key: str) -> bytes:
        """The bytes of an object, past the proxy."""
        return self._ask("GET", f"/pile/{quote(key)}")

    def put(self, key: str, data: bytes) -> None:
        """Puts an object, past the proxy."""
        self._ask("PUT", f"/pile/{quote(key)}", data)

    def delete(self, key: str) -> None:
        self._ask("DELETE", f"/pile/{quote(key)}")

    def make(self) -> None:
        self._ask("PUT", "/pile")

    def empty(self) -> None:
        """Deletes all objects, and the faults."""
        self.proxy.fault = lambda *_: None
        for key in self.list_keys():
            self.delete(key)

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        connection = http.client.HTTPConnection(self._direct.hostname or "", self._direct.port)
        with closing(connection):
            connection.request(method, path, body, {"Authorization": _AUTHORIZATION})
            response = connection.getresponse()
            data = response.read()
        assert response.status < 300, (method, path, response.status, data[:200])
        return data


@contextmanager
def serve_bucket() -> Iterator[Bucket]:
    """A bucket of the server that S3_SERVER names, else of one in this process."""
    with _serve() as url:
        proxy = FaultyProxy(url)
        with _listen(proxy) as proxy.url:
            bucket = Bucket(proxy, url)
            bucket.make()
            yield bucket


@contextmanager
def _serve() -> Iterator[str]:
    if SERVER is None:
        with _listen(ObjectServer()) as url:
            yield url
        return
    port = find_port()
    with run_server([SERVER, "-H", "127.0.0.1", "-p", str(port)], port) as url:
        yield url


def set_environment(patch: pytest.MonkeyPatch, bucket: Bucket) -> None:
    """Has this process, and the commands it runs, ask for the bucket."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    patch.setenv("AWS_ACCESS_KEY_ID", "key")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    patch.setenv("AWS_ENDPOINT_URL", bucket.proxy.url)
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
