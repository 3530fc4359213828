"""What of the texts leaves the house: all, counts and hashes, or nothing; a profile turns a Batch into another."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from harbincrawl.duplicates.shingles import make_signature, read_shingles

from .fields import Profile
from .selection import Batch, compact

WINDOW = 5
"""So many successive words of a body are in no `features` export."""
LONGEST = 40
"""Longer words are addresses or other run-together text, and are not counted."""
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}]+")
_QUOTING = ("title", "author", "source")


def read_profile(profile: Profile, connection: sqlite3.Connection) -> Callable[[Batch], Batch] | None:
    """What turns a full Batch into one of `profile` (None: nothing); for `features` all bodies are read beforehand."""
    if profile == "full":
        return None
    if profile == "none":
        return _without_text
    quoted = find_quotes(connection)
    return lambda batch: _features(_without_text(batch) | {"body": batch["body"]}, quoted)


def find_quotes(connection: sqlite3.Connection) -> frozenset[str]:
    """Titles, names and file names that repeat WINDOW successive words of some body.

    Such a field would bring running text into an export that promises none, so it is left out there.
    """
    candidates: dict[str, set[str]] = {}
    sql = """SELECT title FROM articles UNION SELECT author FROM articles UNION SELECT source FROM articles
     UNION SELECT file_name FROM images UNION SELECT credit FROM images
     UNION SELECT n.value FROM articles, json_each(articles.authors) AS n"""
    for (text,) in connection.execute(sql):
        for window in _windows(text or ""):
            candidates.setdefault(window, set()).add(text)
    found: set[str] = set()
    if candidates:
        for (body,) in connection.execute("SELECT body FROM articles WHERE body IS NOT NULL"):
            for window in candidates.keys() & _windows(body):
                found |= candidates[window]
    return frozenset(found)


def read_words(text: str) -> list[str]:
    """The words of `text`, case folded. Each ideograph is one: a whole Chinese sentence must not pass for a word."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _windows(text: str) -> set[str]:
    """Runs of WINDOW words, both as blanks divide words and as letters do; the case of letters tells nothing."""
    found: set[str] = set()
    for words in (text.casefold().split(), read_words(text)):
        found.update(map(" ".join, zip(*(words[place:] for place in range(WINDOW)), strict=False)))
    return found


def _without_text(batch: Batch) -> Batch:
    found = {name: column for name, column in batch.items() if name not in ("summary", "body")}
    found["images"] = [
        text if text == "[]" else compact([image | {"caption": None} for image in json.loads(text)])
        for text in batch["images"]
    ]
    return found


def _features(batch: Batch, quoted: frozenset[str]) -> Batch:
    features = dict(batch)
    if quoted:
        for name in _QUOTING:
            features[name] = [None if text in quoted else text for text in batch[name]]
        features["authors"] = [_strike(text, quoted, _strike_names) for text in batch["authors"]]
        features["images"] = [_strike(text, quoted, _strike_images) for text in batch["images"]]
    bodies = [body or "" for body in features.pop("body")]
    features["characters"] = [len(body) for body in bodies]
    features["paragraphs"] = [body.count("\n\n") + 1 if body else 0 for body in bodies]
    features["body_hash"] = [hashlib.sha256(body.encode()).hexdigest() if body else None for body in bodies]
    words = [read_words(body) for body in bodies]
    features["tokens"] = [_counts(found) for found in words]
    features["bigrams"] = [_counts(map(" ".join, pairwise(found))) for found in words]
    features["minhash"] = [compact(list(make_signature(read_shingles(body)) or b"")) for body in bodies]
    return features


def _strike(text: str, quoted: frozenset[str], strike: Callable[[Any, frozenset[str]], Any]) -> str:
    return text if text == "[]" else compact(strike(json.loads(text), quoted))


def _strike_names(names: Sequence[str], quoted: frozenset[str]) -> list[str]:
    return [name for name in names if name not in quoted]


def _strike_images(images: Sequence[dict[str, Any]], quoted: frozenset[str]) -> list[dict[str, Any]]:
    return [{name: None if part in quoted else part for name, part in image.items()} for image in images]


def _counts(terms: Iterable[str]) -> str:
    counted = sorted(Counter(terms).items())
    # Letters and digits need no escape, so this is the JSON that an encoder would write.
    return "[" + ",".join(f'{{"term":"{term}","count":{count}}}' for term, count in counted if _is_short(term)) + "]"


def _is_short(term: str) -> bool:
    return len(term) <= LONGEST or max(map(len, term.split(" "))) <= LONGEST
