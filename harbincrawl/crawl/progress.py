"""How far a crawl is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click

from harbincrawl.pipelines.context import RunContext
from harbincrawl.text import count_text

EVERY = 10.0
"""Seconds between two lines where stderr is no terminal."""


@contextmanager
def show_progress(context: RunContext, *, quiet: bool) -> Iterator[None]:
    """While it lasts, stderr shows section or articles, what came of them, rate and time left."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        with _show_bar(context):
            yield
    else:
        with _print_lines(context):
            yield


@contextmanager
def _print_lines(context: RunContext) -> Iterator[None]:
    printed = time.monotonic()
    pace = _Pace(context)

    def show() -> None:
        nonlocal printed
        progress, now = context.progress, time.monotonic()
        rate = pace.find_rate(now)
        if now - printed < EVERY:
            return
        printed = now
        if not progress.to_ask:
            click.echo(
                f"reading the list of {progress.section}: {count_text(progress.list_pages, 'list page')}", err=True
            )
            return
        left = (progress.to_ask - progress.handed) / rate if rate else 0
        click.echo(
            f"articles: {progress.handed:,} of {progress.to_ask:,} ({_describe_outcomes(context)}), {rate:.1f}/s, "
            f"{count_text(round(left), 'second')} left",
            err=True,
        )

    context.progress.call = show
    yield


@contextmanager
def _show_bar(context: RunContext) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    pace = _Pace(context)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("reading lists", total=None, counts="")

        def show() -> None:
            progress = context.progress
            rate = pace.find_rate(time.monotonic())
            if not progress.to_ask:
                words = f"reading lists: {progress.section}"
                bar.update(task, description=words, completed=progress.list_pages, counts="list pages")
                return
            words = f"{_describe_outcomes(context)}, {rate:.1f}/s"
            bar.update(task, description="articles", total=progress.to_ask, completed=progress.handed, counts=words)

        context.progress.call = show
        yield


class _Pace:
    """How fast articles come in, from the first one on: the lists before are no articles."""

    def __init__(self, context: RunContext) -> None:
        self._progress = context.progress
        self._began: float | None = None

    def find_rate(self, now: float) -> float:
        """Articles a second."""
        if self._began is None and self._progress.to_ask:
            self._began = now
        return self._progress.handed / max(0.001, now - self._began) if self._began is not None else 0.0


def _describe_outcomes(context: RunContext) -> str:
    counts = Counter(context.writer.outcomes.values())
    return f"{counts['new']} new, {counts['changed']} changed, {counts['failed']} failed"
