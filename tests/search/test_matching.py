"""Trees as FTS5 expressions and SQL: they are valid and mean what the tree means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.grammar import ParsedQuery
from harbincrawl.search.matching import match_tree
from harbincrawl.search.tree import All, Any, Near, Node, Not, Phrase

LETTERS = ("a1", "b1", "c1")
LEAVES = st.sampled_from([Phrase(letter) for letter in LETTERS]) | st.sampled_from(
    [Phrase("a1", "title"), Phrase("b1", "body"), Near((Phrase("a1"), Phrase("b1")), 5)]
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(All, st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Any, st.lists(parts, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """All texts of up to three of the letters in title and body."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE articles (key INTEGER PRIMARY KEY, title, body);"
        "CREATE VIRTUAL TABLE articles_fts USING fts5(title, body, captions, author, source);"
    )
    for bits in range(64):
        title = " ".join(letter for place, letter in enumerate(LETTERS) if bits >> place & 1)
        body = " ".join(letter for place, letter in enumerate(LETTERS) if bits >> (place + 3) & 1)
        connection.execute("INSERT INTO articles VALUES (?, ?, ?)", (bits, title, body))
        connection.execute("INSERT INTO articles_fts (rowid, title, body) VALUES (?, ?, ?)", (bits, title, body))
    yield connection
    connection.close()


def holds(node: Node, title: list[str], body: list[str]) -> bool:
    """The meaning of a tree in plain Python."""
    if isinstance(node, Phrase):
        texts = {"title": title, "body": body, None: title + body}[node.field]
        return node.text in texts
    if isinstance(node, Near):
        return any(all(part.text in text for part in node.parts) for text in (title, body))
    if isinstance(node, Not):
        return not holds(node.part, title, body)
    assert isinstance(node, All | Any)
    parts = [holds(part, title, body) for part in node.parts]
    return all(parts) if isinstance(node, All) else any(parts)


def found(index: sqlite3.Connection, choice: ArticleCondition, match: str | None = None) -> set[int]:
    chosen = choice._replace(matching=choice.matching._replace(match=match)) if match else choice
    where, values = chosen.write_conditions()
    return {key for (key,) in index.execute(f"SELECT {choice.key} FROM {choice.tables()}{where}", values)}


@given(tree=TREES)
def test_sql_finds_what_the_tree_means(index: sqlite3.Connection, tree: Node) -> None:
    matching = match_tree(tree)
    choice = ArticleCondition(matching, matching.where, matching.values, matching.keys, ParsedQuery("", tree))
    expected = {
        key
        for key, title, body in index.execute("SELECT key, title, body FROM articles")
        if holds(tree, title.split(), body.split())
    }
    assert found(index, choice) == expected


@given(tree=TREES)
def test_the_title_expression_finds_a_part_of_the_hits(index: sqlite3.Connection, tree: Node) -> None:
    matching = match_tree(tree)
    choice = ArticleCondition(matching, matching.where, matching.values, matching.keys, ParsedQuery("", tree))
    if matching.title:
        assert found(index, choice, matching.title) <= found(index, choice)
