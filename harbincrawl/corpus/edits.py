"""How articles changed after publication, by what was seen of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from .words import WordCutter


class Edit(NamedTuple):
    """One wording that replaced another, as it was seen."""

    id: str
    """`harbin-today:5370`."""
    url: str
    """The address of the article on the site."""
    revision: int
    """The number of the wording that was replaced."""
    seen: str
    """When that wording was first seen (UTC, RFC 3339)."""
    last_shown: str | None
    """The last response that showed it, as far as one is kept: the edit was made between this and `replaced`."""
    replaced: str
    """When the next wording was first seen."""
    cause: str
    """What brought the next one: crawl (a visit of ours), ingest or rescue (archives of others)."""
    published: str | None
    """The day in the address, else the first printed one."""
    days_after_publication: int | None
    """Days from `published` to `replaced`, by the site's clock."""
    days_after_first_seen: int
    """Days from when the article was first seen to `replaced`, by the site's clock."""
    fields: tuple[str, ...]
    """What differs beside white space: of title, updated, author, source, captions, body."""
    words_removed: int
    """Words that the old wording has more often than the new one: title, text and captions without credits."""
    words_added: int
    """Words that the new wording has more often."""
    words_before: int
    """All words of the old wording."""
    words_after: int
    """All words of the new wording."""
    section: str
    """The label of the article's section, today's."""
    source: str | None
    """That of its first wording."""
    title_before: str | None
    """The heading of the old wording."""
    title_after: str | None
    """The heading of the new wording."""
    share: float
    """Of all words of both wordings those that were removed or added, to four decimals: 0 to 1."""


def count_words(cutter: WordCutter, texts: Iterable[str]) -> Counter[str]:
    """The words of the texts of a wording. Those that went are what one has more often than the next, those that came
    what the next has more often: a word that only moved did neither.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(cutter.cut(text))
    return counts


def measure_share(changed: int, words: int) -> float:
    """The share of `changed` among the `words` of both wordings."""
    return round(changed / words, 4) if words else 0.0
