"""How far a crawl is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from harbincrawl.pipelines.context import RunContext
from harbincrawl.text import clean, count_text

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
    """A line every 10 seconds, and one for each list that was read."""
    printed = time.monotonic()
    pace = _Pace(context)

    def show() -> None:
        nonlocal printed
        progress, now = context.progress, time.monotonic()
        rate = pace.find_rate(now)
        if progress.ended_list is not None:
            section, pages = progress.ended_list
            progress.ended_list = None
            line = f"{_name_list(context, section)}: read, {count_text(pages, 'list page')}"
        elif now - printed < EVERY:
            return
        elif (pictures := progress.pictures) is not None:
            done = pictures.kept + pictures.failed
            line = f"pictures: {done:,} of {pictures.wanted:,}, {pictures.failed:,} failed"
        elif progress.to_ask:
            left = (progress.to_ask - progress.handed) / rate if rate else 0
            line = (
                f"articles: {progress.handed:,} of {progress.to_ask:,} ({_describe_outcomes(context)}), {rate:.1f}/s, "
                f"{count_text(round(left), 'second')} left"
            )
        else:
            line = f"{_name_list(context, progress.section)}: {_describe_pages(context, rate)}"
        printed = now
        click.echo(clean(line), err=True)

    context.progress.call = show
    yield


@contextmanager
def _show_bar(context: RunContext) -> Iterator[None]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    pace = _Pace(context)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("reading lists", total=None, counts="", left="")

        def show() -> None:
            progress = context.progress
            rate = pace.find_rate(time.monotonic())
            if (pictures := progress.pictures) is not None:
                done, counts = pictures.kept + pictures.failed, f"{pictures.failed:,} failed"
                bar.update(task, description="pictures", total=pictures.wanted, completed=done, counts=counts, left="")
                return
            if not progress.to_ask:
                words = escape(clean(_name_list(context, progress.section)))
                stored = count_text(progress.handed, "article") if progress.handed else f"{rate:.1f}/s"
                counts = f"list pages, {stored}"
                # A list that is read within a tenth of a second is named, too.
                bar.update(
                    task,
                    description=words,
                    total=progress.last_page,
                    completed=progress.section_pages,
                    counts=counts,
                    left=_describe_left((progress.last_page or 0) - progress.section_pages, rate, " of this list"),
                    refresh=progress.ended_list is not None,
                )
                progress.ended_list = None
                return
            words, left = f"{_describe_outcomes(context)}, {rate:.1f}/s", progress.to_ask - progress.handed
            bar.update(
                task,
                description="articles",
                total=progress.to_ask,
                completed=progress.handed,
                counts=words,
                left=_describe_left(left, rate, " left"),
                refresh=left == 0,
            )

        context.progress.call = show
        yield


def _describe_left(count: int, rate: float, what: str) -> str:
    """`0:02:24 left`: how long so many take at this rate; nothing where that is not known."""
    return f"{timedelta(seconds=round(count / rate))}{what}" if count > 0 and rate else ""


class _Pace:
    """How fast list pages come in, and behind them articles, from the first one on."""

    def __init__(self, context: RunContext) -> None:
        self._progress = context.progress
        self._began = time.monotonic()
        self._is_at_articles = False

    def find_rate(self, now: float) -> float:
        """List pages or articles a second."""
        if not self._is_at_articles and self._progress.to_ask:
            self._is_at_articles, self._began = True, now
        done = self._progress.handed if self._is_at_articles else self._progress.list_pages
        return done / max(0.001, now - self._began)


def _name_list(context: RunContext, section: str) -> str:
    """`list 2 of 9, culture/music (Music City)`."""
    labels = {each.path: each.label for each in context.site.sections}
    label = f" ({labels[section]})" if labels.get(section) else ""
    progress = context.progress
    return f"list {progress.lists_begun} of {progress.lists}, {section}{label}"


def _describe_pages(context: RunContext, rate: float) -> str:
    progress = context.progress
    pages = count_text(progress.section_pages, "list page")
    between = f", {count_text(progress.handed, 'article')}" if progress.handed else ""
    if not progress.last_page:
        return f"{pages}{between}, {rate:.1f}/s"
    # A walk that meets what it knows ends before the last page.
    left = max(0, progress.last_page - progress.section_pages) / rate if rate else 0
    seconds = count_text(round(left), "second")
    return f"{pages} of at most {progress.last_page:,}{between}, {rate:.1f}/s, {seconds} left of this list at most"


def _describe_outcomes(context: RunContext) -> str:
    counts = Counter(context.writer.outcomes.values())
    return f"{counts['new']} new, {counts['changed']} changed, {counts['failed']} failed"
