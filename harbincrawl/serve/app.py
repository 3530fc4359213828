"""The site of one archive: its addresses, who may ask, the headers of each answer, a page for what goes wrong."""

from __future__ import annotations

import logging
import re
import shlex
import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import ip_address
from typing import NamedTuple, cast

from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import MultiMapping

from harbincrawl.errors import DatabaseError, FilterError, NoArchiveError
from harbincrawl.sites import Site

from .answers import CAPTURED, DRAWN, OURS, TEXT, Form, PageError, WebAnswer, not_found
from .links import Links, Parameters
from .looks import MARK, MARK_NAME, STYLE, STYLE_NAME, render
from .pages import (
    article,
    browse,
    captures,
    home,
    questions,
    revisions,
    search,
)
from .pools import SECONDS, BusyError, LateError, PoolName, Reader, Readers
from .visit import Visit

log = logging.getLogger(__name__)
Page = Callable[[Visit], WebAnswer]

FIXED_HEADERS = {
    "Content-Security-Policy": OURS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Server": "harbincrawl",
}
"""On every answer, unless a page has its own."""
_ROUTES: tuple[tuple[str, tuple[Form, ...], PoolName, Page], ...] = (
    ("/", ("html",), "pages", home.show_home),
    ("/search", ("html", "json"), "pages", search.show_search),
    ("/search", ("csv", "atom"), "heavy", search.show_search),
    ("/articles/{id}", ("html", "json", "bib", "csl"), "pages", article.show_article),
    ("/articles/{id}/revisions", ("html",), "pages", revisions.show_revisions),
    ("/articles/{id}/revisions/{range}", ("html", "bib", "csl"), "pages", revisions.show_revision),
    ("/articles/{id}/captures", ("html",), "pages", captures.show_captures),
    ("/articles/{id}/proof", ("html",), "heavy", article.send_proof),
    ("/captures/{number}", ("html",), "pages", captures.show_capture),
    ("/captures/{number}/page", ("html",), "heavy", captures.show_captured_page),
    ("/captures/{number}/raw", ("html",), "heavy", captures.send_raw),
    ("/media/{name}", ("html",), "pages", captures.send_media),
    (f"/{{kind:{'|'.join(browse.NAMES)}}}", ("html",), "pages", browse.show_values),
    ("/questions/{name}", ("html", "json", "csv"), "heavy", questions.show_question),
    ("/status", ("html",), "pages", browse.show_status),
)
"""Addresses, their forms (`html` is the one without an ending), their threads, and what makes them."""
LONG = 250
"""Characters of a search, with its filters, beyond which it counts as heavy: what people type is shorter."""
_HOST = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
_FRAMED = re.compile(r"/captures/[^/]+/page")
_ORIGIN = web.RequestKey("ORIGIN", str)
"""The origin that was asked for: `http://localhost:8399`."""
_LONGEST_COMMAND = 400
"""Letters of a command that a page names."""


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
    """Answers requests for one archive."""

    def __init__(self, settings: Settings, site: Site, readers: Readers) -> None:
        self.settings = settings
        self.site = site
        self.readers = readers

    def close(self) -> None:
        """Ends its threads."""
        self.readers.stop()

    def make_application(self) -> web.Application:
        """The site as an application of its own, which answers requests below the base path."""
        application = web.Application(middlewares=[self._catch, self._guard])
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._stop)
        base = self.settings.base
        for path, forms, pool, page in _ROUTES:
            endings = "|".join(form for form in forms if form != "html")
            handle = partial(self._answer, page, pool)
            # An id may have dots: what could be an ending is one.
            if endings:
                _add_route(application, f"{base}{path}.{{form:{endings}}}", handle)
            if "html" in forms:
                _add_route(application, f"{base}{path}", handle)
        for name, answer in _list_shared(base).items():
            _add_route(application, f"{base}/{name}", partial(_send, answer))
        if base:
            _add_route(application, base, partial(_move, f"{base}/"))
        # What is on no route, aiohttp answers by itself where it expects something.
        application.router.add_route("*", "/{path:(?s:.*)}", _miss, expect_handler=_ignore_expectation)
        return application

    async def _stop(self, application: web.Application) -> None:
        """Ends all questions, so that nothing waits for them."""
        del application
        self.readers.stop()

    @web.middleware
    async def _catch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware that answers what goes wrong by a page."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            error = not_found("There is no such page.")
        except web.HTTPException:
            raise
        except PageError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 - whatever it is, it has a page
            error = _explain(raised, request)
        return _make_response(request, self._show_error(request, error))

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware that lets nobody ask who may not. Raises PageError."""
        host, scheme = request.headers.get("Host", ""), "http"
        if self.settings.is_behind_proxy:
            host = request.headers.get("X-Forwarded-Host", host).rpartition(",")[2].strip()
            scheme = "https" if request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https" else "http"
        if not _may_be_named(self.settings, host):
            raise PageError(
                403, "Another name", "This site is not served under that host name: start it with --allow-host NAME."
            )
        if request.method not in ("GET", "HEAD"):
            raise PageError(405, "Read-only", "Nothing can be sent here: this site only shows.", {"Allow": "GET, HEAD"})
        if request.can_read_body:
            raise PageError(413, "Too large", "A request to this site has no body.")
        request[_ORIGIN] = f"{scheme}://{host}"
        return await handler(request)

    def _show_error(self, request: web.Request, error: PageError) -> WebAnswer:
        """The page that says what is wrong."""
        values = {
            "links": Links(self.settings.base, ""), "site": self.site, "title": error.title, "text": error.text,
            "parameters": Parameters(), "here": "",
        }  # fmt: skip
        if _FRAMED.fullmatch(request.rel_url.path_safe.removeprefix(self.settings.base)):
            # It stands in the frame; any page of ours refuses to be framed.
            text = f"{error.title}: {error.text}\n".encode()
            return WebAnswer(text, TEXT, error.status, CAPTURED, error.headers)
        return WebAnswer(render("error.html", values), status=error.status, headers=error.headers)

    async def _answer(self, page: Page, pool: PoolName, request: web.Request) -> web.StreamResponse:
        arguments = dict(request.match_info)
        form = cast(Form, arguments.pop("form", "html"))
        links, query = Links(self.settings.base, request[_ORIGIN]), request.query

        def make(reader: Reader) -> WebAnswer:
            return page(Visit(reader, self.site, links, query, form, tuple(arguments.values())))

        if len(request.rel_url.raw_query_string) > LONG:
            pool = "heavy"
        return _make_response(request, await self.readers.ask(make, pool))


def _add_route(application: web.Application, path: str, handler: Handler) -> None:
    application.router.add_get(path, handler, expect_handler=_ignore_expectation)


async def _ignore_expectation(request: web.Request) -> None:
    """Bodies are refused: nobody is told to send one on."""


def _list_shared(base: str) -> dict[str, WebAnswer]:
    """Style sheet, mark, robots.txt.

    Nobody is asked to copy an archive once more: the texts belong to publishers.
    """
    for_ever = {"Cache-Control": "public, max-age=31536000"}
    return {
        STYLE_NAME: WebAnswer(STYLE, "text/css; charset=utf-8", headers=for_ever),
        MARK_NAME: WebAnswer(MARK, "image/svg+xml", policy=DRAWN, headers=for_ever),
        # Browsers ask for it where a page names no other, a feed or a picture.
        "favicon.ico": WebAnswer(MARK, "image/svg+xml", policy=DRAWN),
        "robots.txt": WebAnswer(f"User-agent: *\nDisallow: {base}/\n".encode(), TEXT),
    }


async def _send(answer: WebAnswer, request: web.Request) -> web.Response:
    return _make_response(request, answer)


async def _move(address: str, request: web.Request) -> web.Response:
    del request
    raise web.HTTPMovedPermanently(address)


async def _miss(request: web.Request) -> web.Response:
    del request
    raise web.HTTPNotFound


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    del request
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    # aiohttp has put its own there.
    response.headers["Server"] = FIXED_HEADERS["Server"]


def _may_be_named(settings: Settings, host: str) -> bool:
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match["name"].strip("[]").rstrip(".")
    if name in settings.hosts:
        return True
    try:
        return settings.any_address and bool(ip_address(name))
    except ValueError:
        return False


def _make_response(request: web.Request, answer: WebAnswer) -> web.Response:
    headers: Mapping[str, str] = {
        "Content-Security-Policy": answer.policy, "Content-Type": answer.type, **answer.headers
    }  # fmt: skip
    response = web.Response(status=answer.status, body=answer.body, headers=headers)
    if request.can_read_body:
        response.force_close()
    return response


def _explain(error: Exception, request: web.Request) -> PageError:
    """What a person has to know of an error; nothing of paths or code."""
    if isinstance(error, BusyError):
        return PageError(503, "Busy", "Too many questions at once: try again in a moment.", {"Retry-After": "2"})
    if isinstance(error, LateError):
        command = write_command(request.path, request.query)
        return PageError(
            504, "Too much to search",
            f"This took more than {SECONDS:g} seconds: ask for less at once, or run {command}, which has no limit.",
        )  # fmt: skip
    if isinstance(error, FilterError):
        return PageError(400, "Not understood", str(error))
    if isinstance(error, NoArchiveError | FileNotFoundError):
        return PageError(500, "No archive", "The archive is no longer there. Is its disk mounted?")
    if isinstance(error, sqlite3.Error | DatabaseError):
        log.error("the archive cannot be read: %s", error)
        return PageError(
            500, "The archive cannot be read", "It may be damaged: harbincrawl rebuild makes its database anew."
        )
    log.error("a page could not be made", exc_info=error)
    return PageError(500, "This page could not be made", "The log of the server says why.")


def write_command(path: str, query: MultiMapping[str]) -> str:
    """The command that answers what a page was asked: `harbincrawl search snow --section news`."""
    name = path.rpartition("/")[2].partition(".")[0]
    words = [value for key, value in query.items() if key == "q"]
    words += [word for key, value in query.items() if key not in ("q", "page") for word in (f"--{key}", value)]
    command = shlex.join(["harbincrawl", name, *words])
    return command if len(command) <= _LONGEST_COMMAND else f"harbincrawl {name}"
