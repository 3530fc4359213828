"""Pages made to be slow: one writer a kind, each giving about as many characters as it is asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.support.hostile_texts import expand

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _write(text: str, size: int) -> str:
    for name, part in (("top", "«head»«anchor»«body»"), *_TABLE["parts"].items()):
        text = text.replace(f"«{name}»", part)
    return expand(text, size)


KINDS: dict[str, Callable[[int], str]] = {name: partial(_write, text) for name, text in _TABLE["kinds"].items()}
"""Name of the kind: the page of about so many characters."""
