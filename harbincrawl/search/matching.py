"""From the tree of a query to SQLite: FTS5 expressions printed from the tree, and SQL for what FTS5 cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .days import key_range
from .prefixes import broadened, completions
from .tree import All, Any, Days, InSection, Near, Node, Not, Words

IN_INDEX = "a.key IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
IN_SECTION = "(a.section_path = ? COLLATE NOCASE OR a.section_path LIKE ? ESCAPE '\\' OR a.section = ? COLLATE NOCASE)"
"""SQL: an article is in the section that `section_values` names."""
HOLDS = "holds(?, a.title, a.body, a.captions, a.author, a.source)"
"""SQL of `--exact`: the part of the given number holds; the function is made by harbincrawl.search.exact."""

Value = str | int | float


class Matching(NamedTuple):
    """What a tree asks of the index and of the articles; all of it must hold."""

    match: str | None = None
    """The FTS5 expression; None: the index is not asked."""
    ranked: bool = False
    """True where `match` holds words that hits can be ranked by."""
    title: str | None = None
    """The same with the title alone for every part that names no field; None where it would say nothing new."""
    any_title: str | None = None
    """Some part without a field is found in the title."""
    where: tuple[str, ...] = ()
    """SQL conditions on `articles AS a`."""
    values: tuple[Value, ...] = ()
    keys: tuple[int, int] | None = None
    """First and last `articles.key`."""
    leaves: tuple[Words | Near, ...] = ()
    """The words and phrases that are wanted, not those behind a NOT."""
    exact: tuple[Words | Near, ...] = ()
    """With --exact: the parts that `holds` knows by number."""


def match_tree(tree: Node | None, *, exact: bool = False) -> Matching:
    """What `tree` asks. A tree that is None (no word in the text) matches nothing."""
    if tree is None:
        return Matching(where=("0",))
    parts = tree.parts if isinstance(tree, All) else (tree,)
    asked: list[Node] = []
    where: list[str] = []
    values: list[Value] = []
    keys: tuple[int, int] | None = None
    parts_by_text: list[Words | Near] | None = [] if exact else None
    for part in parts:
        if isinstance(part, Days):
            keys = overlap(keys, key_range(part.since, part.until))
        elif not exact and is_plain(part):
            asked.append(part)
        else:
            sql, own = condition(part, parts_by_text)
            where.append(sql)
            values += own
            # The stem is found wherever the exact word stands, so the index narrows the choice before texts are read.
            if exact and (stems := wanted(part)) is not None:
                asked.append(broad(stems))
    if asked and all(isinstance(part, Not) for part in asked):
        for part in asked:
            sql, own = condition(part, None)
            where.append(sql)
            values += own
        asked = []
    narrowed = All(tuple(asked)) if len(asked) > 1 else asked[0] if asked else None
    leaves = tuple(wanted_leaves(tree))
    titles = [leaf for leaf in leaves if leaf.field is None] if narrowed else []
    return Matching(
        match=expression(narrowed) if narrowed else None,
        ranked=narrowed is not None,
        title=expression(narrowed, title=True) if narrowed and titles else None,
        any_title=expression(Any(tuple(titles)), title=True) if titles else None,
        where=tuple(where),
        values=tuple(values),
        keys=keys,
        leaves=leaves,
        exact=tuple(parts_by_text or ()),
    )


def is_plain(node: Node) -> bool:
    """True where FTS5 can say `node`, or can say what a NOT denies."""
    return _is_positive(node.part) if isinstance(node, Not) else _is_positive(node)


def _is_positive(node: Node) -> bool:
    """True where FTS5 can say `node` by itself: its NOT needs something to take away from."""
    if isinstance(node, All):
        return all(map(is_plain, node.parts)) and not all(isinstance(part, Not) for part in node.parts)
    if isinstance(node, Any):
        return all(map(_is_positive, node.parts))
    return isinstance(node, Words | Near)


def expression(node: Node, *, title: bool = False) -> str:
    """FTS5 syntax of a plain node; with `title`, wanted parts that name no field are looked for in titles only."""
    if isinstance(node, Words | Near):
        field = node.field or ("title" if title else None)
        text = _near(node) if isinstance(node, Near) else _words(node)
        if isinstance(node, Words) and node.prefix and (whole := completions(node.text)):
            text = f"({' OR '.join([text, *(_words(Words(each)) for each in whole)])})"
        return f"{field} : {text}" if field else text
    if isinstance(node, Any):
        return "(" + " OR ".join(expression(part, title=title) for part in node.parts) + ")"
    if isinstance(node, All):
        text = " AND ".join(expression(part, title=title) for part in node.parts if not isinstance(part, Not))
        if denied := [expression(part.part) for part in node.parts if isinstance(part, Not)]:
            return f"(({text}) NOT ({' OR '.join(denied)}))"
        return f"({text})"
    raise TypeError(f"{node!r} is not for the index")


def _words(node: Words) -> str:
    return '"' + node.text.replace('"', " ") + '"' + (" *" if node.prefix else "")


def _near(node: Near) -> str:
    return f"NEAR({' '.join(map(_words, node.parts))}, {node.distance})"


def condition(node: Node, exact: list[Words | Near] | None) -> tuple[str, list[Value]]:
    """SQL of any node on `articles AS a`; with a list in `exact`, words are read in the texts and added to the list."""
    if isinstance(node, InSection):
        return IN_SECTION, list(section_values(node.name))
    if isinstance(node, Days):
        first, last = key_range(node.since, node.until) or (0, 0)
        return "a.key BETWEEN ? AND ?", [first, last]
    if isinstance(node, Not):
        sql, values = condition(node.part, exact)
        return f"NOT {sql}", values
    if isinstance(node, Words | Near) and exact is not None:
        exact.append(node)
        return HOLDS, [len(exact) - 1]
    if exact is None and _is_positive(node):
        return IN_INDEX, [expression(node)]
    parts = node.parts if isinstance(node, All | Any) else ()
    inner = [condition(part, exact) for part in parts]
    joined = (" AND " if isinstance(node, All) else " OR ").join(sql for sql, _ in inner)
    return f"({joined})", [value for _, own in inner for value in own]


def wanted(node: Node) -> Node | None:
    """`node` without what it denies and without sections and days: all that the index must find; None: nothing."""
    if isinstance(node, Words | Near):
        return node
    if isinstance(node, All):
        kept = [part for part in map(wanted, node.parts) if part]
        return (All(tuple(kept)) if len(kept) > 1 else kept[0]) if kept else None
    if isinstance(node, Any):
        choices = [wanted(part) for part in node.parts]
        kept = [part for part in choices if part]
        # One way that the index cannot see leaves the choice open.
        return Any(tuple(kept)) if len(kept) == len(choices) else None
    return None


def broad(node: Node) -> Node:
    """`node` with beginnings of words so short that the stems of all those words have them."""
    if isinstance(node, Words):
        return _broad_words(node)
    if isinstance(node, Near):
        return node._replace(parts=tuple(map(_broad_words, node.parts)))
    if isinstance(node, All | Any):
        return node._replace(parts=tuple(map(broad, node.parts)))
    return node


def _broad_words(node: Words) -> Words:
    return node._replace(text=broadened(node.text)) if node.prefix else node


def wanted_leaves(node: Node) -> Iterator[Words | Near]:
    """The words and phrases of `node` that are not behind a NOT."""
    if isinstance(node, Words | Near):
        yield node
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from wanted_leaves(part)


def overlap(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    """The keys that are in both ranges; None: no bounds. A range that ends before it begins holds nothing."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])


