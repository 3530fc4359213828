"""An article's states made of its captures, each at its own time: what a crawl of those days would have stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import tee
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import find_number, take_number
from harbincrawl.archive.articles.shown import EVENTS
from harbincrawl.archive.articles.states import COLUMNS, load_article, load_state, load_wordings
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.captures import CELLS, LOST, CaptureRow, find_pages
from harbincrawl.archive.queue import read_queued
from harbincrawl.fields import WORDING_KEYS
from harbincrawl.identity import Verdict, precedence, shows_nothing
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import CRAWLED, OWN, Article
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .executor import Executor, cut
from .lists import Lists
from .pages import CapturedArticle, LayoutBook, ReadArticle, read_articles
from .writer import BATCH, RecordWriter, tie_pages

_MISSING = (404, 410)
_SEEN_AGAIN = ("parser", "layout", "capture", "last_seen", "line", "summary_line", "change")
"""Columns of an article that change where it is only seen, or read, again."""
_WORDINGS = (
    f"SELECT revision, {', '.join(WORDING_KEYS)}, images, seen, replaced, cause FROM revisions"
    " WHERE number = ? ORDER BY revision"
)
_MEDIA = "SELECT DISTINCT media, number, url FROM images WHERE number = ? AND media IS NOT NULL"
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS folded(id TEXT, number INTEGER, address TEXT PRIMARY KEY, page INTEGER)",
    "CREATE TEMP TABLE IF NOT EXISTS late(id INTEGER PRIMARY KEY, moment TEXT)",
    "DELETE FROM temp.folded",
    "DELETE FROM temp.late",
    # The clock may have gone back: an answer to us is as late as the latest of those before it.
    "INSERT INTO temp.late SELECT id, latest FROM (SELECT id, fetched_at, max(fetched_at) OVER (ORDER BY id) AS latest"
    f" FROM captures WHERE source IN {CRAWLED} AND {EVENTS}) WHERE latest <> fetched_at",
)
_EVENTS = f"""
SELECT {CELLS}, t.id, coalesce(r.kind, 'crawl'), b.address,
 EXISTS (SELECT 1 FROM failures AS f WHERE f.run = c.run AND f.number = t.number),
 EXISTS (SELECT 1 FROM articles AS a WHERE a.number = t.number AND a.capture = c.id)
 OR EXISTS (SELECT 1 FROM revisions AS v WHERE v.number = t.number AND v.capture = c.id)
FROM temp.folded AS t JOIN captures AS c ON c.address = t.address {LOST}
 LEFT JOIN captures AS b ON b.id = c.redirected LEFT JOIN runs AS r ON r.run = c.run
 LEFT JOIN temp.late AS d ON d.id = c.id
