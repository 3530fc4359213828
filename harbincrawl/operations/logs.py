"""Logs: lines for people on a terminal, JSON lines everywhere else, and a file that does not grow for ever."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from harbincrawl.archive.database import raise_typed_os
from harbincrawl.text import clean

MOST_BYTES = 10_000_000
"""A log file is begun anew at this size, the old one kept as `FILE.1`, and so on."""
KEPT = 5


class Ours(logging.Filter):
    """Of other packages only errors: what they say below is of interest to nobody but who looks for a fault (-v)."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name.split(".")[0] == "harbincrawl" or record.levelno >= logging.ERROR


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what was given as `extra={"data": …}`, error."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= getattr(record, "data", {})
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


class PlainLines(logging.Formatter):
    """Level and message, nothing in it that could steer a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = clean(f"{record.levelname.lower()}: {record.getMessage()}")
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def set_up_logs(log_file: Path | None, *, verbose: bool) -> None:
    """Sends warnings (with `verbose` all) to stderr, and everything worth knowing of a run to `log_file`.

    Raises DatabaseError, NoSpaceError where the file cannot be written.
    """
    root = logging.getLogger()
    shown = logging.StreamHandler()
    shown.setLevel(logging.INFO if verbose else logging.WARNING)
    shown.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    handlers: list[logging.Handler] = [shown]
    if log_file is not None:
        try:
            written = RotatingFileHandler(log_file, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            raise_typed_os(error, log_file)
        written.setFormatter(JsonLines())
        handlers.append(written)
    for handler in handlers:
        if not verbose:
            handler.addFilter(Ours())
        root.addHandler(handler)
    root.setLevel(logging.INFO if verbose or log_file else logging.WARNING)
