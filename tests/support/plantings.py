"""Passages to be planted into articles, and near misses: fragments, and which words of them are the same passage."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from tests.support.invented_news import Newspaper, Token, punctuate, space

KINDS = "exact edited clumped shortened cut reordered joined case paragraphs many".split()
"""Of planted passages. shortened: some words left out, 12 to 25 left; cut: a middle of 10 to 60 words left out between
two parts of 12 to 25; reordered: sentences, each a passage of its own; joined: of two articles; case: other capitals
and punctuation; paragraphs: across their ends; many: one passage in many articles."""
NEAR_KINDS = "run gapped shuffled names formula".split()
"""Of near misses, which are no twelve words in a row, even with edits. run: 6 to 9 words in a row; gapped: three such
runs with at least twelve other words between; shuffled: all words of 25 to 40, in another order; names: five names and
figures; formula: a beginning of 8 words."""


class Link(NamedTuple):
    """Words of two fragments of one planting that are the same passage."""

    fragments: tuple[int, int]
    spans: tuple[tuple[int, int], tuple[int, int]]
    kind: str
    edits: int


class Planting(NamedTuple):
    fragments: Sequence[list[Token]]
    """Each goes into another article."""
    links: Sequence[Link]
    near: bool = False


def plant(paper: Newspaper, kind: str, copies: int = 4) -> Planting:
    """A planting of one of KINDS."""
    dice, topic = paper.dice, paper.draw_topic()

    def link(one: list[Token], other: list[Token], edits: int) -> Planting:
        return Planting((one, other), [Link((0, 1), ((0, len(one)), (0, len(other))), kind, edits)])

    if kind == "exact":
        passage = _draw_passage(paper)
        return link(passage, passage, 0)
    if kind in ("edited", "clumped"):
        passage = _draw_passage(paper, 20)
        edited, edits = edit(paper, passage, dice.uniform(*paper.manner.edits), clumped=kind == "clumped")
        return link(passage, edited, edits)
    if kind == "shortened":
        left = dice.randint(12, 25)
        out = dice.randint(1, max(1, round(left * 0.15)))
        passage = paper.draw_sentences(topic, left + out)
        first = dice.randint(4, left - 4)
        return link(passage, passage[:first] + passage[first + out :], out)
    if kind == "cut":
        head, out, tail = dice.randint(12, 25), dice.randint(10, 60), dice.randint(12, 25)
        passage = paper.draw_sentences(topic, head + out + tail)
        spans = [((0, head), (0, head)), ((head + out, head + out + tail), (head, head + tail))]
        links = [Link((0, 1), each, kind, out) for each in spans]
        return Planting((passage, passage[:head] + passage[head + out :]), links)
    if kind == "reordered":
        sentences = [paper.draw_sentence(topic, 13, 26) for _ in range(dice.randint(3, 5))]
        order = list(range(len(sentences)))
        while any(second == first + 1 for first, second in pairwise(order)):
            dice.shuffle(order)
        links, at = [], 0
        begins = [sum(map(len, sentences[:each])) for each in range(len(sentences))]
        for each in order:
            size = len(sentences[each])
            links.append(Link((0, 1), ((begins[each], begins[each] + size), (at, at + size)), kind, 0))
            at += size
        return Planting((_join(sentences), _join(sentences[each] for each in order)), links)
    if kind == "joined":
        one, other = (paper.draw_sentences(paper.draw_topic(), dice.randint(14, 60)) for _ in range(2))
        links = [
            Link((0, 2), ((0, len(one)), (0, len(one))), kind, 0),
            Link((1, 2), ((0, len(other)), (len(one), len(one) + len(other))), kind, 0),
        ]
        return Planting((one, other, one + other), links)
    if kind == "case":
        passage = _draw_passage(paper, 14)
        return link(passage, _change_case(dice, passage), 0)
    if kind == "paragraphs":
        passage = _draw_passage(paper, 24)
        return link(_break_paragraphs(dice, passage), _break_paragraphs(dice, passage), 0)
    passage = paper.draw_sentences(topic, dice.randint(16, 60))
    versions = [
        edit(paper, passage, dice.uniform(0, 0.05)) if dice.random() < 0.5 else (passage, 0) for _ in range(copies)
    ]
    links = [
        Link((a, b), ((0, len(versions[a][0])), (0, len(versions[b][0]))), kind, versions[a][1] + versions[b][1])
        for a, b in combinations(range(copies), 2)
    ]
    return Planting([version for version, _ in versions], links)


def _join(parts: Iterable[list[Token]]) -> list[Token]:
    return list(chain.from_iterable(parts))


def _draw_passage(paper: Newspaper, least: int = 12) -> list[Token]:
    """A passage whose length is in the range of the manner; short ones are more frequent."""
    low, high = max(least, paper.manner.passage[0]), paper.manner.passage[1]
    length = round(low * (high / low) ** paper.dice.random())
    return paper.draw_sentences(paper.draw_topic(), length)


def edit(paper: Newspaper, passage: Sequence[Token], share: float, *, clumped: bool = False) -> tuple[list[Token], int]:
    """(`passage` with that share of its words replaced, deleted, or with one before it, how many); not at its ends."""
    dice = paper.dice
    inner = range(2, len(passage) - 2)
    number = max(1, round(share * len(passage)))
    if clumped:
        clumps = 2 if number >= 6 and dice.random() < 0.5 else 1
        each = number // clumps
        number = each * clumps
        starts = [
            inner[0] + round((at + dice.uniform(0.1, 0.9)) * (len(inner) / clumps - each)) for at in range(clumps)
        ]
        starts = [start + at * each for at, start in enumerate(starts)]
        chosen = {start + step for start in starts for step in range(each)}
    else:
        chosen = set(dice.sample(inner, number))
    edited: list[Token] = []
    for at, token in enumerate(passage):
        kind = dice.choices(["replace", "insert", "delete"], [5, 3, 3])[0] if at in chosen else "keep"
        near = [passage[other].word.lower() for other in range(max(0, at - 1), min(len(passage), at + 2))]
        if kind == "insert":
            edited += space([paper.draw_other(*near)])
        if kind == "replace":
            edited.append(token._replace(word=paper.draw_other(*near)))
        elif kind != "delete":
            edited.append(token)
    return edited, len(chosen)


def _change_case(dice: random.Random, passage: Sequence[Token]) -> list[Token]:
    """The same words with other capitals, commas, dashes, quotes."""

    def change(token: Token) -> Token:
        way = dice.random()
        word = token.word.upper() if way < 0.1 else token.word.capitalize() if way < 0.3 else token.word.lower()
        if token.after not in (" ", ". ", ", ") or dice.random() < 0.6:
            return token._replace(word=word)
        marks = [",", ":", " —", "...", "!", ";", "’", "”", ""]
        return punctuate(Token(dice.choice(["", "", "“", "("]), word, ""), dice.choice(marks))

    return [change(token) for token in passage]


def _break_paragraphs(dice: random.Random, passage: Sequence[Token]) -> list[Token]:
    broken = list(passage)
    for at in dice.sample(range(4, len(passage) - 4), dice.randint(1, min(3, len(passage) // 12))):
        broken[at] = broken[at]._replace(after=broken[at].after.rstrip(" -–;,.") + ".\n\n")
    return broken


def plant_near(paper: Newspaper, kind: str) -> Planting:
    """Two fragments that share something which is no passage; plain words stand around what they share."""
    dice, topic = paper.dice, paper.draw_topic()

    def frame(shared: list[Token]) -> list[Token]:
        around = [space(paper.draw_words(dice.randint(6, 10), topic)) for _ in range(2)]
        return around[0] + shared + paper.close(around[1])

    if kind == "run":
        shared = space(paper.draw_words(dice.randint(6, 9), topic))
        pair = [frame(shared), frame(shared)]
    elif kind == "gapped":
        runs = [space(paper.draw_words(dice.randint(6, 8), topic)) for _ in range(3)]
        pair = [_join(map(frame, runs)) for _ in range(2)]
    elif kind == "formula":
        shared = space(paper.draw_words(8))
        pair = [shared + frame([]), shared + frame([])]
    elif kind == "shuffled":
        words = paper.draw_words(dice.randint(25, 40), topic)
        pair = [space(words), space(dice.sample(words, len(words)))]
    else:
        facts = [paper.draw_fact() for _ in range(5)]
        orders = [facts, dice.sample(facts, len(facts))]
        pair = [_join(map(frame, order)) for order in orders]
    spans = ((0, len(pair[0])), (0, len(pair[1])))
    return Planting(pair, [Link((0, 1), spans, kind, 0)], near=True)
