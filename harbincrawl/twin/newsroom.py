"""Writes the twin's articles from the plots of stories.toml: what is chosen for one is kept through all its parts."""

from __future__ import annotations

import random
import tomllib
from collections import Counter, deque
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from .story import Block, Picture, Story

_STORIES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("stories.toml").read_text("utf-8"))
PLOTS: dict[str, dict[str, Any]] = _STORIES["plot"]
COMMON: dict[str, list[str]] = _STORIES["common"]

_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASONS = ("winter", "spring", "summer", "autumn")
_SUMMARY_LENGTH = 255
"""Where the site cuts a summary, in the middle of a word, if need be."""
_APART = 12
"""Articles between two of one plot, where others fit."""
_MAX_TRIES = 20
"""Drafts of one article, of which the first with a new title is taken."""


class Person(NamedTuple):
    """A name of two words, and the pronouns that go with it."""

    family: str
    given: str
    he: str
    his: str
    him: str

    def __str__(self) -> str:
        return f"{self.family} {self.given}"

    @property
    def He(self) -> str:  # noqa: N802 - as it stands at the beginning of a sentence
        """The pronoun with a capital."""
        return self.he.capitalize()


class Figure(int):
    """A number as a newspaper prints it: `nine` and `1,250`; `n`: always in digits, `y`: a year."""

    def __format__(self, form: str) -> str:
        if form == "y":
            return str(int(self))
        return f"{int(self):,}" if form == "n" or self >= len(_NUMERALS) else _NUMERALS[self]


class Newsroom:
    """Writes articles; what it writes depends on its dice alone, and no title comes twice."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self._titles: set[str] = set()
        self._told: Counter[str] = Counter()
        self._last: deque[str] = deque(maxlen=_APART)

    def write(self, number: int, section: str, created: date, updated: date) -> Story:
        """An article about something that may happen at this time of the year and stand in this section."""
        fitting = [
            name
            for name, plot in PLOTS.items()
            if section in plot["sections"] and updated.month in plot.get("months", (updated.month,))
        ]
        fitting = [name for name in fitting if name not in self._last] or fitting
        least = min(self._told[name] for name in fitting)
        name = self.dice.choice([name for name in fitting if self._told[name] == least])
        self._told[name] += 1
        self._last.append(name)
        for _ in range(_MAX_TRIES):
            values = self._choose(PLOTS[name], updated)
            title = self.dice.choice(PLOTS[name]["title"]).format(**values)
            if title not in self._titles:
                break
        self._titles.add(title)
        return self._write(PLOTS[name], values, Story(number, section, created, updated, title, (), "", "", ""))

    def _write(self, plot: Mapping[str, Any], values: Mapping[str, Any], story: Story) -> Story:
        text = [_capital(self.dice.choice(ways).format(**values)) for ways in plot.get("text", ())]
        shots = [
            Picture(
                f"/d/file/{story.created.isoformat()}/{story.number}_{n}.jpg",
                _capital(caption.format(**values)),
                self.dice.choice(COMMON["credits"]).format(**values),
            )
            for n, caption in enumerate(plot["captions"], 1)
        ]
        story.teaser = _capital(self.dice.choice(plot["summary"]).format(**values))
        story.summary = story.teaser
        if text:
            story.summary = self.dice.choice((text[0][:_SUMMARY_LENGTH].rstrip(), story.teaser))
        story.blocks = self._lay_out(text, shots) if text else tuple(shots)
        story.source = self.dice.choice(COMMON["sources"])
        # As on the site, whose articles name an author in these years alone.
        if 2014 <= story.updated.year <= 2018 and self.dice.random() < 0.7:
            story.author = self.dice.choice(COMMON["authors"])
        return story

    def _lay_out(self, text: list[str], shots: list[Picture]) -> tuple[Block, ...]:
        """The text with some of its pictures, the first of them above it or behind its first paragraph."""
        shown = shots[: self.dice.choice((0, 1, 1, 2))]
        at = self.dice.choice((0, 1))
        return (*text[:at], *shown[:1], *text[at:3], *shown[1:], *text[3:])

    def _choose(self, plot: Mapping[str, Any], day: date) -> dict[str, Any]:
        """What every part of one article has in common, by the name of its slot."""
        dice = self.dice
        person, other = self._choose_people()
        place, place2 = dice.sample(COMMON["places"], 2)
        values: dict[str, Any] = {
            "person": person,
            "other": other,
            "place": place,
            "place2": place2,
            "country": dice.choice(COMMON["countries"]),
            "weekday": _WEEKDAYS[day.weekday()],
            "date": _name_day(day),
            "earlier": _name_day(day - timedelta(days=dice.randint(12, 40))),
            "later": _name_day(day + timedelta(days=dice.randint(12, 40))),
            "month": _MONTHS[day.month - 1],
            "next_month": _MONTHS[day.month % 12],
            "season": _SEASONS[day.month % 12 // 3],
            "year": day.year,
            "last_year": day.year - 1,
            "next_year": day.year + 1,
        }
        values |= {name: dice.choice(words) for name, words in plot.get("choose", {}).items()}
        for name, text in plot.get("figures", {}).items():
            values[name] = self._find_figure(text.split(), values)
        return values

    def _choose_people(self) -> tuple[Person, Person]:
        dice = self.dice
        women, men = ("women", "she", "her", "her"), ("men", "he", "his", "him")
        first, second = (
            Person(family, dice.choice(COMMON[given]), *pronouns)
            for family in dice.sample(COMMON["families"], 2)
            for given, *pronouns in [dice.choice((women, men))]
        )
        return first, second

    def _find_figure(self, words: list[str], known: Mapping[str, Any]) -> Figure:
        """What `A`, `A + B` or either of them with `by STEP` gives; see stories.toml."""
        step = 1
        if "by" in words:
            step = int(words[-1])
            words = words[:-2]
        found: float = self._find_term(words[0], known)
        if words[1:]:
            found = _reckon(found, words[1], self._find_term(words[2], known))
        return Figure(round(found / step) * step)

    def _find_term(self, word: str, known: Mapping[str, Any]) -> int:
        if word in known:
            return int(known[word])
        least, _, most = word.partition("..")
        return self.dice.randint(int(least), int(most or least))


def _reckon(one: float, sign: str, two: int) -> float:
    found = {
        "+": one + two,
        "-": one - two,
        "*": one * two,
        "/": one / two,
        "%": one * two / 100,
        "above": (one - two) * 100 / two,
        "share": one * 100 / two,
    }
    return found[sign]


def _name_day(day: date) -> str:
    return f"{_SHORT[day.month - 1]} {day.day}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
