"""How text is written: text from the web made safe to print, and times as text (UTC, RFC 3339, whole seconds)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: str) -> str:
    """`text` without control characters (line feed and tab stay), direction overrides and lone surrogates."""
    return _UNSAFE.sub("", text)


def time_text(moment: datetime) -> str:
    """`2026-01-31T04:05:06Z`."""
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def read_time(text: str) -> datetime:
    """The moment that `time_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
