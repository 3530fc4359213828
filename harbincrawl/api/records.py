"""Rows that only the archive's methods give; days and times are texts, frames of them have dates."""

from __future__ import annotations

from typing import Literal, NamedTuple


class RevisionRow(NamedTuple):
    """One wording of an article."""

    id: str
    """`harbin-today:5370`."""
    url: str
    """The address of the article on the site."""
    section: str
    """The label that the article has today."""
    revision: int
    """1: as first seen."""
    title: str | None
    """The heading, as it was; this and what follows are those of this wording."""
    updated: str | None
    """The date that was printed."""
    author: str | None
    """The author that was printed."""
    source: str | None
    """The source that was printed."""
    body: str
    """The paragraphs, a blank line between them; empty where there were only pictures."""
    seen: str
    """When it was first seen."""
    replaced: str | None
    """When the next one was first seen; None: it is the current one."""
    cause: str | None
    """What replaced it: crawl, ingest or rescue."""
    fingerprint: str
    """sha256 of its normal form."""
    parser: str
    """Version of the parser that read it."""


class Token(NamedTuple):
    """One word in its place."""

    id: str
    """Of the article: `harbin-today:5370`."""
    field: Literal["title", "body", "captions"]
    """Where it stands; captions are without their credits."""
    line: int
    """Of the field, from 1: a paragraph of the body, or a caption."""
    word: str
    """Lower case, without accents, not stemmed; bare numbers are among them."""
