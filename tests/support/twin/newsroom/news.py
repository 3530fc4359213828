"""A generator of invented news: titles, sentences, captions and names out of a seeded die, no sentence twice."""

from __future__ import annotations

import random
import string
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_TRIES = 12

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
"""Patterns by kind, and under `slots` the words that fill their slots."""
TOPICS: dict[str, dict[str, list[str]]] = tomllib.loads((Path(__file__).parent / "topics.toml").read_text("utf-8"))
"""Headlines, subjects, actions and things of each topic."""

RANKS = ("Professor", "Conductor", "Agronomist")
"""Words before a name keep their capital inside a sentence."""


class Newsroom:
    """Writes texts; every sentence and title it hands out is new to it, so no two articles share one by chance."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        # Checksums instead of texts: a twin of a hundred thousand articles has millions of sentences.
        self._used: set[int] = set()

    def topic(self) -> str:
        """A key of `TOPICS`."""
        return self.dice.choice(list(TOPICS))

    def person(self) -> str:
        return f"{self._slot('surname')} {self.dice.choice(WORDS['given_names'])}"

    def headline(self, topic: str) -> str:
        """A title; some carry quotes, bullets or a colon."""
        return self._new(lambda: self._dressed_title(topic))

    def sentence(self, topic: str) -> str:
        """One sentence about `topic`, with its full stop."""
        return self._new(lambda: self._plain_sentence(topic))

    def paragraph(self, topic: str, sentences: int | None = None) -> str:
        """One to four sentences; now and then two blanks, or none, divide them."""
        count = sentences or self.dice.choice((1, 1, 2, 2, 3, 4))
        gap = self.dice.choices((" ", "  ", ""), (90, 6, 4))[0]
        return gap.join(self.sentence(topic) for _ in range(count))

    def caption(self, topic: str) -> str:
        """Words for under a picture, without a credit; some end with a full stop."""
        stop = self.dice.choice(("", "."))
        return self._new(lambda: _capital(self._filled(self.dice.choice(WORDS["captions"]), topic)) + stop)

    def credit(self) -> str:
        """What stands in the square brackets behind a caption."""
        return self._filled(self.dice.choice(WORDS["credits"]), "ice")

    def file_name(self) -> str:
        """A picture's file name as an editor's machine gave it, some of it Chinese."""
        code = "".join(self.dice.choices(string.ascii_lowercase + string.digits, k=10))
        pattern: str = self.dice.choice(WORDS["file_names"])
        small = self.dice.randint(1, 12)
        return pattern.format(small=small, small2=f"{small:02}", num4=self.dice.randint(1000, 9999), code=code)

    def subhead(self, topic: str) -> str:
        """A short line without a full stop."""
        return self._filled(self.dice.choice(WORDS["subheads"]), topic)

    def summary(self, topic: str) -> str:
        return self._new(lambda: _capital(self._filled(self.dice.choice(WORDS["summaries"]), topic)))

    def contact(self) -> list[str]:
        """`Address:` and `Phone:` lines and a bare address, as at the end of a profile."""
        place = self._slot("place")
        number = self.dice.randint(1, 400)
        return [
            f"Address: No {number} {place}, Harbin",
            f"Phone: 0451-{self.dice.randint(50_000_000, 89_999_999)}",
            f"{self.dice.randint(1, 99)} {self._slot('place')}, {place} district",
        ]

    def _plain_sentence(self, topic: str) -> str:
        if self.dice.random() < 0.18:
            return _capital(self._filled(self.dice.choice(WORDS["quotes"]), topic))
        found = TOPICS[topic]
        opener = self.dice.choice(WORDS["openers"])
        subject = self.dice.choice(found["subjects"])
        parts = (
            opener,
            subject[0].lower() + subject[1:] if opener and not subject.startswith(RANKS) else subject,
            " ",
            self.dice.choice(found["actions"]),
            self.dice.choice(WORDS["tails"]),
            ".",
        )
        return _capital(self._filled("".join(parts), topic)).replace(",,", ",").replace(", ;", ";")

    def _dressed_title(self, topic: str) -> str:
        title = _capital(self._filled(self.dice.choice(TOPICS[topic]["headlines"]), topic))
        dress = self.dice.randint(0, 19)
        if dress == 0:
            return f"“{title}”"
        if dress == 1:
            return f"{self._slot('place')} • {title}"
        if dress == 2:
            return f"{self.dice.randint(2013, 2024)} in figures: {title}"
        if dress == 3:
            return f'{title} – "{self._slot("weekday")} first"'
        return title

    def _filled(self, pattern: str, topic: str) -> str:
        dice = self.dice
        marks = dict(zip(("open", "close", "apos"), dice.choice(WORDS["quote_marks"]), strict=True))
        # Things hold slots of their own, so the outer ones are filled first and what they brought after that.
        while "{thing}" in pattern:
            pattern = pattern.replace("{thing}", dice.choice(TOPICS[topic]["things"]), 1)
        made: list[str] = []
        for literal, slot, _, _ in string.Formatter().parse(pattern):
            made.append(literal)
            if slot:
                made.append(marks.get(slot) or self._slot(slot))
        return "".join(made)

    def _slot(self, slot: str) -> str:
        dice = self.dice
        if slot == "num":
            return f"{dice.choice((dice.randint(13, 99), dice.randint(100, 999), dice.randint(1000, 98_000))):,}"
        if slot == "small":
            return str(dice.randint(4, 19))
        if slot == "pct":
            return f"{dice.randint(2, 89)}.{dice.randint(1, 9)}" if dice.random() < 0.6 else str(dice.randint(2, 89))
        if slot == "yuan":
            return f"{dice.randint(11, 990) * 100:,}"
        if slot == "money":
            million = f"{dice.randint(2, 980)}.{dice.randint(1, 9)} million yuan"
            return dice.choice((million, f"$ {dice.randint(2, 90)}.{dice.randint(1, 9)}m"))
        if slot == "year":
            return str(dice.randint(1998, 2023))
        if slot == "day":
            return str(dice.randint(1, 28))
        if slot == "person":
            return self.person()
        return str(dice.choice(WORDS["slots"][slot]))

    def _new(self, write: Callable[[], str]) -> str:
        tries = 0
        while True:
            text = write()
            tries += 1
            if tries > MOST_TRIES:
                # A large twin uses up the short texts; a number makes any of them new.
                text = f"{text.rstrip('.')} – no {len(self._used)}" + "." * text.endswith(".")
            mark = zlib.crc32(text.encode())
            if mark not in self._used:
                self._used.add(mark)
                return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
