"""What packs WARC records, and how hard: time and size a capture, beside warcio's own writer."""

from __future__ import annotations

import gzip
import random
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from harbincrawl.warc import captures
from harbincrawl.warc.writer import Exchange, WarcWriter

Coding = list[tuple[str, str]]
Compress = Callable[[bytes, int, int], bytes]

PAGES = 400
MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
ANSWERED = [("Content-Type", "text/html"), ("Server", "nginx"), ("Date", "Mon, 06 May 2024 07:08:09 GMT")]
ASKED = [("User-Agent", "harbincrawl"), ("Accept", "text/html"), ("Accept-Encoding", "gzip, deflate")]


def make_page(dice: random.Random) -> bytes:
    """A page of about 26 KB, a third of it markup that every page has, as news sites do."""
    words = ["".join(dice.choices("etaoinshrdlucmfw", k=dice.randint(2, 9))) for _ in range(900)]
    frame = "".join(f'<li class="nav-{i}"><a href="/news/index_{i}.html">Section {i}</a></li>' for i in range(140))
    text = "".join(f"<p>{' '.join(dice.choices(words, k=60))}</p>\n" for _ in range(45))
    return f"<html><head><title>{words[0]}</title></head><body><ul>{frame}</ul>{text}</body></html>".encode()


def list_packers() -> dict[str, Compress]:
    """What may pack a record, by name."""
    packers: dict[str, Compress] = {
        f"zlib, level {level}": partial(_pack, zlib.compress, level) for level in range(1, 10)
    }
    if captures.compress is not zlib.compress:
        packers |= {f"isal, level {level}": partial(_pack, captures.compress, level) for level in range(4)}
    return packers


def _pack(compress: Compress, level: int, data: bytes, _: int, wrapped: int) -> bytes:
    """As `compress`, with a level of its own."""
    return compress(data, level, wrapped)


def measure(pages: list[bytes], compress: Compress, coding: Coding) -> tuple[float, float]:
    """Milliseconds of processor time (the best of three) and KB in the file, a page."""
    usual, captures.compress = captures.compress, compress
    try:
        return min(measure_once(pages, coding) for _ in range(3))
    finally:
        captures.compress = usual


def measure_once(pages: list[bytes], coding: Coding) -> tuple[float, float]:
    """One of the three."""
    with tempfile.TemporaryDirectory() as folder:
        writer = WarcWriter(Path(folder), info={}, now=lambda: MOMENT)
        begin = time.process_time()
        for number, page in enumerate(pages):
            address = f"http://e.my399.com/news/2024-05-06/{number}.html"
            writer.write(Exchange(address, "GET", ASKED, 200, "OK", [*ANSWERED, *coding], page, "192.0.2.1", MOMENT))
        spent = time.process_time() - begin
        writer.close()
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return spent / len(pages) * 1e3, size / len(pages) / 1e3


def measure_warcio(pages: list[bytes], coding: Coding) -> tuple[float, float]:
    """The same with warcio, whose level is always 9."""
    return min(measure_warcio_once(pages, coding) for _ in range(3))


def measure_warcio_once(pages: list[bytes], coding: Coding) -> tuple[float, float]:
    """One of the three."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, warc_version="1.1")
    begin = time.process_time()
    for number, page in enumerate(pages):
        address = f"http://e.my399.com/news/2024-05-06/{number}.html"
        length = ("Content-Length", str(len(page)))
        answer = StatusAndHeaders("200 OK", [*ANSWERED, *coding, length], protocol="HTTP/1.1")
        response = writer.create_warc_record(
            address,
            "response",
            payload=BytesIO(page),
            length=len(page),
            http_headers=answer,
            warc_headers_dict={"WARC-IP-Address": "192.0.2.1"},
        )
        question = StatusAndHeaders(f"GET /news/2024-05-06/{number}.html HTTP/1.1", ASKED, is_http_request=True)
        request = writer.create_warc_record(address, "request", http_headers=question)
        writer.write_request_response_pair(request, response)
    return (time.process_time() - begin) / len(pages) * 1e3, len(out.getvalue()) / len(pages) / 1e3


def main() -> None:
    """Prints a line for each, for plain pages and for pages that came gzipped."""
    dice = random.Random(399)
    plain = [make_page(dice) for _ in range(PAGES)]
    for name, pages, coding in (
        ("plain", plain, []),
        ("gzip", [gzip.compress(page, 6) for page in plain], [("Content-Encoding", "gzip")]),
    ):
        for packer, compress in list_packers().items():
            spent, size = measure(pages, compress, coding)
            print(f"{name} pages, {packer}: {spent:.3f} ms, {size:.2f} KB a page")
        spent, size = measure_warcio(pages, coding)
        print(f"{name} pages, warcio (level 9): {spent:.3f} ms, {size:.2f} KB a page")


if __name__ == "__main__":
    main()
