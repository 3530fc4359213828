"""Days and times of stored values as Python has them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from harbincrawl.fields import CAPTURE_PARTS, FIELDS
from harbincrawl.records import Image
from harbincrawl.text import read_time, time_text

_KINDS = {field.name: str(field.kind) for field in (*FIELDS, *CAPTURE_PARTS)} | {"seen": "time", "replaced": "time"}


def read_day(text: str | None) -> date | None:
    """A stored day; None where there is none."""
    return date.fromisoformat(text) if text else None


def read_moment(text: str | None) -> datetime | None:
    """A stored time; None where there is none."""
    return read_time(text) if text else None


def write_moment(value: str | date) -> str:
    """A day or time as filters have it: times in UTC. Raises TypeError for what is none."""
    if not isinstance(value, str | date):
        raise TypeError(f"{value!r}: expected a text such as '2020', '2020-05' or '2020-05-31', or a date.")
    if isinstance(value, datetime):
        return time_text(value)
    return value.isoformat() if isinstance(value, date) else value


def read_dates(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its days and times as such, those of its `capture` too."""
    values = dict(record)
    for name, value in record.items():
        kind = _KINDS.get(name)
        if kind == "date" and value:
            values[name] = date.fromisoformat(value)
        elif kind == "time" and value:
            values[name] = read_time(value)
        elif kind == "capture" and value:
            values[name] = read_dates(value)
    return values


def read_values(record: dict[str, Any]) -> dict[str, Any]:
    """The values of a record as an Article has them; the body of one with only pictures is empty text."""
    values = read_dates(record) | {"body": record["body"] or ""}
    values["images"] = tuple(Image(**image) for image in record["images"])
    if "authors" in record:
        values["authors"] = tuple(record["authors"])
    return values
