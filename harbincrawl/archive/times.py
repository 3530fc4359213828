"""How times stand in the archive: UTC, RFC 3339, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime


def time_text(moment: datetime) -> str:
    """`2026-01-31T04:05:06Z`."""
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def read_time(text: str) -> datetime:
    """The moment that `time_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
