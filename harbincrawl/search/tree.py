"""The tree of a query: its nodes, a node as text, and how the items between two brackets are joined into a node."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

NEAR_DISTANCE = 10
"""The default distance, as in FTS5."""

STOP_WORDS = frozenset(
    (
        "a an and are as at be been but by for from had has have he in into is it its of on or that the their they"
        " this to was were which will with"
    ).split(" ")
)
"""Words of nearly every article: beside other words they do not narrow a search, and they are slow to rank."""


WORD = re.compile(r"[^\W_]+")
"""A word as the index has it: letters and digits of any script."""
_SPECIAL = re.compile(r"(?:AND|OR|NOT)$|[^\W\d]\w*:")
"""What a word begins with that is read as something else."""


class Phrase(NamedTuple):
    """A word, or several words that must follow each other."""

    text: str
    field: str | None = None
    """A column of the index (`title`); None: any column."""
    prefix: bool = False
    """The last word is a prefix."""
    quoted: bool = False


class Near(NamedTuple):
    """Words or phrases with at most `distance` words between them, in any order."""

    parts: tuple[Phrase, ...]
    distance: int
    field: str | None = None


class InSection(NamedTuple):
    """Articles of a section, by path prefix or label."""

    name: str


class Days(NamedTuple):
    """Articles from one day to another, in the formats of `--since`; None: no limit."""

    since: str | None
    until: str | None


class HasValue(NamedTuple):
    """Articles by `id`, by `status`, or by a part of their `url`."""

    name: str
    value: str


class All(NamedTuple):
    """AND: all parts must match."""

    parts: tuple[Node, ...]


class Any(NamedTuple):
    """OR: at least one part must match."""

    parts: tuple[Node, ...]


class Not(NamedTuple):
    """NOT: the part must not match."""

    part: Node


Node: TypeAlias = Phrase | Near | InSection | Days | HasValue | All | Any | Not


def write_query(node: Node, inside: str = "") -> str:
    """`node` in the query language, with all operators; `inside` is the operator around it."""
    if isinstance(node, Phrase):
        # What is spelled as an operator or a field is a word only in quotes.
        text = f'"{node.text}"' if node.quoted or _SPECIAL.match(node.text) else node.text
        return (f"{node.field}:" if node.field else "") + text + ("*" if node.prefix else "")
    if isinstance(node, Near):
        words = " ".join(map(write_query, node.parts))
        return (f"{node.field}:" if node.field else "") + f"NEAR({words}, {node.distance})"
    if isinstance(node, InSection):
        return f'section:"{node.name}"' if " " in node.name else f"section:{node.name}"
    if isinstance(node, HasValue):
        return f"{node.name}:{node.value}"
    if isinstance(node, Days):
        days = node.since if node.since == node.until else f"{node.since or ''}..{node.until or ''}"
        return f"date:{days}"
    if isinstance(node, Not):
        return f"NOT {write_query(node.part, 'NOT')}"
    name = "AND" if isinstance(node, All) else "OR"
    text = f" {name} ".join(write_query(part, name) for part in node.parts)
    return f"({text})" if inside else text


def list_section_names(node: Node | None) -> list[str]:
    """The names of all sections that the query asks for, those after NOT included."""
    if isinstance(node, InSection):
        return [node.name]
    if isinstance(node, Not):
        return list_section_names(node.part)
    parts = node.parts if isinstance(node, All | Any) else ()
    return [name for part in parts for name in list_section_names(part)]


class Operator(NamedTuple):
    """AND, OR, NOT or `-`; `text` is as typed."""

    name: str
    text: str


class Nothing(NamedTuple):
    """An operand without a word, such as `&` or `()`. It is dropped when the items are joined."""


NOTHING = Nothing()
Item: TypeAlias = Node | Operator | Nothing
MakeWord: TypeAlias = Callable[[str], Item]


def join(items: Sequence[Item], word: MakeWord, *, keep_stop_words: bool = False) -> Node | Nothing:
    """The node of `items`. As in FTS5, OR binds weakest, NOT strongest, and two items side by side are an AND.

    An operator that has nothing to join is left out; where nothing else is there, `word` makes an operand of it.
    """
    alternatives: list[Node] = []
    together: list[tuple[Node, bool]] = []
    negated = explicit = False
    for item in [*drop_operators(items, word), Operator("OR", "")]:
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
            alternatives += join_all(together, keep_stop_words)
            together, negated, explicit = [], False, False
    if not alternatives:
        return NOTHING
    choices = drop_repeated(_flatten(alternatives, Any))
    return choices[0] if len(choices) == 1 else Any(tuple(choices))


def drop_operators(items: Sequence[Item], word: MakeWord) -> list[Item]:
    """`items` without operators that have nothing to join; where nothing else is there, these are words."""
    only_operators = all(isinstance(item, Operator | Nothing) for item in items)
    kept: list[Item] = []
    for at, item in enumerate(items):
        if not isinstance(item, Operator):
            kept.append(item)
            continue
        following = items[at + 1] if at + 1 < len(items) else None
        right = following is not None and (not isinstance(following, Operator) or following.name == "NOT")
        left = bool(kept) and not isinstance(kept[-1], Operator)
        if right and (left or item.name == "NOT"):
            kept.append(item)
        elif only_operators and item.text != "-":
            kept.append(word(item.text))
    return kept


def join_all(parts: list[tuple[Node, bool]], keep_stop_words: bool) -> list[Node]:
    """One node that joins all parts by AND, in a list; empty without parts. Each part is (node, has an operator).

    Stop words without an operator are left out, unless no other word is left.
    """
    kept = [part for part, explicit in parts if explicit or not _is_stop_word(part)]
    if keep_stop_words or all(isinstance(part, Not) for part in kept):
        kept = [part for part, _ in parts]
    wanted = drop_repeated(_flatten(kept, All))
    return wanted if len(wanted) < 2 else [All(tuple(wanted))]


def drop_repeated(parts: Sequence[Node]) -> list[Node]:
    """Each of `parts` once: a word that is typed five hundred times costs what it costs once."""
    return list({write_query(part, "AND"): part for part in reversed(parts)}.values())[::-1]


def negate(node: Node) -> Node:
    """NOT `node`; for a NOT, its part."""
    return node.part if isinstance(node, Not) else Not(node)


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
