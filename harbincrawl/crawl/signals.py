"""Signals of the operating system: the first one ends the crawl in good order, the second one at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from harbincrawl.fetch.stop import Stop

NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def handle_signals(stop: Stop) -> Iterator[None]:
    """While it lasts, an interrupt is an interrupt of the crawl; afterwards what it was before."""
    before = install_handlers(stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def install_handlers(stop: Stop) -> dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None]:
    """Takes the signals over for good; returns the handlers before."""

    def interrupt(number: int, _: FrameType | None) -> None:
        if stop.interrupted:
            # Asked twice: stop now. What is committed is safe, and what is not will be asked for again.
            os._exit(128 + number)
        stop.interrupt()

    return {number: signal.signal(number, interrupt) for number in NUMBERS}
