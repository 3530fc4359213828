"""The fields of an article's record: name, kind and meaning, and how the database writes them.

Records, exports, data frames, comparisons, schemas and the documentation are made from this table.
"""

from __future__ import annotations

from functools import partial
from typing import Literal, NamedTuple

from harbincrawl.identity import write_id
from harbincrawl.sites import DEFAULT_SITE

Kind = Literal["text", "date", "time", "integer", "number", "flag", "texts", "images", "capture", "place", "counts"]

SITE_NAME = f"coalesce((SELECT value FROM facts WHERE name = 'site'), '{DEFAULT_SITE}')"
"""SQL: the prefix of article ids. SQLite evaluates it once per statement, as it does not depend on the row."""


class Field(NamedTuple):
    """One field of a record."""

    name: str
    kind: Kind
    meaning: str
    """A sentence for people."""
    nullable: bool = True
    """False if every article has it. Tombstones of purged articles have only `id` and `status`."""
    sql: str = ""
    """What gives it, unless it is a column of `articles`; see `cell`."""
    is_read: bool = False
    """Whether pages and lists decide it."""
    is_wording: bool = False
    """Whether another value of it makes another revision; `revisions` has it as `articles` does."""

    @property
    def cell(self) -> str:
        """SQL over `articles AS a`, `duplicates AS d` and `captures AS c`; lists and structs are JSON text."""
        if self.sql:
            return self.sql
        return f"nullif(a.{self.name}, '')" if self.is_said else f"a.{self.name}"

    @property
    def is_said(self) -> bool:
        """Whether it is a text that a page or a list may have or lack."""
        return self.is_read and self.nullable and self.kind == "text"


IMAGE_PARTS = (
    Field("url", "text", "Absolute address on the site; null for a caption printed without a picture."),
    Field("caption", "text", "The caption without the credit."),
    Field("credit", "text", "The text in square brackets at the end of the caption, without the brackets."),
    Field("file_name", "text", "The file name that the page prints, else the last part of the address."),
)
CAPTURE_PARTS = (
    Field("warc", "text", "WARC file in `warc/` of the archive; null if none was written."),
    Field("offset", "integer", "Byte offset of the record in that file."),
    Field("digest", "text", "`sha256:` and the hexadecimal digest of the payload as received."),
    Field("fetched_at", "time", "When the page was fetched; of a rescued one, when the other archive fetched it."),
    Field(
        "source",
        "text",
        "Who answered: `site`, `mirror`, `cache` or `middleware`, `ingest`, or an archive of others by name.",
    ),
    Field("host", "text", "The host that answered, with its port where that is not the scheme's own."),
)
# Ordered by position without ORDER BY: the primary key of `images` is (number, position).
_IMAGES = f"""(SELECT json_group_array(json_object({
    ", ".join(f"'{part.name}', nullif(i.{part.name}, '')" for part in IMAGE_PARTS)
})) FROM images AS i WHERE i.number = a.number)"""
_CAPTURE = f"""CASE WHEN c.id IS NOT NULL THEN json_object({
    ", ".join(f"'{part.name}', c.[{part.name}]" for part in CAPTURE_PARTS)
}) END"""
_ORIGINAL = f"{SITE_NAME} || ':' || {write_id('d.original')}"

_wording = partial(Field, is_wording=True)
_READ = (
    Field("url", "text", "Canonical address of the article's first page.", False),
    Field(
        "section",
        "text",
        "One label a path: the site file's, else the first that a page printed, else the path.",
        False,
    ),
    Field("section_path", "text", "The path of the section, such as `news` or `culture/music`.", False),
    _wording("title", "text", "The heading."),
    _wording("updated", "date", "The date printed on the page. Editors can change it; the site sorts its lists by it."),
    Field("created", "date", "The date in the address, when the article was created; it never changes."),
    _wording("author", "text", "The author as printed; null if the page names none."),
    Field("authors", "texts", "The names in `author`.", False, "json(a.authors)"),
    _wording("source", "text", "The source in brackets in the By line."),
    Field("summary", "text", "The summary from the list line; article pages have none."),
    _wording("body", "text", "The paragraphs, separated by a blank line; null for articles with photos only."),
    Field("word_count", "integer", "Number of words in the body, cut at white space.", False),
    Field("images", "images", "The pictures with caption and credit, in reading order.", False, _IMAGES),
)
_KEPT = (
    Field("first_seen", "time", "When the article was first captured, by the crawler or by another archive.", False),
    Field("last_seen", "time", "When the site last answered with it; to others, where it never answered us.", False),
    Field("last_changed", "time", "When the current revision was first seen.", False),
    Field("revision", "integer", "1 as first seen, plus 1 for each change of the text.", False),
    Field("status", "text", "`live`; `gone` from the site; `unknown`: only rescued; `purged` in tombstones.", False),
    Field("duplicate_of", "text", "`id` of the earliest article with this text, if this one is a copy.", sql=_ORIGINAL),
    Field(
        "similarity",
        "number",
        "Similarity of a copy: 1.0 for the same text, else Jaccard of word shingles.",
        sql="d.similarity",
    ),
    Field("fingerprint", "text", "sha256 of the normal form of title, body, captions, author, source and date.", False),
    Field("parser", "text", "Version of the parser that made the record.", False),
    Field("capture", "capture", "The response of its first page that first showed this wording.", sql=_CAPTURE),
)
FIELDS = (
    Field("id", "text", "The name of the site and its number for the article.", False, f"{SITE_NAME} || ':' || a.id"),
    *(field._replace(is_read=True) for field in _READ),
    *_KEPT,
)
"""All fields, in the order of a record."""
KEYS = tuple(field.name for field in FIELDS)
"""The keys of a record, in order."""
IMAGE_KEYS = tuple(part.name for part in IMAGE_PARTS)
"""The keys of one of its `images`."""
CAPTURE_KEYS = tuple(part.name for part in CAPTURE_PARTS)
"""The keys of its `capture`."""
READ_KEYS = tuple(field.name for field in FIELDS if field.is_read)
"""The keys that pages and lists decide."""
WORDING_KEYS = tuple(field.name for field in FIELDS if field.is_wording)
"""The keys of which another value, as of a caption, makes another revision."""
PRINTED_KEYS = tuple(field.name for field in FIELDS if field.is_said and field.name not in ("summary", "body"))
"""The keys of the short texts that a page prints about its article."""
JSON_KEYS = tuple(field.name for field in FIELDS if field.kind in ("texts", "images", "capture"))
"""The keys of lists and structs."""
CELLS = {field.name: field.cell for field in FIELDS}
"""SQL by key.

SQLite writes JSON lines in a quarter of the time of Python's encoder: 4.4 times as fast as sqlite-utils, not 1.1.
"""
