"""The tree of a query: its nodes, and how one reads in words."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Words(NamedTuple):
    """A word, or several that must follow each other."""

    text: str
    field: str | None = None
    """A column of the index (`title`), or None: any."""
    prefix: bool = False
    """The last word may go on."""
    quoted: bool = False


class Near(NamedTuple):
    """Words or phrases with at most `distance` words between them, in any order."""

    parts: tuple[Words, ...]
    distance: int
    field: str | None = None


class InSection(NamedTuple):
    """Articles of a section, by path prefix or label."""

    name: str


class Days(NamedTuple):
    """Articles from one day to another, both in the forms of `--since`; None: open."""

    since: str | None
    until: str | None


class All(NamedTuple):
    """AND: every part holds."""

    parts: tuple[Node, ...]


class Any(NamedTuple):
    """OR: at least one part holds."""

    parts: tuple[Node, ...]


class Not(NamedTuple):
    """The part does not hold."""

    part: Node


Node: TypeAlias = Words | Near | InSection | Days | All | Any | Not


def phrase(node: Node, inside: str = "") -> str:
    """How `node` reads in the language of queries, operators written out; `inside`: the one around it."""
    if isinstance(node, Words):
        text = f'"{node.text}"' if node.quoted else node.text
        return (f"{node.field}:" if node.field else "") + text + ("*" if node.prefix else "")
    if isinstance(node, Near):
        words = " ".join(map(phrase, node.parts))
        return (f"{node.field}:" if node.field else "") + f"NEAR({words}, {node.distance})"
    if isinstance(node, InSection):
        return f'section:"{node.name}"' if " " in node.name else f"section:{node.name}"
    if isinstance(node, Days):
        days = node.since if node.since == node.until else f"{node.since or ''}..{node.until or ''}"
        return f"date:{days}"
    if isinstance(node, Not):
        return f"NOT {phrase(node.part, 'NOT')}"
    name = "AND" if isinstance(node, All) else "OR"
    text = f" {name} ".join(phrase(part, name) for part in node.parts)
    return f"({text})" if inside else text
