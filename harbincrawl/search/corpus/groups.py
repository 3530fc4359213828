"""The groups of articles that counts are made for: sections, sources, authors or years, named as facets name them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters

from .texts import Label

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


class Group(NamedTuple):
    """A section, source, author or year."""

    key: str | None
    """By which `find_groups` finds it."""
    name: str | None
    """What it is called; None: articles that have none. Of sections with one label, each has its path behind it."""


def list_groups(connection: sqlite3.Connection, filters: Filters, by: Label, *, copies: bool = False) -> list[Group]:
    """The groups that the facet `by` has, in its order: years ascending, others by their articles. Raises FilterError.

    Names of sources and authors that differ in the case of Latin letters alone are one.
    """
    bars = count_facet(connection, fit_choice(connection, filters), by, copies=copies)
    times = Counter(bar.value for bar in bars)
    return [
        Group(
            _make_key(bar.path or bar.value, by),
            f"{bar.value} ({bar.path})" if times[bar.value] > 1 and bar.path else bar.value,
        )
        for bar in bars
    ]


def find_groups(labels: Iterable[str], by: Label | None) -> set[str | None]:
    """The keys of the groups that an article with these `labels` of `read_texts` is in: each once, at least one."""
    return {_make_key(label, by) for label in labels} or {None}


def _make_key(label: str | None, by: Label | None) -> str | None:
    # As SQLite's NOCASE, which facets go by.
    return label.translate(_SMALL) if label and by in ("source", "author") else label or None
