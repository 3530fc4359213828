"""The site of one archive: its addresses, and how their pages are made, kept and sent."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from harbincrawl.sites import Site

from .answers import FRAMED, Download, Form, PageError, WebAnswer, name_file
from .application import ORIGIN, Settings, make_application, make_response
from .handlers import about, article, captures, cdx, feeds, history, language, mementos, overview, search, words
from .links import Links, Parameters
from .looks import render
from .readers import Reader, Readers, Watch
from .visit import Visit

log = logging.getLogger(__name__)
Page = Callable[[Visit], WebAnswer | Download]

DOWNLOADS = 4
"""At once."""
PATIENCE = 30.0
"""Seconds without a byte taken that end a download."""
_PIECE = 1 << 16
"""Bytes of a download that are sent at once."""
_FRAMED = re.compile(r"/captures/[^/]+/page")
_ROUTES: tuple[tuple[str, tuple[Form, ...], Page], ...] = (
    ("/", ("html",), overview.show_home),
    ("/index", ("json",), overview.show_home),
    ("/search", ("html", "json", "csv", "jsonl", "atom"), search.show_search),
    ("/articles/{id}", ("html", "json", "bib", "csl", "ris"), article.show_article),
    ("/articles/{id}/revisions", ("html", "json"), article.show_revisions),
    ("/articles/{id}/revisions/{range}", ("html", "json"), article.show_changes),
    ("/captures/compare", ("html",), history.find_comparison),
    (r"/captures/{pair:\d+\.\.\d+}", ("html", "json"), history.show_comparison),
    ("/captures/{number}", ("html", "json"), history.show_capture),
    ("/captures/{number}/page", ("html",), captures.show_captured_page),
    ("/captures/{number}/raw", ("html",), captures.send_raw),
    ("/outside/page", ("html",), captures.show_outside),
    ("/cdx", ("html",), cdx.show_list),
    ("/web/cdx", ("html",), cdx.show_list),
    (r"/web/{rest:(?s:.+)}", ("html",), mementos.show_web),
    (r"/{rest:\d{1,14}id_/(?s:.+)}", ("html",), mementos.show_beside),
    ("/media/{name}", ("html",), captures.send_media),
    (f"/{{kind:{'|'.join(overview.NAMES)}}}", ("html", "json"), overview.show_values),
    ("/trends", ("html", "json"), words.show_trends),
    ("/concordance", ("html", "json", "csv"), words.show_concordance),
    ("/keywords", ("html", "json", "csv"), words.show_keywords),
    ("/status", ("html", "json"), overview.show_status),
    ("/feed", ("atom",), feeds.show_feed),
    ("/watches", ("html", "json"), feeds.show_watches),
    ("/watches/{name}", ("atom",), feeds.show_watch),
    ("/query", ("html",), language.show_language),
    ("/api", ("html", "json"), about.show_api),
)
"""Addresses, their forms (`html` is the one without an ending), and what makes them."""


class App:
    """Answers requests for one archive."""

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
        for path, forms, page in _ROUTES:
            handle = partial(self._answer, page)
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

    async def _answer(self, page: Page, request: web.Request) -> web.StreamResponse:
        arguments = dict(request.match_info)
        form = cast(Form, arguments.pop("form", "html"))
        links = Links(self.settings.base, request[ORIGIN])
        state = self.watch.read_state(time.monotonic())
        key = ("page", links.origin, request.path_qs)
        kept: WebAnswer | None = self.readers.memory.find(state, key)
        if kept is not None:
            return make_response(request, kept)
        query, target = request.query, _find_target(request, self.settings.base)
        wanted_at = request.headers.get("Accept-Datetime")

        def make(reader: Reader) -> WebAnswer | Download:
            # While the question waited, another one may have made the page.
            made: WebAnswer | None = reader.memory.find(reader.state, key)
            if made is not None:
                return made
            answer = page(Visit(reader, links, query, form, tuple(arguments.values()), target, wanted_at))
            if isinstance(answer, WebAnswer) and answer.is_kept:
                reader.memory.keep(reader.state, key, answer, len(answer.body) + 500)
            return answer

        answer = await self.readers.ask(make, state)
        if isinstance(answer, Download):
            return await self._send_download(request, answer)
        return make_response(request, answer)

    async def _send_download(self, request: web.Request, download: Download) -> web.StreamResponse:
        if self._downloads >= DOWNLOADS:
            raise PageError(
                503, "Busy", f"Already {DOWNLOADS} downloads are under way: try again.", {"Retry-After": "10"}
            )
        response = web.StreamResponse(headers={"Content-Type": download.type})
        if download.name:
            response.headers["Content-Disposition"] = name_file(download.name)
        self._downloads += 1
        stream = self.readers.stream(download.write)
        try:
            part = await stream.next_part() if request.method == "GET" else None
            await response.prepare(request)
            try:
                while part is not None:
                    await _write(request, response, part)
                    part = await stream.next_part()
                await response.write_eof()
            except Exception as error:  # noqa: BLE001 - it is logged, and there is no page any more
                # What was sent cannot be taken back: a cut connection tells that it is not whole.
                if not isinstance(error, ConnectionError):
                    log.error("a download could not be made whole: %s", error)  # noqa: TRY400 - no code for people
                if request.transport is not None:
                    request.transport.abort()
        finally:
            self._downloads -= 1
            stream.close()
        return response


def _find_target(request: web.Request, base: str) -> str:
    """Path and query below `base` as they were sent, without the first slash: they may hold another address."""
    address = request.rel_url
    path = address.raw_path.split("/", len(base.split("/")))[-1]
    return f"{path}?{address.raw_query_string}" if address.raw_query_string else path


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
