"""The site of one archive: its addresses, and how their pages are made, kept and sent."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from harbincrawl.sites import Site

from .answers import FRAMED, Download, Form, PageError, WebAnswer, name_file
from .application import ORIGIN, Settings, make_application, make_response, move_to_filled
from .downloads import Downloads
from .handlers import (
    about,
    article,
    captures,
    changes,
    days,
    feeds,
    figures,
    history,
    home,
    language,
    overview,
    revisions,
    search,
    trends,
    words,
)
from .links import Links, Parameters
from .looks import render
from .packing import VARY, pack, pack_parts, takes_gzip
from .readers import LaneName, Reader, Readers
from .visit import Visit
from .watch import Watch

log = logging.getLogger(__name__)
Page = Callable[[Visit], WebAnswer | Download]

_FRAMED = re.compile(r"/captures/[^/]+/page")
_ROUTES: tuple[tuple[str, tuple[Form, ...], LaneName, Page], ...] = (
    ("/", ("html",), "pages", home.show_home),
    ("/index", ("json",), "pages", home.show_home),
    ("/search", ("html", "json"), "searches", search.show_search),
    ("/search", ("csv", "jsonl", "atom"), "feeds", search.show_search),
    ("/articles/{id}", ("html", "json", "bib", "csl", "ris"), "pages", article.show_article),
    ("/articles/{id}/revisions", ("html", "json"), "pages", revisions.show_revisions),
    ("/articles/{id}/revisions/{range}", ("html", "json", "bib", "csl", "ris"), "pages", revisions.show_revision),
    ("/captures/compare", ("html",), "captures", history.find_comparison),
    (r"/captures/{pair:\d+\.\.\d+}", ("html", "json"), "captures", history.show_comparison),
    ("/captures/{number}", ("html", "json"), "captures", history.show_capture),
    ("/captures/{number}/page", ("html",), "captures", captures.show_captured_page),
    ("/captures/{number}/raw", ("html",), "captures", captures.send_raw),
    ("/outside/page", ("html",), "pages", captures.show_outside),
    ("/media/{name}", ("html",), "pages", captures.send_media),
    (f"/{{kind:{'|'.join(overview.NAMES)}}}", ("html", "json"), "pages", overview.show_values),
    ("/changes", ("html", "json"), "pages", changes.show_list),
    ("/days/{day}", ("html", "json"), "pages", days.show_day),
    ("/trends", ("html", "json"), "searches", trends.show_trends),
    ("/trends", ("csv", "svg"), "searches", figures.send_trends),
    ("/concordance", ("html", "json"), "heavy", words.show_concordance),
    ("/concordance", ("csv",), "feeds", words.show_concordance),
    ("/keywords", ("html", "json"), "heavy", words.show_keywords),
    ("/keywords", ("csv",), "feeds", words.show_keywords),
    ("/keywords", ("svg",), "heavy", figures.send_keywords),
    ("/compare", ("html",), "heavy", words.show_compare),
    ("/status", ("html", "json"), "pages", overview.show_status),
    ("/feed", ("atom",), "feeds", feeds.show_feed),
    ("/watches", ("html", "json"), "pages", feeds.show_watches),
    ("/watches/{name}", ("atom",), "feeds", feeds.show_watch),
    ("/query", ("html",), "pages", language.show_language),
    ("/api", ("html", "json"), "pages", about.show_api),
)
"""Addresses, their forms (`html` is the one without an ending), their threads, and what makes them.

