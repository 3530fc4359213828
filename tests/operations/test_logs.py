"""Logs: words on stderr, and a file of JSON lines that is rotated."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl.operations import logs
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
    set_up_logs(None, verbose=False)
    logging.getLogger("harbincrawl").warning("odd \x1b[31mred")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("harbincrawl").exception("broke")
    logging.getLogger("harbincrawl").error("printed elsewhere", extra={"is_printed": True})
    assert stream.getvalue().startswith("warning: odd [31mred\nerror: broke\nTraceback")
    assert "elsewhere" not in stream.getvalue()


def test_other_packages_are_heard_with_errors_only_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = listen(monkeypatch, terminal=True)
    set_up_logs(None, verbose=False)
    logging.getLogger("scrapy.core").warning("chatter")
    logging.getLogger("scrapy.core").error("trouble")
    assert stream.getvalue() == "error: trouble\n"


def test_the_file_holds_more_than_is_shown_and_is_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = listen(monkeypatch, terminal=True)
    monkeypatch.setattr(logs, "MOST_BYTES", 2_000)
    path = tmp_path / "crawl.log"
    set_up_logs(path, verbose=False)
    for number in range(200):
        logging.getLogger("harbincrawl").info("line %d", number)
    assert stream.getvalue() == ""
    files = sorted(tmp_path.iterdir())
    assert len(files) == logs.KEPT + 1
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert json.loads(path.read_text().splitlines()[-1])["message"] == "line 199"
