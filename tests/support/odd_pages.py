"""A twin whose pages show what no reader can explain: prose above an article, a lost link to a list page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.support.twin import Twin
from tests.support.twin.press import TwinAnswer

LINE = "The river rose by {} centimeters last night, and the ferry stayed in port."
_BODY = re.compile(rb"<body[^>]*>", re.IGNORECASE)


def make_odd(twin: Twin, is_odd: Callable[[str], bool]) -> None:
    """Puts a sentence, on lists with a link, above all else on the pages whose path `is_odd` is true of."""
    answer = twin.answer

    def answer_odd(path: str, now: datetime | None = None) -> TwinAnswer:
        given = answer(path, now)
        if given.status != 200 or not is_odd(path):
            return given
        link = "" if "-" in path else '<a href="/news/index_99.html">Older levels</a>'
        sentence = f"<div><p>{LINE.format(len(path) + len(given.body))} {link}</p></div>".encode()
        # Another page than the twin knows, so its validators are not this one's.
        headers = {name: value for name, value in given.headers.items() if name not in ("ETag", "Last-Modified")}
        return replace(given, headers=headers, body=_BODY.sub(lambda tag: tag[0] + sentence, given.body, count=1))

    twin.answer = answer_odd  # type: ignore[method-assign]
