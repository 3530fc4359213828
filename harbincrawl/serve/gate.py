"""Several archives behind one address: `/a/NAME/` is the site of each, `/` says which there are."""

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
from harbincrawl.search.filters import Filters, make_choice
from harbincrawl.search.hits import search_page

from .answers import PageError, WebAnswer, make_json
from .app import App, make_error, make_response
from .links import Links, Parameters
from .looks import STYLE_NAME, render
from .readers import BusyError, LateError, Reader

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
    """Answers requests: those below `/a/NAME/` by that archive's own site, `/` by itself."""

    def __init__(self, base: str, apps: Mapping[str, App]) -> None:
        """Each of `apps`, by name, has `base` and `/a/NAME` as its base path."""
        self._base = base
        self._apps = apps
        self._first = next(iter(apps.values()))

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
            if inside not in ("", "/", "/index.json"):
                raise PageError(404, "Not found", "There is no such page: each archive is below /a/NAME/.")
            answer = await self._show_archives(links, as_json=inside == "/index.json")
        except PageError as error:
            answer = make_error(links, self._first.site, error)
        return make_response(request, answer)

    async def _show_archives(self, links: Links, *, as_json: bool) -> WebAnswer:
        shown = await asyncio.gather(*(self._describe(name, app) for name, app in self._apps.items()))
        if as_json:
            return make_json([each._asdict() | {"url": links.to(f"{PREFIX}{each.name}/")} for each in shown])
        values = {
            "links": links, "title": "Archives", "archives": shown, "parameters": Parameters(), "prefix": PREFIX,
        }  # fmt: skip
        return WebAnswer(render("archives.html", values))

    async def _describe(self, name: str, app: App) -> Shown:
        try:
            articles, newest = await app.readers.ask(_read_summary, app.watch.read_state(time.monotonic()))
        except (HarbincrawlError, sqlite3.Error, OSError, BusyError, LateError) as error:
            log.warning("archive %s does not answer: %s", name, error)
            return Shown(name, app.site.title, None, None)
        return Shown(name, app.site.title, articles, newest)


def _read_summary(reader: Reader) -> tuple[int, str | None]:
    (articles,) = reader.connection.execute("SELECT count(*) FROM articles").fetchone()
    newest = search_page(reader.connection, make_choice(Filters()), sort="newest", limit=1).hits
    if not newest:
        return articles, None
    row = reader.connection.execute(
        "SELECT coalesce(updated, created) FROM articles WHERE key = ?", (newest[0].key,)
    ).fetchone()
    return articles, row[0]
