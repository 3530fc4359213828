"""Several archives behind one address: `/a/NAME/` is the site of each, `/` says which there are and searches all."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web
from yarl import URL

from harbincrawl.errors import HarbincrawlError
from harbincrawl.search.choice import make_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import search_page

from .answers import PageError, WebAnswer, make_json
from .app import App, explain, make_response
from .links import Links
from .looks import STYLE_NAME, render
from .readers import BusyError, LateError, Reader
from .together import Together

log = logging.getLogger(__name__)

PREFIX = "/a/"
_SHARED = (f"/{STYLE_NAME}", "/robots.txt")
"""What is the same for all of them."""


class Shown(NamedTuple):
    """An archive on the front page."""

    name: str
    title: str
    articles: int | None
    """None: it does not answer."""
    newest: str | None
    """The day of its newest article."""


class Gate:
    """Answers requests: those below `/a/NAME/` by that archive's own site, `/` and `/search` by itself."""

    def __init__(self, base: str, apps: Mapping[str, App]) -> None:
        """Each of `apps`, by name, has `base` and `/a/NAME` as its base path."""
        self._base = base
        self._apps = apps
        self._first = next(iter(apps.values()))
        self._together = Together(apps)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to any request."""
        inside = request.path.removeprefix(self._base)
        if inside in _SHARED:
            return await self._first.handle(request.clone(rel_url=URL(f"{self._first.settings.base}{inside}")))
        name = inside.removeprefix(PREFIX).partition("/")[0] if inside.startswith(PREFIX) else ""
        if name in self._apps:
            return await self._apps[name].handle(request)
        links = Links(self._base, "")
        try:
            links = links._replace(origin=self._first.check(request))
            answer = await self._find_answer(inside, links, request)
        except PageError as error:
            answer = _make_error(links, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it has a page
            answer = _make_error(links, explain(error))
        return make_response(request, answer)

    async def _find_answer(self, inside: str, links: Links, request: web.BaseRequest) -> WebAnswer:
        if inside in ("", "/", "/index.json"):
            return await self._show_archives(links, as_json=inside == "/index.json")
        if inside in ("/search", "/search.json"):
            return await self._together.search(links, request.query, "json" if inside.endswith(".json") else "html")
        raise PageError(404, "Nothing here", "There is no such page: each archive is below /a/NAME/.")

    async def _show_archives(self, links: Links, *, as_json: bool) -> WebAnswer:
        shown = await asyncio.gather(*(self._describe(name, app) for name, app in self._apps.items()))
        if as_json:
            return make_json([each._asdict() | {"url": links.to(f"{PREFIX}{each.name}/")} for each in shown])
        values = {"links": links, "title": "Archives", "here": "home", "archives": shown, "prefix": PREFIX}
        return WebAnswer(render("archives.html", values))

    async def _describe(self, name: str, app: App) -> Shown:
        try:
            articles, newest = await app.readers.ask(_read_summary, app.watch.read_state(time.monotonic()))
        except (HarbincrawlError, sqlite3.Error, OSError, BusyError, LateError) as error:
            log.warning("archive %s does not answer: %s", name, error)
            return Shown(name, app.site.title, None, None)
        return Shown(name, app.site.title, articles, newest)


def _make_error(links: Links, error: PageError) -> WebAnswer:
    """The page that says what is wrong."""
    values = {"links": links, "title": error.title, "text": error.text, "here": ""}
    return WebAnswer(render("gate.html", values), status=error.status, headers=error.headers)


def _read_summary(reader: Reader) -> tuple[int, str | None]:
    (articles,) = reader.connection.execute("SELECT count(*) FROM articles").fetchone()
    newest = search_page(reader.connection, make_choice(Filters()), sort="newest", limit=1).hits
    if not newest:
        return articles, None
    row = reader.connection.execute(
        "SELECT coalesce(updated, created) FROM articles WHERE key = ?", (newest[0].key,)
    ).fetchone()
    return articles, row[0]
