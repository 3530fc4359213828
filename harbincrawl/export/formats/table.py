"""The formats of an export: what each is called, and what it can hold."""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """A format."""

    name: str
    endings: tuple[str, ...] = ()
    """Of its files; a format without them is a folder."""
    is_text: bool = False
    """Whether it may go to standard output and be compressed; the others are packed, or need random access."""
    has_revisions: bool = False
    """Whether it takes earlier wordings, too."""
    is_merged: bool = True
    """Whether it takes the articles of several archives: a bundle tells how one site was crawled, a WACZ has one
    archive's files."""


_TABLE = (
    Format("jsonl", (".jsonl", ".ndjson"), is_text=True, has_revisions=True),
    Format("csv", (".csv",), is_text=True, has_revisions=True),
    Format("parquet", (".parquet",), has_revisions=True),
    Format("db", (".db", ".sqlite")),
    Format("wacz", (".wacz",), is_merged=False),
    Format("markdown"),
    Format("bundle", is_merged=False),
)
FORMATS = {each.name: each for each in _TABLE}
"""All formats by name."""
ENDINGS = {ending: each.name for each in _TABLE for ending in each.endings}
"""The names by the endings of their files."""
TEXTS = tuple(each.name for each in _TABLE if each.is_text)
"""The names of those that are text."""
