"""Recognising purged articles in pages: by address, title, summary or a sentence."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from harbincrawl.archive.purged import names_purged
from harbincrawl.identity import normal_form
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.warc.codings import CodingError, SizeError, decode_payload
from harbincrawl.warc.heads import find_field, parse_head, split_block

SHORTEST = 20
"""Characters without white space: shorter titles and sentences also occur in unrelated pages."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_TAG = re.compile(r"<[^>]*>")
_LIMIT = 64 << 20


@dataclass(frozen=True)
class Marks:
    """Numbers and phrases by which articles are recognised."""

    numbers: frozenset[int]
    phrases: tuple[str, ...]
    """In normal form, without white space."""

    def find_in(self, text: str) -> str | None:
        """`a sentence` if plain text contains one of them, else None."""
        folded = normal_form(text)
        return "a sentence" if any(phrase in folded for phrase in self.phrases) else None

    def find_in_page(self, body: bytes, charset: str | None = None) -> str | None:
        """`its address` or `a sentence` if a page contains one of them, else None."""
        if names_purged(body, self.numbers):
            return "its address"
        text = html.unescape(decode_page(body, charset))
        return self.find_in(text) or self.find_in(_TAG.sub("", text))

    def find_in_block(self, block: bytes) -> str | None:
        """As `find_in_page`, for the block of a response record; its payload may be compressed or incomplete."""
        head, payload = split_block(block)
        _, fields = parse_head(head)
        kind = find_field(fields, "Content-Type") or ""
        if kind.partition("/")[0].strip().lower() in ("image", "audio", "video", "font"):
            return None
        try:
            body = decode_payload(payload, fields, _LIMIT)
        except (CodingError, SizeError):
            body = _unpack_part(payload)
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.ASCII | re.IGNORECASE)
        return self.find_in_page(body, charset[1] if charset else None) or (
            self.find_in_page(payload) if body != payload else None
        )


def make_marks(numbers: Iterable[int], texts: Iterable[str]) -> Marks:
    """The marks of the articles `numbers`; `texts` are their titles, summaries, paragraphs and captions."""
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
    return Marks(frozenset(numbers), tuple(kept))


def _unpack_part(payload: bytes) -> bytes:
    """The part of an incomplete payload that can be unpacked; the payload itself if it is not compressed."""
    try:
        return zlib.decompressobj(47).decompress(payload, _LIMIT) or payload
    except zlib.error:
        return payload
