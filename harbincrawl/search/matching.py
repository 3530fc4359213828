"""From the tree of a query to SQL: FTS5 expressions, and SQL conditions for what FTS5 cannot express.

The index has stems: `festiva*` must find "festival", which it holds as `festiv`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import BITS_FOR_NUMBER, LONGEST_ID
from harbincrawl.search.days import read_key_range

from .tree import All, Any, Days, HasValue, InSection, Near, Node, Not, Phrase

IN_INDEX = "a.key IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
IN_SECTION = "(a.section_path = ? COLLATE NOCASE OR a.section_path LIKE ? ESCAPE '\\' OR a.section = ? COLLATE NOCASE)"
"""SQL: the article is in the section given by `make_section_values`."""
HAS_VALUE = {"id": f"? IN (a.id, {SITE_NAME} || ':' || a.id)", "status": "a.status = ?", "url": "instr(a.url, ?)"}
"""SQL of the fields that are no texts."""
HOLDS = "holds(?, a.title, a.body, a.captions, a.author, a.source)"
"""SQL of `--exact`: the article contains the part that `write_part` wrote (function of `.exact`)."""

ID_ORDER = (
    f"""iif(a.id GLOB '*[^0-9]*', '1', '0' || substr('{"0" * LONGEST_ID}' || a.id, -{LONGEST_ID})) || '/' || a.id"""
)
"""SQL of a text that orders ids: as numbers, and those that are none behind them as text."""
PLACE = f"printf('%07d/', a.key >> {BITS_FOR_NUMBER}) || coalesce(a.created, '~') || '/' || {ID_ORDER}"
"""SQL of a text that orders articles by their day, then by the day in the address, then by the id."""

Value = str | int | float

_SUFFIXES = (
    "al als able ably ance ances ant ate ated ates ating ation ational ations ed ement ence ences ent er ers es ful"
    " ible ic ical ically ied ies ing ings ion ions ism ist ity ities ive ization ize ized izing ly ment ments ness"
    " ous y"
).split(" ")
"""Suffixes that the Porter stemmer removes."""
_LAST_WORD = re.compile(r"[^\W_]+(?=[\W_]*$)")
_DOUBLED = re.compile(r"([bdfgklmnprstvz])\1$")
_SHORTEST = 4
"""A shorter prefix is also a prefix of the stem."""


class Matching(NamedTuple):
    """The conditions of a tree on the index and on the articles, joined by AND."""

    match: str | None = None
    """The FTS5 expression; None: the index is not used."""
    ranked: bool = False
    """True if `match` contains words for ranking."""
    title: str | None = None
    """`match` with every part without a field restricted to the title; None if no part is without a field."""
    any_title: str | None = None
    """FTS5 expression: some part without a field is in the title."""
    where: tuple[str, ...] = ()
    """SQL conditions on `articles AS a`."""
    values: tuple[Value, ...] = ()
    keys: tuple[int, int] | None = None
    """First and last `articles.key`."""
    leaves: tuple[Phrase | Near, ...] = ()
    """The words and phrases that must be found, without those after NOT."""


def match_tree(tree: Node | None, *, exact: bool = False) -> Matching:
    """The conditions of `tree`. None (a text without words) matches nothing.

    `exact` matches words as they are written, not by their stems.
    """
    if tree is None:
        return Matching(where=("0",))
    parts = tree.parts if isinstance(tree, All) else (tree,)
    in_index: list[Node] = []
    where: list[str] = []
    values: list[Value] = []
    keys: tuple[int, int] | None = None
    for part in parts:
        if isinstance(part, Days):
            keys = intersect_keys(keys, read_key_range(part.since, part.until))
        elif not exact and is_plain(part):
            in_index.append(part)
        else:
            sql, own = write_condition(part, exact=exact)
            where.append(sql)
            values += own
            # Every text with the exact word also has its stem, so the index can select candidates first.
            if exact and (stems := keep_wanted(part)) is not None:
                in_index.append(broaden(stems))
    if in_index and all(isinstance(part, Not) for part in in_index):
        for part in in_index:
            sql, own = write_condition(part)
            where.append(sql)
            values += own
        in_index = []
    narrowed = All(tuple(in_index)) if len(in_index) > 1 else in_index[0] if in_index else None
    leaves = tuple(list_wanted_leaves(tree))
    titles = [leaf for leaf in leaves if leaf.field is None] if narrowed else []
    return Matching(
        match=write_expression(narrowed) if narrowed else None,
        ranked=narrowed is not None,
        title=write_expression(narrowed, title=True) if narrowed and titles else None,
        any_title=write_expression(Any(tuple(titles)), title=True) if titles else None,
        where=tuple(where),
        values=tuple(values),
        keys=keys,
        leaves=leaves,
    )


def is_plain(node: Node) -> bool:
    """True if FTS5 can express `node`, or the part of a NOT."""
    return _is_positive(node.part) if isinstance(node, Not) else _is_positive(node)


def _is_positive(node: Node) -> bool:
    """True if FTS5 can express `node` alone: in FTS5, NOT is an operator with two operands."""
    if isinstance(node, All):
        return all(map(is_plain, node.parts)) and not all(isinstance(part, Not) for part in node.parts)
    if isinstance(node, Any):
        return all(map(_is_positive, node.parts))
    return isinstance(node, Phrase | Near)


def write_expression(node: Node, *, title: bool = False) -> str:
    """The FTS5 expression of a plain node; with `title`, parts without a field must be in the title."""
    if isinstance(node, Phrase | Near):
        field = node.field or ("title" if title else None)
        text = _write_near(node) if isinstance(node, Near) else _write_words(node)
        if isinstance(node, Phrase) and node.prefix and (whole := list_completions(node.text)):
            text = f"({' OR '.join([text, *(_write_words(Phrase(each)) for each in whole)])})"
        return f"{field} : {text}" if field else text
    if isinstance(node, Any):
        return "(" + " OR ".join(write_expression(part, title=title) for part in node.parts) + ")"
    if isinstance(node, All):
        text = " AND ".join(write_expression(part, title=title) for part in node.parts if not isinstance(part, Not))
        if denied := [write_expression(part.part) for part in node.parts if isinstance(part, Not)]:
            return f"(({text}) NOT ({' OR '.join(denied)}))"
        return f"({text})"
    raise TypeError(f"FTS5 cannot express {node!r}")


def _write_words(node: Phrase) -> str:
    return '"' + node.text.replace('"', " ") + '"' + (" *" if node.prefix else "")


def _write_near(node: Near) -> str:
    return f"NEAR({' '.join(map(_write_words, node.parts))}, {node.distance})"


def write_condition(node: Node, *, exact: bool = False) -> tuple[str, list[Value]]:
    """(SQL condition of any node on `articles AS a`, its values); with `exact`, words are compared in the texts."""
    if isinstance(node, InSection):
        return IN_SECTION, list(make_section_values(node.name))
    if isinstance(node, HasValue):
        return HAS_VALUE[node.name], [node.value]
    if isinstance(node, Days):
        first, last = read_key_range(node.since, node.until) or (0, 0)
        return "a.key BETWEEN ? AND ?", [first, last]
    if isinstance(node, Not):
        sql, values = write_condition(node.part, exact=exact)
        return f"NOT {sql}", values
    if isinstance(node, Phrase | Near) and exact:
        return HOLDS, [write_part(node)]
    if not exact and _is_positive(node):
        return IN_INDEX, [write_expression(node)]
    parts = node.parts if isinstance(node, All | Any) else ()
    inner = [write_condition(part, exact=exact) for part in parts]
    joined = (" AND " if isinstance(node, All) else " OR ").join(sql for sql, _ in inner)
    return f"({joined})", [value for _, own in inner for value in own]


def write_part(node: Phrase | Near) -> str:
    """A word, a phrase or a NEAR group as a text of SQL; `read_part` reads it."""
    return json.dumps(node)


def read_part(text: str) -> Phrase | Near:
    """What `write_part` wrote."""
    first, *rest = json.loads(text)
    return Phrase(first, *rest) if isinstance(first, str) else Near(tuple(Phrase(*each) for each in first), *rest)


def keep_wanted(node: Node) -> Node | None:
    """`node` without NOT parts, sections, days and values: what the index must find. None: nothing."""
    if isinstance(node, Phrase | Near):
        return node
    if isinstance(node, All):
        kept = [part for part in map(keep_wanted, node.parts) if part]
        return (All(tuple(kept)) if len(kept) > 1 else kept[0]) if kept else None
    if isinstance(node, Any):
        choices = [keep_wanted(part) for part in node.parts]
        kept = [part for part in choices if part]
        # If the index cannot narrow one alternative, it cannot narrow the whole OR.
        return Any(tuple(kept)) if len(kept) == len(choices) else None
    return None


def broaden(node: Node) -> Node:
    """`node` with prefixes shortened until the stems of all their words have them."""
    if isinstance(node, Phrase):
        return _broaden_words(node)
    if isinstance(node, Near):
        return node._replace(parts=tuple(map(_broaden_words, node.parts)))
    if isinstance(node, All | Any):
        return node._replace(parts=tuple(map(broaden, node.parts)))
    return node


def _broaden_words(node: Phrase) -> Phrase:
    return node._replace(text=shorten_prefix(node.text)) if node.prefix else node


def list_wanted_leaves(node: Node) -> Iterator[Phrase | Near]:
    """The words and phrases of `node`, without those after NOT."""
    if isinstance(node, Phrase | Near):
        yield node
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from list_wanted_leaves(part)


def intersect_keys(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    """The intersection of two ranges of keys; None: no bounds. A range that ends before it begins is empty."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])


