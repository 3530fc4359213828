"""When two are the same: the normal form of a text, fingerprints, and the verdict new, changed or same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    # A search needs none of the records, whose classes cost 4 ms at start.
    from harbincrawl.records import Article

Verdict = Literal["new", "changed", "same"]

STATUSES = ("live", "gone", "unknown")
"""Statuses of an article: on the site, gone from it, known only from archives of others."""

_FIELD = "\x1f"
_PART = "\x1e"

BITS_FOR_NUMBER = 32
"""`key` = day x 2^32 + internal number: integer order is date order, and the number fits below the day."""
FIRST_COUNTED = 1 << 31
"""The internal number of the first id that is not its own number; further ones count up from it."""
LONGEST_ID = 64
ID = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_ID}}}")


def normal_form(text: str) -> str:
    """`text` as it counts for being the same: NFC, and no white space at all.

    The site joins and splits lines at will and loses blanks where it does, so white space tells nothing; every
    other character is kept, for a changed digit or comma is an edit.
    """
    # What `split` takes for white space is what `\s` does, three times as fast; nearly all of it is blanks, which
    # `replace` takes out without making a word of each.
    return "".join((text if text.isascii() else unicodedata.normalize("NFC", text)).replace(" ", "").split())


def fingerprint(article: Article) -> str:
    """sha256 (hex) over the normal forms of title, body, captions with credits, author, source and `updated`.

    The summary, the section, the address and the places of pictures are no part of it: they change without an edit.
    """
    import hashlib  # costs 3 ms at start, and a search needs none of it

    captions = _PART.join(
        normal_form(image.caption or "") + _PART + normal_form(image.credit or "")
        for image in article.images
        if image.caption or image.credit
    )
    fields = (
        normal_form(article.title or ""),
        normal_form("".join(article.body)),
        captions,
        normal_form(article.author or ""),
        normal_form(article.source or ""),
        article.updated.isoformat() if article.updated else "",
    )
    return hashlib.sha256(_FIELD.join(fields).encode("utf-8", "surrogatepass")).hexdigest()


def write_document(document: Mapping[str, Any]) -> bytes:
    """`document` as it is hashed: JSON with sorted keys, in UTF-8, without spaces."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def hash_document(document: Mapping[str, Any]) -> str:
    """sha256 (hex) of `document` as JSON; see `write_document`."""
    import hashlib  # as above

    return hashlib.sha256(write_document(document)).hexdigest()


def is_empty(article: Article) -> bool:
    """True where an article has neither a body nor a caption; two such are never copies of each other."""
    return not article.body and not any(image.caption for image in article.images)


def shows_nothing(article: Article) -> bool:
    """True where there is nothing to store: neither text nor pictures. One page of several may well show nothing."""
    return is_empty(article) and not article.images


def is_id(text: str) -> bool:
    """True for what a site may call an article: up to 64 letters, digits, `-`, `_` and `.`, not zeros alone."""
    return ID.fullmatch(text) is not None and text.strip("0") != ""


def own_number(id: str) -> int | None:
    """The id as the internal number that it stands for itself; None where the archive has to count one out.

    An id is its own number if it is decimal, without a leading zero, and below 2^31.
    """
    if len(id) > 10 or not (id.isascii() and id.isdecimal()) or (id[0] == "0" and id != "0"):
        return None
    number = int(id)
    return number if number < FIRST_COUNTED else None


def write_id(column: str) -> str:
    """SQL of the id that the internal number in `column` stands for; null where that is null."""
    counted = f"(SELECT i.id FROM _ids AS i WHERE i.internal = {column})"
    return f"iif({column} < {FIRST_COUNTED}, CAST({column} AS TEXT), {counted})"


def plain_id(id: str) -> int | str:
    """The id as JSON has it under the key `number`: an integer where it is its own number."""
    number = own_number(id)
    return id if number is None else number


def precedence(id: str) -> tuple[bool, int, str]:
    """What orders ids: as numbers, and those that are none behind them as text."""
    is_number = id.isascii() and id.isdecimal()
    return not is_number, int(id) if is_number else 0, id


def article_key(article: Article, number: int) -> int:
    """The integer an article is filed under: (day of `updated`, else of `created`, else 0) x 2^32 + `number`."""
    day = article.updated or article.created
    return ((day.toordinal() if day else 0) << BITS_FOR_NUMBER) + number
