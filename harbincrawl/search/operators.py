"""What stands between two brackets of a query made one node: AND, OR, NOT, NEAR, and words that go unsaid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from .tree import All, Any, Near, Node, Not, Words

NEAR_DISTANCE = 10
"""As in FTS5, where NEAR names none."""

STOP_WORDS = frozenset(
    (
        "a an and are as at be been but by for from had has have he in into is it its of on or that the their they"
        " this to was were which will with"
    ).split(" ")
)
"""Words of nearly every article: they say nothing beside other words, and counting them costs the most."""


class Operator(NamedTuple):
    """AND, OR, NOT, `-` or NEAR, as it stood in the text."""

    name: str
    text: str
    distance: int = NEAR_DISTANCE


class Nothing(NamedTuple):
    """An operand without a word in it: `&`, `()`; it stands where an operand may, and then goes."""


NOTHING = Nothing()
Item: TypeAlias = Node | Operator | Nothing
Note: TypeAlias = Callable[[str], None]
MakeWord: TypeAlias = Callable[[str], Item]


def join(items: Sequence[Item], note: Note, word: MakeWord, *, keep_stop_words: bool = False) -> Node | Nothing:
    """The node of `items`: OR binds loosest, NOT tightest, and side by side is AND, as in FTS5.

    `word` makes the operand of an operator that has nothing to join.
    """
    alternatives: list[Node] = []
    together: list[tuple[Node, bool]] = []
    negated = explicit = False
    for item in [*settle(items, note, word), Operator("OR", "")]:
        if not isinstance(item, Operator):
            if not isinstance(item, Nothing):
                together.append((negation(item) if negated else item, explicit or negated))
            negated = explicit = False
        elif item.name == "NOT":
            negated = not negated
        elif item.name == "AND":
            explicit = True
            if together:
                together[-1] = (together[-1][0], True)
        else:
            alternatives += conjunction(together, note, keep_stop_words)
            together, negated, explicit = [], False, False
    if not alternatives:
        return NOTHING
    return alternatives[0] if len(alternatives) == 1 else Any(tuple(_flat(alternatives, Any)))


def settle(items: Sequence[Item], note: Note, word: MakeWord) -> list[Item]:
    """`items` with every NEAR made a node, and every operator that lacks an operand made the word it also is."""
    settled: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        if not isinstance(item, Operator):
            settled.append(item)
            continue
        following = items[place] if place < len(items) else None
        if item.name == "NEAR":
            if near := _near(settled[-1] if settled else None, following, item.distance):
                settled[-1] = near
                place += 1
                continue
            fits = False
        else:
            right = following is not None and (not isinstance(following, Operator) or following.name == "NOT")
            left = bool(settled) and not isinstance(settled[-1], Operator)
            fits = right and (left or item.name == "NOT")
        if fits:
            settled.append(item)
        elif item.text != "-":
            note(f"{item.text} has nothing to join and was taken as a word")
            settled.append(word(item.text))
    return settled


def conjunction(parts: list[tuple[Node, bool]], note: Note, keep_stop_words: bool) -> list[Node]:
    """The node of parts that must all hold, none if there are none; (part, joined by an operator) each.

    Stop words that merely stand beside other words go, unless no other word is left.
    """
    kept = [part for part, explicit in parts if explicit or not _is_stop_word(part)]
    if len(kept) < len(parts):
        if keep_stop_words or all(isinstance(part, Not) for part in kept):
            kept = [part for part, _ in parts]
        else:
            gone = [part.text for part, explicit in parts if isinstance(part, Words) and part not in kept]
            note(f"left out, as nearly every article has it: {', '.join(gone)}")
    if len(kept) < 2:
        return kept
    return [All(tuple(_flat(kept, All)))]


def negation(node: Node) -> Node:
    """NOT `node`; of a NOT, what it denies."""
    return node.part if isinstance(node, Not) else Not(node)


def _near(left: Item | None, right: Item | None, distance: int) -> Near | None:
    """`left NEAR right`, where both are words without a field."""
    parts = left.parts if isinstance(left, Near) and left.distance == distance else (left,)
    words = [part for part in (*parts, right) if isinstance(part, Words) and part.field is None]
    return Near(tuple(words), distance) if len(words) == len(parts) + 1 else None


def _is_stop_word(node: Node) -> bool:
    if not isinstance(node, Words) or node.field or node.prefix or node.quoted:
        return False
    # In capitals it is a name: vitamin A, IT.
    return not node.text.isupper() and node.text.lower().strip(".,;:!?'") in STOP_WORDS


def _flat(parts: list[Node], kind: type[All] | type[Any]) -> list[Node]:
    """`parts` with those that are of `kind` themselves opened: (a AND b) AND c is a AND b AND c."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, kind):
            flat += part.parts
        else:
            flat.append(part)
    return flat
