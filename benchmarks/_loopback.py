"""A site for the crawls to read: the twin's pages, rendered before the first request, from a process of its own.

nginx serves them where the system has it, and a small server of this file where not.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from benchmarks._nginx import NginxError, find_nginx, read_version, served_by_nginx
from tests.support.twin import Twin, make_twin

SEED = 7
ADDRESS = "/news/"
"""The list that everything hangs on."""
_MISSING = b"HTTP/1.1 404 Not Found\r\nServer: bench\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
_SAME = b"HTTP/1.1 304 Not Modified\r\nServer: bench\r\nETag: %b\r\n\r\n"


def make_site(articles: int) -> Twin:
    """The twin that is served: one section, the markup of the generator's own theme, pages of some 26 KB, all UTF-8."""
    twin = make_twin(SEED, articles, sections=("news",), skins=("cms",))
    for story in twin.stories.values():
        story.charset = "utf-8"
    return twin


def list_paths(twin: Twin) -> list[str]:
    """The path of every page that hangs on the list, pages of articles before pages of the list."""
    stories = twin.listing("news")
    paths = [story.page_path(page) for story in stories for page in range(1, story.page_count + 1)]
    last = -(-len(stories) // twin.page_size)
    return [*paths, ADDRESS, *(f"{ADDRESS}index_{page}.html" for page in range(2, last + 1))]


class Served(NamedTuple):
    """A site that answers."""

    url: str
    """`http://127.0.0.1:PORT`."""
    by: str
    """What answers, in words."""


def render_pages(twin: Twin) -> dict[str, bytes]:
    """Every page of the site by its path, and robots.txt."""
    return {path: twin.render(path).body for path in list_paths(twin)} | {"/robots.txt": b"User-agent: *\nDisallow:\n"}


class _Pages(asyncio.Protocol):
    """Answers GET with a page that was made before, or 304 where the client holds it."""

    pages: dict[bytes, tuple[bytes, bytes, bytes]]
    """Path to (whole plain answer, whole packed answer, ETag)."""

    def __init__(self) -> None:
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while (end := self.rest.find(b"\r\n\r\n")) >= 0:
            head, self.rest = self.rest[:end], self.rest[end + 4 :]
            found = self.pages.get(head.split(b" ", 2)[1])
            if found is None:
                self.transport.write(_MISSING)
                continue
            plain, packed, etag = found
            if etag in head:
                self.transport.write(_SAME % etag)
            else:
                self.transport.write(packed if packed and b"gzip" in head else plain)


def make_answers(twin: Twin, *, packed: bool) -> dict[bytes, tuple[bytes, bytes, bytes]]:
    """Every page of the site as it goes over the wire.

    The Content-Type says no charset, as nginx does where it is not told to: the page says it.
    """
    answers = {}
    for number, (path, body) in enumerate(render_pages(twin).items()):
        etag = b'"bench-%d"' % number
        kind = b"text/plain" if path == "/robots.txt" else b"text/html"
        head = b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: %b\r\nETag: %b\r\n" % (kind, etag)
        plain = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
        squeezed = gzip.compress(body, 6, mtime=0)
        coded = head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(squeezed) + squeezed
        answers[path.encode()] = (plain, coded if packed else b"", etag)
    return answers


@contextmanager
def served(articles: int, *, packed: bool = False) -> Iterator[Served]:
    """A site of so many articles."""
    why = "there is no nginx"
    with ExitStack() as stack:
        if binary := find_nginx():
            try:
                pages = render_pages(make_site(articles))
                url = stack.enter_context(served_by_nginx(binary, pages, packed=packed))
            except NginxError as error:
                why = f"nginx says: {error}"
            else:
                yield Served(url, read_version(binary))
                return
        yield Served(stack.enter_context(_served_by_ours(articles, packed=packed)), f"our own small server, as {why}")


@contextmanager
def _served_by_ours(articles: int, *, packed: bool) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks._loopback", str(articles), *(["--gzip"] if packed else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Pages, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=int)
    parser.add_argument("--gzip", action="store_true")
    told = parser.parse_args()
    _Pages.pages = make_answers(make_site(told.articles), packed=told.gzip)
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
