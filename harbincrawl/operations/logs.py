"""Logs: plain lines on stderr, and a log file of JSON lines that is rotated."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from harbincrawl.archive.database.connection import raise_typed_os
from harbincrawl.files import check_output
from harbincrawl.text import clean, time_text

MOST_BYTES = 10_000_000
"""A log file is rotated at this size to `FILE.1`, and so on."""
KEPT = 5


def _is_own(record: logging.LogRecord) -> bool:
    """Whether a message is ours, or an error of another package: the others are for --verbose."""
    return record.name.split(".")[0] == "harbincrawl" or record.levelno >= logging.ERROR


def _is_not_printed(record: logging.LogRecord) -> bool:
    """Whether a message with `extra={"is_printed": True}` is for programs only: the command itself prints it."""
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


class LogFile(RotatingFileHandler):
    """The log file. Where it cannot be written, it takes nothing more and keeps why in `error`: the crawl goes on."""

    error: OSError | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.error is None:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        error = sys.exception()
        if isinstance(error, OSError):
            self.error = error
        else:
            super().handleError(record)

    def check(self) -> None:
        """Closes the file. Raises NoSpaceError or DatabaseError if some of the log could not be written."""
        try:
            self.close()
        except OSError as error:
            self.error = self.error or error
        if self.error is not None:
            raise_typed_os(self.error, Path(self.baseFilename))


def set_up_logs(log_file: Path | None, *, verbose: bool) -> LogFile | None:
    """Logs warnings to stderr, and from INFO on to `log_file`; with `verbose`, everything to both.

    Returns what writes `log_file`. Raises DestinationError, DatabaseError or NoSpaceError if it cannot be written.
    """
    root = logging.getLogger()
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.INFO if verbose else logging.WARNING)
    terminal.setFormatter(PlainFormatter())
    terminal.addFilter(_is_not_printed)
    file = None
    handlers: list[logging.Handler] = [terminal]
    if log_file is not None:
        # With the names that the rotation renames the file to.
        for path in (log_file, *(log_file.with_name(f"{log_file.name}.{number}") for number in range(1, KEPT + 1))):
            check_output(path)
        try:
            file = LogFile(log_file, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            raise_typed_os(error, log_file)
        file.setFormatter(JsonFormatter())
        handlers.append(file)
    for handler in handlers:
        if not verbose:
            handler.addFilter(_is_own)
        root.addHandler(handler)
    root.setLevel(logging.INFO if verbose or log_file else logging.WARNING)
    return file
