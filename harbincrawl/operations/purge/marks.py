"""Recognising purged articles in pages: by address, title, summary or a sentence."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harbincrawl.archive.naming import names_purged, strip_zeros
from harbincrawl.identity import normal_form
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.sites import Site
from harbincrawl.warc.heads import find_field, parse_head, split_block
from harbincrawl.warc.reading.codings import CodingError, SizeError, decode_payload

SHORTEST = 20
"""Characters without white space: shorter titles and sentences also occur in unrelated pages."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_TAG = re.compile(rb"<[^>]*>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_LIMIT = 64 << 20
_NOT_ALNUM = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalnum())
_COMPOSING = (b"\xcc", b"\xcd", b"\xe2\x84\xaa")
"""In UTF-8, signs of the characters that the normal form joins with one of ASCII's letters, or writes as one."""
_DIVIDER = b"d"
_TELLING = 8
"""Letters and digits that few texts share."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids and phrases by which articles are recognised."""

    ids: frozenset[str]
    site: Site
    phrases: tuple[str, ...]
    """In normal form, without white space."""
    digits: tuple[bytes, ...]
    """The ids as every address of them has them."""
    parts: Mapping[bytes, tuple[bytes, ...]]
    """By their longest part between two dividers, the letters and digits of the phrases that have a long one."""
    needles: tuple[bytes, ...]
    """The letters and digits of the other phrases."""
    has_others: bool
    """Whether a phrase has too few of ASCII's letters and digits for either."""

    def find_in(self, text: str) -> str | None:
        """`a sentence` if plain text contains one of them, else None."""
        if not self._may_be_in(text.encode("utf-8", "surrogatepass")):
            return None
        return self._find_phrase(text)

    def find_in_page(self, body: bytes, charset: str | None = None) -> str | None:
        """`the address` or `a sentence` if a page contains one of them, else None."""
        if self.may_name(body) and names_purged(body, self.ids, self.site):
            return "the address"
        text = html.unescape(decode_page(body, charset))
        data = text.encode("utf-8", "surrogatepass")
        bare = strip_tags(data)
        if not (self._may_be_in(data) or self._may_be_in(bare)):
            return None
        return self._find_phrase(text) or self._find_phrase(bare.decode("utf-8", "surrogatepass"))

    def find_in_block(self, block: bytes) -> str | None:
        """As `find_in_page`, for the block of a record; its payload may be compressed or incomplete."""
        head, payload = split_block(block)
        _, fields = parse_head(head)
        kind = find_field(fields, "Content-Type") or ""
        if self.may_name(head) and names_purged(head, self.ids, self.site):
            return "the address"
        if kind.partition("/")[0].strip().lower() in ("image", "audio", "video", "font"):
            return None
        try:
            body = decode_payload(payload, fields, _LIMIT)
        except (CodingError, SizeError):
            body = _unpack_part(payload)
        charset = _CHARSET.search(kind)
        if (found := self.find_in_page(body, charset[1] if charset else None)) is not None:
            return found
        # Also text behind a compressed body, which no browser shows.
        is_other = body != payload and (self.may_name(payload) or self._may_be_in(payload))
        return self.find_in_page(payload) if is_other else None

    def may_name(self, data: bytes) -> bool:
        """Whether the address of an article can be in `data`; says no fast, and never where one is."""
        return any(digits in data for digits in self.digits)

    def _may_be_in(self, data: bytes) -> bool:
        """Whether a phrase can be in `data`; says no fast, and never where one is.

        It looks at ASCII's letters and digits only: without composing characters, these are the same and in the same
        order in a text and its normal form.
        """
        letters = data.translate(None, _NOT_ALNUM)
        return (
            any(whole in letters for part in self.parts.keys() & letters.split(_DIVIDER) for whole in self.parts[part])
            or any(needle in letters for needle in self.needles)
            or self.has_others
            or any(sign in data for sign in _COMPOSING)
        )

    def _find_phrase(self, text: str) -> str | None:
        folded = normal_form(text)
        return "a sentence" if any(phrase in folded for phrase in self.phrases) else None


def make_marks(ids: Iterable[str], texts: Iterable[str], site: Site) -> Marks:
    """The marks of the articles `ids` of `site`; `texts` are their titles, summaries, paragraphs and captions."""
    phrases: dict[str, None] = {}
    for text in texts:
        for part in (text, *_SENTENCE.split(text)):
            folded = normal_form(part)
            if len(folded) >= SHORTEST:
                phrases[folded] = None
    # A phrase that contains a shorter one is not needed.
    ordered = sorted(phrases, key=len)
    kept: list[str] = []
    for phrase in ordered:
        if not any(short in phrase for short in kept):
            kept.append(phrase)
    parts: dict[bytes, tuple[bytes, ...]] = {}
    needles: list[bytes] = []
    has_others = False
    for phrase in kept:
        letters = phrase.encode("utf-8", "surrogatepass").translate(None, _NOT_ALNUM)
        longest = max(letters.split(_DIVIDER)[1:-1], key=len, default=b"")
        if len(longest) >= _TELLING:
            parts[longest] = (*parts.get(longest, ()), letters)
        elif len(letters) >= _TELLING:
            needles.append(letters)
        else:
            has_others = True
    chosen = frozenset(ids)
    # Zeros before a number may be more or fewer in an address.
    digits = tuple(strip_zeros(id).encode() for id in sorted(chosen))
    return Marks(chosen, site, tuple(kept), digits, parts, tuple(needles), has_others)


def strip_tags(page: bytes) -> bytes:
    """`page` without all that is between a `<` and the next `>`."""
    # What is behind the last `>` has no tags, and each `<` before it has an end: no search goes far for nothing.
    head, end, tail = page.rpartition(b">")
    return _TAG.sub(b"", head + end) + tail


def _unpack_part(payload: bytes) -> bytes:
    """The part of an incomplete payload that can be unpacked; the payload itself if it is not compressed."""
    try:
        return zlib.decompressobj(47).decompress(payload, _LIMIT) or payload
    except zlib.error:
        return payload
