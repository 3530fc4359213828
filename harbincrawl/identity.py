"""When two are the same: the normal form of a text, fingerprints, and the verdict new, changed or same."""

from __future__ import annotations

import unicodedata
from typing import Literal

from .records import Article

Verdict = Literal["new", "changed", "same"]

_FIELD = "\x1f"
_PART = "\x1e"

BITS_FOR_NUMBER = 20
"""`key` = day x 2^20 + number: integer order is date order, and the number fits below the day."""


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


def is_empty(article: Article) -> bool:
    """True where an article has neither a body nor a caption; two such are never copies of each other."""
    return not article.body and not any(image.caption for image in article.images)


def shows_nothing(article: Article) -> bool:
    """True where there is nothing to store: neither text nor pictures. One page of several may well show nothing."""
    return is_empty(article) and not article.images


def verdict(stored: str | None, current: str) -> Verdict:
    """What the fingerprint `current` says beside the stored one (None: the article is not stored)."""
    if stored is None:
        return "new"
    return "same" if stored == current else "changed"


def article_key(article: Article) -> int:
    """The integer an article is filed under: (day of `updated`, else of `created`, else 0) x 2^20 + number."""
    day = article.updated or article.created
    return ((day.toordinal() if day else 0) << BITS_FOR_NUMBER) + article.number
