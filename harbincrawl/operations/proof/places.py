"""Where the texts of a record stand in the bytes of its pages."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from . import verify_proof

_CHARSETS = ("utf-8", "gb18030", "cp1252")
"""Those that who checks a proof tries."""
_TOKEN = re.compile(rf"{verify_proof.MARKUP}|(&#?\w+;?|\S)")
_HEAD = ("title", "updated", "author", "source")
Place = list[int]
"""Number of the answer, first byte of its page, the byte behind the last."""


class _Letters(NamedTuple):
    """What a page shows, without blanks."""

    number: str
    text: str
    spans: list[tuple[int, int]]
    """Of each letter, the bytes that stand for it."""

    def find(self, words: str, begin: int, end: int) -> Iterator[int]:
        """Where `words` stand in `text` from `begin` to `end`."""
        at = self.text.find(words, begin, end)
        while at >= 0:
            yield at
            at = self.text.find(words, at + 1, end)


def find_places(record: Mapping[str, Any], records: dict[str, dict[str, Any]]) -> dict[str, Place | None]:
    """By name of a text of the `record`, where it stands; None: no page has it word for word.

    `records` are those of `verify_proof.read_records`. The order of reading decides between several places: the
    paragraphs follow each other, the title is the last before them, and the rest stands behind the title.
    """
    texts = verify_proof.list_texts(record)
    bodies = {number: each["body"] for number, each in records.items() if each["body"]}
    pages = [
        _read_letters(number, body, charset)
        for number, body in bodies.items()
        for charset in _CHARSETS
        if charset == "utf-8" or not _is_utf_8(body)
    ]
    found: dict[str, Place | None] = {}
    page = at = 0
    begins: tuple[int, int] | None = None
    for name in [each for each in texts if each.startswith("paragraph")]:
        place = _find(texts[name], pages, records, page, at)
        found[name] = place and place.bytes
        if place is not None:
            page, at = place.page, place.end
            begins = begins or (place.page, place.begin)
    title = _find(texts.get("title", ""), pages, records, before=begins) or _find(
        texts.get("title", ""), pages, records
    )
    page, at = (title.page, title.end) if title else (0, 0)
    for name, text in texts.items():
        if name == "title":
            found[name] = title and title.bytes
        elif name not in found:
            place = _find(text, pages, records, page, at) or _find(text, pages, records)
            found[name] = place and place.bytes
    return {name: found[name] for name in texts}


class _Found(NamedTuple):
    page: int
    begin: int
    end: int
    bytes: Place


def _find(
    text: str,
    pages: list[_Letters],
    records: dict[str, dict[str, Any]],
    page: int = 0,
    at: int = 0,
    before: tuple[int, int] | None = None,
) -> _Found | None:
    """The first place from letter `at` of `page` on; `before` (page, letter): the last one there that ends before."""
    words = verify_proof.read_words(html.escape(text).encode("utf-8", "replace"))[0]
    chosen = [before[0]] if before else range(page, len(pages))
    for each in chosen if words else ():
        letters = pages[each]
        places = letters.find(
            words, at if each == page and not before else 0, before[1] if before else len(letters.text)
        )
        for begin in reversed(list(places)) if before else places:
            end = begin + len(words)
            place = [int(letters.number), letters.spans[begin][0], letters.spans[end - 1][1]]
            if verify_proof.is_at(text, place, records):
                return _Found(each, begin, end, place)
    return None


def _read_letters(number: str, page: bytes, charset: str) -> _Letters:
    text, ends = _decode(page, charset)
    letters: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        if match[2]:
            span = (ends[match.start() - 1] if match.start() else 0, ends[match.end() - 1])
            seen = [letter for letter in html.unescape(match[2]) if unicodedata.category(letter)[0] not in "ZC"]
            letters += seen
            spans += [span] * len(seen)
    return _Letters(number, "".join(letters), spans)


def _is_utf_8(page: bytes) -> bool:
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode(page: bytes, charset: str) -> tuple[str, list[int]]:
    """The text of a page, and for each letter the byte behind it."""
    if charset == "cp1252" or page.isascii():
        return page.decode(charset, "replace"), list(range(1, len(page) + 1))
    decoder = codecs.getincrementaldecoder(charset)("replace")
    text, ends = [], []
    for at in range(len(page)):
        letters = decoder.decode(page[at : at + 1], at + 1 == len(page))
        text.append(letters)
        ends.extend([at + 1] * len(letters))
    return "".join(text), ends
