"""Export profiles: with full texts, with counts of their words (`features`), or without texts (`none`)."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from harbincrawl.errors import DestinationError
from harbincrawl.fields import PRINTED_KEYS
from harbincrawl.text import clean

from .fields import PLACE, Profile
from .selection import Batch, Selection, write_compact_json

WINDOW = 5
"""A `features` export never contains this many successive words of a body."""
LONGEST = 40
"""Longer words are not counted: they are addresses or words without spaces between."""
LEAST_ARTICLES = 5
"""A pair of words is counted only where it stands in so many articles of the export that are no copies."""
LEAST_SHARE = 0.1
"""And in this share of them. Pairs that are rarer tell a model of the language how a text goes on."""
MOST_LETTERS = 16
"""An address with more bytes of letters, beside its host and section, may have words of a title in it."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
"""Ideographs and kana, and the letters of Thai, Lao, Burmese and Khmer: written without spaces between words."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_LETTERS = re.compile(r"[^\W\d_]")


def read_profile(
    profile: Profile, selection: Selection, *, share: bool = False, titles: bool = False
) -> Callable[[Batch], Batch]:
    """The function that turns a Batch into one of `profile`. `features` first reads all bodies.

    With `share` also what tells of a text otherwise is left out; of titles, those that no body has stay with `titles`.
    """
    if profile == "full":
        return lambda batch: batch
    counted = profile == "features"
    quoted = find_quotes(selection.connection) if counted or share else frozenset()
    pairs = find_pairs(selection.batches()) if counted else frozenset()

    def reduce(batch: Batch) -> Batch:
        reduced = _without_quotes(_without_text(batch), quoted)
        if counted:
            reduced |= _count_words(batch["body"], pairs)
        return _without_traces(reduced, titles=titles) if share else reduced

    return reduce


def find_quotes(connection: sqlite3.Connection) -> frozenset[str]:
    """Titles, names and file names that repeat WINDOW successive words of some body.

    A `features` export leaves them out, because they would be running text.
    """
    candidates: dict[str, set[str]] = {}
    printed = " UNION ".join(f"SELECT {key} FROM articles" for key in PRINTED_KEYS)
    sql = f"""{printed} UNION SELECT file_name FROM images UNION SELECT credit FROM images
     UNION SELECT n.value FROM articles, json_each(articles.authors) AS n"""
    for (text,) in connection.execute(sql):
        for window in _list_windows(text or ""):
            candidates.setdefault(window, set()).add(text)
    quotes: set[str] = set()
    if candidates:
        for (body,) in connection.execute("SELECT body FROM articles WHERE body IS NOT NULL"):
            for window in candidates.keys() & _list_windows(body):
                quotes |= candidates[window]
    return frozenset(quotes)


def find_pairs(batches: Iterable[Batch]) -> frozenset[str]:
    """The pairs of words that an export counts: those of `list_pairs` that stand in enough of its articles.

    Copies do not count: five of one story are one article.
    """
    articles: Counter[str] = Counter()
    texts = 0
    for batch in batches:
        for body, original in zip(batch["body"], batch["duplicate_of"], strict=True):
            if body and original is None:
                texts += 1
                articles.update(set(list_pairs(read_words(body))))
    least = max(LEAST_ARTICLES, math.ceil(LEAST_SHARE * texts))
    return frozenset(pair for pair, count in articles.items() if count >= least)


def list_pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring words of which the first is in one half of all words, by a checksum, and the second in the other.

    So no pair begins with the word that another one ends with, and pairs of one text cannot be joined to longer runs,
    also not those of several exports, whatever their filters.
    """
    return [
        f"{one} {other}"
        for one, other in pairwise(words)
        if _is_first(one) and not _is_first(other) and max(len(one), len(other)) <= LONGEST
    ]


def is_bare(address: str, section: str = "", title: str | None = None) -> bool:
    """True of an address that is numbers and few letters beside its section, and no two words of the title."""
    path = unquote(address.partition("://")[2].partition("/")[2]).removeprefix(f"{section}/")
    if len("".join(_LETTERS.findall(path)).encode()) > MOST_LETTERS:
        return False
    squeezed, words = "".join(read_words(path)), read_words(title or "")
    return not any("".join(words[at : at + 2]) in squeezed for at in range(max(len(words) - 1, min(len(words), 1))))


