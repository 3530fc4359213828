"""Records read again where a layout was learnt after they were stored: in place, as if it had been there before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from harbincrawl.archive.articles.ids import find_number, read_id
from harbincrawl.archive.articles.states import load_article, load_wordings
from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.layouts import ARTICLE, NEW_FRAME, list_new_frames, list_wordings, put_frame, read_layouts
from harbincrawl.archive.lists import list_line_titles
from harbincrawl.archive.runs.outcomes import store_outcomes
from harbincrawl.archive.runs.table import write_report
from harbincrawl.archive.unaccounted import list_kept, put_unaccounted
from harbincrawl.evidence import Source, find_sources, make_source
from harbincrawl.fields import PRINTED_KEYS
from harbincrawl.identity import Verdict, precedence
from harbincrawl.records import Article
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor, cut
from harbincrawl.reread.history import Event, load_events
from harbincrawl.reread.lines import Lists
from harbincrawl.reread.pages import CapturedArticle, ReadArticle, read_articles
from harbincrawl.reread.restore import Readings, read_histories, replay_history
from harbincrawl.reread.writer import BATCH, RecordWriter
from harbincrawl.sites import Site

from .learning import store_due

REREAD = "reread"
"""The outcome of an article that the run did not ask for, and whose record is another one now."""
_PAGES = (
    "SELECT DISTINCT u.capture, u.address, f.frame FROM unaccounted AS u"
    " LEFT JOIN frames AS f ON f.capture = u.capture WHERE u.capture NOT NULL ORDER BY 1"
)


def settle_layouts(folder: Path, writer: RecordWriter, site: Site, executor: Executor) -> dict[str, str]:
    """Learns the layouts that are due, and reads again what other layouts read, or none. Raises what stores raise.

    Returns by id what articles of this run are after all: one that only furniture had changed is the same.
    """
    connection = writer.connection
    before = LayoutBook.read(connection)
    learnt = store_due(connection, folder, site, writer.store.run, writer.before_commit)
    book = LayoutBook.read(connection)
    lists = Lists(folder, connection, site, executor)
    outcomes: dict[str, str] = {}
    for ids in cut(sorted(find_stale(connection, book), key=precedence), BATCH):
        outcomes |= reread_articles(folder, writer, lists, book, ids, executor)
    if learnt:
        drop_explained(folder, writer, site, executor, before)
    _name_new_frames(writer, site)
    return outcomes


def _name_new_frames(writer: RecordWriter, site: Site) -> None:
    """Puts pages of a template that nothing was learnt of yet among what the run leaves unaccounted."""
    run = writer.store.run
    found = list_new_frames(writer.connection, run)
    if found:
        writer.begin()
        for address in found:
            put_unaccounted(writer.connection, run, address, (NEW_FRAME,), site, None)
        writer.commit({})


def find_stale(connection: sqlite3.Connection, book: LayoutBook) -> set[str]:
    """Ids of the articles with a wording that another layout than its own read."""
    digests: dict[str | None, str | None] = {None: None}
    digests |= {row.layout: row.digest for row in read_layouts(connection)}
    found = set()
    for number, capture, answerer, fetched_at, first, frame, layout in list_wordings(connection):
        source = make_source(capture, "", fetched_at, None, None, None, answerer, "", first)
        if digests.get(book.at(source).choose(ARTICLE, frame)) != layout:
            found.add(number)
    return {read_id(connection, number) for number in found}


def reread_articles(
    folder: Path,
    writer: RecordWriter,
    lists: Lists,
    book: LayoutBook,
    ids: Sequence[str],
    executor: Executor,
    others: Collection[str] = (),
) -> dict[str, str]:
    """Reads these articles again, all that their captures say, and commits what they are now.

    Those in `others` are known to be otherwise. Returns by id what those that the run asked for are in it.
    """
    found = load_events(writer.connection, lists.site, ids)
    events = {id: found.get(id, []) for id in ids}
    histories = list(read_histories(folder, lists, events, book, executor))
    writer.begin()
    verdicts = {
        id: _put_again(writer, lists, id, events[id], readings, is_other=id in others) for id, readings in histories
    }
    changed = {id: of_captures for id, of_captures in verdicts.items() if of_captures is not None}
    outcomes = _find_outcomes(writer.store, changed)
    final = writer.commit({id: outcome or REREAD for id, outcome in outcomes.items()})
    return {id: final[id] for id, outcome in outcomes.items() if outcome}


def _put_again(
    writer: RecordWriter,
    lists: Lists,
    id: str,
    events: list[Event],
    readings: Readings,
    *,
    is_other: bool,
) -> dict[int, Verdict] | None:
    """Puts the article as it is read now; the verdict on each capture, None where its record is as it was."""
    store = writer.store
    number = find_number(store.connection, id)
    stored = load_article(store.connection, number) if number is not None else None
    if number is None or stored is None:
        return None
    _put_readers(store.connection, number, readings)
    _put_unaccounted(store, events, readings, lists.site)
    wordings = {capture: article for capture, _, article in load_wordings(store.connection, stored)}
    if not is_other and _are_same(stored, events, readings, wordings, list_line_titles(store.connection, id)):
        return None
    return replay_history(writer, lists, id, events, readings, again=True)


def _are_same(
    stored: Article,
    events: Sequence[Event],
    readings: Mapping[int, ReadArticle],
    wordings: Mapping[int | None, Article],
    titles: Collection[str],
) -> bool:
    """Whether each capture says what was stored of it.

    A wording is stored with the last capture that says it: those before it, down to another wording's, say the same.
    `titles` are those of lists, for pages that show none.
    """
    known = stored
    for event in reversed(events):
        reading = readings.get(event.source.capture)
        known = wordings.get(event.source.capture, known)
        if reading is None or reading.article is None:
            continue
        if not _says(reading.article, known, titles):
            return False
    return True


def _says(found: Article, stored: Article, titles: Collection[str]) -> bool:
    """Whether a page says what is stored; a title that it does not show is that of a list, where one names it."""
    names = [*(key for key in PRINTED_KEYS if key != "title"), "body", "images"]
    names += ["title"] if found.title_from == "heading" else []
    names += ["updated"] if found.updated or found.refused_date else []
    if found.title_from != "heading" and titles and stored.title not in titles:
        return False
    return all(getattr(found, name) == getattr(stored, name) for name in names)


def _put_readers(connection: sqlite3.Connection, number: int, readings: Mapping[int, ReadArticle]) -> None:
    """Stores what has read each wording, the parser and the layout, and the frame of each page."""
    for capture, reading in readings.items():
        if reading.article is not None and reading.article.frame is not None:
            put_frame(connection, capture, reading.article.frame)
            for table in ("articles", "revisions"):
                connection.execute(
                    f"UPDATE {table} SET parser = ?, layout = ? WHERE number = ? AND capture = ?",
                    (reading.article.parser, reading.article.layout, number, capture),
                )


def _put_unaccounted(store: Store, events: Sequence[Event], readings: Mapping[int, ReadArticle], site: Site) -> None:
    """Stores what the pages show unaccounted, in the runs that are not sealed yet."""
    connection = store.connection
    for event in events:
        reading = readings.get(event.source.capture)
        (run, seal) = connection.execute(
            "SELECT c.run, r.seal FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE c.id = ?",
            (event.source.capture,),
        ).fetchone()
        if reading is not None and reading.article is not None and seal is None:
            article = reading.article
            connection.execute("DELETE FROM unaccounted WHERE run = ? AND address = ?", (run, article.url))
            put_unaccounted(connection, run, article.url, article.unaccounted, site, event.source.capture)


def _find_outcomes(store: Store, verdicts: Mapping[str, Mapping[int, Verdict]]) -> dict[str, str | None]:
    """What the articles, which are otherwise now, are in the run: what became of asking; None where nobody asked.

    The outcome of a killed run is not sealed yet: it is put again there.
    """
    connection = store.connection
    found: dict[str, str | None] = {}
    for id, of_captures in verdicts.items():
        number = find_number(connection, id)
        row = connection.execute(
            "SELECT o.run, o.outcome, r.seal FROM outcomes AS o JOIN runs AS r ON r.run = o.run"
            " WHERE number = ? AND hash IS NOT NULL ORDER BY o.run DESC LIMIT 1",
            (number,),
        ).fetchone()
        if row is None or number is None:
            found[id] = None
            continue
        run, outcome, seal = row
        if run == store.run:
            own = connection.execute(
                "SELECT id FROM captures WHERE run = ? AND id IN (SELECT value FROM json_each(?))",
                (run, json.dumps(list(of_captures))),
            ).fetchall()
            said = {of_captures[capture] for (capture,) in own}
            # What is a copy was told by the words of before.
            outcome = "new" if outcome == "duplicate" else outcome
            found[id] = "same" if outcome == "changed" and said == {"same"} else outcome
            connection.execute("DELETE FROM outcomes WHERE run = ? AND number = ?", (run, number))
        elif seal is None:
            store_outcomes(store, {number: outcome}, run)
        else:
            found[id] = None
    return found


def drop_explained(
    folder: Path, writer: RecordWriter, site: Site, executor: Executor, before: LayoutBook | None
) -> None:
    """Deletes what pages do not show any more, and puts the reports of their runs so.

    `before` has the layouts that counted until now: only pages that have another one today are read. None: all are, as
    another version of the reader stored what they show.
    """
    connection = writer.connection
    book = LayoutBook.read(connection)
    pages = list(_list_pages(connection, site, book, before))
    runs: set[int] = set()
    for page, answer in zip(pages, read_articles(executor, folder, site, pages, book), strict=True):
        if answer.article is None:
            continue
        writer.begin()
        shown = list_kept(connection, answer.article.unaccounted, site)
        for row in connection.execute(
            "SELECT run, address, kind, text FROM unaccounted WHERE capture = ?", (page.pages[0].capture,)
        ).fetchall():
            if row[2:] not in shown:
                connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
                runs.add(row[0])
    for run in runs:
        (report,) = connection.execute("SELECT report FROM runs WHERE run = ?", (run,)).fetchone()
        if report is not None:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (write_report(connection, run, report), run))
    writer.commit({})


def _list_pages(
    connection: sqlite3.Connection, site: Site, book: LayoutBook, before: LayoutBook | None
) -> Iterator[CapturedArticle]:
    for capture, address, frame in connection.execute(_PAGES).fetchall():
        meaning = site.read_address(address)
        if meaning is None or meaning.id is None:
            continue
        pages = find_sources(connection, capture)
        if before is None or _is_read_otherwise(pages, frame, book, before):
            yield CapturedArticle(meaning.id, pages)


def _is_read_otherwise(pages: Sequence[Source], frame: str | None, book: LayoutBook, before: LayoutBook) -> bool:
    if frame is None or not pages:
        return False
    return book.at(pages[0]).choose(ARTICLE, frame) != before.at(pages[0]).choose(ARTICLE, frame)
