"""Logs: plain lines on stderr."""

from __future__ import annotations

import logging

from harbincrawl.text import clean


def _is_own(record: logging.LogRecord) -> bool:
    """Whether a message is ours, or an error of another package: the others are for --verbose."""
    return record.name.split(".")[0] == "harbincrawl" or record.levelno >= logging.ERROR


class PlainFormatter(logging.Formatter):
    """Level and message, without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        text = clean(f"{record.levelname.lower()}: {record.getMessage()}")
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def set_up_logs(*, verbose: bool) -> None:
    """Logs warnings to stderr; with `verbose`, everything from INFO on."""
    terminal = logging.StreamHandler()
    terminal.setFormatter(PlainFormatter())
    if not verbose:
        terminal.addFilter(_is_own)
    root = logging.getLogger()
    root.addHandler(terminal)
    root.setLevel(logging.INFO if verbose else logging.WARNING)