def section_values(name: str) -> tuple[str, str, str]:
    """The parameters of IN_SECTION: the path, a pattern for what is below it, the label."""
    path = name.strip().strip("/")
    below = re.sub(r"([\\%_])", r"\\\1", path) + "/%"
    return path, below, name.strip()


class Choice(NamedTuple):
    """Filters and a query as SQL: which articles are meant."""

    matching: Matching
    where: tuple[str, ...]
    """Conditions on `articles AS a`, the query's own included."""
    values: tuple[Value, ...]
    keys: tuple[int, int] | None

    def tables(self, *, articles: bool = False) -> str:
        """SQL after FROM: the index where it is asked, and `articles AS a` where it is needed or wanted.

        CROSS JOIN keeps SQLite from asking the index once for each article, which never ends.
        """
        if self.matching.match is None:
            return "articles AS a"
        return (
            "articles_fts CROSS JOIN articles AS a ON a.key = articles_fts.rowid"
            if articles or self.where
            else "articles_fts"
        )

    @property
    def key(self) -> str:
        """SQL of the key of a row of `tables`; ordering by it is a walk of the index."""
        return "a.key" if self.matching.match is None else "articles_fts.rowid"

    def conditions(self, match: str | None = None) -> tuple[str, list[Value]]:
        """(SQL from WHERE on, its values); `match` in place of the query's own expression."""
        where = list(self.where)
        values = list(self.values)
        if self.keys:
            where.insert(0, f"{self.key} BETWEEN ? AND ?")
            values[:0] = self.keys
        if self.matching.match is not None:
            where.insert(0, "articles_fts MATCH ?")
            values.insert(0, match or self.matching.match)
        return " WHERE " + " AND ".join(where or ["1"]), values
