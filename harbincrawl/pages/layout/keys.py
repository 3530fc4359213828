"""What makes lines of two pages the same: their place and words, or their place and form; and the same pictures.

All of it is hashed: from a stored layout no word of a page can be read. A key is the hash of a place and that of what
stands there; without the first it is meant wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from harbincrawl.pages.html.line import Line, LineImage, Place

_NUMBER = re.compile(r"(?<!\S)[^\s\d]*\d\S*")
"""A number with what it is glued to: `HB465427/news`."""
_DIGITS = re.compile(r"\d+")
_ITEMS = re.compile(r",\s*|[，、]")
"""What stands between the words of a list, such as those that an article is filed under."""
_HAS_WORD = re.compile(r"[^\W\d_]")
_LABEL = re.compile(r"\W{0,2}[^:：.!?]{1,40}[:：](?=.)")
_DIVIDER = "\x1f"
_MOST_PLACES = 4096
"""Places whose hashes are remembered: the pages of a template have hardly any others."""
_HASHED = 12
"""Characters of a hash."""
_NUMBERS = "#"
_LONGEST_FORM = 300
"""Characters of a line that may differ from page to page and be furniture."""
_LONGEST_ENDED = 100
"""Characters of a line of which only the beginning or the end is the template's: `Set by Li Qiang`."""
_FEWEST_WORDS = 3
_OWN_WORDS = 2
"""Words at the beginning or the end of such a line that are the template's."""


@dataclass(frozen=True, slots=True)
class LineKeys:
    """What the same line of another page has, too."""

    line: str
    """Its place and words, or pictures."""
    words: str | None = None
    """Its words, where they are several."""
    forms: tuple[str, ...] = ()
    """Its place and words, with blanks for numbers and links."""
    ends: tuple[str, ...] = ()
    """Its place with the label that it begins with, or its first or last words."""
    loose: tuple[str, ...] = ()
    """Its forms and ends without the place."""
    numbers: str | None = None
    """Its place, of a line of numbers alone."""


def digest(*parts: str) -> str:
    """A short hash of `parts`."""
    joined = _DIVIDER.join(parts) if len(parts) > 1 else parts[0]
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=_HASHED // 2).hexdigest()


@lru_cache(maxsize=_MOST_PLACES)
def hash_place(place: Place) -> str:
    """Of its steps."""
    return digest("/".join(place))


def find_place(key: str) -> str:
    """The hash of the place of what a key is; none for what is meant wherever it stands."""
    return key[:-_HASHED]


def hash_words(line: Line) -> str:
    """Of its words or pictures."""
    return digest(line.text or write_pictures(line))


def make_keys(line: Line, place: str, words: str) -> LineKeys:
    """All that the line may share with one of another page; `place` and `words` are the hashes of its own."""
    own = place + words
    if not line.text:
        return LineKeys(own)
    if is_number(line.text):
        return LineKeys(own, numbers=place + digest(_NUMBERS))
    forms, ends = [digest(form) for form in _list_forms(line)], [digest(end) for end in _list_ends(line.text)]
    return LineKeys(
        own,
        words if line.text.count(" ") >= _FEWEST_WORDS - 1 else None,
        tuple([place + form for form in forms]),
        tuple([place + end for end in ends]),
        (*forms, *ends),
    )


def make_all_keys(pages: Iterable[Sequence[Line]]) -> list[list[LineKeys]]:
    """The keys of each line of each of these pages; most lines stand on all of them."""
    known: dict[tuple[Place, str, int], LineKeys] = {}
    made = []
    for lines in pages:
        keys = []
        for line in lines:
            key = line.place, line.text, len(line.links)
            found = known.get(key) if line.text else None
            if found is None:
                found = make_keys(line, hash_place(line.place), hash_words(line))
                if line.text:
                    known[key] = found
            keys.append(found)
        made.append(keys)
    return made


def hash_pieces(text: str) -> set[str]:
    """Of a part of a line, item by item, with blanks for numbers."""
    return {digest(_NUMBER.sub("#", item)) for item in _ITEMS.split(text)}


def is_number(text: str) -> bool:
    """True for a line of numbers and marks alone."""
    return not _HAS_WORD.search(text) and any(map(str.isdigit, text))


def write_picture(image: LineImage) -> str:
    """What the same picture on another page has, too: its address without the steps up to the folder."""
    return image.src.lstrip("./").lower()


def write_pictures(line: Line) -> str:
    """All pictures of a line; empty where it has none."""
    return _DIVIDER.join(["picture", *map(write_picture, line.images)]) if line.images else ""


def hash_picture(image: LineImage) -> str:
    """Of its address."""
    return digest("picture", write_picture(image))


def hash_drawing(image: LineImage, place: str) -> str:
    """Of the address with blanks for numbers, and the place, which is hashed."""
    return place + digest("picture", _DIGITS.sub("#", write_picture(image)))


def _list_forms(line: Line) -> Iterator[str]:
    """The words with blanks for numbers, and for numbers and links; where it has any beside own words."""
    text = line.text
    if len(text) > _LONGEST_FORM:
        return
    form = _NUMBER.sub("#", text)
    if form != text and _HAS_WORD.search(form):
        yield form
    if line.links:
        for link in line.links:
            if link.text:
                text = text.replace(link.text, "{}", 1)
        if _HAS_WORD.search(text):
            yield _NUMBER.sub("#", text)


def _list_ends(text: str) -> Iterator[str]:
    """The label with which a short line begins, and its first and last words: the rest may come from a small pool."""
    if len(text) > _LONGEST_ENDED:
        return
    if label := _LABEL.match(text):
        yield label[0] + "…"
    words = text.split()
    if len(words) >= _FEWEST_WORDS:
        yield " ".join(words[:_OWN_WORDS]) + " …"
        yield "… " + " ".join(words[-_OWN_WORDS:])
