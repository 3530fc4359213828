"""A generator of invented news: titles, sentences, captions and names out of a seeded die, no sentence twice."""

from __future__ import annotations

import random
import string
import zlib
from collections.abc import Callable

from . import words
from .topics import TOPICS

MOST_TRIES = 12

RANKS = ("Professor", "Conductor", "Agronomist")
"""Words before a name keep their capital inside a sentence."""


class Newsroom:
    """Writes texts; every sentence and title it hands out is new to it, so no two articles share one by chance."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        # Checksums instead of texts: a twin of a hundred thousand articles has millions of sentences.
        self._used: set[int] = set()

    def topic(self) -> str:
        """A key of `topics.TOPICS`."""
        return self.dice.choice(list(TOPICS))

    def person(self) -> str:
        """A name of two words."""
        return f"{self.dice.choice(words.SURNAMES)} {self.dice.choice(words.GIVEN)}"

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
        return self._new(lambda: _capital(self._filled(self.dice.choice(words.CAPTIONS), topic)) + stop)

    def credit(self) -> str:
        """What stands in the square brackets behind a caption."""
        return self._filled(self.dice.choice(words.CREDITS), "ice")

    def file_name(self) -> str:
        """A picture's file name as an editor's machine gave it, some of it Chinese."""
        code = "".join(self.dice.choices(string.ascii_lowercase + string.digits, k=10))
        pattern = self.dice.choice(words.FILE_NAMES)
        small = self.dice.randint(1, 12)
        return pattern.format(small=small, small2=f"{small:02}", num4=self.dice.randint(1000, 9999), code=code)

    def subhead(self, topic: str) -> str:
        """A short line without a full stop."""
        return self._filled(self.dice.choice(words.SUBHEADS), topic)

    def summary(self, topic: str) -> str:
        """A listing's text that stands nowhere in the article."""
        return self._new(lambda: _capital(self._filled(self.dice.choice(words.SUMMARIES), topic)))

    def contact(self) -> list[str]:
        """`Address:` and `Phone:` lines and a bare address, as at the end of a profile."""
        place = self.dice.choice(words.PLACES)
        number = self.dice.randint(1, 400)
        return [
            f"Address: No {number} {place}, Harbin",
            f"Phone: 0451-{self.dice.randint(50_000_000, 89_999_999)}",
            f"{self.dice.randint(1, 99)} {self.dice.choice(words.PLACES)}, {place} district",
        ]

    def _plain_sentence(self, topic: str) -> str:
        if self.dice.random() < 0.18:
            return _capital(self._filled(self.dice.choice(words.QUOTES), topic))
        found = TOPICS[topic]
        opener = self.dice.choice(words.OPENERS)
        subject = self.dice.choice(found.subjects)
        parts = (
            opener,
            subject[0].lower() + subject[1:] if opener and not subject.startswith(RANKS) else subject,
            " ",
            self.dice.choice(found.actions),
            self.dice.choice(words.TAILS),
            ".",
        )
        return _capital(self._filled("".join(parts), topic)).replace(",,", ",").replace(", ;", ";")

    def _dressed_title(self, topic: str) -> str:
        title = _capital(self._filled(self.dice.choice(TOPICS[topic].headlines), topic))
        dress = self.dice.randint(0, 19)
        if dress == 0:
            return f"“{title}”"
        if dress == 1:
            return f"{self.dice.choice(words.PLACES)} • {title}"
        if dress == 2:
            return f"{self.dice.randint(2013, 2024)} in figures: {title}"
        if dress == 3:
            return f'{title} – "{self.dice.choice(words.WEEKDAYS)} first"'
        return title

    def _filled(self, pattern: str, topic: str) -> str:
        dice = self.dice
        opening, closing, apostrophe = dice.choice(words.QUOTE_MARKS)
        # Things hold slots of their own, so the outer ones are filled first and what they brought after that.
        while "{thing}" in pattern:
            pattern = pattern.replace("{thing}", dice.choice(TOPICS[topic].things), 1)
        made: list[str] = []
        for literal, slot, _, _ in string.Formatter().parse(pattern):
            made.append(literal)
            if slot == "open":
                made.append(opening)
            elif slot == "close":
                made.append(closing)
            elif slot == "apos":
                made.append(apostrophe)
            elif slot:
                made.append(self._slot(slot))
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
        pools = {
            "place": words.PLACES,
            "country": words.COUNTRIES,
            "surname": words.SURNAMES,
            "month": words.MONTHS,
            "weekday": words.WEEKDAYS,
            "dash": words.DASHES,
        }
        return dice.choice(pools[slot])

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
