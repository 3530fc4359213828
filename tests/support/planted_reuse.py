"""A corpus of invented articles that share passages, and the truth of which words are shared with which."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from tests.support.invented_news import (
    USUAL,
    Manner,
    Newspaper,
    Token,
    render,
    space,
)
from tests.support.plantings import KINDS, NEAR_KINDS, Planting, plant, plant_near

_LONG_LINES = 0.24
"""Share of the articles with one of the lines of more than twelve words; two lines share it."""
_SHORT_LINES = 0.3


class Span(NamedTuple):
    """Words of an article's body, by their numbers from 0; `end` is exclusive."""

    article: int
    start: int
    end: int


class Planted(NamedTuple):
    """A passage that stands in two articles."""

    one: Span
    other: Span
    kind: str
    edits: int
    """Words replaced, inserted, deleted or left out in either."""


class Near(NamedTuple):
    """Articles that share something which is no passage."""

    spans: tuple[Span, Span]
    kind: str


class InventedArticle(NamedTuple):
    title: str
    body: str
    """Paragraphs with a blank line between."""

    @property
    def text(self) -> str:
        return f"{self.title}\n\n{self.body}"


class Corpus(NamedTuple):
    articles: tuple[InventedArticle, ...]
    planted: tuple[Planted, ...]
    near: tuple[Near, ...]
    lines: tuple[Span, ...]
    """Lines of more than twelve words that stand under many articles: a passage by the letter, and none that anybody
    wants to see. A judge counts them neither way."""


def make_corpus(seed: int, number: int = 60, manner: Manner = USUAL) -> Corpus:
    """`number` articles, at least 20; the same for the same arguments."""
    dice = random.Random(f"reuse {seed} {number}")
    paper = Newspaper(dice, manner)
    plantings = [*_make_plantings(paper, number)]
    topics = [paper.draw_topic() for _ in range(number)]
    lengths = [dice.randint(*manner.length) for _ in range(number)]
    placed = _place(dice, plantings, lengths)
    inserts: list[list[tuple[int, int, list[Token]]]] = [[] for _ in range(number)]
    for at, (planting, articles) in enumerate(placed):
        for which, (article, fragment) in enumerate(zip(articles, planting.fragments, strict=True)):
            inserts[article].append((at, which, fragment))
    found: dict[tuple[int, int], Span] = {}
    made, lines = [], []
    for article in range(number):
        tokens, places, line = _write(paper, topics[article], lengths[article], inserts[article])
        found.update({key: Span(article, start, end) for key, (start, end) in places.items()})
        if line is not None:
            lines.append(Span(article, *line))
        made.append(InventedArticle(paper.draw_title(topics[article]), render(tokens)))
    planted, near = [], []
    for at, (planting, _) in enumerate(placed):
        for link in planting.links:
            one, other = (
                Span(place.article, place.start + start, place.start + end)
                for place, (start, end) in zip((found[at, each] for each in link.fragments), link.spans, strict=True)
            )
            if planting.near:
                near.append(Near((one, other), link.kind))
            else:
                planted.append(Planted(one, other, link.kind, link.edits))
    return Corpus(tuple(made), tuple(planted), tuple(near), tuple(lines))


def _make_plantings(paper: Newspaper, number: int) -> list[Planting]:
    dice, manner = paper.dice, paper.manner
    most = max(6, min(30, number // 100))
    kinds = [KINDS[at % len(KINDS)] for at in range(max(len(KINDS), round(number * manner.reuse)))]
    # Passages in many articles are few, and count many times.
    kinds = [kind if kind != "many" or at < 40 else dice.choice(KINDS[:-1]) for at, kind in enumerate(kinds)]
    plantings = [plant(paper, kind, dice.randint(4, most)) for kind in kinds]
    nears = [NEAR_KINDS[at % len(NEAR_KINDS)] for at in range(max(len(NEAR_KINDS), round(number * manner.near)))]
    return plantings + [plant_near(paper, kind) for kind in nears]


def _place(
    dice: random.Random, plantings: Sequence[Planting], lengths: Sequence[int]
) -> list[tuple[Planting, list[int]]]:
    """For each planting the articles of its fragments: distinct, with room, and no two of them together twice."""
    room = [length * 0.6 for length in lengths]
    taken: set[tuple[int, int]] = set()
    placed = []
    for planting in sorted(plantings, key=lambda each: -max(map(len, each.fragments))):
        for _ in range(200):
            articles = dice.sample(range(len(lengths)), len(planting.fragments))
            pairs = {tuple(sorted(pair)) for pair in combinations(articles, 2)}
            fits = all(room[at] >= len(each) for at, each in zip(articles, planting.fragments, strict=True))
            if fits and not pairs & taken:
                break
        else:
            continue
        taken |= pairs  # type: ignore[arg-type]
        for at, each in zip(articles, planting.fragments, strict=True):
            room[at] -= len(each) + 20
        placed.append((planting, articles))
    return placed


def _write(
    paper: Newspaper, topic: int, length: int, inserts: Sequence[tuple[int, int, list[Token]]]
) -> tuple[list[Token], dict[tuple[int, int], tuple[int, int]], tuple[int, int] | None]:
    """(the body, words of each fragment in it, words of a long line under it)."""
    dice = paper.dice
    tokens = paper.draw_opening(topic)
    left = [*inserts]
    dice.shuffle(left)
    own = max(length - sum(len(fragment) for *_, fragment in left), 20 * (len(left) + 1))
    places: dict[tuple[int, int], tuple[int, int]] = {}
    quota = own / (len(left) + 1)
    written = 0.0
    for turn in range(len(left) + 1):
        # Sentences of its own before each fragment and behind the last: at least one.
        due = quota * (turn + dice.uniform(0.5, 1)) if turn < len(left) else own
        once = False
        while not once or written < due:
            sentence = paper.draw_sentence(topic)
            tokens += sentence
            written += len(sentence)
            once = True
            _end_paragraph(dice, tokens)
        if turn < len(left):
            at, which, fragment = left[turn]
            tokens += space(paper.draw_words(dice.choice([0, 5]), topic))
            places[at, which] = (len(tokens), len(tokens) + len(fragment))
            tokens += fragment
            tokens += paper.draw_sentence(topic, 8, 14, plain=True)
            _end_paragraph(dice, tokens)
    line: tuple[int, int] | None = None
    way = dice.random()
    if way < _LONG_LINES + _SHORT_LINES:
        choice: Callable[[Sequence[list[Token]]], list[Token]] = dice.choice
        under = choice(paper.long_lines if way < _LONG_LINES else paper.short_lines)
        tokens[-1] = tokens[-1]._replace(after=".\n\n")
        line = (len(tokens), len(tokens) + len(under)) if way < _LONG_LINES else None
        tokens += under
    return tokens, places, line


def _end_paragraph(dice: random.Random, tokens: list[Token]) -> None:
    if dice.random() < 0.4:
        tokens[-1] = tokens[-1]._replace(after=tokens[-1].after.rstrip() + "\n\n")
