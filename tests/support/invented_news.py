"""Invented news: words that nobody ever wrote, in sentences with the habits of newspapers, from a seed.

A few function words are English, and stand at the head of a vocabulary whose frequencies follow Zipf's law; all others
are syllables put together by dice. What articles that borrow nothing from each other share all the same is there, too:
words of a topic, names, figures, short set phrases and formulas of five to eight words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

_FUNCTION = (
    "the of and to in a for on was that with by at is said from as it its has will were an be this have are which or"
    " not more also but been than after their he new over into they other had about year when two all who first can"
    " would there during"
).split()
_ONSETS = "b bl br c cl d dr f fl g gr h j k l m n p pl pr r s st t tr v w z".split()
_NUCLEI = "a e i o u ai ea ou".split()
_CODAS = ["", "", "", "l", "n", "r", "s", "t", "m", "ng", "rk"]
_MONTHS = "jan feb march april may june july aug sept oct nov dec".split()
_WORD = re.compile(r"[a-z0-9]+")
_CALM = 4
"""Plain words at least between two things that are said in the same words elsewhere."""


class Token(NamedTuple):
    """A word with what stands before and after it."""

    before: str
    word: str
    """As it is spelled; lower case it is the word."""
    after: str
    """With the blank or the paragraph's end."""


class Manner(NamedTuple):
    """How much of what there is."""

    vocabulary: int = 6000
    exponent: float = 1.0
    """Of Zipf's law."""
    topics: int = 24
    topic_words: int = 120
    topical: float = 0.3
    """Share of the words that are of the article's topic."""
    length: tuple[int, int] = (150, 600)
    """Words of an article."""
    passage: tuple[int, int] = (12, 120)
    """Words of a passage."""
    edits: tuple[float, float] = (0.05, 0.15)
    """Share of the words of an edited passage that are replaced, inserted or deleted."""
    reuse: float = 0.4
    """Planted passages an article."""
    near: float = 0.3
    """Near misses an article."""


USUAL = Manner()
OTHER = Manner(
    vocabulary=2200,
    exponent=1.15,
    topics=8,
    topic_words=70,
    topical=0.4,
    length=(300, 1100),
    passage=(13, 260),
    edits=(0.1, 0.2),
    reuse=0.6,
    near=0.5,
)
"""Fewer words, that come more often; longer texts, more edits."""
POOR = Manner(vocabulary=500, exponent=1.1, topics=4, topic_words=50, topical=0.5, near=1.0)
"""Hardly any words: what is shared by chance is longer."""


def cut_words(text: str) -> list[str]:
    """The words of a text by the rule that all positions here go by: runs of ASCII letters and digits, lower case.

    The texts have no other letters, so that every tokenizer of letters and digits cuts them alike.
    """
    return _WORD.findall(text.lower())


def find_words(text: str) -> list[tuple[int, int]]:
    """First and last character of each word of `text`, the last one exclusive."""
    return [match.span() for match in _WORD.finditer(text.lower())]


def render(tokens: Sequence[Token]) -> str:
    """The text of tokens, without blanks at its ends."""
    return "".join(before + word + after for before, word, after in tokens).strip()


def space(words: Sequence[str]) -> list[Token]:
    """Words with a blank behind each."""
    return [Token("", word, " ") for word in words]


def punctuate(token: Token, mark: str) -> Token:
    """`token` with `mark` behind it."""
    return token._replace(after=mark + (" " if not mark.endswith("-") else ""))


