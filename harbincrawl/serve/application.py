"""What every site is made of: who may ask, the headers of each answer, a page for what goes wrong, shared files."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from harbincrawl.errors import DatabaseError, FilterError, NoArchiveError

from .answers import DRAWN, OURS, TEXT, PageError, WebAnswer, not_found
from .looks import MARK, MARK_NAME, SCRIPT, SCRIPT_NAME, STYLE, STYLE_NAME
from .packing import confirm, pack, takes_gzip
from .readers import SECONDS, BusyError, LateError

log = logging.getLogger(__name__)

FIXED_HEADERS = {
    "Content-Security-Policy": OURS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Server": "harbincrawl",
}
"""On every answer, unless a page has its own."""
ORIGIN = web.RequestKey("ORIGIN", str)
"""The origin that was asked for: `http://localhost:8399`."""
ShowError = Callable[[web.Request, PageError], WebAnswer]
"""Makes the page that says what is wrong."""
Routes = Iterable[tuple[str, Handler]]
"""Paths as aiohttp has them, with what answers them."""
_HOST = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)


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


def make_application(settings: Settings, routes: Routes, show_error: ShowError) -> web.Application:
    """The application that answers requests below the base path by `routes`, and what goes wrong by `show_error`."""
    guard = web.middleware(partial(_guard, settings))
    application = web.Application(middlewares=[_catch_errors(show_error), guard])
    application.on_response_prepare.append(_add_headers)
    if settings.base:
        mount(application, settings.base, routes, show_error)
        _add_routes(application, ())
    else:
        _add_routes(application, (*routes, *_list_shared("")))
    return application


def mount(application: web.Application, base: str, routes: Routes, show_error: ShowError) -> None:
    """Puts `routes` below the path `base`, which leads there without its slash, too."""
    inner = web.Application(middlewares=[_catch_errors(show_error)])
    _add_routes(inner, (*routes, *_list_shared(base)))
    application.router.add_get(base, partial(_move, f"{base}/"), expect_handler=_ignore_expectation)
    application.add_subapp(base, inner)


def _add_routes(application: web.Application, routes: Routes) -> None:
    for path, handler in routes:
        application.router.add_get(path, handler, expect_handler=_ignore_expectation)
    # What is on no route, aiohttp answers by itself where it expects something.
    application.router.add_route("*", "/{path:(?s:.*)}", _miss, expect_handler=_ignore_expectation)


async def _ignore_expectation(request: web.Request) -> None:
    """Bodies are refused: nobody is told to send one on."""


def _list_shared(base: str) -> Routes:
    """Style sheet, script, mark, robots.txt.

    Nobody is asked to copy an archive once more: the texts belong to publishers.
    """
    for_ever = {"Cache-Control": "public, max-age=31536000"}
    files = {
        STYLE_NAME: WebAnswer(STYLE, "text/css; charset=utf-8", headers=for_ever),
        SCRIPT_NAME: WebAnswer(SCRIPT, "text/javascript; charset=utf-8", headers=for_ever),
        MARK_NAME: WebAnswer(MARK, "image/svg+xml", policy=DRAWN, headers=for_ever),
        # Browsers ask for it where a page names no other, a feed or a picture.
        "favicon.ico": WebAnswer(MARK, "image/svg+xml", policy=DRAWN),
        "robots.txt": WebAnswer(f"User-agent: *\nDisallow: {base}/\n".encode(), TEXT),
    }
    for name, answer in files.items():
        yield f"/{name}", partial(_send, {gzip: pack(answer, gzip=gzip) for gzip in (False, True)})


async def _send(answers: Mapping[bool, WebAnswer], request: web.Request) -> web.Response:
    return make_response(request, answers[takes_gzip(request)])


async def _move(address: str, request: web.Request) -> web.Response:
    del request
    raise web.HTTPMovedPermanently(address)


async def _miss(request: web.Request) -> web.Response:
    del request
    raise web.HTTPNotFound


def _catch_errors(show_error: ShowError) -> Middleware:
    """The middleware that answers what goes wrong by a page."""

    @web.middleware
    async def catch(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            error = not_found("There is no such page.")
        except web.HTTPException:
            raise
        except PageError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 - whatever it is, it has a page
            error = explain(raised)
        return make_response(request, show_error(request, error))

    return catch


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    del request
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    # aiohttp has put its own there.
    response.headers["Server"] = FIXED_HEADERS["Server"]


async def _guard(settings: Settings, request: web.Request, handler: Handler) -> web.StreamResponse:
    """The middleware that lets nobody ask who may not. Raises PageError."""
    host, scheme = request.headers.get("Host", ""), "http"
    if settings.is_behind_proxy:
        host = request.headers.get("X-Forwarded-Host", host).rpartition(",")[2].strip()
        scheme = "https" if request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https" else "http"
    if not _may_be_named(settings, host):
        raise PageError(
            403, "Another name", "This site is not served under that host name: start it with --allow-host NAME."
        )
    if request.method not in ("GET", "HEAD"):
        raise PageError(405, "Read-only", "Nothing can be sent here: this site only shows.", {"Allow": "GET, HEAD"})
    if request.can_read_body:
        raise PageError(413, "Too large", "A request to this site has no body.")
    request[ORIGIN] = f"{scheme}://{host}"
    return await handler(request)


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


def make_response(request: web.Request, answer: WebAnswer) -> web.Response:
    """The response that `answer` is, without its bytes where the client has them."""
    answer = confirm(request, answer)
    headers = {"Content-Security-Policy": answer.policy, **answer.headers}
    if answer.status != 304:
        headers["Content-Type"] = answer.type
    response = web.Response(status=answer.status, body=answer.body, headers=headers)
    if request.can_read_body:
        response.force_close()
    return response


def move_to_filled(request: web.Request) -> WebAnswer | None:
    """The redirect to the address without the fields that a form left empty; None: there are none.

    It leads to the same path of the same site, whatever the query says.
    """
    pairs = list(request.query.items())
    filled = [(name, value) for name, value in pairs if value.strip()]
    if len(filled) == len(pairs):
        return None
    query = f"?{urlencode(filled, errors='replace')}" if filled else ""
    # Two slashes at the beginning would name another host; no route has them.
    path = "/" + request.rel_url.raw_path.lstrip("/")
    return WebAnswer(b"", TEXT, status=303, headers={"Location": path + query})


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
            500, "The archive cannot be read", "It may be damaged: harbincrawl rebuild makes its database anew."
        )
    log.error("a page could not be made", exc_info=error)
    return PageError(500, "This page could not be made", "The log of the server says why.")
