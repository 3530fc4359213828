"""Several archives behind one address: `/a/NAME/` is the site of each, `/` says which there are and searches all."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web

from harbincrawl.errors import HarbincrawlError
from harbincrawl.search.choice import make_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import search_page

from .answers import Form, PageError, WebAnswer, make_json
from .app import App
from .application import ORIGIN, Settings, make_application, make_response, mount, move_to_filled
from .links import Links
from .looks import render
from .packing import pack, takes_gzip
from .readers import BusyError, LateError, Reader
from .together import Together

log = logging.getLogger(__name__)

PREFIX = "/a/"


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

    def __init__(self, settings: Settings, apps: Mapping[str, App]) -> None:
        """Each of `apps`, by name, has the base path of `settings` and `/a/NAME` as its own."""
        self._settings = settings
        self._apps = apps
        self._together = Together(apps)

    def make_application(self) -> web.Application:
        """All the sites as one application."""
        routes = (
            ("/", self._show_archives), ("/index.{form:json}", self._show_archives),
            ("/search", self._search), ("/search.{form:json}", self._search),
        )  # fmt: skip
        application = make_application(self._settings, routes, self.show_error)
        for app in self._apps.values():
            mount(application, app.settings.base, app.list_routes(), app.show_error)
            application.on_shutdown.append(app.stop)
        return application

    def show_error(self, request: web.Request, error: PageError) -> WebAnswer:
        """The page that says what is wrong."""
        del request
        text = f"{error.text} Each archive is below {PREFIX}NAME/." if error.status == 404 else error.text
        values = {"links": Links(self._settings.base, ""), "title": error.title, "text": text, "here": ""}
        return WebAnswer(render("gate.html", values), status=error.status, headers=error.headers)

    async def _search(self, request: web.Request) -> web.Response:
        links = Links(self._settings.base, request[ORIGIN])
        form: Form = "json" if "form" in request.match_info else "html"
        if form == "html" and (moved := move_to_filled(request)):
            return make_response(request, moved)
        return _respond(request, await self._together.search(links, request.query, form))

    async def _show_archives(self, request: web.Request) -> web.Response:
        links = Links(self._settings.base, request[ORIGIN])
        shown = await asyncio.gather(*(self._describe(name, app) for name, app in self._apps.items()))
        if "form" in request.match_info:
            archives = [each._asdict() | {"url": links.to(f"{PREFIX}{each.name}/")} for each in shown]
            return _respond(request, make_json(archives))
        values = {"links": links, "title": "Archives", "here": "home", "archives": shown, "prefix": PREFIX}
        return _respond(request, WebAnswer(render("archives.html", values)))

    async def _describe(self, name: str, app: App) -> Shown:
        try:
            articles, newest = await app.readers.ask(_read_summary, app.watch.read_state(time.monotonic()), "pages")
        except (HarbincrawlError, sqlite3.Error, OSError, BusyError, LateError) as error:
            log.warning("archive %s does not answer: %s", name, error)
            return Shown(name, app.site.title, None, None)
        return Shown(name, app.site.title, articles, newest)


def _respond(request: web.Request, answer: WebAnswer) -> web.Response:
    return make_response(request, pack(answer, gzip=takes_gzip(request)))


def _read_summary(reader: Reader) -> tuple[int, str | None]:
    (articles,) = reader.connection.execute("SELECT count(*) FROM articles").fetchone()
    newest = search_page(reader.connection, make_choice(Filters()), sort="newest", limit=1).hits
    if not newest:
        return articles, None
    row = reader.connection.execute(
        "SELECT coalesce(updated, created) FROM articles WHERE key = ?", (newest[0].key,)
    ).fetchone()
    return articles, row[0]
