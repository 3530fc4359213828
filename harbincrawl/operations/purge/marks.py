"""Recognising purged articles in pages: by address, title, summary or a sentence, however they are written there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harbincrawl.archive.naming import names_purged
from harbincrawl.identity import normal_form
from harbincrawl.sites import Site
from harbincrawl.warc.codings import unpack_part
from harbincrawl.warc.heads import find_field, parse_head, split_block

from .folding import CUT, fold, list_forms, list_texts

SHORTEST = 20
"""Characters without white space, a Chinese one counts two: shorter titles and sentences stand in other pages, too."""
_LEAST_LETTERS = 12
"""Of these, letters and digits: what else a phrase has counts for nothing when it is looked for."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_LIMIT = 64 << 20
_WIDE = "\u2e80"
"""The first character that takes two columns; nearly all after it do."""
_DIVIDER = "d"
_TELLING = 8
"""Letters and digits that few texts share."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids and phrases by which articles are recognised."""

    ids: frozenset[str]
    site: Site
    phrases: tuple[str, ...]
    """Folded, none within another one."""
    parts: Mapping[str, tuple[str, ...]]
    """The phrases by their longest part between two dividers, where that is long."""
    others: tuple[str, ...]
    """The other phrases."""
    beginnings: Mapping[str, tuple[str, ...]]
    """All phrases, and those that are known cut short only, by their beginning: as much as is telling."""

    def find_in(self, text: str) -> str | None:
        """`a sentence` if a text contains one of them, however it is escaped or marked up there; else None."""
        return "a sentence" if any(map(self._has_phrase, list_forms(text))) else None

    def names(self, text: str) -> bool:
        """Whether a text contains the address of an article, however it is escaped there."""
        return names_purged(text.encode("utf-8", "replace"), self.ids, self.site)

    def find_in_page(self, body: bytes, charset: str | None = None) -> str | None:
        """`the address` or `a sentence` if a page contains one of them, else None."""
        texts = list(list_texts(body, charset))
        if any(map(self.names, texts)):
            return "the address"
        return next(filter(None, map(self.find_in, texts)), None)

    def find_in_block(self, block: bytes) -> str | None:
        """As `find_in_page`, for the block of a record; its payload may be compressed or incomplete."""
        head, payload = split_block(block)
        _, fields = parse_head(head)
        kind = find_field(fields, "Content-Type") or ""
        if (found := self.find_in_page(head)) is not None:
            return found
        body = unpack_part(payload, fields, _LIMIT)
        if kind.partition("/")[0].strip().lower() in ("image", "audio", "video", "font") and b"<" not in body[:256]:
            # A text within a picture; in other codings than ASCII's it is not looked for.
            return "a sentence" if self._has_phrase(fold(body.decode("latin-1"))) else None
        charset = _CHARSET.search(kind)
        if (found := self.find_in_page(body, charset[1] if charset else None)) is not None:
            return found
        # Also text behind a compressed body, which no browser shows.
        return self.find_in_page(payload) if body != payload else None

    def _has_phrase(self, form: str) -> bool:
        whole = form.replace(CUT, "")
        return (
            any(phrase in whole for part in self.parts.keys() & whole.split(_DIVIDER) for phrase in self.parts[part])
            or any(phrase in whole for phrase in self.others)
            or (whole is not form and any(self._list_cut(form)))
        )

    def _list_cut(self, form: str) -> Iterator[str]:
        """Phrases of which the beginning stands before an ellipsis."""
        for beginning, phrases in self.beginnings.items():
            at = form.find(beginning)
            while at >= 0:
                end = form.find(CUT, at)
                yield from (phrase for phrase in phrases if end >= 0 and phrase.startswith(form[at:end]))
                at = form.find(beginning, at + 1)


def make_marks(ids: Iterable[str], texts: Iterable[str], site: Site) -> Marks:
    """The marks of the articles `ids` of `site`; `texts` are their titles, summaries, paragraphs and captions."""
    phrases: dict[str, None] = {}
    cut: dict[str, None] = {}
    for text in texts:
        for part in (text, *_SENTENCE.split(text)):
            if _measure(normal_form(part)) < SHORTEST:
                continue
            for form in list_forms(part):
                whole = form.replace(CUT, "")
                if _measure(whole) >= _LEAST_LETTERS:
                    # What ends with an ellipsis may be the beginning of another title, too.
                    (cut if form.endswith(CUT) else phrases)[whole] = None
    # A phrase that contains a shorter one is not needed.
    kept: list[str] = []
    for phrase in sorted(phrases, key=len):
        if not any(short in phrase for short in kept):
            kept.append(phrase)
    parts: dict[str, tuple[str, ...]] = {}
    others: list[str] = []
    beginnings: dict[str, tuple[str, ...]] = {}
    for phrase in kept:
        longest = max(phrase.split(_DIVIDER)[1:-1], key=len, default="")
        if len(longest) >= _TELLING:
            parts[longest] = (*parts.get(longest, ()), phrase)
        else:
            others.append(phrase)
    for phrase in (*phrases, *cut):
        telling = next((end for end in range(len(phrase) + 1) if _measure(phrase[:end]) >= SHORTEST), None)
        if telling is not None:
            beginnings[phrase[:telling]] = (*beginnings.get(phrase[:telling], ()), phrase)
    return Marks(frozenset(ids), site, tuple(kept), parts, tuple(others), beginnings)


def _measure(text: str) -> int:
    return len(text) + sum(sign >= _WIDE for sign in text)
