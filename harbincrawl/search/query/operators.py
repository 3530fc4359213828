"""Joining the items between two brackets of a query into one node: AND, OR, NOT, NEAR, and stop words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from .tree import All, Any, Near, Node, Not, Phrase

NEAR_DISTANCE = 10
"""The default distance, as in FTS5."""

STOP_WORDS = frozenset(
    (
        "a an and are as at be been but by for from had has have he in into is it its of on or that the their they"
        " this to was were which will with"
    ).split(" ")
)
"""Words of nearly every article: beside other words they do not narrow a search, and they are slow to rank."""


class Operator(NamedTuple):
    """AND, OR, NOT, `-` or NEAR; `text` is as typed."""

    name: str
    text: str
    distance: int = NEAR_DISTANCE


class Nothing(NamedTuple):
    """An operand without a word, such as `&` or `()`. It is dropped when the items are joined."""


NOTHING = Nothing()
Item: TypeAlias = Node | Operator | Nothing
Note: TypeAlias = Callable[[str], None]
MakeWord: TypeAlias = Callable[[str], Item]


def join(items: Sequence[Item], note: Note, word: MakeWord, *, keep_stop_words: bool = False) -> Node | Nothing:
    """The node of `items`. As in FTS5, OR binds weakest, NOT strongest, and two items side by side are an AND.

    `word` makes an operand from an operator that has nothing to join.
    """
    alternatives: list[Node] = []
    together: list[tuple[Node, bool]] = []
    negated = explicit = False
    for item in [*resolve_operators(items, note, word), Operator("OR", "")]:
        if not isinstance(item, Operator):
            if not isinstance(item, Nothing):
                together.append((negate(item) if negated else item, explicit or negated))
            negated = explicit = False
        elif item.name == "NOT":
            negated = not negated
        elif item.name == "AND":
            explicit = True
            if together:
                together[-1] = (together[-1][0], True)
        else:
            alternatives += join_all(together, note, keep_stop_words)
            together, negated, explicit = [], False, False
    if not alternatives:
        return NOTHING
    return alternatives[0] if len(alternatives) == 1 else Any(tuple(_flatten(alternatives, Any)))


def resolve_operators(items: Sequence[Item], note: Note, word: MakeWord) -> list[Item]:
    """`items` with each NEAR made a node, and each operator without operands made a word."""
    resolved: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        if not isinstance(item, Operator):
            resolved.append(item)
            continue
        following = items[place] if place < len(items) else None
        if item.name == "NEAR":
            if near := _make_near(resolved[-1] if resolved else None, following, item.distance):
                resolved[-1] = near
                place += 1
                continue
            fits = False
        else:
            right = following is not None and (not isinstance(following, Operator) or following.name == "NOT")
            left = bool(resolved) and not isinstance(resolved[-1], Operator)
            fits = right and (left or item.name == "NOT")
        if fits:
            resolved.append(item)
        elif item.text != "-":
            note(f"{item.text} has nothing to join and was read as a word")
            resolved.append(word(item.text))
    return resolved


def join_all(parts: list[tuple[Node, bool]], note: Note, keep_stop_words: bool) -> list[Node]:
    """One node that joins all parts by AND, in a list; empty without parts. Each part is (node, has an operator).

    Stop words without an operator are left out, unless no other word is left.
    """
    kept = [part for part, explicit in parts if explicit or not _is_stop_word(part)]
    if len(kept) < len(parts):
        if keep_stop_words or all(isinstance(part, Not) for part in kept):
            kept = [part for part, _ in parts]
        else:
            left_out = [part.text for part, explicit in parts if isinstance(part, Phrase) and part not in kept]
            note(f"ignored, because nearly every article contains it: {', '.join(left_out)}")
    if len(kept) < 2:
        return kept
    return [All(tuple(_flatten(kept, All)))]


def negate(node: Node) -> Node:
    """NOT `node`; for a NOT, its part."""
    return node.part if isinstance(node, Not) else Not(node)


def _make_near(left: Item | None, right: Item | None, distance: int) -> Near | None:
    """The node of `left NEAR right`; None unless both are words without a field."""
    parts = left.parts if isinstance(left, Near) and left.distance == distance else (left,)
    words = [part for part in (*parts, right) if isinstance(part, Phrase) and part.field is None]
    return Near(tuple(words), distance) if len(words) == len(parts) + 1 else None


def _is_stop_word(node: Node) -> bool:
    if not isinstance(node, Phrase) or node.field or node.prefix or node.quoted:
        return False
    # In capitals it is probably a name: vitamin A, IT.
    return not node.text.isupper() and node.text.lower().strip(".,;:!?'") in STOP_WORDS


def _flatten(parts: list[Node], kind: type[All] | type[Any]) -> list[Node]:
    """`parts` with nested nodes of `kind` replaced by their parts: (a AND b) AND c becomes a AND b AND c."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, kind):
            flat += part.parts
        else:
            flat.append(part)
    return flat
