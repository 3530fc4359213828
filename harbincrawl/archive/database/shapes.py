"""What JSON in the database has to look like, so that whoever reads it can rely on it."""

from __future__ import annotations

import json
from types import NoneType
from typing import Any

from harbincrawl.walk import read_state

_Shape = Any
"""A type; a tuple of shapes (one of them; none: no value at all); `[shape]`, a list; or `{key: shape}`, an object.

Keys of an object that are named may be absent or null but for those in `!`; `*` is the shape of all other values.
"""

_NUMBER = (int, float)
_COUNTS = {"*": _NUMBER}
_BY_SECTION = {"*": _COUNTS}
_VERDICT: dict[str, _Shape] = {
    "!": ("ok", "value", "bound", "sentence"), "*": (), "ok": (bool, NoneType), "value": (*_NUMBER, NoneType),
    "bound": (*_NUMBER, NoneType), "sentence": str,
}  # fmt: skip
_RULE = _VERDICT | {"!": ("rule", *_VERDICT["!"]), "rule": str, "sections": {"*": _VERDICT}}
_FACTS = {
    "articles": {"read": int, "sections": {"*": {"!": ("read",), "*": int, "read": int}}}, "empty": _COUNTS,
    "unaccounted": {"*": _BY_SECTION}, "stored_before": _BY_SECTION, "not_articles": int, "robots": str,
    "not_articles_by_section": _COUNTS, "lines": _COUNTS, "page_sizes": _COUNTS, "templates": _COUNTS,
    "disk_free": int, "disk_size": int,
    "stored": int, "database_bytes": int,
}  # fmt: skip
_REPORT = {
    **dict.fromkeys(("new", "changed", "duplicate", "failed", "gone", "seconds", "exit_code"), _NUMBER),
    # Of an offload it is what could not be deleted.
    "left": (*_NUMBER, {"*": str}), "reasons": [str], "closed": str, "error": str,
    "sections": {"*": {"!": ("walk",), "walk": str, "gap": int, "reason": str}}, "facts": _FACTS,
    "health": {"!": ("broken", "rules"), "broken": [str], "rules": [_RULE]},
    "unaccounted": {"!": ("pages", "sections", "wordings"), "pages": int, "sections": _COUNTS,
                    "wordings": [{"!": ("text", "pages", "example"), "text": str, "pages": int, "example": str}]},
}  # fmt: skip
_SHAPES: dict[str, _Shape] = {
    "object": {},
    "numbers": [(int, NoneType)],
    "arguments": {"concurrency": int, "delay": _NUMBER, "site_url": str},
    "texts": {"*": str},
    "options": {"*": (str, bool, [str])},
    "images": [{"url": str, "caption": str, "credit": str, "file_name": str, "*": ()}],
    "report": _REPORT,
    "state": {"failed_runs": int, "gone_runs": int, "missing_at": str, "last_run": int, "gone": bool},
}


def has_shape(name: str, data: bytes) -> bool:
    """Whether `data` is JSON of the shape called `name`."""
    try:
        text = data.decode()
        value = json.loads(text)
        if name == "state":
            state = read_state("", "", True, text)
            times = (state.due, state.first_seen, state.checked_at, state.recheck_at)
            if any(time is not None and time.tzinfo is None for time in times):
                return False
    except (ValueError, TypeError, RecursionError):
        return False
    return _fits(value, _SHAPES[name])


def _fits(value: object, shape: _Shape) -> bool:
    if isinstance(shape, dict):
        needed = shape.get("!", ())
        return (
            isinstance(value, dict)
            and value.keys() >= set(needed)
            and all(
                (each is None and key in shape and key not in needed)
                or _fits(each, shape.get(key, shape.get("*", object)))
                for key, each in value.items()
            )
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        return any(_fits(value, each) for each in shape)
    return isinstance(value, shape)
