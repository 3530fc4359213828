"""From a request to its answer: who may ask, which page it is, and what happens where a page cannot be made."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import NamedTuple, cast

from aiohttp import web

from harbincrawl.errors import DatabaseError, FilterError, NoArchiveError
from harbincrawl.sites import Site

from .answers import FRAMED, OURS, Download, Form, MovedError, PageError, WebAnswer, name_file, not_found
from .links import Links, Parameters
from .looks import STYLE, STYLE_NAME, render
from .pages import about, article, browse, captures, feed, home, revisions, search, status, trends, watches, words
from .readers import SECONDS, BusyError, LateError, Reader, Readers, Watch
from .visit import Visit

log = logging.getLogger(__name__)
Page = Callable[[Visit], WebAnswer | Download]

FIXED_HEADERS = {
    "Content-Security-Policy": OURS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Server": "harbincrawl",
}
"""On every answer, unless a page has its own."""
DOWNLOADS = 4
"""At once."""
PATIENCE = 30.0
"""Seconds without a byte taken that end a download."""
_PIECE = 1 << 16
"""Bytes of a download that are sent at once."""
_HOST = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
_FRAMED = re.compile(r"/captures/[^/]+/page")
_WORD = r"[^/]{1,200}"
_ROUTES: tuple[tuple[str, tuple[Form, ...], Page], ...] = (
    ("/", ("html",), home.show_home),
    ("/index", ("json",), home.show_home),
    ("/search", ("html", "json", "csv", "jsonl", "atom"), search.show_search),
    (f"/articles/({_WORD}?)", ("html", "json", "bib", "csl", "ris"), article.show_article),
    (f"/articles/({_WORD})/revisions", ("html", "json"), revisions.show_revisions),
    (f"/articles/({_WORD})/revisions/({_WORD}?)", ("html", "json"), revisions.show_changes),
    (f"/captures/({_WORD}?)", ("html", "json"), captures.show_capture),
    (f"/captures/({_WORD})/page", ("html",), captures.show_captured_page),
    (f"/captures/({_WORD})/raw", ("html",), captures.send_raw),
    ("/outside/page", ("html",), captures.show_outside),
    (f"/media/({_WORD})", ("html",), captures.send_media),
    (f"/({'|'.join(browse.NAMES)})", ("html", "json"), browse.show_values),
    ("/trends", ("html", "json"), trends.show_trends),
    ("/concordance", ("html", "json", "csv"), words.show_concordance),
    ("/keywords", ("html", "json", "csv"), words.show_keywords),
    ("/status", ("html", "json"), status.show_status),
    ("/feed", ("atom",), feed.show_feed),
    ("/watches", ("html", "json"), watches.show_watches),
    (f"/watches/({_WORD}?)", ("atom",), watches.show_watch),
    ("/api", ("html", "json"), about.show_api),
    (r"/robots\.txt", ("html",), about.show_robots),
)


def _compile(path: str, forms: tuple[Form, ...]) -> re.Pattern[str]:
    """Matches `path` with the endings of its forms; `html` is the one without."""
    endings = "|".join(form for form in forms if form != "html")
    ending = rf"\.(?P<form>{endings})" if endings else "(?P<form>$^)?"
    return re.compile(path + (f"(?:{ending})?" if "html" in forms and endings else ending))


_PAGES = [(_compile(path, forms), page) for path, forms, page in _ROUTES]


class Settings(NamedTuple):
    """How the site is reached."""

    base: str = ""
    """The path that all addresses begin with: `/archive`."""
    hosts: frozenset[str] = frozenset()
    """Host names that may be asked for, without a port, in lower case."""
    any_address: bool = False
    """Whether every IP address may be asked for, too: none can be rebound."""
    is_behind_proxy: bool = False
    """Whether X-Forwarded-Host and X-Forwarded-Proto are believed."""


class App:
    """Answers requests; one for each server."""

    def __init__(self, settings: Settings, site: Site, readers: Readers, watch: Watch) -> None:
        self.settings = settings
        self.site = site
        self.readers = readers
        self.watch = watch
        self._downloads = 0

    def close(self) -> None:
        """Ends its threads and closes what it reads."""
        self.readers.stop()
        self.watch.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        links = Links(self.settings.base, "")
        try:
            links = links._replace(origin=self.check(request))
            answer = await self._find_answer(request, links)
        except MovedError as moved:
            answer = WebAnswer(b"", status=301, headers={"Location": moved.address})
        except PageError as error:
            is_framed = _FRAMED.fullmatch(request.path.removeprefix(self.settings.base)) is not None
            answer = make_error(links, self.site, error, is_framed=is_framed)
        except Exception as error:  # noqa: BLE001 - whatever it is, it has a page
            answer = make_error(links, self.site, explain(error))
        if isinstance(answer, Download):
            return await self._send_download(request, answer, links)
        return make_response(request, answer)

    def check(self, request: web.BaseRequest) -> str:
        """The origin that was asked for. Raises PageError for whoever may not ask."""
        host, scheme = request.headers.get("Host", ""), "http"
        if self.settings.is_behind_proxy:
            host = request.headers.get("X-Forwarded-Host", host).rpartition(",")[2].strip()
            scheme = "https" if request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https" else "http"
        if not self._may_be_named(host):
            raise PageError(
                403, "Another name", "This site is not served under that host name: start it with --allow-host NAME."
            )
        if request.method not in ("GET", "HEAD"):
            raise PageError(405, "Read-only", "Nothing can be sent here: this site only shows.", {"Allow": "GET, HEAD"})
        if request.can_read_body:
            raise PageError(413, "Too large", "A request to this site has no body.")
        return f"{scheme}://{host}"

    def _may_be_named(self, host: str) -> bool:
        match = _HOST.fullmatch(host.lower())
        if match is None:
            return False
        name = match["name"].strip("[]").rstrip(".")
        if name in self.settings.hosts:
            return True
        try:
            return self.settings.any_address and bool(ip_address(name))
        except ValueError:
            return False

    async def _find_answer(self, request: web.BaseRequest, links: Links) -> WebAnswer | Download:
        path = request.path
        if self.settings.base:
            if path == self.settings.base:
                raise MovedError(f"{self.settings.base}/")
            path = path.removeprefix(self.settings.base) if path.startswith(f"{self.settings.base}/") else ""
        if path == f"/{STYLE_NAME}":
            return WebAnswer(STYLE, "text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=31536000"})
        for pattern, page in _PAGES:
            if match := pattern.fullmatch(path):
                form = cast(Form, match["form"] or "html")
                arguments = match.groups()[: len(match.groups()) - 1]
                return await self._ask(request, links, page, form, arguments)
        raise not_found("There is no such page.")

    async def _ask(
        self, request: web.BaseRequest, links: Links, page: Page, form: Form, arguments: tuple[str, ...]
    ) -> WebAnswer | Download:
        state = self.watch.read_state(time.monotonic())
        key = ("page", links.origin, request.path_qs)
        kept: WebAnswer | None = self.readers.memory.find(state, key)
        if kept is not None:
            return kept
        query = request.query

        def make(reader: Reader) -> WebAnswer | Download:
            # While the question waited, another one may have made the page.
            made: WebAnswer | None = reader.memory.find(reader.state, key)
            if made is not None:
                return made
            answer = page(Visit(reader, links, query, form, arguments))
            if isinstance(answer, WebAnswer) and answer.is_kept:
                reader.memory.keep(reader.state, key, answer, len(answer.body) + 500)
            return answer

        return await self.readers.ask(make, state)

    async def _send_download(self, request: web.BaseRequest, download: Download, links: Links) -> web.StreamResponse:
        if self._downloads >= DOWNLOADS:
            error = PageError(
                503, "Busy", f"Already {DOWNLOADS} downloads are under way: try again.", {"Retry-After": "10"}
            )
            return make_response(request, make_error(links, self.site, error))
        headers = FIXED_HEADERS | {"Content-Type": download.type}
        if download.name:
            headers["Content-Disposition"] = name_file(download.name)
        response = web.StreamResponse(headers=headers)
        self._downloads += 1
        stream = self.readers.stream(download.write)
        try:
            first = await stream.next_part() if request.method == "GET" else None
            await response.prepare(request)
            part = first
            while part is not None:
                await _write(request, response, part)
                part = await stream.next_part()
            await response.write_eof()
        except PageError:
            raise
        except Exception:
            # What was sent cannot be taken back: a cut connection tells that it is not whole.
            if request.transport is not None:
                request.transport.abort()
            raise
        finally:
            self._downloads -= 1
            stream.close()
        return response


async def _write(request: web.BaseRequest, response: web.StreamResponse, part: bytes) -> None:
    """Sends a part. Raises ConnectionError where nothing of it is taken for PATIENCE seconds."""
    for at in range(0, len(part), _PIECE):
        sending = asyncio.ensure_future(response.write(part[at : at + _PIECE]))
        # Where we are cancelled, nobody waits for it any more.
        sending.add_done_callback(lambda task: task.cancelled() or task.exception())
        left = -1
        try:
            while not sending.done():
                await asyncio.wait([sending], timeout=PATIENCE)
                now = request.transport.get_write_buffer_size() if request.transport is not None else 0
                if not sending.done() and now == left:
                    raise ConnectionResetError("nobody takes the download")
                left = now
            await sending
        finally:
            sending.cancel()


def make_response(request: web.BaseRequest, answer: WebAnswer) -> web.Response:
    """The response that `answer` is."""
    headers = FIXED_HEADERS | {"Content-Security-Policy": answer.policy, "Content-Type": answer.type, **answer.headers}
    response = web.Response(status=answer.status, body=answer.body, headers=headers)
    if request.can_read_body:
        response.force_close()
    return response


def make_error(links: Links, site: Site, error: PageError, *, is_framed: bool = False) -> WebAnswer:
    """The page that says what is wrong."""
    values = {
        "links": links, "site": site, "title": error.title, "text": error.text, "parameters": Parameters(),
        "here": "",
    }  # fmt: skip
    if is_framed:
        # It stands in the frame; any other page of ours refuses to be framed.
        return WebAnswer(render("framed.html", values), status=error.status, policy=FRAMED, headers=error.headers)
    return WebAnswer(render("error.html", values), status=error.status, headers=error.headers)


def explain(error: Exception) -> PageError:
    """What a person has to know of an error; nothing of paths or code."""
    if isinstance(error, BusyError):
        return PageError(503, "Busy", "Too many questions at once: try again in a moment.", {"Retry-After": "2"})
    if isinstance(error, LateError):
        return PageError(504, "Too much to search", f"This took more than {SECONDS:g} seconds: ask for less at once.")
    if isinstance(error, FilterError):
        return PageError(400, "Not understood", str(error))
    if isinstance(error, NoArchiveError | FileNotFoundError):
        return PageError(500, "No archive", "The archive is no longer there. Is its disk mounted?")
    if isinstance(error, sqlite3.Error | DatabaseError):
        log.error("the archive cannot be read: %s", error)
        return PageError(
            500, "The archive cannot be read", "It may be damaged: harbincrawl verify says what is broken."
        )
    log.error("a page could not be made", exc_info=error)
    return PageError(500, "This page could not be made", "The log of the server says why.")
