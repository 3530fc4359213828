"""An article's states made anew from its captures, each at its own time: what a crawl of those days stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from harbincrawl.archive.articles.ids import take_number
from harbincrawl.archive.articles.shown import EVENTS
from harbincrawl.archive.articles.states import load_article, load_wordings
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.evidence import PAGE_ORDER, SOURCE_COLUMNS, Source, make_source
from harbincrawl.identity import Verdict, write_id
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import CRAWLED, OWN, Article, ListWords
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .pages import CapturedArticle, ReadArticle

_MISSING = (404, 410)


@dataclass(frozen=True, slots=True)
class Event:
    """The site answered for page 1 of an article."""

    source: Source
    status: int
    """200, 304, 404 or 410."""
    body_hash: str | None
    cause: str
    """The kind of the run that brought it: crawl, ingest, rescue."""
    pages: tuple[Source, ...] = ()
    """For 200: the captures of all its pages, page 1 first."""

    def make_job(self, id: str) -> CapturedArticle:
        """How the pages of a 200 are read."""
        return CapturedArticle(id, self.pages)


def list_captured_ids(connection: sqlite3.Connection, site: Site) -> set[str]:
    """Ids of all articles whose page 1 answered 200 some day."""
    found = set()
    for (address,) in connection.execute("SELECT DISTINCT address FROM captures WHERE status = 200"):
        meaning = site.read_address(address)
        if meaning is not None and meaning.id is not None and meaning.page == 1:
            found.add(meaning.id)
    return found


def load_events(connection: sqlite3.Connection, site: Site, ids: Iterable[str]) -> dict[str, list[Event]]:
    """By article, what the site answered, in the order of time; answers of which a crawl made nothing are left out.

    Our own answers stay in the order in which they came, whatever the clock said; an answer that others have stands
    before the first of them that is later. Within a second, what the site said to us comes after what an archive of
    others says of it.
    """
    wanted = set(ids)
    failed = set(
        connection.execute(f"SELECT run, {write_id('number')} FROM failures WHERE number IS NOT NULL").fetchall()
    )
    states = {
        capture for (capture,) in connection.execute("SELECT capture FROM articles UNION SELECT capture FROM revisions")
    }
    rows = connection.execute(
        'SELECT c.id, c.address, c.fetched_at, c.warc, c."offset", c.origin, c.source, c.host, c.status,'
        " c.body_hash, c.run, coalesce(r.kind, 'crawl') FROM captures AS c LEFT JOIN runs AS r ON r.run = c.run"
        f" WHERE {EVENTS}"
        f" ORDER BY iif(c.source IN {CRAWLED}, max(c.fetched_at) FILTER (WHERE c.source IN {CRAWLED})"
        f" OVER (ORDER BY c.id), c.fetched_at), c.source IN {OWN}, c.id"
    ).fetchall()
    strangers = _list_strangers(connection, site)
    found: dict[str, list[Event]] = {}
    for *place, status, body_hash, run, kind in rows:
        meaning = site.read_address(place[1])
        if meaning is None or meaning.id is None or meaning.id not in wanted or meaning.page != 1:
            continue
        source = make_source(*place)
        is_of_state = source.is_rescued or source.capture in states
        if (run, meaning.id) in failed and status not in _MISSING and not is_of_state:
            continue
        if source.capture in strangers:
            continue
        pages = (source, *_list_others(connection, source)) if status == 200 else ()
        found.setdefault(meaning.id, []).append(Event(source, status, body_hash, kind, pages))
    return found


def _list_strangers(connection: sqlite3.Connection, site: Site) -> set[int]:
    """Ids of the pages that answered where another article was asked for, by way of a redirect.

    The crawl made nothing of them.
    """
    found = set()
    for capture, address, asked in connection.execute(
        "SELECT c.id, c.address, b.address FROM captures AS b JOIN captures AS c ON c.redirected = b.id"
        f" WHERE c.status = 200 AND c.source IN {CRAWLED}"
    ):
        meaning, wanted = site.read_address(address), site.read_address(asked)
        if meaning is not None and (wanted is None or wanted.id != meaning.id):
            found.add(capture)
    return found


def _list_others(connection: sqlite3.Connection, first: Source) -> Iterator[Source]:
    rows = connection.execute(
        f"SELECT {SOURCE_COLUMNS} FROM captures WHERE first_page = ? ORDER BY {PAGE_ORDER}", (first.capture,)
    )
    return (make_source(*row) for row in rows)


def replay_article(
    store: Store,
    id: str,
    events: Iterable[Event],
    readings: Mapping[int, ReadArticle],
    find_words: Callable[[Source, bool], ListWords],
    site: Site,
    *,
    gone: bool,
    again: bool = False,
) -> dict[int, Verdict]:
    """Puts the states of the article `id` again, in the caller's transaction; none where no event could be read.

    Returns by capture what each state was beside the one before it. A state that is stored with its capture stays as it
    is, unless it was rescued, or all are read `again`; `readings`, by the capture of page 1, give the others, and where
    a crawl kept no bytes it read what was stored in those days. `find_words` is given the source and whether it is the
    last that gives an article. A `gone` article stays so unless the site itself answered with it after it was last
    missing.
    """
    connection = store.connection
    events = list(events)
    number = take_number(connection, id)
    stored = load_article(connection, number)
    wordings = load_wordings(connection, stored) if stored else ()
    states = [_State(read_time(seen), capture, article) for capture, seen, article in wordings]
    # What was rescued is read anew each time: lists that were rescued later may have words for it.
    anew = {
        event.source.capture
        for event in events
        if (again or event.source.is_rescued)
        and (reading := readings.get(event.source.capture))
        and reading.article is not None
    }
    states = [state for state in states if state.capture not in anew]
    known = {state.capture: state.article for state in states}
    readable = [event for event in events if _find_article(event, readings, states) is not None]
    if not readable:
        return {}
    media = _load_media(connection, number)
    if stored is not None:
        store.drop_article(number)
    last_read = readable[-1].source.capture
    found: dict[int, Verdict] = {}
    own = _OwnState()
    is_last = is_missing = False
    for event in events:
        moment = event.source.fetched_at
        article = _find_article(event, readings, states)
        if event.status in _MISSING:
            is_missing = True
        elif article is not None:
            is_last = is_last or event.source.capture == last_read
            capture, is_rescued = event.source.capture, event.source.is_rescued
            words = find_words(event.source, is_last)
            reading = readings.get(capture)
            if capture not in known and reading is not None and reading.article is not None:
                article = complete_article(article, words, site)
            fetched = Fetched(article, (), moment, event.cause, capture, is_rescued)
            found[capture] = store.put_article(fetched)
            if is_rescued:
                own.is_present = False
            else:
                own, is_missing = _OwnState(fetched, event.body_hash, is_present=True), False
        elif own.fetched is not None and (event.status == 304 or event.body_hash == own.body_hash):
            if not own.is_present:
                # It is as the site sent it before, whatever an archive of others saw in between.
                store.put_article(replace(own.fetched, seen=moment, cause=event.cause))
                own.is_present = True
            store.renew_seen(number, moment, find_words(event.source, is_last))
            is_missing = False
    if gone and is_missing:
        store.mark_gone(number)
    connection.executemany("UPDATE images SET media = ? WHERE number = ? AND url = ?", media)
    return found


@dataclass(slots=True)
class _OwnState:
    """What the site itself answered last."""

    fetched: Fetched | None = None
    body_hash: str | None = None
    is_present: bool = False
    """Whether it is the present state."""


@dataclass(frozen=True, slots=True)
class _State:
    seen: datetime
    capture: int | None
    article: Article


def _find_article(event: Event, readings: Mapping[int, ReadArticle], states: list[_State]) -> Article | None:
    if event.status != 200:
        return None
    for state in states:
        if state.capture == event.source.capture:
            return state.article
    reading = readings.get(event.source.capture)
    if reading is None or reading.kind not in ("no-evidence", "damaged"):
        return reading.article if reading else None
    before = [state for state in states if state.seen <= event.source.fetched_at]
    return before[-1].article if before and event.source.source in CRAWLED else None


def _load_media(connection: sqlite3.Connection, number: int) -> list[tuple[str, int, str]]:
    rows = connection.execute(
        "SELECT DISTINCT media, number, url FROM images WHERE number = ? AND media IS NOT NULL", (number,)
    )
    return rows.fetchall()
