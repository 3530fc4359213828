"""Articles that are captured but not stored, or not in order: their whole history made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from harbincrawl.archive.queue import read_queued
from harbincrawl.evidence import Source
from harbincrawl.identity import Verdict, precedence, write_id
from harbincrawl.records import CRAWLED, ListWords

from .book import LayoutBook
from .executor import Executor, cut
from .history import Event, list_captured_ids, load_events, replay_article
from .lines import Lists, find_moment
from .pages import ReadArticle, read_articles
from .writer import BATCH, RecordWriter

Progress = Callable[[int, int], None]
"""Called with (articles done, articles in all)."""
Readings = dict[int, ReadArticle]
"""By the capture of page 1."""


def restore_missing(
    folder: Path, writer: RecordWriter | None, lists: Lists, executor: Executor, progress: Progress
) -> int:
    """How many articles have captures that give a record, but no row; with a `writer` they are put back.

    An article that was never listed, ingested nor rescued is none of the archive's: a redirect led to it.
    """
    connection = lists.connection
    missing = list_captured_ids(connection, lists.site)
    missing -= {id for (id,) in connection.execute("SELECT id FROM articles")}
    if not missing:
        return 0
    events = load_events(connection, lists.site, missing)
    listed = {id for (id,) in connection.execute(f"SELECT {write_id('number')} FROM queue")}
    known = {
        id: events[id]
        for id in sorted(events, key=precedence)
        if id in listed or id in lists.captured or any(event.source.source not in CRAWLED for event in events[id])
    }
    restored = done = 0
    for batch in cut(read_histories(folder, lists, known, LayoutBook.read(connection), executor), BATCH):
        if writer is None:
            restored += sum(any(one.article is not None for one in readings.values()) for _, readings in batch)
        else:
            restored += _replay_batch(writer, lists, known, batch, "new")
        done += len(batch)
        progress(done, len(known))
    return restored


def replay_articles(folder: Path, writer: RecordWriter, lists: Lists, ids: Collection[str], executor: Executor) -> None:
    """Puts the states of the articles `ids` again, each capture at its time."""
    if not ids:
        return
    found = load_events(lists.connection, lists.site, ids)
    events = {id: found.get(id, []) for id in sorted(ids, key=precedence)}
    for batch in cut(read_histories(folder, lists, events, LayoutBook.read(lists.connection), executor), BATCH):
        _replay_batch(writer, lists, events, batch, "changed")


def read_histories(
    folder: Path, lists: Lists, events: Mapping[str, list[Event]], book: LayoutBook, executor: Executor
) -> Iterator[tuple[str, Readings]]:
    """The articles of `events`, each with all that its 200s say by the layouts of `book`."""
    answered = {id: [event for event in many if event.status == 200] for id, many in events.items()}
    wanted = (event.make_job(id) for id, many in answered.items() for event in many)
    answers = read_articles(executor, folder, lists.site, wanted, book)
    for id, many in answered.items():
        yield id, {event.source.capture: next(answers) for event in many}


def _replay_batch(
    writer: RecordWriter, lists: Lists, events: dict[str, list[Event]], batch: list[tuple[str, Readings]], outcome: str
) -> int:
    writer.begin()
    put = [id for id, readings in batch if replay_history(writer, lists, id, events[id], readings)]
    writer.commit(dict.fromkeys(put, outcome))
    return len(put)


def replay_history(
    writer: RecordWriter, lists: Lists, id: str, events: list[Event], readings: Readings, *, again: bool = False
) -> dict[int, Verdict]:
    """Puts the states of one article again, in the open batch, as `replay_article` does."""
    state = read_queued(writer.connection, id)
    row = writer.connection.execute("SELECT status FROM articles WHERE id = ?", (id,)).fetchone()

    def find_words(source: Source, is_last: bool) -> ListWords:
        meaning = lists.site.read_address(source.address)
        section = meaning.section_path if meaning else ""
        moment = find_moment(source.fetched_at, source.capture, source.source)
        if is_last:
            return lists.find_words(id, section, moment, None)
        return lists.find_old_words(id, section, moment)

    gone = row[0] == "gone" if row else state is not None and state.gone
    return replay_article(writer.store, id, events, readings, find_words, lists.site, gone=gone, again=again)