WHERE t.page = 1 AND t.id IN (SELECT value FROM json_each(?)) AND c.{EVENTS.replace(" status", " c.status")}
ORDER BY coalesce(d.moment, c.fetched_at), c.source IN {OWN}, c.id"""
_FURTHER = f"""
SELECT {CELLS}, t.id, t.page FROM temp.folded AS t JOIN captures AS c ON c.address = t.address {LOST}
WHERE t.page > 1 AND t.id IN (SELECT value FROM json_each(?)) AND c.status = 200 AND c.source NOT IN {CRAWLED}
ORDER BY c.fetched_at, c.id"""


@dataclass(frozen=True, slots=True)
class Event:
    """The site answered for page 1 of an article."""

    source: CaptureRow
    """Its status is 200, 304, 404 or 410."""
    cause: str
    """The kind of the run that brought it: crawl, ingest, rescue."""
    pages: tuple[CaptureRow, ...] = ()
    """For 200: the captures of all its pages, page 1 first; of what no crawl asked for, page 1 alone."""
    rivals: tuple[CaptureRow, ...] = ()
    """Captures of further pages of what no crawl asked for; see `CapturedArticle`."""


class History(NamedTuple):
    """All that the captures of an article say."""

    id: str
    events: list[Event]
    readings: dict[int, ReadArticle]
    """Of the 200s, by the capture of page 1."""
    strays: tuple[CaptureRow, ...]
    """Captures of further pages of an article whose first page nobody captured."""


Put = Callable[[History], str | None]
"""Stores an article in the open batch, and returns what became of it; None: nothing."""


def fold_articles(
    writer: RecordWriter, lists: Lists, ids: Iterable[str], book: LayoutBook, executor: Executor, put: Put
) -> Iterator[Mapping[str, str]]:
    """Has `put` store the articles `ids` as their captures say them; yields the outcomes that were committed."""
    histories = _read_histories(lists, sorted(ids, key=precedence), book, executor)
    for batch in cut(histories, BATCH):
        with writer.transaction():
            outcomes = {history.id: put(history) for history in batch}
            final = writer.put_outcomes({id: outcome for id, outcome in outcomes.items() if outcome is not None})
        yield final


def _read_histories(lists: Lists, ids: Collection[str], book: LayoutBook, executor: Executor) -> Iterator[History]:
    if not ids:
        return
    connection = lists.connection
    _note_addresses(connection, lists.site, ids)
    histories, again = tee(_list_histories(connection, ids))
    jobs = (
        CapturedArticle(history.id, event.pages, event.rivals)
        for history in again
        for event in history.events
        if event.source.status == 200
    )
    answers = read_articles(executor, lists.folder, lists.site, jobs, book)
    for history in histories:
        for event in history.events:
            if event.source.status == 200:
                history.readings[event.source.id] = _refuse_empty(event, next(answers))
        yield history


def _list_histories(connection: sqlite3.Connection, ids: Collection[str]) -> Iterator[History]:
    """The histories of articles in `temp.folded`, without readings."""
    for batch in cut(ids, BATCH):
        events, further = _query_events(connection, batch)
        for id in batch:
            own = events.get(id, [])
            yield History(id, own, {}, () if own else tuple(source for _, source in further.get(id, ())))


def _refuse_empty(event: Event, answer: ReadArticle) -> ReadArticle:
    """A crawl keeps nothing that shows nothing; of what others captured that is found only here."""
    if answer.article is None or event.source.source in CRAWLED or not shows_nothing(answer.article):
        return answer
    return ReadArticle(answer.id, None, "not-an-article", "it shows neither text nor pictures")


def _note_addresses(connection: sqlite3.Connection, site: Site, ids: Iterable[str]) -> None:
    """Notes in `temp.folded` at which addresses the articles `ids` were captured."""
    wanted = set(ids)
    for statement in _TABLES:
        connection.execute(statement)
    rows = connection.execute("SELECT DISTINCT address FROM captures")
    connection.executemany(
        "INSERT INTO temp.folded VALUES (?, ?, ?, ?)",
        (
            (meaning.id, find_number(connection, meaning.id), address, meaning.page)
            for (address,) in rows
            if (meaning := site.read_address(address)) is not None and meaning.id is not None and meaning.id in wanted
        ),
    )


def _query_events(
    connection: sqlite3.Connection, ids: Collection[str]
) -> tuple[dict[str, list[Event]], dict[str, list[tuple[int, CaptureRow]]]]:
    """The events of articles in `temp.folded`, and of what no crawl asked for the captures of further pages.

    They are in the order of time; answers of which a crawl made nothing are left out. Our own answers stay in the order
    in which they came, whatever the clock said; an answer that others have stands before the first of them that is
    later. Within a second, what the site said to us comes after what an archive of others says of it.
    """
    wanted = json.dumps(list(ids))
    further: dict[str, list[tuple[int, CaptureRow]]] = {}
    for *row, id, page in connection.execute(_FURTHER, (wanted,)).fetchall():
        further.setdefault(id, []).append((page, CaptureRow(*row)))
    found: dict[str, list[Event]] = {}
    for *row, id, kind, asked, has_failed, is_state in connection.execute(_EVENTS, (wanted,)).fetchall():
        source = CaptureRow(*row)
        is_crawled = source.source in CRAWLED
        if is_crawled and has_failed and source.status not in _MISSING and not is_state:
            continue
        if is_crawled and source.status == 200 and asked is not None and not _is_of(connection, asked, id):
            # It answered where another article was asked for, by way of a redirect: the crawl made nothing of it.
            continue
        pages: tuple[CaptureRow, ...] = ()
        rivals: tuple[CaptureRow, ...] = ()
        if source.status == 200 and is_crawled:
            pages = find_pages(connection, source.id)
        elif source.status == 200:
            pages, rivals = (source,), _list_rivals(source, further.get(id, ()))
        found.setdefault(id, []).append(Event(source, kind, pages, rivals))
    return found, further


def _is_of(connection: sqlite3.Connection, address: str, id: str) -> bool:
    row = connection.execute("SELECT 1 FROM temp.folded WHERE address = ? AND id = ?", (address, id)).fetchone()
    return row is not None


_NEAREST = 3
"""Captures of a further page that are tried: the nearest one may be an error page that came as 200."""


def _list_rivals(first: CaptureRow, further: Iterable[tuple[int, CaptureRow]]) -> tuple[CaptureRow, ...]:
    """Captures of further pages, the nearest in time first, that may have been sent with page 1."""
    found: dict[int, dict[datetime, CaptureRow]] = {}
    for page, source in further:
        if source.is_rescued == first.is_rescued:
            found.setdefault(page, {}).setdefault(source.time, source)

    def distance(source: CaptureRow) -> tuple[float, datetime]:
        return abs((source.time - first.time).total_seconds()), source.time

    nearest = (sorted(found[page].values(), key=distance)[:_NEAREST] for page in sorted(found))
    return tuple(source for sources in nearest for source in sources)


class Replay(NamedTuple):
    """What became of an article whose states were put again."""

    verdicts: dict[int, Verdict]
    """By capture, what each state was beside the one before it; empty: no page of it can be read."""
    was_stored: bool
    is_other: bool
    """Whether its record or a wording is another one than before, but for what only tells when it was seen."""


def replay_history(writer: RecordWriter, lists: Lists, history: History) -> Replay:
    """Puts the states of one article again, in the open batch.

    Where no record is otherwise it keeps its number in the order of changes: nobody has to be told.
    """
    connection, id = writer.connection, history.id
    before, change = _load_record(connection, id)
    tie_pages(writer, ((event.source, history.readings[event.source.id].used) for event in history.events
                       if event.rivals))  # fmt: skip
    state = read_queued(connection, id)
    row = connection.execute("SELECT status FROM articles WHERE id = ?", (id,)).fetchone()
    gone = row[0] == "gone" if row else state is not None and state.gone
    verdicts = _put_states(writer.store, lists, history, gone=gone)
    is_other = _load_record(connection, id)[0] != before
    if not is_other:
        connection.execute("UPDATE articles SET change = ? WHERE id = ?", (change, id))
    return Replay(verdicts, change is not None, is_other)


def _load_record(connection: sqlite3.Connection, id: str) -> tuple[list[Any], int | None]:
    """An article with its pictures and wordings as other programs see it, and its change; None: it is not stored."""
    number = find_number(connection, id)
    stored = load_state(connection, number) if number is not None else None
    if stored is None:
        return [], None
    words = [stored[name] for name in COLUMNS if name not in _SEEN_AGAIN]
    return [words, stored["images"], connection.execute(_WORDINGS, (number,)).fetchall()], stored["change"]


def _put_states(store: Store, lists: Lists, history: History, *, gone: bool) -> dict[int, Verdict]:
    """By capture, what each state was beside the one before it; none where no event could be read.

    A stored one that its captures do not give any more stays as it is, and where a crawl kept no bytes it read what was
    stored in those days. A `gone` article stays so unless the site itself answered with it after it was last missing.
    """
    connection, readings = store.connection, history.readings
    number = take_number(connection, history.id)
    stored = load_article(connection, number)
    wordings = load_wordings(connection, stored) if stored else ()
    states = [
        _State(read_time(seen), capture, article)
        for capture, seen, article in wordings
        if capture is None or capture not in readings or readings[capture].article is None
    ]
    readable = [event for event in history.events if _find_article(event, readings, states) is not None]
    if not readable:
        return {}
    media = connection.execute(_MEDIA, (number,)).fetchall()
    if stored is not None:
        store.drop_article(number)
    last_read = readable[-1].source.id
    found: dict[int, Verdict] = {}
    own = _OwnState()
    is_last = is_missing = False
    for event in history.events:
        moment, capture = event.source.time, event.source.id
        article = _find_article(event, readings, states)
        if event.source.status in _MISSING:
            is_missing = True
        elif article is not None:
            is_last = is_last or capture == last_read
            if article is readings[capture].article:
                article = complete_article(article, lists.find_words(event.source, is_last), lists.site)
            fetched = Fetched(article, (), moment, event.cause, capture, event.source.is_rescued)
            found[capture] = store.put_article(fetched)
            if event.source.is_rescued:
                own.is_present = False
            else:
                own, is_missing = _OwnState(fetched, event.source.body_hash, is_present=True), False
        elif own.fetched is not None and (event.source.status == 304 or event.source.body_hash == own.body_hash):
            if not own.is_present:
                # It is as the site sent it before, whatever an archive of others saw in between.
                store.put_article(replace(own.fetched, seen=moment, cause=event.cause))
                own.is_present = True
            store.renew_seen(number, moment, lists.find_words(event.source, is_last))
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


class _State(NamedTuple):
    seen: datetime
    capture: int | None
    article: Article


def _find_article(event: Event, readings: Mapping[int, ReadArticle], states: list[_State]) -> Article | None:
    if event.source.status != 200:
        return None
    for state in states:
        if state.capture == event.source.id:
            return state.article
    reading = readings.get(event.source.id)
    if reading is None or reading.kind not in ("no-evidence", "damaged"):
        return reading.article if reading else None
    before = [state for state in states if state.seen <= event.source.time]
    return before[-1].article if before and event.source.source in CRAWLED else None
