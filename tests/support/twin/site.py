"""The twin itself: its stories, its lists, and the answer to every address."""

from __future__ import annotations

import hashlib
import math
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

from harbincrawl.twin.pictures import draw_picture
from tests.support.twin.newsroom.model import UNDATED_SKINS, Story
from tests.support.twin.newsroom.planting import TODAY, plant, population
from tests.support.twin.newsroom.writing import StoryWriter
from tests.support.twin.skins.page import BoxItem, ListPage, ListPager, NoticePage, PageLink, Surroundings

from . import press
from .faults import HONEST, Fault, PagerLies
from .manner import HARBIN, SITE_MAP, Manner
from .press import Elsewhere, TwinAnswer, item_day, list_line
from .skins import bare, list_skins

MOST_KEPT = 2048
"""Rendered pages in memory."""

BOX_SIZE = 4
BOX_SECTION = "civilization"
"""Its newest stories feed the feature box of the whole site."""


@dataclass
class Twin:
    """A whole site; change its fields or its stories, and the next answer shows it. Hold `lock` for several at once."""

    seed: int
    sections: tuple[str, ...]
    stories: dict[int, Story]
    page_size: int
    writer: StoryWriter
    dice: random.Random
    manner: Manner = field(default=HARBIN, repr=False)
    today: date = TODAY
    """The day that new stories get."""
    hidden: dict[str, int] = field(default_factory=dict)
    """Section to k: its pager's total is k too high, or below 0 too low."""
    printed_total: dict[str, bool] = field(default_factory=dict)
    """Section to False: its pager prints no total."""
    dated: dict[str, bool] = field(default_factory=dict)
    """Section to False: its lines print no date."""
    pager_words: dict[str, str] = field(default_factory=dict)
    """Section to `zh` (the default) or `en`."""
    pager_last: dict[str, bool] = field(default_factory=dict)
    """Section to False: its pager has no link to the last page."""
    pager_lies: dict[str, PagerLies] = field(default_factory=dict)
    list_skins: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, list[Elsewhere]] = field(default_factory=dict)
    box: int | None = None
    """None: the feature box shows what is newest; a number: that state of it."""
    bare: bool = False
    """True: pages without any attribute but href, src and alt."""
    faults: dict[str, Fault] = field(default_factory=dict)
    """By path, without query."""
    on_request: Callable[[str], None] | None = None
    """Called with the path before each answer."""
    planted: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Numbers of the stories that are told twice, by kind; see `planting.plant`."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _kept: dict[object, Any] = field(default_factory=dict, repr=False)
    _kept_for: object = field(default=None, repr=False)
    _stamps: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)

    def listing(self, section_path: str) -> list[Story]:
        """The live stories of a section's list in its order: newest `updated` first, ties by higher number."""
        return list(self._keep(("list", section_path), lambda: self._sorted(section_path)))

    def truth(self) -> list[dict[str, Any]]:
        """What an archive of it all holds: the truth of every live, listed story, by number; one label a section."""
        live = (self.stories[number] for number in sorted(self.stories))
        return [self._truth(story) for story in live if story.listed and not story.gone]

    def _truth(self, story: Story) -> dict[str, Any]:
        truth = story.truth()
        if story.skin in UNDATED_SKINS and not self.dated.get(story.section_path, True):
            truth["updated"] = None
        path = story.section_path
        # What some page of the section calls it, else its path.
        stories = (self.stories[number] for number in sorted(self.stories))
        printed = (one.truth()["section"] for one in stories if one.section_path == path and one.breadcrumb)
        truth["section"] = self.manner.labels.get(path) or self._keep(("label", path), lambda: next(printed, path))
        return truth

    def answer(self, path: str, now: datetime | None = None) -> TwinAnswer:
        """`render` with the hooks and faults around it; this is what a server sends."""
        with self.lock:
            if self.on_request:
                self.on_request(path)
            fault = self.faults.get(path.split("?", 1)[0])
            fault = fault if fault and fault.strike() else None
            return self._faulty(fault, path, now) if fault else self.render(path, now)

    def render(self, path: str, now: datetime | None = None) -> TwinAnswer:
        """The page at `path` as it stands; `now` dates the pages that changed since they were last asked for."""
        with self.lock:
            path = path.split("?", 1)[0]
            if path in ("/", "/index.html", self.manner.scope):
                return self._page(path, press.notice_bytes(self._home(path), self._front), now)
            if path.startswith(("/d/file/", "/images/", "/skin/")):
                return TwinAnswer(200, {"Content-Type": "image/png"}, draw_picture(path))
            if found := self.manner.article.fullmatch(path):
                return self._article(path, found, now)
            if place := self.manner.find_list(path):
                return self._list(path, *place, now)
            if path.strip("/") in self.sections:
                return TwinAnswer(301, {"Location": path + "/"}, b"")
            return self._missing(path)

    @property
    def _front(self) -> str:
        return self.list_skins[self.sections[0]]

    def _keep(self, key: object, make: Callable[[], Any]) -> Any:
        # Pages and orders are kept until any story, or what all pages show, is touched.
        state = (Story.edits, len(self.stories), self.box, self.bare)
        if self._kept_for != state or len(self._kept) > MOST_KEPT:
            self._kept.clear()
            self._kept_for = state
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def _sorted(self, section_path: str | None) -> list[Story]:
        live = [
            story
            for story in self.stories.values()
            if story.listed
            and not story.gone
            and (section_path is None or story.section_path == section_path or section_path in story.also)
        ]
        return sorted(live, key=lambda story: (story.updated or date.min, story.number), reverse=True)

    def _around(
        self, path: str, section_path: str, words: str, charset: str, story: Story | None = None
    ) -> Surroundings:
        return Surroundings(
            path,
            section_path,
            words,
            self._keep("box", self._box),
            self._keep("most", self._most_read),
            self._neighbours(story) if story else (),
            charset,
            self.manner,
        )

    def _box(self) -> tuple[BoxItem, ...]:
        everything = self.listing(BOX_SECTION)
        if len(everything) < BOX_SIZE or self.box is not None:
            everything = self._sorted(None)
        if self.box is not None:
            dice = random.Random(f"{self.seed} box {self.box}")
            everything = dice.sample(everything, min(BOX_SIZE, len(everything)))
        return tuple(press.box_item(story) for story in everything[:BOX_SIZE])

    def _most_read(self) -> tuple[PageLink, ...]:
        # By number, so that an edit or a new story leaves the choice alone.
        oldest = sorted(self._sorted(None), key=lambda story: story.number)
        return tuple(press.link(story) for story in oldest[:20:3])

    def _neighbours(self, story: Story) -> tuple[PageLink, ...]:
        if story.skin != "brbr":
            return ()
        numbers = self._keep(
            ("numbers", story.section_path), lambda: sorted(one.number for one in self.listing(story.section_path))
        )
        below = [number for number in numbers if number < story.number][-1:]
        above = [number for number in numbers if number > story.number][:1]
        return tuple(press.link(self.stories[number]) for number in below + above)

    def _article(self, path: str, found: re.Match[str], now: datetime | None) -> TwinAnswer:
        ids = self._keep("ids", lambda: {self.manner.id_text(number): number for number in self.stories})
        story = self.stories.get(ids.get(found["number"], 0))
        page = int(found.groupdict().get("page") or 1)
        if story is None or story.gone or page > story.page_count or page < 1 or path != story.page_path(page):
            return self._missing(path)

        def make() -> bytes:
            around = self._around(path, story.section_path, story.label, story.charset, story)
            return press.article_bytes(story, page, around)

        return self._page(path, self._keep(("page", path), make), now, story.skin, story.charset)

    def _list(self, path: str, section_path: str, page: int, now: datetime | None) -> TwinAnswer:
        items = self._items(section_path)
        lies = self.pager_lies.get(section_path, HONEST)
        pages = max(1, math.ceil(len(items) / self.page_size))
        pages = min(pages, lies.shown or pages)
        page = min(page, pages) if lies.repeats else page
        written = self.manner is not HARBIN or not path.endswith(("/index_0.html", "/index_1.html"))
        if section_path not in self.sections or not written or not 1 <= page <= pages:
            return self._missing(path)
        skin = self.list_skins[section_path]
        charset = press.LIST_CHARSETS.get(skin, "utf-8")
        counted = len(items) + self.hidden.get(section_path, 0) + lies.drift * (page - 1)
        total = counted if self.printed_total.get(section_path, True) else None
        words, last = self.pager_words.get(section_path, "zh"), self.pager_last.get(section_path, True)
        dated = self.dated.get(section_path, True)
        shown = items[(page - 1) * self.page_size : page * self.page_size]
        view = ListPage(
            self._around(path, section_path, self.manner.label(section_path), charset),
            tuple(list_line(item, section_path, dated) for item in shown),
            dated,
            ListPager(page, page if page == lies.unlinked else pages, total, words, last),
        )
        return self._page(path, press.listing_bytes(view, skin), now, skin, charset)

    def _items(self, section_path: str) -> list[Story | Elsewhere]:
        items: list[Story | Elsewhere] = [*self.listing(section_path)]
        others = self.elsewhere.get(section_path, [])
        for other in others:
            place = next((n for n, item in enumerate(items) if item_day(item) < other.date), len(items))
            items.insert(place, other)
        return items

    def _home(self, path: str) -> NoticePage:
        newest = tuple(press.link(story) for story in self._sorted(None)[:20])
        around = self._around(path, self.sections[0], self.manner.home, "utf-8")
        return NoticePage(around, self.manner.title, ("Welcome to Harbin, the city of ice and music.",), newest)

    def sorry(self, path: str) -> bytes:
        lines = ("404 Not Found", "The page you asked for has been moved or deleted.")
        around = self._around(path, self.sections[0], "Error", "utf-8")
        return self._strip(press.notice_bytes(NoticePage(around, "Sorry", lines), self._front))

    def _missing(self, path: str) -> TwinAnswer:
        return TwinAnswer(404, {"Content-Type": "text/html; charset=utf-8"}, self.sorry(path))

    def _strip(self, body: bytes) -> bytes:
        return bare(body.decode("latin-1")).encode("latin-1") if self.bare else body

    def _page(
        self, path: str, body: bytes, now: datetime | None, skin: str | None = None, charset: str = "utf-8"
    ) -> TwinAnswer:
        body = self._strip(body)
        # Without attributes a page cannot name its charset, so the header does.
        named = self.bare or skin is None or skin in press.HEADER_CHARSETS
        kind = f"text/html; charset={charset}" if named else "text/html"
        digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
        known, stamp = self._stamps.get(
            path, ("", datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC))
        )
        if known != digest:
            # A first look dates a page at the twin's own day; a change is as old as the look that found it.
            stamp = now.astimezone(UTC) if known and now else stamp
            self._stamps[path] = (digest, stamp)
        modified = format_datetime(stamp.replace(microsecond=0), usegmt=True)
        return TwinAnswer(200, {"Content-Type": kind, "ETag": f'"{digest[:16]}"', "Last-Modified": modified}, body)

    def _faulty(self, fault: Fault, path: str, now: datetime | None) -> TwinAnswer:
        html = {"Content-Type": "text/html; charset=utf-8"}
        if fault.kind.isdigit():
            wait = fault.options.get("retry_after", 1 if fault.kind == "503" else None)
            again = {} if wait is None else {"Retry-After": str(wait)}
            return TwinAnswer(int(fault.kind), html | again, f"<h1>{fault.kind}</h1>".encode(), fault)
        if fault.kind == "redirect":
            to = str(fault.options.get("to", "http://www.example.com/"))
            return TwinAnswer(int(fault.options.get("status", 302)), html | {"Location": to}, b"", fault)
        if fault.kind == "soft404":
            return TwinAnswer(200, html, self.sorry(path), fault)
        if fault.kind == "home":
            return TwinAnswer(200, html, self.render("/", now).body, fault)
        if fault.kind == "empty":
            return TwinAnswer(200, html, b"", fault)
        made = self.render(path, now)
        declared = {"Content-Type": "text/html; charset=iso-8859-1"} if fault.kind == "charset" else {}
        return TwinAnswer(made.status, made.headers | declared, made.body, fault)


