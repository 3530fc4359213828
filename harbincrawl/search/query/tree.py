"""The tree of a query: its nodes, and a node as text."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


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
        text = f'"{node.text}"' if node.quoted else node.text
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
