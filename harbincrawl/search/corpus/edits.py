"""How articles changed after publication, by what was seen of it: pure counts over the edits of each article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from harbincrawl.search.query.tree import STOP_WORDS

from .intervals import Interval, find_interval
from .words import WordCutter

BUCKETS = (("same day", 0), ("1-7 days", 7), ("8-30 days", 30), ("31-365 days", 365))
"""How long after: what a time is called, and its last day. What is before the day in the address is of the first."""
LATER = "later"
TEXTS = frozenset(("title", "captions", "body"))
"""Fields whose words are counted."""


class Edit(NamedTuple):
    """One wording that replaced another, as it was seen."""

    id: str
    """`harbin-today:5370`."""
    url: str
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
    words_after: int
    section: str
    """The label of the article's section, today's."""
    source: str | None
    """That of its first wording, by which `--by source` groups."""
    title_before: str | None
    title_after: str | None

    @property
    def share(self) -> float:
        """Of all words of both wordings those that were removed or added: 0 to 1."""
        words = self.words_before + self.words_after
        return (self.words_removed + self.words_added) / words if words else 0.0


EDIT_KEYS = (*Edit._fields, "share")
"""What programs get of an edit."""


class WordedEdit(NamedTuple):
    """An edit with the words that went and came, and how often."""

    edit: Edit
    removed: Counter[str]
    added: Counter[str]


class History(NamedTuple):
    """What was seen of one article."""

    is_seen_twice: bool
    """Whether it was seen at two times, so that a change could be seen."""
    labels: tuple[str | None, ...]
    """What it is grouped by: one label, or for authors several; none without a name is None."""
    edits: tuple[WordedEdit, ...]
    left_out: int = 0
    """Differences that are no edits, for pages of both wordings show all that differs."""
    unjudged: int = 0
    """Of `edits` those of which no captured pages tell whether they are."""

    def keep_fields(self, fields: Sequence[str]) -> History:
        """The same with those edits alone that changed one of `fields`."""
        return self._replace(edits=tuple(each for each in self.edits if not {*fields}.isdisjoint(each.edit.fields)))


class Spread(NamedTuple):
    """The quartiles of some numbers, by linear interpolation; None where there is no number."""

    edits: int
    """How many numbers there are, one an edit."""
    lower: float | None
    median: float | None
    upper: float | None


class EditGroup(NamedTuple):
    """The articles of one section, source, author or year."""

    value: str | None
    articles: int
    seen_twice: int
    changed: int
    share: float | None
    """`changed` of `seen_twice`; None where none was seen twice."""
    low: float | None
    """The 95% interval of the share, by Wilson's score."""
    high: float | None
    edits: int
    median_days: float | None
    """The median of days after publication."""


class WordChange(NamedTuple):
    """A word, and in how many articles an edit removed it, or added it."""

    word: str
    articles: int


class EditSummary(NamedTuple):
    """How the articles changed."""

    articles: int
    seen_twice: int
    """Those that could have shown a change."""
    changed: int
    edits: int
    interval: Interval | None
    """The 95% interval of `changed` among `seen_twice`, by Wilson's score."""
    causes: Mapping[str, int]
    """Edits by what brought the new wording."""
    times: Mapping[int, int]
    """How many articles changed so many times."""
    fields: Mapping[str, int]
    """Edits that changed the field; one may have changed several."""
    date_alone: int
    """Edits of the printed date and nothing else: the article was filed under another day."""
    after_publication: Mapping[str, int]
    """Edits by BUCKETS, LATER behind them; without those of articles that have no day."""
    after_first_seen: Mapping[str, int]
    days_after_publication: Spread
    days_after_first_seen: Spread
    words_removed: Spread
    """Of edits of TEXTS, as the two below."""
    words_added: Spread
    share_of_words: Spread
    """Of the share of words that an edit changed."""
    went: tuple[WordChange, ...]
    """Words that edits removed, those of most articles first; without STOP_WORDS of the query language."""
    came: tuple[WordChange, ...]
    groups: tuple[EditGroup, ...]
    left_out: int
    """Differences that are no edits; see History."""
    unjudged: int

    def as_object(self, date: str, by: str | None) -> dict[str, Any]:
        """For JSON; `date` is the one that days and years of the chosen articles go by, `by` what the groups are."""
        share = self.changed / self.seen_twice if self.seen_twice else None
        low, high = self.interval or (None, None)
        heads = {"date": date, "articles": self.articles, "seen_twice": self.seen_twice, "changed": self.changed}
        groups = {"by": by, "groups": [each._asdict() for each in self.groups]} if by else {}
        rest = self._asdict().items()
        return (
            heads
            | {"share": share, "low": low, "high": high}
            | {name: _show(value) for name, value in rest if name not in (*heads, "interval", "groups")}
            | groups
        )


