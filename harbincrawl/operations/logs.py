"""Logs: plain lines on a terminal, JSON lines everywhere else, and a log file that is rotated."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from harbincrawl.archive.database import raise_typed_os
from harbincrawl.files import check_output
from harbincrawl.text import clean, time_text

MOST_BYTES = 10_000_000
"""A log file is rotated at this size to `FILE.1`, and so on."""
KEPT = 5


class OwnMessages(logging.Filter):
    """Drops messages of other packages below ERROR; used without --verbose."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name.split(".")[0] == "harbincrawl" or record.levelno >= logging.ERROR


def _is_not_printed(record: logging.LogRecord) -> bool:
    """Whether a message with `extra={"is_printed": True}` is for the log file only: the command itself prints it."""
    return not getattr(record, "is_printed", False)


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, the items of `extra={"data": …}`, error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "data", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class PlainFormatter(logging.Formatter):
    """Level and message, without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        text = clean(f"{record.levelname.lower()}: {record.getMessage()}")
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def set_up_logs(log_file: Path | None, *, verbose: bool) -> None:
    """Logs warnings (with `verbose` everything) to stderr, and from INFO on to `log_file`.

    Raises DestinationError, DatabaseError or NoSpaceError if the file cannot be written.
    """
    root = logging.getLogger()
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.INFO if verbose else logging.WARNING)
    terminal.setFormatter(PlainFormatter() if sys.stderr.isatty() else JsonFormatter())
    terminal.addFilter(_is_not_printed)
    handlers: list[logging.Handler] = [terminal]
    if log_file is not None:
        # With the names that the rotation renames the file to.
        for path in (log_file, *(log_file.with_name(f"{log_file.name}.{number}") for number in range(1, KEPT + 1))):
            check_output(path)
        try:
            file = RotatingFileHandler(log_file, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            raise_typed_os(error, log_file)
        file.setFormatter(JsonFormatter())
        handlers.append(file)
    for handler in handlers:
        if not verbose:
            handler.addFilter(OwnMessages())
        root.addHandler(handler)
    root.setLevel(logging.INFO if verbose or log_file else logging.WARNING)
