"""WARC files that lie, never end, or unpack to more than any machine holds; each is small on disk."""

from __future__ import annotations

import gzip
import tomllib
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.support.hostile_servers import make_bomb
from tests.support.hostile_texts import encode
from tests.support.warc_cases import ADDRESS, PAGE, make_record, make_response

MB = 1 << 20
WRITTEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
TARGETS = ("", "<>", "http://", "http://[", "http://e.my399.com:99999999/", "http://哈.哈/", "a" * 500_000)
DATES = """
0001-01-01T00:00:00+14:00 0000-00-00T00:00:00Z 9999-12-31T23:59:59-14:00 9999-12-31T23:59:60Z 2024-02-30T00:00:00Z
20240506 ٢٠٢٤-05-06T07:08:09Z 2024-05-06T07:08:09+99:99"""


def _pack(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def _plain(block: bytes, **more: object) -> bytes:
    return make_record(block, packed=False, **more)  # type: ignore[arg-type]


def _head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"WARC/1.0", *lines, b"", b""])


def _dated(date: str) -> bytes:
    return _plain(make_response()).replace(b"2024-05-06T07:08:09Z", date.encode())


def _http(head: bytes, body: bytes = PAGE) -> bytes:
    return _plain(head + b"\r\n\r\n" + body)


