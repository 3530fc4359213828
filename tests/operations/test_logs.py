"""Logs: words on stderr."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from harbincrawl.operations.logs import set_up_logs


@pytest.fixture(autouse=True)
def _root() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def listen(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.mark.parametrize("terminal", [True, False])
def test_stderr_has_words_that_cannot_steer_a_terminal(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    stream = listen(monkeypatch, terminal=terminal)
    set_up_logs(verbose=False)
    logging.getLogger("harbincrawl").warning("odd \x1b[31mred")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("harbincrawl").exception("broke")
    assert stream.getvalue().startswith("warning: odd [31mred\nerror: broke\nTraceback")
