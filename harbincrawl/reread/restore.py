"""Articles that are captured but not stored, or not in order: their whole history made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from harbincrawl.archive.queue import read_queued
from harbincrawl.evidence import Source
from harbincrawl.records import ListWords

from .executor import Executor, cut
from .history import Event, list_captured_numbers, load_events, replay_article
from .lines import Lists
from .pages import ReadArticle, read_articles
from .writer import BATCH, Writer

Progress = Callable[[int, int], None]
"""Called with (articles done, articles in all)."""
Readings = dict[int, ReadArticle]
"""By the capture of page 1."""


def restore_missing(folder: Path, writer: Writer | None, lists: Lists, executor: Executor, progress: Progress) -> int:
    """How many articles have captures that give a record, but no row; with a `writer` they are put back.

    An article that was never listed nor ingested is none of the archive's: a redirect led to it.
    """
    connection = lists.connection
    missing = list_captured_numbers(connection, lists.site)
    missing -= {number for (number,) in connection.execute("SELECT number FROM articles")}
    if not missing:
        return 0
    events = load_events(connection, lists.site, missing)
    listed = {number for (number,) in connection.execute("SELECT number FROM queue")}
    known = {
        number: events[number]
        for number in sorted(events)
        if number in listed or number in lists.captured or any(event.source.origin for event in events[number])
    }
    restored = done = 0
    for batch in _read_histories(folder, lists, known, executor):
        if writer is None:
            restored += sum(any(one.article is not None for one in readings.values()) for _, readings in batch)
        else:
            restored += _replay_batch(writer, lists, known, batch, "new")
        done += len(batch)
        progress(done, len(known))
    return restored


def replay_articles(folder: Path, writer: Writer, lists: Lists, numbers: Collection[int], executor: Executor) -> None:
    """Puts the states of the articles `numbers` again, each capture at its time."""
    if not numbers:
        return
    found = load_events(lists.connection, lists.site, numbers)
    events = {number: found.get(number, []) for number in sorted(numbers)}
    for batch in _read_histories(folder, lists, events, executor):
        _replay_batch(writer, lists, events, batch, "changed")


def _read_histories(
    folder: Path, lists: Lists, events: dict[int, list[Event]], executor: Executor
) -> Iterator[list[tuple[int, Readings]]]:
    """The articles of `events` with all that their 200s say, a batch at a time."""
    wanted = (event.make_job(number) for number, many in events.items() for event in many if event.status == 200)
    answers = read_articles(executor, folder, lists.site, wanted)
    for numbers in cut(events, BATCH):
        yield [
            (number, {one.source.capture: next(answers) for one in events[number] if one.status == 200})
            for number in numbers
        ]


def _replay_batch(
    writer: Writer, lists: Lists, events: dict[int, list[Event]], batch: list[tuple[int, Readings]], outcome: str
) -> int:
    writer.begin()
    put = [number for number, readings in batch if _replay(writer, lists, number, events[number], readings)]
    writer.commit(dict.fromkeys(put, outcome))
    return len(put)


def _replay(writer: Writer, lists: Lists, number: int, events: list[Event], readings: Readings) -> bool:
    """Puts the states of one article again, in the open batch; False where nothing of it can be read."""
    state = read_queued(writer.connection, number)
    row = writer.connection.execute("SELECT status FROM articles WHERE number = ?", (number,)).fetchone()

    def find_words(source: Source, is_last: bool) -> ListWords:
        meaning = lists.site.read_address(source.address)
        section = meaning.section_path if meaning else ""
        if is_last:
            return lists.find_words(number, section, source.moment, None)
        return lists.find_old_words(number, section, source.moment)

    gone = row[0] == "gone" if row else state is not None and state.gone
    return replay_article(writer.store, number, events, readings, find_words, lists.site, gone=gone)
