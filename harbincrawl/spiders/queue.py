"""The articles that a run asks for: those that are wanted or due, each at most once, in the order of the queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime

from harbincrawl.archive.captures import CaptureRow, read_pages
from harbincrawl.archive.lists import find_latest_day, find_line
from harbincrawl.archive.queue import read_many_queued, read_queue, read_queued
from harbincrawl.pages.version import parser_of
from harbincrawl.pipelines.context import RunContext
from harbincrawl.walk.articles import ArticleState, ask_key, ask_order, is_asked

from .articles import ArticleTask
from .options import Options

PAUSE = 2_000
"""Articles of the queue that are looked at before the loop has its turn again."""


class ArticleQueue:
    """Makes the task of each article that a run asks for."""

    def __init__(self, context: RunContext, options: Options) -> None:
        self.context = context
        self.options = options

    def take_shown(self, ids: Iterable[str]) -> Iterator[ArticleTask]:
        """Tasks for the wanted articles among `ids`, newest first: what a list that is still walked has shown."""
        now = datetime.now(UTC)
        states = read_many_queued(self.context.connection, [id for id in ids if id not in self.context.writer.asked])
        chosen = [each for each in states if each.wanted and is_asked(each, now, "none") and self._is_recent(each)]
        yield from self._make_tasks([state.id for state in ask_order(chosen)][: self._left])

    async def take_due(self) -> AsyncIterator[ArticleTask]:
        """Tasks for all articles that are due, once the lists are read: each answer is newer than every line."""
        ids = await self._read_due(datetime.now(UTC))
        progress = self.context.progress
        progress.to_ask = len(self.context.writer.asked) + len(ids)
        progress.call()
        for task in self._make_tasks(ids):
            yield task

    @property
    def _left(self) -> int | None:
        """How many more may be asked for; None: any number."""
        return None if self.options.limit is None else max(0, self.options.limit - len(self.context.writer.asked))

    async def _read_due(self, now: datetime) -> list[str]:
        """Ids of the articles to ask for, in this order."""
        options, asked = self.options, self.context.writer.asked
        keys = []
        for count, state in enumerate(read_queue(self.context.connection, options.chosen_sections), 1):
            if is_asked(state, now, options.recheck) and state.id not in asked and self._is_recent(state):
                keys.append(ask_key(state))
            if count % PAUSE == 0:
                await asyncio.sleep(0)
        keys.sort(reverse=True)
        return [str(id) for *_, id in keys[: self._left]]

    def _is_recent(self, state: ArticleState) -> bool:
        """False for articles that --since leaves out: their line is dated earlier."""
        since = self.options.since
        if since is None:
            return True
        latest = find_latest_day(self.context.connection, state.id)
        return latest is None or latest >= since.isoformat()

    def _make_tasks(self, ids: list[str]) -> Iterator[ArticleTask]:
        connection, asked = self.context.connection, self.context.writer.asked
        for id in ids:
            if (state := read_queued(connection, id)) is not None:
                asked.add(id)
                meaning = self.context.site.read_address(state.address)
                line = find_line(connection, id, meaning.section_path if meaning else "")
                yield ArticleTask(self.context, state, line, self._read_stored(state))

    def _read_stored(self, state: ArticleState) -> tuple[CaptureRow, ...]:
        """The responses that the stored article was read from; none where it has to be read anew in any case."""
        if state.wanted or state.gone:
            return ()
        connection = self.context.connection
        stored = read_pages(connection, state.id)
        if not stored or stored[0].address != state.address:
            return ()
        row = connection.execute("SELECT parser FROM articles WHERE id = ?", (state.id,)).fetchone()
        return stored if row is not None and row[0] == parser_of(self.context.site) else ()
