"""The two lines under a title: `Updated : …`, the anchor of an article page, and `By … ( … )`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.line import Line
from harbincrawl.sites.words import Words, is_end_of_sentence

_NO_NAME = re.compile(r"\d|[!?;:]\s|\b(?:the|of|end|year|next|this|its|in|on|at|to|for|with|from|an?)\b", re.IGNORECASE)
_JOIN = re.compile(r"\s+and\s+|\s*&\s*|\s*,\s*|\s*、\s*", re.IGNORECASE)
_LONGEST = 160
"""Characters of a By line; a paragraph that happens to begin with By and to end in a bracket is longer or no name."""
_LONGEST_DATE = 60
_WORD = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS = 5
"""Of a date with weekday, month and the zone of its time: a title that begins with the label has more."""


@dataclass(slots=True)
class Anchor:
    """The `Updated` line."""

    first_line: int
    end_line: int
    """Index behind its last line: label and date may stand in cells of their own."""
    date_text: str
    """What is printed for a date; empty where nothing is."""
    by_text: str | None = None
    """The By line, where it stands on the same line."""


@dataclass(slots=True)
class Byline:
    """The By line."""

    end_line: int
    author: str | None
    source: str | None

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in `author`, as printed."""
        names = (part.strip() for part in _JOIN.split(self.author or ""))
        return tuple(name for name in names if name)


def find_anchors(lines: Sequence[Line], words: Words) -> list[Anchor]:
    """All lines that look like an `Updated` line, in order."""
    found = []
    date_line = words.date_line
    for at, line in enumerate(lines):
        match = date_line.match(line.text)
        if not match:
            continue
        rest, end, by_text = match["rest"], at + 1, None
        if inner := words.by_inside.search(rest):
            by_text, rest = inner[0], rest[: inner.start()].strip()
        if not rest and end < len(lines) and lines[end].text in (":", "："):
            end += 1
        if not rest and end < len(lines) and is_short_date(lines[end].text, words):
            rest, end = lines[end].text, end + 1
        colon = ":" in line.text[:20] or "：" in line.text[:20] or end > at + 1
        if len(rest) <= _LONGEST_DATE and (colon or is_short_date(rest, words)):
            before = lines[at - 1].text if at and by_text is None else ""
            is_by = words.by_start.match(before) is not None and _read_by(before, at, words) is not None
            found.append(Anchor(at - is_by, end, rest, before if is_by else by_text))
    return found


def is_short_date(text: str, words: Words) -> bool:
    """True for what may be a date with or without a time of day, and nothing else."""
    has_digit = any(character.isdigit() for character in text)
    is_short = has_digit and len(text) <= _LONGEST_DATE and len(_WORD.findall(text)) <= _MOST_WORDS
    return is_short and not words.by_start.match(text) and not is_end_of_sentence(text)


def read_byline(lines: Sequence[Line], anchor: Anchor, words: Words) -> Byline | None:
    """The By line at or behind `anchor`; its parts may stand in up to four lines. None where there is none."""
    if anchor.by_text and (found := _read_by(anchor.by_text, anchor.end_line, words)):
        return found
    # A line of tools (print, font size) may stand between.
    for start in range(anchor.end_line, min(anchor.end_line + 3, len(lines))):
        first = lines[start].text
        if words.by_start.match(first):
            text = ""
            for end in range(start, min(start + 4, len(lines))):
                text = f"{text} {lines[end].text}".strip()
                if found := _read_by(text, end + 1, words):
                    return found
            return _read_name_only(first, start + 1, words)
        if first and not lines[start].is_link and len(first) > 30:
            return None
    return None


def _read_by(text: str, end_line: int, words: Words) -> Byline | None:
    match = words.by_line.match(text) if len(text) <= _LONGEST else None
    if not match:
        return None
    author, source = match["author"].strip(" :："), match["source"]
    if author and (_NO_NAME.search(author + " ") or len(author.split()) > 10):
        return None
    return Byline(end_line, author or None, source or None)


def _read_name_only(text: str, end_line: int, words: Words) -> Byline | None:
    match = words.by_name.match(text)
    if not match or _NO_NAME.search(match["author"] + " "):
        return None
    if not all(word[0].isupper() or word.lower() == "and" for word in match["author"].split()):
        return None
    return Byline(end_line, match["author"], None)


def read_by(text: str, words: Words) -> tuple[str | None, str | None] | None:
    """(author, source) of a whole By line, either of which may be missing; None where it is no By line."""
    found = _read_by(text, 1, words) or _read_name_only(text, 1, words)
    return (found.author, found.source) if found else None
