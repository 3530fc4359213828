"""Recognising purged articles by address, title, summary or a sentence: in pages, and in rows that quote them.

Texts are folded to bare letters and digits, so that no entity, tag, case or width hides one.
"""

from __future__ import annotations

import html
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from harbincrawl.archive.naming import is_other_article, names_purged
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.saved import SavedSearch
from harbincrawl.evidence import site_as_read
from harbincrawl.identity import normal_form
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.sites import Site
from harbincrawl.text import write_json
from harbincrawl.warc.codings import unpack_part
from harbincrawl.warc.heads import find_field, parse_head, split_block

from .pictures import Pictures, picture_key

_MIN_PHRASE = 20
"""Characters without white space, a Chinese one counts two: shorter titles and sentences stand in other pages, too."""
_MIN_LETTERS = 12
"""Of these, letters and digits: what else a phrase has counts for nothing when it is looked for."""
_SENTENCE = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_LIMIT = 64 << 20
_WIDE = "\u2e80"
"""The first character that takes two columns; nearly all after it do."""
_PICTURES = ("image", "audio", "video", "font")
"""Kinds of what no text is looked for in."""
_ASCII = bytes(range(128))
_DROPPED = bytes(byte for byte in _ASCII if not chr(byte).isalnum())
_LOWER = bytes(range(256)).lower()
_FOREIGN = re.compile("[^\x00-\x7f]+")
_UNSEEN = re.compile(r"[\W_]")
_TAG = re.compile("<[^<>]*+>")
_CODECS = ("utf-8", "gb18030")
_MIN_TITLE = 8
"""Letters and digits: a shorter title, such as `News`, is a word that anybody looks for."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids and phrases by which articles are recognised."""

    ids: frozenset[str]
    site: Site
    phrases: tuple[str, ...]
    """Folded, none within another one."""

    def find_in(self, text: str) -> str | None:
        """`the address` or `a sentence` if a text contains one, with entities, tags, case and width folded; or None."""
        if self.names(text):
            return "the address"
        return "a sentence" if any(phrase in form for form in list_forms(text) for phrase in self.phrases) else None

    def names(self, text: str) -> bool:
        """Whether a text contains the address of an article."""
        return names_purged(text.encode("utf-8", "replace"), self.ids, self.site)

    def is_other(self, target: str) -> bool:
        """Whether the address `target`, as it was fetched, is that of a page of another article."""
        return is_other_article(target, self.ids, site_as_read(self.site, target))

    def find_in_page(self, body: bytes, charset: str | None = None) -> str | None:
        """As `find_in`, for a page: in the coding that a reader takes, in UTF-8 and in GB18030."""
        texts = {decode_page(body, charset): None}
        if not body.isascii():
            texts |= {body.decode(codec, "ignore"): None for codec in _CODECS}
        return next(filter(None, map(self.find_in, texts)), None)

    def find_in_block(self, block: bytes) -> str | None:
        """As `find_in_page`, for the block of a record; its payload may be compressed or incomplete."""
        head, payload = split_block(block)
        _, fields = parse_head(head)
        kind = find_field(fields, "Content-Type") or ""
        if (found := self.find_in_page(head)) is not None:
            return found
        if kind.partition("/")[0].strip().lower() in _PICTURES:
            return None
        charset = _CHARSET.search(kind)
        return self.find_in_page(unpack_part(payload, fields, _LIMIT), charset[1] if charset else None)


def make_marks(ids: Iterable[str], texts: Iterable[str], site: Site) -> Marks:
    """The marks of the articles `ids` of `site`; `texts` are their titles, summaries, paragraphs and captions."""
    phrases = {
        form: None
        for text in texts
        for part in (text, *_SENTENCE.split(text))
        if _measure(normal_form(part)) >= _MIN_PHRASE
        for form in list_forms(part)
        if _measure(form) >= _MIN_LETTERS
    }
    # A phrase that contains a shorter one is not needed.
    kept: list[str] = []
    for phrase in sorted(phrases, key=len):
        if not any(short in phrase for short in kept):
            kept.append(phrase)
    return Marks(frozenset(ids), site, tuple(kept))


def _measure(text: str) -> int:
    return len(text) + sum(sign >= _WIDE for sign in text)


def fold(text: str) -> str:
    """`text` as its letters and digits alone, without accents, case and width."""
    data = text.encode("utf-8", "ignore").translate(_LOWER, _DROPPED)
    if data.isascii():
        return data.decode("ascii")
    return _FOREIGN.sub(lambda match: _fold_foreign(match[0]), data.decode("utf-8"))


def list_forms(text: str) -> Iterator[str]:
    """`text` folded, with its entities undone, with tags and without; each form once."""
    yield from {fold(html.unescape(each)): None for each in (text, _TAG.sub("", text))}


@lru_cache(maxsize=4096)
def _fold_foreign(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", plain))


def clean_rows(connection: sqlite3.Connection, marks: Marks, pictures: Pictures) -> None:
    """Deletes what quotes the articles, names them or a picture of theirs, in the caller's transaction.

    Reports and failures of runs, unaccounted lines, what archives of others list; of lines of lists that lead elsewhere
    the words.
    """
    for each, address, reason in connection.execute("SELECT run, address, reason FROM failures").fetchall():
        is_picture = picture_key(marks.site, address) in pictures.addresses
        if is_picture or marks.find_in(address) or marks.find_in(reason):
            connection.execute("DELETE FROM failures WHERE run = ? AND address = ?", (each, address))
    for row in connection.execute("SELECT run, address, kind, text FROM unaccounted").fetchall():
        if marks.find_in(row[1]) or marks.find_in(row[3]):
            connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
    for row in connection.execute("SELECT section, item, title, summary FROM listed WHERE number IS NULL").fetchall():
        if any(marks.find_in(text) for text in row if text):
            blank = "UPDATE listed SET title = '', date = NULL, summary = NULL WHERE section = ? AND item = ?"
            connection.execute(blank, row[:2])
    for each, report in connection.execute("SELECT run, report FROM runs WHERE report IS NOT NULL").fetchall():
        # They say what the rows say that are left.
        text = runs.write_report(connection, each, report)
        quotes = text is None or marks.find_in(text)
        if quotes or text != report:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (None if quotes else text, each))


def find_searches(searches: Iterable[SavedSearch], marks: Marks, texts: Iterable[str]) -> list[str]:
    """The `searches` that have a text, the id or the address of the articles in their name, words or options."""
    wanted = {folded for text in texts if len(folded := fold(text)) >= _MIN_TITLE}
    ids = "|".join(map(re.escape, sorted(marks.ids)))
    found = []
    for saved in searches:
        said = f"{saved.name} {saved.query} {write_json(saved.options)}"
        folded = fold(said)
        if (
            marks.names(said)
            or re.search(rf"(?<![\w-])(?:{ids})(?![\w-])", said)
            or any(text in folded for text in wanted)
        ):
            found.append(saved.name)
    return found