def make_section_values(name: str) -> tuple[str, str, str]:
    """The parameters of IN_SECTION: the path, a LIKE pattern for the paths below it, the label."""
    path = name.strip().strip("/")
    below = re.sub(r"([\\%_])", r"\\\1", path) + "/%"
    return path, below, name.strip()


def list_completions(text: str) -> list[str]:
    """Possible completions of the last word of `text`, one for each suffix that the stemmer would remove.

    What follows that word is left out: it has no letter and no digit, so the index knows nothing of it. FTS5 compares a
    prefix with stems. If the prefix reaches into a suffix, only a complete word has the right stem.
    """
    match = _LAST_WORD.search(text)
    if match is None or len(match[0]) < _SHORTEST or not match[0].isascii():
        return []
    head, word = text[: match.start()], match[0].lower()
    completed = [
        word + suffix[cut:]
        for suffix in _SUFFIXES
        for cut in range(1, len(suffix))
        if word.endswith(suffix[:cut]) and len(word) - cut >= 3
    ]
    if _DOUBLED.search(word):
        completed.append(word + "ing")
    return [head + each for each in dict.fromkeys(completed)]


def shorten_prefix(text: str) -> str:
    """`text` with the last word shortened to a prefix that the stems of all its completions have."""
    match = _LAST_WORD.search(text)
    # The Porter stemmer does not change the first two letters of a word.
    return text[: match.start()] + match[0][:2] if match else text
