"""The progress bar of a crawl, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from harbincrawl.pipelines.context import RunContext


@contextmanager
def show_progress(context: RunContext, *, quiet: bool) -> Iterator[None]:
    """While it lasts, a bar with listed, new, changed, failed, rate and time left, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    began = time.monotonic()
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
            to_ask, outcomes = context.progress.to_ask, context.writer.outcomes
            if not to_ask:
                bar.update(task, advance=1, counts="list pages")
                return
            counts = Counter(outcomes.values())
            rate = len(outcomes) / max(0.001, time.monotonic() - began)
            words = f"{counts['new']} new, {counts['changed']} changed, {counts['failed']} failed, {rate:.1f}/s"
            bar.update(task, description="articles", total=to_ask, completed=len(outcomes), counts=words)

        context.progress.call = show
        yield
