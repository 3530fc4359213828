"""The progress bar of a crawl, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from .session import Session


@contextmanager
def show_progress(session: Session, *, quiet: bool) -> Iterator[None]:
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
            counts = Counter(session.keeper.outcomes.values())
            asked = len(session.keeper.outcomes)
            rate = asked / max(0.001, time.monotonic() - began)
            said = f"{counts['new']} new, {counts['changed']} changed, {counts['failed']} failed, {rate:.1f}/s"
            if session.to_ask:
                bar.update(task, description="articles", total=session.to_ask, completed=asked, counts=said)
            else:
                bar.update(task, advance=1, counts="list pages")

        session.on_progress = show
        yield
