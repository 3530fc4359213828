"""The rows that the archive's methods give: days are dates, times are UTC."""

from __future__ import annotations

import datetime
from typing import Literal, NamedTuple


class ConcordanceLine(NamedTuple):
    """One place of a word. `left`, `word` and `right` together are the text, white space folded."""

    id: str
    """`harbin-today:5370`."""
    date: datetime.date | None
    """`updated`, else `created`."""
    section: str
    """The label."""
    field: str
    """title, body or captions."""
    left: str
    """What stands before it."""
    word: str
    """As the text spells it."""
    right: str
    """What follows it."""


class StatRow(NamedTuple):
    """How many articles have one value."""

    by: str
    """What is counted: section, source, author, year, month or length."""
    value: str | None
    """The label of a section, a name, `2020`, `2020-05`, or words from–to: `100-299`; None: articles without one."""
    articles: int
    """Copies and gone articles are among them."""
    path: str | None
    """Of a section: `culture/music`."""
    date: str | None
    """Of a year or month: the date it is of, `updated` or `created`; the other one stands in where it lacks."""


class CaptureRow(NamedTuple):
    """A response that was asked for as a page of an article."""

    id: str
    """Of the article: `harbin-today:5370`."""
    capture: int
    """Its number in the archive."""
    page: int
    """Of an article of several pages, from 1."""
    address: str
    """On the site, also if it was read from a mirror."""
    fetched_at: datetime.datetime
    """UTC."""
    status: int
    """Of HTTP."""
    digest: str | None
    """`sha256:` and the hexadecimal digest of the payload as received."""
    warc: str | None
    """The file in `warc/`; None: no record was kept."""
    offset: int | None
    """Byte offset of its record in that file."""
    source: str
    """Who answered: `site`, `mirror`, `ingest`, else the archive of others that it was rescued from."""
    host: str
    """The host that answered, with its port where that is not the scheme's own."""
    lost: str | None
    """Why its record is lost: `purged`, `damaged`; None: it is there."""


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
    updated: datetime.date | None
    """The date that was printed."""
    author: str | None
    """The author that was printed."""
    source: str | None
    """The source that was printed."""
    body: str
    """The paragraphs, a blank line between them; empty where there were only pictures."""
    seen: datetime.datetime
    """When it was first seen."""
    replaced: datetime.datetime | None
    """When the next one was first seen; None: it is the current one."""
    cause: str | None
    """What replaced it: crawl, ingest or rescue."""
    fingerprint: str
    """sha256 of its normal form."""
    parser: str
    """Version of the parser that read it."""


class DuplicateRow(NamedTuple):
    """A copy and its original."""

    id: str
    """Of the copy."""
    url: str
    """The address of the copy."""
    title: str | None
    """Of the copy."""
    section: str
    """The label of the copy's section."""
    date: datetime.date | None
    """Of the copy: `updated`, else `created`."""
    duplicate_of: str
    """The id of the earliest article with this text."""
    similarity: float
    """1.0 for the same text, else the Jaccard similarity of word shingles."""
    kind: Literal["exact", "near"]
    """exact: the same text under another id."""
    original_url: str
    """The address of the original."""
    original_title: str | None
    """Of the original."""
    original_section: str
    """The label of its section."""
    original_date: datetime.date | None
    """Of the original: `updated`, else `created`."""


class EditRow(NamedTuple):
    """A wording that replaced another, as it was seen."""

    id: str
    """`harbin-today:5370`."""
    url: str
    """The address of the article on the site."""
    revision: int
    """The number of the wording that was replaced."""
    seen: datetime.datetime
    """When that wording was first seen."""
    last_shown: datetime.datetime | None
    """The last response that showed it, as far as one is kept: the edit was made between this and `replaced`."""
    replaced: datetime.datetime
    """When the next wording was first seen."""
    cause: str
    """What brought the next one: crawl (a visit of ours), ingest or rescue (archives of others)."""
    published: datetime.date | None
    """The day in the address, else the first printed one."""
    days_after_publication: int | None
    """Days from `published` to `replaced`, by the site's clock."""
    days_after_first_seen: int
    """Days from when the article was first seen to `replaced`, by the site's clock."""
    fields: tuple[str, ...]
    """What differs beside white space: of title, updated, author, source, captions, body."""
    words_removed: int
    """Words that the old wording has more often than the new one: title, text and captions without credits."""
    words_added: int
    """Words that the new wording has more often."""
    words_before: int
    """All words of the old wording."""
    words_after: int
    """All words of the new wording."""
    section: str
    """The label of the article's section, today's."""
    source: str | None
    """That of its first wording, by which `edits --by source` groups."""
    title_before: str | None
    """The heading of the old wording."""
    title_after: str | None
    """The heading of the new wording."""
    share: float
    """Of all words of both wordings those that were removed or added: 0 to 1."""
