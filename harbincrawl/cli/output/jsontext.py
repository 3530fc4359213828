"""JSON on stdout: nothing in it can steer a terminal, and nothing of the text is lost."""

from __future__ import annotations

import json

from harbincrawl.text import clean


def write_json(value: object, indent: int | None = None) -> str:
    """`value` as JSON, UTF-8 as it is, but control characters and direction overrides as `\\u` escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if clean(text) == text:
        return text
    return "".join(letter if clean(letter) else f"\\u{ord(letter):04x}" for letter in text)