def _show(value: Any) -> Any:
    """A part of a summary for JSON."""
    if isinstance(value, Spread):
        return value._asdict()
    if isinstance(value, Mapping):
        return {str(key): count for key, count in value.items()}
    return [each._asdict() for each in value] if isinstance(value, tuple) else value


def count_words(cutter: WordCutter, texts: Iterable[str]) -> Counter[str]:
    """The words of the texts of a wording. Those that went are what one has more often than the next, those that came
    what the next has more often: a word that only moved did neither.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(cutter.cut(text))
    return counts


def find_spread(numbers: Iterable[float]) -> Spread:
    """The quartiles of `numbers`, by linear interpolation between the two nearest (type 7 of Hyndman and Fan, 1996)."""
    ordered = sorted(numbers)

    def find(part: float) -> float | None:
        if not ordered:
            return None
        at, rest = divmod((len(ordered) - 1) * part, 1)
        low = ordered[int(at)]
        return low + rest * (ordered[min(int(at) + 1, len(ordered) - 1)] - low)

    return Spread(len(ordered), find(0.25), find(0.5), find(0.75))


def sum_up_edits(histories: Iterable[History], top: int = 0) -> EditSummary:
    """How the articles changed, all together and by their labels, the most edited group first.

    `top` is how many words that went, and that came, are listed; 0: all.
    """
    groups: dict[str | None, _Group] = {}
    every = _Group()
    edits: list[Edit] = []
    times: Counter[int] = Counter()
    went: Counter[str] = Counter()
    came: Counter[str] = Counter()
    left_out = unjudged = 0
    for history in histories:
        left_out, unjudged = left_out + history.left_out, unjudged + history.unjudged
        for group in (every, *(groups.setdefault(label, _Group()) for label in history.labels)):
            group.add(history)
        if history.edits:
            times[len(history.edits)] += 1
            edits += [each.edit for each in history.edits]
            went.update({word for each in history.edits for word in each.removed} - STOP_WORDS)
            came.update({word for each in history.edits for word in each.added} - STOP_WORDS)
    fields = Counter(field for each in edits for field in each.fields)
    after = [each.days_after_publication for each in edits if each.days_after_publication is not None]
    first = [each.days_after_first_seen for each in edits]
    of_texts = [each for each in edits if not TEXTS.isdisjoint(each.fields)]
    found = [group.describe(label) for label, group in groups.items()]
    return EditSummary(
        every.articles, every.seen_twice, every.changed, every.edits, find_interval(every.changed, every.seen_twice),
        dict(sorted(Counter(each.cause for each in edits).items())),
        dict(sorted(times.items())),
        dict(sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))),
        sum(each.fields == ("updated",) for each in edits),
        _count_buckets(after), _count_buckets(first), find_spread(after), find_spread(first),
        find_spread(each.words_removed for each in of_texts), find_spread(each.words_added for each in of_texts),
        find_spread(each.share for each in of_texts),
        _list_words(went, top), _list_words(came, top),
        tuple(sorted(found, key=lambda each: (-each.edits, -each.articles, each.value or ""))),
        left_out, unjudged,
    )  # fmt: skip


class _Group:
    """What is counted of the articles of a label."""

    def __init__(self) -> None:
        self.articles = self.seen_twice = self.changed = self.edits = 0
        self.days: list[int] = []

    def add(self, history: History) -> None:
        self.articles += 1
        self.seen_twice += history.is_seen_twice
        self.changed += bool(history.edits)
        self.edits += len(history.edits)
        days = (each.edit.days_after_publication for each in history.edits)
        self.days += [each for each in days if each is not None]

    def describe(self, label: str | None) -> EditGroup:
        share = self.changed / self.seen_twice if self.seen_twice else None
        low, high = find_interval(self.changed, self.seen_twice) or (None, None)
        median = find_spread(self.days).median
        return EditGroup(label, self.articles, self.seen_twice, self.changed, share, low, high, self.edits, median)


def _count_buckets(days: Iterable[int]) -> dict[str, int]:
    counts = dict.fromkeys([*(name for name, _ in BUCKETS), LATER], 0)
    for each in days:
        counts[next((name for name, last in BUCKETS if each <= last), LATER)] += 1
    return counts


def _list_words(counts: Counter[str], top: int) -> tuple[WordChange, ...]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(WordChange(*each) for each in ordered[: top or None])
