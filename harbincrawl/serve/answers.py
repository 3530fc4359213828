"""What a page gives back: bytes with their type and the policy that the browser has to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from harbincrawl.text import disarm, make_cell, write_json

Form = Literal["html", "json", "csv", "atom", "bib", "csl"]

OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of our own pages, and of everything else that has no other."""
LEAVE = "allow-top-navigation-by-user-activation"
"""What a captured page in a frame may do all the same: lead the whole window to where one of its links is clicked."""
CAPTURED = (
    f"sandbox {LEAVE}; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline' 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""The policy of what others wrote: nothing runs, nothing is sent, nothing is loaded from elsewhere."""

DRAWN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The policy of our own drawing: its style tells light from dark."""
HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json; charset=utf-8", "text/plain; charset=utf-8"
TYPES: dict[Form, str] = {
    "html": HTML,
    "json": JSON,
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """A whole answer."""

    body: bytes
    type: str = HTML
    status: int = 200
    policy: str = OURS
    headers: Mapping[str, str] = field(default_factory=dict)


class PageError(Exception):
    """A page that cannot be shown; `text` says why, and what to do."""

    def __init__(self, status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text
        self.headers = headers or {}


def not_found(text: str) -> PageError:
    """The answer to an address that leads to nothing."""
    return PageError(404, "Nothing here", text)


def make_json(value: Any) -> WebAnswer:
    """`value` as a JSON document."""
    return WebAnswer((write_json(value) + "\n").encode(), JSON)


def make_text(text: str, kind: str = TEXT) -> WebAnswer:
    """A plain text."""
    return WebAnswer(text.encode(), kind)


def make_csv(name: str, names: Sequence[str], rows: Iterable[Iterable[Any]]) -> WebAnswer:
    """A table as a download; whoever clicks on it gets a spreadsheet, so no text is a formula."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        table.writerow([disarm(cell) if isinstance(cell, str) else cell for cell in map(make_cell, row)])
    headers = {"Content-Disposition": name_file(name)}
    return WebAnswer(text.getvalue().encode("utf-8", "replace"), TYPES["csv"], headers=headers)


def name_file(name: str) -> str:
    """The Content-Disposition header of a download; `name` is ASCII."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in name)
    return f'attachment; filename="{safe}"'