class Newspaper:
    """A paper's vocabulary, topics, people and habits."""

    def __init__(self, dice: random.Random, manner: Manner) -> None:
        self.dice = dice
        self.manner = manner
        self._words = list(_FUNCTION)
        known = {*_FUNCTION, *_MONTHS}
        while len(self._words) < manner.vocabulary:
            # What is used more is shorter.
            word = "".join(self._make_syllable() for _ in range(1 + (len(self._words) > 300) + (dice.random() < 0.6)))
            if len(word) > 2 and word not in known:
                known.add(word)
                self._words.append(word)
        self._weights = _zipf(len(self._words), manner.exponent)
        content = self._words[len(_FUNCTION) :]
        self._topics = [dice.sample(content, manner.topic_words) for _ in range(manner.topics)]
        self._topic_weights = _zipf(manner.topic_words, 0.8)
        self._people = [[part.capitalize() for part in dice.sample(content[-1500:], 2)] for _ in range(150)]
        self._places = [word.capitalize() for word in dice.sample(content[-1500:], 40)]
        self._units = dice.sample(content[200:800], 12)
        self._phrases = [self.draw_words(dice.randint(2, 4)) for _ in range(400)]
        self._phrase_weights = _zipf(400, 0.8)
        self._formulas = [self.draw_words(dice.randint(5, 8)) for _ in range(30)]
        self._agencies = [word.capitalize() for word in dice.sample(content[-1500:], 4)]
        self.short_lines = [self._make_line(dice.randint(5, 8)) for _ in range(6)]
        self.long_lines = [self._make_line(dice.randint(14, 22)) for _ in range(2)]

    def draw_topic(self) -> int:
        """The number of a topic."""
        return self.dice.randrange(len(self._topics))

    def draw_words(self, number: int, topic: int | None = None) -> list[str]:
        """Plain words; no two the same side by side."""
        dice = self.dice
        words = dice.choices(self._words, cum_weights=self._weights, k=number)
        if topic is not None:
            own = self._topics[topic]
            of_topic = dice.choices(own, cum_weights=self._topic_weights, k=number)
            share = self.manner.topical
            words = [other if dice.random() < share else word for word, other in zip(words, of_topic, strict=True)]
        for at in range(1, number):
            while words[at] == words[at - 1]:
                words[at] = dice.choice(self._words)
        return words

    def draw_other(self, *words: str) -> str:
        """A word that is none of these."""
        while True:
            word = self.dice.choices(self._words, cum_weights=self._weights)[0]
            if word not in words:
                return word

    def draw_fact(self) -> list[Token]:
        """A name or a figure, of two to four words."""
        dice = self.dice
        if dice.random() < 0.5:
            return space(dice.choice(self._people) + [dice.choice(self._places)] * (dice.random() < 0.4))
        first = Token("", str(dice.randint(1, 999)), dice.choice([".", ",", " "]))
        return [first, *space([str(dice.randint(0, 999)), dice.choice(self._units)])]

    def draw_sentence(self, topic: int, least: int = 8, most: int = 26, *, plain: bool = False) -> list[Token]:
        """A sentence; a `plain` one has no formula, phrase, name or figure."""
        dice = self.dice
        number = dice.randint(least, most)
        head: list[Token] = []
        middle: list[Token] = []
        if not plain:
            if number >= 12 + _CALM and dice.random() < 0.15:
                head = space(dice.choice(self._formulas))
            elif number >= 4 + 2 * _CALM and dice.random() < 0.4:
                middle = self.draw_fact() if dice.random() < 0.5 else space(self._draw_phrase())
        words = space(self.draw_words(number - len(head) - len(middle), topic))
        cut = dice.randint(_CALM, len(words) - _CALM) if middle else 0
        sentence = head + words[:cut] + middle + words[cut:]
        for at in range(1, len(sentence) - 1):
            if sentence[at].after == " " and dice.random() < 0.07:
                sentence[at] = punctuate(sentence[at], dice.choice([",", ",", ",", ";", " –", "-"]))
        return self.close(sentence)

    def draw_opening(self, topic: int) -> list[Token]:
        """A first sentence behind a line of place, day and agency: five words that many articles share."""
        dice = self.dice
        place, agency = dice.choice(self._places[:6]), dice.choice(self._agencies)
        month = dice.choice(_MONTHS).capitalize()
        line = [
            Token("", place.upper(), ", "),
            Token("", month, " "),
            Token("", str(dice.randint(1, 28)), " "),
            Token("(", agency, ") -- "),
        ]
        return line + self.draw_sentence(topic, 10, 24, plain=True)

    def draw_sentences(self, topic: int, number: int) -> list[Token]:
        """Sentences of exactly `number` words; the first one may begin, and the last one end, in its middle."""
        tokens: list[Token] = []
        while len(tokens) < number + 30:
            tokens += self.draw_sentence(topic)
        first = self.dice.choice([0, self.dice.randint(0, 20)])
        return tokens[first : first + number]

    def draw_title(self, topic: int) -> str:
        """A title of 4 to 9 words."""
        return render(space(self.draw_words(self.dice.randint(4, 9), topic))).capitalize()

    def _draw_phrase(self) -> list[str]:
        return self.dice.choices(self._phrases, cum_weights=self._phrase_weights)[0]

    def close(self, sentence: list[Token]) -> list[Token]:
        """The sentence with a capital and a stop; some are in quotes."""
        first, last = sentence[0], sentence[-1]
        if self.dice.random() < 0.08:
            first, end = first._replace(before=self.dice.choice(['"', "“"])), "." + self.dice.choice(['" ', "” "])
        else:
            end = ". "
        sentence[0] = first._replace(word=first.word[0].upper() + first.word[1:])
        sentence[-1] = last._replace(after=end)
        return sentence

    def _make_line(self, number: int) -> list[Token]:
        """A line that the paper puts under many articles."""
        return self.close(space(self.draw_words(number)))

    def _make_syllable(self) -> str:
        return "".join(self.dice.choice(part) for part in (_ONSETS, _NUCLEI, _CODAS))


def _zipf(number: int, exponent: float) -> list[float]:
    """Weights of ranks, added up."""
    return list(accumulate(1 / (rank + 2.7) ** exponent for rank in range(number)))