def list_hostile() -> Iterator[tuple[str, bytes]]:
    """(file name, content)."""
    good = _plain(make_response())
    for name, text in WRITTEN["files"].items():
        yield name, _pack(encode(text)) if name.endswith(".gz") else encode(text)
    for name, head in WRITTEN["heads"].items():
        yield name, _pack(_http(encode(head))) if name.endswith(".gz") else _http(encode(head))
    yield "empty.warc.gz", b""
    yield "zeros-packed.warc.gz", _pack(bytes(300 * MB))
    yield "html.warc", PAGE
    yield "length-too-long.warc", _plain(make_response(), length=10**9) + good
    yield "length-too-short.warc", _plain(make_response(), length=100) + good
    yield "length-negative.warc", _plain(make_response(), length=-5) + good
    yield "length-huge.warc.gz", _pack(_plain(make_response(), length=10**14))
    yield "length-digits.warc", _plain(b"").replace(b"Length: 0", b"Length: " + b"9" * 5000) + good
    yield "length-superscript.warc", _plain(b"").replace(b"Length: 0", "Length: ²".encode()) + good
    yield "length-twice.warc", good.replace(b"Content-Length", b"Content-Length: 3\r\nContent-Length", 1)
    yield "length-missing.warc", good.replace(b"Content-Length", b"Content-Width") + good
    yield "http-no-end.warc.gz", _pack(_plain(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * (9 * MB)))
    yield "body-bomb.warc.gz", _pack(_http(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip", make_bomb(300)))
    yield "body-bomb-twice.warc", _http(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip", _pack(make_bomb(300)))
    yield "body-codings.warc", _http(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + b"gzip, " * 5000, _pack(PAGE))
    yield "body-cut.warc", _http(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip", _pack(PAGE)[:-20])
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
    yield "chunks-lie.warc", _http(chunked, b"ffffffff\r\n" + PAGE) + _http(chunked, b"5\r\nab\r\n0\r\n\r\n")
    yield "chunks-of-one.warc.gz", _pack(_http(chunked, b"1\r\na\r\n" * (2 * MB)))
    yield "chunks-extended.warc.gz", _pack(_http(chunked, b"1;" + b"x" * (40 * MB) + b"\r\na\r\n0\r\n\r\n"))
    yield "member-cut.warc.gz", _pack(good)[:-30]
    yield "members-cut.warc.gz", b"".join(_pack(good)[:-n] for n in range(1, 60)) + _pack(good)
    yield "member-check-wrong.warc.gz", _pack(good)[:-8] + bytes(8) + _pack(good)
    yield "members-tiny.warc.gz", b"".join(_pack(bytes([byte])) for byte in _pack(good)) * 20
    yield "nested.warc.gz", _pack(_pack(good))
    yield "record-in-record.warc", _plain(good + good) + _plain(make_response(good))
    yield "bomb.warc.gz", make_bomb(500)
    yield "record-of-2-gb.warc.gz", _pack(_head(b"WARC-Type: response", b"Content-Length: 2000000000")) + make_bomb(200)
    yield "nul-target.warc", _plain(make_response(), target="http://e.my399.com/news/\0/../../etc/passwd")
    yield "odd-targets.warc", b"".join(_plain(make_response(), target=target) for target in TARGETS)
    yield "names.warc", _plain(make_response()).replace(b"WARC-Type", "WARC-哈\r\nWARC-Type".encode())
    yield "dates.warc", b"".join(map(_dated, ["", *DATES.split()]))
    wrong = (("WARC-Payload-Digest", "sha1:" + "A" * 32), ("WARC-Block-Digest", "md5:zz"))
    yield "digests.warc", _plain(make_response(), fields=wrong)
    yield "digest-endless.warc", _plain(make_response(), fields=(("WARC-Payload-Digest", "sha1:" + "A" * 900_000),))
    loop = (("WARC-Refers-To-Target-URI", ADDRESS), ("WARC-Refers-To-Date", "2024-05-06T07:08:09Z"))
    yield "revisit-loop.warc", _plain(make_response(b""), kind="revisit", fields=loop) * 2000
    place = (("WARC-Refers-To-Filename", "../../etc/passwd"), ("WARC-Refers-To-File-Offset", "9" * 5000))
    yield "revisit-place.warc", _plain(b"", kind="revisit", fields=place)
    yield "segments.warc", _plain(make_response(), kind="continuation", fields=(("WARC-Segment-Number", "2"),))
    arc = b"filedesc://a.arc 0.0.0.0 20240506070809 text/plain 76\n1 0 Alexa Internet\nURL IP-address\n\n"
    yield "a.arc.gz.warc.gz", _pack(arc + f"{ADDRESS} 1.2.3.4 20240506070809 text/html 9\n".encode() + PAGE)
    yield "version.warc", good.replace(b"WARC/1.0", b"WARC/9.9") + good.replace(b"WARC/1.0", b"WARC/1." + b"0" * 90_000)
    yield "many-records.warc.gz", _pack(_plain(b"", target="http://x/") * 25_000)
    yield "deep-page.warc.gz", _pack(_plain(make_response(b"<div>" * (2 * MB))))
    yield "carriage-returns.warc", good.replace(b"\r\n", b"\r")
    yield "conversion.warc", _plain(make_response(), kind="conversion") + _plain(PAGE, kind="resource")
    yield "chunks-and-a-length.warc", _http(chunked + b"\r\nContent-Length: 3", b"5\r\nabcde\r\n0\r\n\r\n" + PAGE)
    deflated = zlib.compress(zlib.compress(bytes(60 * MB), 1))
    yield "body-deflate-bomb.warc", _http(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate, deflate", deflated)
    yield "gzip-fields.warc.gz", b"\x1f\x8b\x08\x1c" + bytes(6) + b"\xff\xff" + b"x" * 65535 + b"name" * 50_000
    yield "gzip-methods.warc.gz", b"\x1f\x8b\x09\0" + bytes(30) + _pack(good)
    charsets = "hex zip rot13 undefined idna unicode_escape utf-7 ../../x".split()
    kinds = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=" + name.encode() for name in charsets]
    yield "charsets.warc", b"".join(_http(head, PAGE + b"\xff\xfe\x80") for head in kinds)
    far = (("WARC-Refers-To-Target-URI", ADDRESS + "x"), ("WARC-Refers-To-Date", "9999-12-31T23:59:59Z"))
    yield "revisit-of-the-future.warc", _plain(make_response(b""), kind="revisit", fields=far)
