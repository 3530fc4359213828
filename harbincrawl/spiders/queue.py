"""Asking for the articles of the queue: those that are wanted or due, each at most once, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from harbincrawl.archive.lists import find_latest_day, find_lines
from harbincrawl.archive.queue import read_many_queued, read_queue
from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import Outcome
from harbincrawl.records import ListWords
from harbincrawl.walk import ArticleState, ask_key, is_asked

from .articles import ask_article
from .lists import ListWalker
from .plan import Plan

READ_AHEAD = 50
"""Articles whose state and line are read at once; nothing but their own outcomes changes them while they wait."""

PAUSE = 2_000
"""Articles of the queue that are looked at before the loop has its turn again."""


class ArticleQueue:
    """Asks for articles, after the lists were walked: so every answer is newer than every line the run has read."""

    def __init__(self, fetcher: Fetcher, context: RunContext, plan: Plan, lists: ListWalker) -> None:
        self.fetcher = fetcher
        self.context = context
        self.plan = plan
        self.lists = lists

    async def ask_all(self) -> AsyncIterator[Outcome]:
        """The outcome of every article that is due, in the order in which they come in."""
        context, stop = self.context, self.context.stop
        ids = await self._read_due(datetime.now(UTC))
        context.progress.to_ask = len(ids)
        due = self._read_ahead(ids)
        if self.plan.concurrency == 1:
            # A task for each would cost more than there is to wait for side by side.
            while not stop.is_set and (one := next(due, None)) is not None:
                if (outcome := await self._ask(*one)) is not None:
                    yield outcome
            return
        running: set[asyncio.Task[Outcome | None]] = set()
        try:
            while not stop.is_set:
                while len(running) < self.plan.concurrency and (one := next(due, None)) is not None:
                    running.add(asyncio.ensure_future(self._ask(*one)))
                if not running:
                    break
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for outcome in self._read_outcomes(done):
                    yield outcome
            if running:
                # The first signal lets what is in flight come in.
                done, running = await asyncio.wait(running)
                for outcome in self._read_outcomes(done):
                    yield outcome
        finally:
            # Where Scrapy itself gave up; what they would have answered is asked for by the next run.
            for task in running:
                task.cancel()

    async def _read_due(self, now: datetime) -> list[str]:
        """Ids of the articles to ask for, in this order."""
        plan = self.plan
        keys = []
        for count, state in enumerate(read_queue(self.context.connection, plan.sections), 1):
            if is_asked(state, now, plan.recheck) and self._is_recent(state):
                keys.append(ask_key(state))
            if count % PAUSE == 0:
                await asyncio.sleep(0)
        keys.sort(reverse=True)
        return [str(id) for *_, id in keys[: plan.limit]]

    def _is_recent(self, state: ArticleState) -> bool:
        """False for articles that --since leaves out: their line is dated earlier."""
        since = self.plan.since
        if since is None:
            return True
        latest = find_latest_day(self.context.connection, state.id)
        return latest is None or latest >= since.isoformat()

    def _read_ahead(self, ids: list[str]) -> Iterator[tuple[ArticleState, ListWords | None]]:
        """The articles in this order with their lines, read some at a time: 6 µs each in place of 14."""
        connection, site = self.context.connection, self.context.site
        for begin in range(0, len(ids), READ_AHEAD):
            states = read_many_queued(connection, ids[begin : begin + READ_AHEAD])
            meanings = {state.id: site.read_address(state.address) for state in states}
            sections = {id: meaning.section_path if meaning else "" for id, meaning in meanings.items()}
            lines = find_lines(connection, sections)
            yield from ((state, lines.get(state.id)) for state in states)

    async def _ask(self, state: ArticleState, line: ListWords | None) -> Outcome | None:
        """What came of asking; where the article is missing once more, the lists have the last word on it."""
        outcome = await ask_article(self.fetcher, self.context, state, line)
        if outcome is not None and outcome.kind == "missing":
            proof = self.context.writer.gone_proof
            for section, page in proof.pages_to_close(state.id, state.address):
                proof.close(state.id, (section, page), await self.lists.ask_page(section, page))
        return outcome

    def _read_outcomes(self, done: set[asyncio.Task[Outcome | None]]) -> Iterator[Outcome]:
        """What came of finished tasks; an error ends the run, once the others are in."""
        for task in done:
            if (error := task.exception()) is not None:
                self.context.stop.fail(error)
            elif (outcome := task.result()) is not None:
                yield outcome
