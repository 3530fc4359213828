"""What is printed to stdout and counts as told: kept, then written whole before anything else happens."""

from __future__ import annotations

import io
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

_TAIL = 512
"""Bytes that a pipe takes at once or not at all (POSIX)."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Buffer(io.StringIO):
    """Takes what is printed, and says of itself what stdout would say."""

    def __init__(self, real: io.TextIOBase) -> None:
        super().__init__()
        self._real = real

    def isatty(self) -> bool:
        return self._real.isatty()

    def fileno(self) -> int:
        return self._real.fileno()

    @property
    def buffer(self) -> Any:
        """Bytes are no text to be shown: they go out as they are."""
        return self._real.buffer  # type: ignore[attr-defined] # every stdout has one


@contextmanager
def keep_output() -> Iterator[io.StringIO]:
    """While it lasts, what is printed to stdout is kept instead."""
    buffer = _Buffer(sys.stdout)  # type: ignore[arg-type] # a TextIO is what it needs of a TextIOBase
    with redirect_stdout(buffer):
        yield buffer


@contextmanager
def write_whole(text: str) -> Iterator[None]:
    """Writes all of `text` to stdout, then lets the block run; no signal but SIGKILL comes in between.

    The last bytes are written by one call, once there is room for them: an interrupt before it ends with output that is
    not whole, and without the block. Raises OSError, as `print` does.
    """
    stream = sys.stdout
    stream.flush()
    data = text.encode(stream.encoding or "utf-8", stream.errors or "strict")
    _write(data[:-_TAIL])
    with suppress(OSError, ValueError):
        select.select([], [stream.fileno()], [])
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        _write(data[-_TAIL:])
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
