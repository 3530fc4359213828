"""Any text is a query: how each is parsed, and that none is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.search.query.grammar import MOST_DEPTH, MOST_WORDS, read_days, read_query
from harbincrawl.search.query.tree import Days, Node, Not, Phrase, write_query

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
    "ice NEAR/3 snow": "NEAR(ice snow, 3)",
    "ice NEAR snow NEAR art": "NEAR(ice snow art, 10)",
    "title:NEAR(ice snow)": "title:NEAR(ice snow, 10)",
    '"ice snow"~5': "NEAR(ice snow, 5)",
    'title:"ice snow"~5 metro': "title:NEAR(ice snow, 5) AND metro",
    'section:"ice snow"~5': 'section:"ice snow"',
    "metro~2 line^3": "metro AND line",
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
    "NEAR(title:ice snow)": "title:ice AND snow",
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


@pytest.mark.parametrize(
    "text",
    [
        "metro line",
        "metro?",
        "see http://e.my399.com/a?b=c",
        "10:30",
        "300 000",
        "metro 2019",
        "$5.1m #tag China's U.S. 5%",
        "+metro",
        "or",
        '"all or nothing"',
        "title:or metro",
        "ice-cold",
        "met* || bus",
        '"ice" OR (snow -sun)',
        "title:metro date:2019..2020",
        "-bus",
        "fest*",
    ],
)
def test_a_plain_query_needs_no_note(text: str) -> None:
    assert read_query(text).notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("title:-metro", "the dash stands before its field (-title:word)"),
        ("title:NOT metro", "title:NOT: NOT was read as a word"),
        ("^metro", "^metro: ^ means nothing here"),
        ("metro^-1", "metro^-1: ^-1 means nothing here"),
        ("url:*", "* means nothing in url: and was left out"),
        ("section:/", "section: has nothing to look for"),
        ("title:&", "title: has nothing to look for"),
        ("metro *", "* means nothing by itself"),
        ("section:news*", "* means nothing in section:"),
        ('"metro* line"', "* stands for letters only at the end of a phrase"),
        ("title:body:metro", "title:body:: a word has one field"),
        ("metro near line", "near is a word here; NEAR is the operator"),
        ("near(metro line)", "near(...) is written in capitals"),
        ("metro NEAR/x line", "NEAR/x was read as words"),
        ("NEAR(metro OR line)", "NEAR(...) accepts only words"),
        ("NEAR(-metro line)", "NEAR(...) accepts only words"),
        ("NEAR(metro^2 line)", "NEAR(...) accepts only words"),
        ("NEAR(metro line, 99999)", "NEAR allows at most 1000 words"),
        ("заголовок:metro", "there is no field заголовок:"),
        ("title :metro", ":metro: a field stands right before its colon"),
        (">2019", ">2019 was read as a word; date:>2019 compares days"),
        ("m" * 201, "only the first 200 letters"),
        ("e.my399.com/news/2020-08-31/5552.html", "for the article itself: harbincrawl show e.my399.com/news/"),
        ("harbin-today:5552", "for the article itself: harbincrawl show harbin-today:5552"),
        ("*", "the query holds no word"),
        ("-n 3 metro", "-n leaves out a word; options have two dashes"),
        ("C++", "C++: signs are in no index, so it was read as C"),
        ("title:C#", "so it was read as C"),
        ("desk@example.org", 'so it was read as "desk example org"'),
        ("snow/ice fair", 'snow/ice: signs are in no index, so it was read as "snow ice"'),
        ("2019", "for the articles of that time: date:2019"),
        ("2019-05-30", "for the articles of that time: date:2019-05-30"),
        ("metro OR", "OR has nothing to join"),
        ("(metro", "opening bracket without"),
        ("metro)", "closing bracket without"),
        ('"metro', "quote"),
        ("date:soon", "not a date"),
        ("title: metro", "after its colon"),
        ("titel:metro", "there is no field titel: (did you mean title:metro?)"),
        ("since:2019 metro", "there is no field since: (did you mean date:2019..?)"),
        ("intitle:metro", "there is no field intitle: (did you mean title:metro?)"),
        ("site:my399.com", "there is no field site: (did you mean url:my399.com?)"),
        ("colour:red", "there is no field colour:, so"),
        ("status:lost metro", "'lost' is not a status (live, gone, unknown)"),
        ("metro~2", "~2 means nothing here"),
        ("metro^2", "^2 means nothing here"),
        ('"metro line"^2', "^2 means nothing here"),
        ("ice !metro", "-metro leaves a word out"),
        ("metro or bus", "or is a word here; OR is the operator"),
        ("metro | bus", "| means nothing here; OR is the operator"),
        ("metro not bus", "not is a word here; NOT is the operator"),
        ("not metro", "NOT is the operator"),
        ("metro - bus", "-word leaves a word out"),
        ("metro – bus", "-word leaves a word out"),
        ("metro -", "-word leaves a word out"),
        ("- metro", "-word leaves a word out"),
        ("metro —", "-word leaves a word out"),
        ("metro –bus", "-bus leaves a word out"),
        ("~metro", "~ means nothing here"),
        ("5370", "harbincrawl show 5370"),
        (" http://e.my399.com/news/2019-05-30/5370.html ", "show http://e.my399.com/news/2019-05-30/5370.html"),
        ("*tro", "only * at the end of a word stands for letters"),
        ("me*ro", "only * at the end of a word stands for letters"),
        ("title:m?tro", "only * at the end of a word stands for letters"),
        ("metro &&", "&& has nothing to join"),
        ("metro NOT", "NOT has nothing to join"),
        ("NOT", "NOT has nothing to join"),
        ("NEAR metro", "NEAR has nothing to join"),
        ("metro ^ bus", "^ means nothing here"),
        ("(metro bus)^2", "^2 means nothing here"),
        ("NEAR(metro bus)~2", "~2 means nothing here"),
        ("url: news", "url: has no word right after its colon"),
        ("date:2019-13", "'2019-13' is not a date"),
        ("the metro", "ignored, because nearly every article contains it: the"),
        ("NEAR(title:a b)", "only words and phrases"),
        ("x" * 5000, "characters"),
    ],
)
def test_wrong_syntax_is_noted(text: str, note: str) -> None:
    assert note in "; ".join(read_query(text).notes)


@pytest.mark.parametrize("text", ["!!!", "()", '""', "-", "--", "* & %", "((((", "section:/"])
def test_a_text_without_words_has_no_tree_and_is_not_blank(text: str) -> None:
    reading = read_query(text)
    assert reading.tree is None
    assert not reading.blank


def test_no_text_is_blank() -> None:
    assert read_query(" \t").blank


def test_stop_words_stay_when_asked_for() -> None:
    tree = read_query("the metro", keep_stop_words=True).tree
    assert tree is not None
    assert write_query(tree) == "the AND metro"


def test_depth_and_number_of_words_are_bounded() -> None:
    deep = read_query("(a1 OR (b1 " * 300).tree
    assert deep is not None
    assert _depth(deep) <= 2 * MOST_DEPTH + 2
    many = read_query(" ".join(f"w{n}" for n in range(MOST_WORDS + 50))).tree
    assert many is not None
    assert len(write_query(many).split(" AND ")) == MOST_WORDS


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


def test_only_different_words_are_counted() -> None:
    many = " ".join(f"w{number} w{number % 7} ice" for number in range(MOST_WORDS - 8))
    parsed = read_query(many)
    assert parsed.tree is not None
    assert not parsed.notes
    assert len(write_query(parsed.tree).split(" AND ")) == MOST_WORDS - 7


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("titel:snow", [("titel:snow", "title:snow")]),
        ('athor:"li na" -urls:x', [('athor:"li na"', 'author:"li na"'), ("urls:x", "url:x")]),
        ("intitle:snow", [("intitle:snow", "title:snow")]), ("since:2019", []),
        ("zzzz:snow", []), ("titel: snow", []), ("title:snow", []),
    ],
)  # fmt: skip
def test_a_misspelled_field_is_offered_with_its_word(text: str, meant: list[tuple[str, str]]) -> None:
    assert list(read_query(text).meant) == meant


def test_days_need_a_date_on_one_side() -> None:
    assert read_days("2019..2020-06") == Days("2019", "2020-06")
    assert read_days("2019") == Days("2019", "2019")
    assert read_query("date:..").tree is None


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