What is read for a download is read by threads of its own: here it is only begun.
"""

LONG = 250
"""Characters of a search, with its filters, beyond which it counts as heavy: what people type is shorter."""
_RUNNING = frozenset(("script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet"))
"""What a browser wants an answer for that it will run. Our policy allows scripts of our own, and captures come from
the same origin."""


class App:
    """Answers requests for one archive."""

    def __init__(self, settings: Settings, site: Site, readers: Readers, watch: Watch) -> None:
        self.settings = settings
        self.site = site
        self.readers = readers
        self.watch = watch
        self._downloads = Downloads()
        self._asked: dict[tuple[Any, ...], asyncio.Future[WebAnswer | Download]] = {}
        """Answers that are being made, by the archive's state and what they are of: who asks the same waits, too."""

    def close(self) -> None:
        """Ends its threads and closes what it reads."""
        self.readers.stop()
        self.watch.close()

    def make_application(self) -> web.Application:
        """The site as an application of its own."""
        application = make_application(self.settings, self.list_routes(), self.show_error)
        application.on_shutdown.append(self.stop)
        return application

    async def stop(self, application: web.Application) -> None:
        """Ends all questions, so that nothing waits for them."""
        del application
        self.readers.stop()

    def list_routes(self) -> Iterator[tuple[str, Handler]]:
        """All its addresses, below the base path."""
        for path, forms, lane, page in _ROUTES:
            handle = partial(self._answer, page, lane)
            endings = "|".join(form for form in forms if form != "html")
            # An id may have dots: what could be an ending is one.
            if endings:
                yield f"{path}.{{form:{endings}}}", handle
            if "html" in forms:
                yield path, handle

    def show_error(self, request: web.Request, error: PageError) -> WebAnswer:
        """The page that says what is wrong."""
        links = Links(self.settings.base, "")
        values = {
            "links": links, "site": self.site, "title": error.title, "text": error.text, "parameters": Parameters(),
            "here": "",
        }  # fmt: skip
        if _FRAMED.fullmatch(request.rel_url.path_safe.removeprefix(self.settings.base)):
            # It stands in the frame; any other page of ours refuses to be framed.
            return WebAnswer(render("framed.html", values), status=error.status, policy=FRAMED, headers=error.headers)
        return WebAnswer(render("error.html", values), status=error.status, headers=error.headers)

    async def _answer(self, page: Page, lane: LaneName, request: web.Request) -> web.StreamResponse:
        arguments = dict(request.match_info)
        form = cast(Form, arguments.pop("form", "html"))
        if request.headers.get("Sec-Fetch-Dest") in _RUNNING:
            raise PageError(403, "No script", "Nothing of an archive is a script.")
        if form == "html" and page is not captures.show_outside and (moved := move_to_filled(request)):
            return make_response(request, moved)
        links = Links(self.settings.base, request[ORIGIN])
        state = self.watch.read_state(time.monotonic())
        gzip = takes_gzip(request)
        key = ("page", gzip, links.origin, request.path_qs)
        kept: WebAnswer | None = self.readers.memory.find(state, key)
        if kept is not None:
            return make_response(request, kept)
        query = request.query

        def make(reader: Reader) -> WebAnswer | Download:
            # While the question waited, another one may have made the page.
            made: WebAnswer | None = reader.memory.find(reader.state, key)
            if made is not None:
                return made
            try:
                answer = page(Visit(reader, links, query, form, tuple(arguments.values())))
            except web.HTTPMove as moved:
                # It may be the answer of many at once, which an exception of aiohttp's cannot.
                return WebAnswer(b"", status=moved.status, headers={"Location": str(moved.location)}, is_kept=False)
            if isinstance(answer, Download):
                return answer
            answer = pack(answer, gzip=gzip)
            if answer.is_kept:
                reader.memory.keep(reader.state, key, answer, len(answer.body) + 500)
            return answer

        if lane == "searches" and len(request.rel_url.raw_query_string) > LONG:
            lane = "heavy"
        answer = await self._ask_once((state, key), make, lane)
        if isinstance(answer, Download):
            return await self._send_download(request, answer, gzip=gzip)
        return make_response(request, answer)

    async def _ask_once(
        self, asked: tuple[Any, ...], make: Callable[[Reader], WebAnswer | Download], lane: LaneName
    ) -> WebAnswer | Download:
        """The answer of `make`, asked once by all who wait for it: twenty readers of a page that is new cost one."""
        waiting = self._asked.get(asked)
        if waiting is None:
            waiting = self._asked[asked] = asyncio.ensure_future(self.readers.ask(make, asked[0], lane))
            waiting.add_done_callback(lambda done: (self._asked.pop(asked), done.cancelled() or done.exception()))
        # Whoever leaves leaves the others their answer.
        return await asyncio.shield(waiting)

    async def _send_download(self, request: web.Request, download: Download, *, gzip: bool) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": download.type, "Vary": VARY})
        if download.name:
            response.headers["Content-Disposition"] = name_file(download.name)
        write = download.write
        if gzip:
            response.headers["Content-Encoding"] = "gzip"
            write = partial(_write_packed, download.write)
        return await self._downloads.send(request, response, self.readers.stream(write))


def _write_packed(
    write: Callable[[sqlite3.Connection], Iterator[bytes]], connection: sqlite3.Connection
) -> Iterator[bytes]:
    return pack_parts(write(connection))