def make_twin(
    seed: int = 1,
    articles: int = 60,
    *,
    sections: tuple[str, ...] | None = None,
    skins: tuple[str, ...] | None = None,
    page_size: int = 8,
    hostile: bool = False,
    manner: Manner = HARBIN,
) -> Twin:
    """A new twin; equal arguments give equal bytes.

    `sections` are path prefixes, the first one the main stream (half of all); `skins` are names in `skins.SKINS`, dealt
    to the articles in turn and to the lists in order; `hostile` puts markup, control characters and formulas into
    titles and impossible dates into pages.
    """
    where = sections or (tuple(SITE_MAP["sections"]) if manner is HARBIN else manner.paths)
    names = skins or list_skins(manner)
    dice = random.Random(seed)
    writer = StoryWriter(dice, names, hostile=hostile, manner=manner)
    stories = population(writer, dice, articles, where)
    planted = plant(writer, dice, stories)
    twin = Twin(seed, where, stories, page_size, writer, dice, planted=planted, manner=manner)
    twin.list_skins = {section: names[n % len(names)] for n, section in enumerate(where)}
    # The main stream keeps the plain habits; of the others, every third list lacks dates, words or the last link.
    for n, section in enumerate(where if manner.at_end else where[1:]):
        twin.dated[section] = n % 3 != 2
        twin.pager_words[section] = ("zh", "en")[n % 2]
        twin.pager_last[section] = n % 3 != 0
        twin.printed_total[section] = bool(manner.total) or not manner.at_end
    return twin
