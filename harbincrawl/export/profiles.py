"""Export profiles: with full texts, with counts and hashes of them (`features`), or without texts (`none`)."""

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
from .selection import Batch, write_compact_json

WINDOW = 5
"""A `features` export never contains this many successive words of a body."""
LONGEST = 40
"""Longer words are not counted: they are addresses or words without spaces between."""
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}]+")
_MAY_QUOTE = ("title", "author", "source")


def read_profile(profile: Profile, connection: sqlite3.Connection) -> Callable[[Batch], Batch] | None:
    """The function that turns a Batch into one of `profile`; None for `full`. `features` first reads all bodies."""
    if profile == "full":
        return None
    if profile == "none":
        return _without_text
    quoted = find_quotes(connection)
    return lambda batch: _make_features(_without_text(batch) | {"body": batch["body"]}, quoted)


def find_quotes(connection: sqlite3.Connection) -> frozenset[str]:
    """Titles, names and file names that repeat WINDOW successive words of some body.

    A `features` export leaves them out, because they would be running text.
    """
    candidates: dict[str, set[str]] = {}
    sql = """SELECT title FROM articles UNION SELECT author FROM articles UNION SELECT source FROM articles
     UNION SELECT file_name FROM images UNION SELECT credit FROM images
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
    reduced["images"] = [
        text if text == "[]" else write_compact_json([image | {"caption": None} for image in json.loads(text)])
        for text in batch["images"]
    ]
    return reduced


def _make_features(batch: Batch, quoted: frozenset[str]) -> Batch:
    features = dict(batch)
    if quoted:
        for name in _MAY_QUOTE:
            features[name] = [None if text in quoted else text for text in batch[name]]
        features["authors"] = [_remove_quotes(text, quoted, _remove_from_names) for text in batch["authors"]]
        features["images"] = [_remove_quotes(text, quoted, _remove_from_images) for text in batch["images"]]
    bodies = [body or "" for body in features.pop("body")]
    features["characters"] = [len(body) for body in bodies]
    features["paragraphs"] = [body.count("\n\n") + 1 if body else 0 for body in bodies]
    features["body_hash"] = [hashlib.sha256(body.encode()).hexdigest() if body else None for body in bodies]
    words = [read_words(body) for body in bodies]
    features["tokens"] = [_count_terms(each) for each in words]
    features["bigrams"] = [_count_terms(map(" ".join, pairwise(each))) for each in words]
    features["minhash"] = [write_compact_json(list(make_signature(read_shingles(body)) or b"")) for body in bodies]
    return features


def _remove_quotes(text: str, quoted: frozenset[str], remove: Callable[[Any, frozenset[str]], Any]) -> str:
    return text if text == "[]" else write_compact_json(remove(json.loads(text), quoted))


def _remove_from_names(names: Sequence[str], quoted: frozenset[str]) -> list[str]:
    return [name for name in names if name not in quoted]


def _remove_from_images(images: Sequence[dict[str, Any]], quoted: frozenset[str]) -> list[dict[str, Any]]:
    return [{name: None if part in quoted else part for name, part in image.items()} for image in images]


def _count_terms(terms: Iterable[str]) -> str:
    counted = sorted(Counter(terms).items())
    # Words have only letters and digits, which need no escaping, so this is valid JSON.
    return "[" + ",".join(f'{{"term":"{term}","count":{count}}}' for term, count in counted if _is_short(term)) + "]"


def _is_short(term: str) -> bool:
    return len(term) <= LONGEST or max(map(len, term.split(" "))) <= LONGEST
