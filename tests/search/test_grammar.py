"""Any text is a query: how each is parsed, and that its tree means the same as SQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.grammar import ParsedQuery, read_query
from harbincrawl.search.matching import match_tree
from harbincrawl.search.tree import All, Any, Near, Node, Not, Phrase, write_query

PARSED = {
    "metro line": "metro AND line",
    '"metro line" opens': '"metro line" AND opens',
    "“metro line”": '"metro line"',
    "metro OR bus tram": "metro OR (bus AND tram)",
    "(metro OR bus) tram": "(metro OR bus) AND tram",
    "metro AND bus": "metro AND bus",
    "metro -bus": "metro AND NOT bus",
    "metro NOT bus": "metro AND NOT bus",
    "-bus": "NOT bus",
    "NOT NOT bus": "bus",
    "metro -(bus OR tram)": "metro AND NOT (bus OR tram)",
    'metro -"bus stop"': 'metro AND NOT "bus stop"',
    "fest*": "fest*",
    '"ice fest"*': '"ice fest"*',
    "title:metro bus": "title:metro AND bus",
    'title:"metro line"': 'title:"metro line"',
    "title:(metro bus)": "title:metro AND title:bus",
    "TITLE:metro": "title:metro",
    "caption:ice by:wang": "captions:ice AND author:wang",
    "section:culture/music": "section:culture/music",
    'section:"Harbin Today"': 'section:"Harbin Today"',
    "section:(news OR gallery)": "section:news OR section:gallery",
    "date:2019..2020-06": "date:2019..2020-06",
    "date:2019": "date:2019",
    "date:2019..": "date:2019..",
    "-date:..2019": "NOT date:..2019",
    "date:>2019": "date:2020-01-01..",
    "date:>=2019-05": "date:2019-05-01..",
    "date:<2019-05": "date:..2019-04-30",
    "date:<=2019-05": "date:..2019-05-31",
    "date:7d..": "date:7d..",
    "date:yesterday..today": "date:yesterday..today",
    "date:>9999": ">9999",
    "metro || bus": "metro OR bus",
    "metro||bus&&tram": "metro OR (bus AND tram)",
    "metro && -bus": "metro AND NOT bus",
    "AT&T a|b": "AT&T AND a|b",
    "NEAR(ice snow)": "NEAR(ice snow, 10)",
    'NEAR(ice "snow show", 3)': 'NEAR(ice "snow show", 3)',
    "title:NEAR(ice snow)": "title:NEAR(ice snow, 10)",
    "-id:5370 url:/news/ metro": "NOT id:5370 AND url:/news/ AND metro",
    "id:harbin-today:5370": "id:harbin-today:5370",
    "status:GONE OR metro": "status:gone OR metro",
    '"ice snow"~': '"ice snow"',
    "date:2020..2019": "date:2019..2020",
    "date:2020-03..2020": "date:2020-03..2020",
    'date:"May 2019"': "date:May 2019",
    "high-speed rail": "high-speed AND rail",
    "10:30": "10:30",
    "the metro of Harbin": "metro AND Harbin",
    "to be": "to AND be",
    "vitamin A": "vitamin AND A",
    "the AND metro": "the AND metro",
    '"the" metro': '"the" AND metro',
    "metro & bus": "metro AND bus",
    "metro - bus": "metro AND bus",
    "metro -- bus": "metro AND bus",
    "--bus": "NOT bus",
    "metro OR": "metro",
    "AND metro": "metro",
    "(metro": "metro",
    "metro)": "metro",
    '"metro line': "metro AND line",
    '-"bus': "NOT bus",
    "title: metro": '"title:" AND metro',
    "date:soon": "soon",
    "NEAR(title:ice snow)": "NEAR AND title:ice AND snow",
    "metro^2 me*ro C++": "metro^2 AND me*ro AND C++",
    "() metro": "metro",
    "& AND metro": "metro",
    "title:-metro bus": "NOT title:metro AND bus",
    "title:NOT metro": 'title:"NOT" AND metro',
    "AND OR": '"AND" AND "OR"',
    "Portland OR": "Portland",
    "metro\x00bus\ud800": "metro AND bus",
}


@pytest.mark.parametrize(("text", "reading"), PARSED.items())
def test_a_query_is_parsed_as(text: str, reading: str) -> None:
    tree = read_query(text).tree
    assert tree is not None
    assert write_query(tree) == reading


READ_AS_TYPED = (
    "", "metro line", "(metro line", "metro AND (bus OR tram)", "met* || bus", "-bus", "metro -bus", "“ice fair” line",
    "10:30", "title:metro date:2019..2020", "NEAR(ice snow, 3)", "C++", "AT&T",
)  # fmt: skip
READ_OTHERWISE = {
    "the metro": "metro", "metro OR": "metro", "titel:metro": '"titel:metro"', "date:>2019": "date:2020-01-01..",
    "metro - bus": "metro AND bus", "title:-metro": "NOT title:metro", "by:wang": "author:wang", "!!!": "nothing",
    "x" * 5000: "x" * 200,
}  # fmt: skip


def test_how_a_query_was_read_is_said_where_it_differs_from_what_was_typed() -> None:
    assert {text: read_query(text).describe() for text in READ_AS_TYPED} == {text: [] for text in READ_AS_TYPED}
    assert {text: read_query(text).describe() for text in READ_OTHERWISE} == {
        text: [f"read as: {read_as}"] for text, read_as in READ_OTHERWISE.items()
    }


@pytest.mark.parametrize("text", ["!!!", "()", '""', "-", "--", "* & %", "((((", "section:/"])
def test_a_text_without_words_has_no_tree_and_is_not_blank(text: str) -> None:
    reading = read_query(text)
    assert reading.tree is None
    assert not reading.is_blank


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("snow " * 500, "snow"),
        ("snow OR ice " * 100, "snow OR (ice AND snow) OR ice"),
        ("(" * 400 + "snow" + ")" * 400, "snow"),
        ("(snow ice) (ice snow) title:snow snow", "ice AND snow AND title:snow"),
        ('"snow snow" snow', '"snow snow" AND snow'),
        ("-snow " * 300 + "ice", "NOT snow AND ice"),
        ("snow* " * 300 + "snow", "snow* AND snow"),
    ],
)
def test_what_is_asked_twice_counts_once(text: str, reading: str) -> None:
    tree = read_query(text).tree
    assert tree is not None
    assert sorted(re.split(" (?:AND|OR) ", write_query(tree))) == sorted(re.split(" (?:AND|OR) ", reading))


@given(st.text(max_size=80) | st.text(alphabet='ab"()*-: ANDORTNEAR\\/,.5', max_size=60))
def test_any_text_is_legal(text: str) -> None:
    reading = read_query(text)
    assert reading.tree is None or write_query(reading.tree)


@given(st.text(alphabet='abc "()-*', max_size=40) | st.text(alphabet='ab "()-*ANDORTE,5', max_size=40))
def test_a_written_query_is_parsed_to_the_same_tree(text: str) -> None:
    tree = read_query(text, keep_stop_words=True).tree
    if tree is not None:
        again = read_query(write_query(tree), keep_stop_words=True).tree
        assert again is not None
        assert write_query(again) == write_query(tree)


def _depth(node: Node) -> int:
    if isinstance(node, Not):
        return 1 + _depth(node.part)
    parts = () if isinstance(node, Phrase) else getattr(node, "parts", ())
    return 1 + max(map(_depth, parts), default=0)


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
