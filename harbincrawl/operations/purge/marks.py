"""By what a page is known to hold something of an article: its address, its title, its summary, a sentence of it."""

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
"""Characters, blanks aside: shorter titles and sentences stand in pages that have nothing to do with the article."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_TAG = re.compile(r"<[^>]*>")
_LIMIT = 64 << 20


@dataclass(frozen=True)
class Marks:
    """What gives some articles away."""

    numbers: frozenset[int]
    phrases: tuple[str, ...]
    """Normal forms: no white space."""

    def find_in(self, text: str) -> str | None:
        """What of them stands in plain text: `a sentence`, or None."""
        folded = normal_form(text)
        return "a sentence" if any(phrase in folded for phrase in self.phrases) else None

    def find_in_page(self, body: bytes, charset: str | None = None) -> str | None:
        """What of them stands anywhere in a page: `its address`, `a sentence` or None."""
        if names_purged(body, self.numbers):
            return "its address"
        text = html.unescape(decode_page(body, charset))
        return self.find_in(text) or self.find_in(_TAG.sub("", text))

    def find_in_block(self, block: bytes) -> str | None:
        """The same for the block of a response record, whose payload may be packed, or cut short."""
        head, payload = split_block(block)
        _, fields = parse_head(head)
        kind = find_field(fields, "Content-Type") or ""
        if kind.partition("/")[0].strip().lower() in ("image", "audio", "video", "font"):
            return None
        try:
            body = decode_payload(payload, fields, _LIMIT)
        except (CodingError, SizeError):
            body = _unpack_part(payload)
        found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.ASCII | re.IGNORECASE)
        return self.find_in_page(body, found[1] if found else None) or (
            self.find_in_page(payload) if body != payload else None
        )


def make_marks(numbers: Iterable[int], texts: Iterable[str]) -> Marks:
    """The marks of the articles `numbers`, whose titles, summaries, paragraphs and captions are `texts`."""
    phrases: dict[str, None] = {}
    for text in texts:
        for part in (text, *_SENTENCE.split(text)):
            folded = normal_form(part)
            if len(folded) >= SHORTEST:
                phrases[folded] = None
    # What holds a paragraph holds its sentences: the short ones say it all.
    ordered = sorted(phrases, key=len)
    kept: list[str] = []
    for phrase in ordered:
        if not any(short in phrase for short in kept):
            kept.append(phrase)
    return Marks(frozenset(numbers), tuple(kept))


def _unpack_part(payload: bytes) -> bytes:
    """What can be unpacked of a payload that ends too early; the payload itself where it is not packed."""
    try:
        return zlib.decompressobj(47).decompress(payload, _LIMIT) or payload
    except zlib.error:
        return payload
