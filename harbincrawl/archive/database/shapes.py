"""What JSON in the database has to look like, so that whoever reads it can rely on it."""

from __future__ import annotations

import json
from typing import Any

from harbincrawl.walk import read_state

_Shape = Any
"""A type, a tuple of types, `[shape]`: a list of such, `{key: shape}`: an object whose values, where they are there and
not null, are such; the key `*` stands for all keys that are not named, and `()` is no value at all."""

_SHAPES: dict[str, _Shape] = {
    "object": {},
    "texts": {"*": str},
    "options": {"*": (str, bool, [str])},
    "images": [{"url": str, "caption": str, "credit": str, "file_name": str, "*": ()}],
    "report": {},
}


def has_shape(name: str, data: bytes) -> bool:
    """Whether `data` is JSON of the shape called `name`."""
    try:
        text = data.decode()
        value = json.loads(text)
        if name == "state":
            read_state("", "", True, text)
            return True
    except (ValueError, TypeError, RecursionError):
        return False
    return _fits(value, _SHAPES[name])


def _fits(value: object, shape: _Shape) -> bool:
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            each is None or _fits(each, shape.get(key, shape.get("*", object))) for key, each in value.items()
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        return any(_fits(value, each) for each in shape)
    return isinstance(value, shape)