def read_words(text: str) -> list[str]:
    """The words of `text`, case folded. Each ideograph is a word, so that a Chinese sentence is not one word."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _list_windows(text: str) -> set[str]:
    """Runs of WINDOW words, with words split at white space and also as by `read_words`; case folded."""
    windows: set[str] = set()
    for words in (text.casefold().split(), read_words(text)):
        windows.update(map(" ".join, zip(*(words[place:] for place in range(WINDOW)), strict=False)))
    return windows


def _without_text(batch: Batch) -> Batch:
    reduced = {name: column for name, column in batch.items() if name not in ("summary", "body")}
    reduced["images"] = _change(batch["images"], lambda images: [image | {"caption": None} for image in images])
    return reduced


def _without_quotes(batch: Batch, quoted: frozenset[str]) -> Batch:
    if not quoted:
        return batch
    rest: Batch = {name: [None if text in quoted else text for text in batch[name]] for name in PRINTED_KEYS}
    rest["authors"] = _change(batch["authors"], lambda names: [name for name in names if name not in quoted])
    rest["images"] = _change(
        batch["images"],
        lambda images: [{name: None if part in quoted else part for name, part in each.items()} for each in images],
    )
    return batch | rest


def _change(column: Sequence[str | None], act: Callable[[Any], Any]) -> list[str | None]:
    """A column of lists or structs after `act`."""
    return [text if text in (None, "[]") else write_compact_json(act(json.loads(text))) for text in column]


def _count_words(column: Sequence[str | None], pairs: frozenset[str]) -> Batch:
    bodies = [body or "" for body in column]
    words = [_countable(read_words(body)) for body in bodies]
    return {
        "characters": [len(body) for body in bodies],
        "paragraphs": [body.count("\n\n") + 1 if body else 0 for body in bodies],
        "tokens": [_count_terms(word for word in each if len(word) <= LONGEST) for each in words],
        "bigrams": [_count_terms(pair for pair in list_pairs(each) if pair in pairs) for each in words],
    }


def _countable(words: list[str]) -> list[str]:
    """`words`; none where one of them is so frequent that counts alone would say how some of them follow each other."""
    most = max(Counter(words).values(), default=0)
    return [] if len(words) >= WINDOW and most * 3 > len(words) else words


def _without_traces(batch: Batch, *, titles: bool) -> Batch:
    """Leaves out addresses that have words, whatever else pictures come with, the digest of the page, and its place.

    Where records begin in a WARC file tells how long the pages are.

    Where the title is given, the address may have it, too. Raises DestinationError for an id of words.
    """
    if not titles and (slug := next(filter(_is_slug, batch["id"]), None)):
        raise DestinationError(f"the id {clean(slug)} may be a title, and --share leaves these out: add --titles.")
    given = zip(batch["url"], batch["section_path"], batch["title"], strict=True)
    traces: Batch = {
        "url": [
            url if (titles and title is not None) or is_bare(url, section, title) else None
            for url, section, title in given
        ],
        "images": _change(batch["images"], _strip_images),
        "capture": _change(batch["capture"], _strip_capture),
    }
    return batch | traces


def _is_slug(identity: str) -> bool:
    parts: list[str] = re.split("[-_.]", identity.partition(":")[2])
    return sum(len(part) > 1 and part.isalpha() for part in parts) > 2


def _strip_capture(capture: dict[str, Any]) -> dict[str, Any]:
    return {name: None if name in PLACE else value for name, value in capture.items() if name != "digest"}


def _strip_images(images: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        dict.fromkeys(image) | {"url": image["url"] if image["url"] and is_bare(image["url"]) else None}
        for image in images
    ]


def _count_terms(terms: Iterable[str]) -> str:
    counted = sorted(Counter(terms).items())
    # Words have only letters and digits, which need no escaping, so this is valid JSON.
    return "[" + ",".join(f'{{"term":"{term}","count":{count}}}' for term, count in counted) + "]"


def _is_first(word: str) -> bool:
    return zlib.crc32(word.encode()) % 2 == 0
