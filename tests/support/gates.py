"""A twin that stops in the middle of a crawl, for as long as a test needs: no race between the two, on any machine."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.support.forge import PATIENCE
from tests.support.twin import Twin


class Gate:
    """Requests that `is_held` names wait until the gate is opened; after `break_off`, they get no answer."""

    def __init__(self, twin: Twin, is_held: Callable[[str], bool]) -> None:
        self._twin = twin
        self._is_held = is_held
        self._opened = threading.Event()
        self._reached = threading.Event()
        self._broken = False
        twin.on_request = self._wait

    def wait(self) -> None:
        """Until somebody stands before the gate."""
        assert self._reached.wait(PATIENCE), "nobody came to the gate"

    def open(self) -> None:
        """Everybody may pass, now and later."""
        self._twin.on_request = None
        self._opened.set()

    def break_off(self) -> None:
        """The connections of those who wait, and of all who come later, end without an answer."""
        self._broken = True
        self._opened.set()

    def _wait(self, path: str) -> None:
        if self._is_held(path):
            self._reached.set()
            self._opened.wait(PATIENCE)
            if self._broken:
                raise ConnectionAbortedError(path)


def hold_articles(twin: Twin, after: int) -> Gate:
    """A gate behind so many requests for pages of articles."""
    passed = 0

    def is_held(path: str) -> bool:
        nonlocal passed
        passed += "-" in path
        return passed > after

    return Gate(twin, is_held)
