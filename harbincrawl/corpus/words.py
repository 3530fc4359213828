"""Cutting texts into words exactly as the tokenizer of the index does before it stems: lower case, without accents."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import ClassVar

from harbincrawl.errors import FilterError

TOKENIZER = "unicode61 remove_diacritics 2"
"""The tokenizer of `articles_fts`, without its stemmer."""
DROPPED = "\0"
"""In an aligned text: a combining accent, which the word goes on without."""

_ASCII = bytes(code if code >= 0x80 or chr(code).isalnum() else ord(" ") for code in bytes(range(256)).lower())
MOST_WORDS = 50
"""Words that are looked for one after the other; of more, each place of a text would be compared with all."""
_FEW = 10
"""Characters beyond ASCII, such as quotes and dashes."""


class WordCutter:
    """Cuts texts.

    The tokenizer knows the letters of Unicode 6.1, Python those of today: so SQLite itself is asked, once for each
    character beyond ASCII. It treats each one alike wherever it stands.
    """

    _folds: ClassVar[dict[str, str]] = {}
    """What each character beyond ASCII becomes: a letter of a word, a blank, or DROPPED; the same for all texts."""

    def cut(self, text: str) -> list[str]:
        """The words of `text`."""
        return self.align(text).replace(DROPPED, "").split()

    def align(self, text: str) -> str:
        """The words of `text` at their places: a text of the same length, blanks wherever no word is."""
        folded = text.encode("utf-8", "replace").translate(_ASCII).decode("utf-8")
        if folded.isascii():
            return folded
        beyond = {character for character in set(folded) if character > "\x7f"}
        if unknown := beyond - self._folds.keys():
            self._folds.update(_ask_folds(unknown))
        if len(beyond) > _FEW:
            return folded.translate({ord(character): self._folds[character] for character in beyond})
        # Each replacement looks at the whole text, and is still faster than a look at each of its characters.
        for character in beyond:
            folded = folded.replace(character, self._folds[character])
        return folded


def has_letter(word: str) -> bool:
    """Whether a word is not a bare number."""
    return any(map(str.isalpha, word))


def _ask_folds(characters: set[str]) -> dict[str, str]:
    """What the tokenizer makes of each character, standing between `a` and `b`."""
    order = sorted(characters)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab('texts', 'instance')")
        texts = ((row, f"a{character}b") for row, character in enumerate(order))
        connection.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", texts)
        # Two words where it separates; one where it is a letter of it, or nothing.
        found = dict(connection.execute("SELECT doc, min(term) FROM words GROUP BY doc HAVING count(*) = 1"))
    return {character: (found[row][1:-1] or DROPPED) if row in found else " " for row, character in enumerate(order)}


def read_words(cutter: WordCutter, text: str) -> tuple[list[str], bool]:
    """(words of what a person is looking for, whether the last one is only a beginning: `met*`). Raises FilterError."""
    stripped = text.strip()
    stem = stripped.removesuffix("*")
    if "*" in stem or "?" in stem:
        raise FilterError(
            f"{text!r}: wildcards inside a word are not supported; `met*` finds the words that begin with met."
        )
    words = cutter.cut(stem)
    if not words:
        raise FilterError(
            f"{text!r} has no word: expected a word, several that follow each other, or a beginning: met*."
        )
    if len(words) > MOST_WORDS:
        raise FilterError(f"{len(words)} words: expected at most {MOST_WORDS}.")
    if stem != stripped and cutter.align(stem)[-1] in f" {DROPPED}":
        raise FilterError(f"{text!r}: no word stands before the *; `met*` finds the words that begin with met.")
    return words, stem != stripped
