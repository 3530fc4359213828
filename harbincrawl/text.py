"""Text from the web made safe to print: no control characters, no bidirectional overrides."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: str) -> str:
    """`text` without control characters (line feed and tab stay), direction overrides and lone surrogates."""
    return _UNSAFE.sub("", text)
