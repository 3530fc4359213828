"""What goes over the wire and what the WARC has of it: heads letter by letter, bodies as they were read."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

from harbincrawl.warc.records import Record, walk_records
from tests.support.crawling import crawl
from tests.support.listening import serve_raw

HEAD = (
    b"HTTP/1.1 200 Fine Indeed \xe5\x93\x88",
    b"X-UPPER: Yes",
    b"vary: A",
    b"x-lower:no-blank",
    b"Vary: B",
    b'ETag: "\xff\x80 \xe5\x93\x88"',
    b"VARY: A",
    b"X-Empty: ",
    b"Content-Type:  text/plain",
)


def read_blocks(archive: Path) -> list[tuple[str, bytes]]:
    """(type, block) of all records of the archive."""
    found = []
    for path in sorted((archive / "warc").iterdir()):
        with path.open("rb") as stream:
            for record in walk_records(stream, path.name):
                assert isinstance(record, Record)
                found.append((record.type, record.read_block(1 << 30)))
    return found


def as_lines(block: bytes) -> tuple[list[bytes], bytes]:
    """The lines of an HTTP head without blanks around values, and the payload."""
    head, _, payload = block.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return [
        first,
        *(name + b": " + value.strip() for name, _, value in (line.partition(b":") for line in lines)),
    ], payload


def test_heads_stand_in_the_warc_as_they_were_sent(tmp_path: Path) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    answer = b"\r\n".join([*HEAD, b"Content-Length: %d" % len(rules), b"Set-Cookie: secret", b"", b""]) + rules

    with serve_raw(lambda _, client: client.sendall(answer)) as server:
        crawl(tmp_path, server.url, code=3)
        asked = server.asked[0]
    blocks = dict(read_blocks(tmp_path))
    lines, payload = as_lines(blocks["response"])
    assert lines == as_lines(answer)[0][:-1], "all but the cookie"
    assert payload == rules
    assert as_lines(blocks["request"]) == as_lines(asked)


def test_an_old_server_is_recorded_as_one_and_what_it_was_asked_as_sent(tmp_path: Path) -> None:
    answer = b"HTTP/1.0 200 OK\r\nserver: old\r\n\r\nUser-agent: *\nDisallow: /\n"
    with serve_raw(lambda _, client: client.sendall(answer)) as server:
        crawl(tmp_path, server.url, code=3)
    blocks = dict(read_blocks(tmp_path))
    assert blocks["response"] == answer
    assert blocks["request"].startswith(b"GET /robots.txt HTTP/1.1\r\n")


def test_a_body_that_looks_like_chunks_is_unchunked_once(tmp_path: Path) -> None:
    rules = b"0\nUser-agent: *\nDisallow: /\n"
    for coding in (b"", b"Content-Encoding: gzip\r\n"):
        sent = gzip.compress(rules) if coding else rules

        def speak(_: bytes, client: socket.socket, coding: bytes = coding, sent: bytes = sent) -> None:
            head = b"HTTP/1.1 200 OK\r\n" + coding + b"Transfer-Encoding: chunked\r\n\r\n"
            client.sendall(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(sent), sent))

        archive = tmp_path / ("packed" if coding else "plain")
        with serve_raw(speak) as server:
            run = crawl(archive, server.url, code=3)
            assert len(server.asked) == 1
        assert run.report["robots"]["says"] == "rules"
        block = dict(read_blocks(archive))["response"]
        assert block == b"HTTP/1.1 200 OK\r\n" + coding + b"X-Archive-Orig-Transfer-Encoding: chunked\r\n\r\n" + sent
