"""On which line a key stands: in tables, dotted, quoted, inline, behind strings that look like keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.config.document import KeyPath, find_lines


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("contact = 1", ("contact",), 1),
        ("\n# contact = 0\n  contact=1", ("contact",), 3),
        ("a = 1\r\nb = 2\r\nc = 3", ("c",), 3),
        ("[seal]\nport = 5\n\n[health]\nport = 6", ("health", "port"), 5),
        ("[seal]\nport = 5\n[health]\n", ("seal",), 1),
        ("\n[ seal . more ]\nport = 5", ("seal", "more", "port"), 3),
        ("\n[[many]]\nport = 5", ("many", "port"), 3),
        ("seal.host = 'm'\nseal . port = 5", ("seal", "port"), 2),
        ("seal.host = 'm'\nseal.port = 5", ("seal",), 1),
        ('a = 1\n"con.takt" = 5', ("con.takt",), 2),
        ("a = 1\n'contakt' = 5", ("contakt",), 2),
        ('a = 1\n"cont\\u0061kt" = 5', ("contakt",), 2),
        ('["heal.th"]\nx = 1', ("heal.th", "x"), 2),
        ('a = """\nb = 1\n"""\nb = 2', ("b",), 4),
        ("a = '''\n[b]\n'''\n[b]", ("b",), 4),
        ('a = """x""""\nb = 2', ("b",), 2),
        ('a = "\\"\\\\" # "\nb = 2', ("b",), 2),
        ("a = [\n  1, # ]\n  2,\n]\nb = 2", ("b",), 5),
        ("a = [[1], [\n2]]\n[b]\nc = 1", ("b", "c"), 4),
        ("\nseal = { host = 'm', port = 5 }", ("seal", "port"), 2),
        ("seal = { in.ner = { x = 1 }, port = [\n1] }\nb = 1", ("seal", "in", "ner", "x"), 1),
        ("seal = { in.ner = { x = 1 }, port = [\n1] }\nb = 1", ("b",), 3),
        ("many = [\n{ a = 1 },\n{ b = 2 },\n]", ("many", "b"), 3),
        ("[[many]]\na = 1\n[[ many ]]\n\na = 2", ("many", 1, "a"), 5),
        ("[[many]]\n[many.a]\n[[many]]", ("many", 1), 3),
        ("many = [[{ a = 1 }], [\n{ a = 2 },\n{ a = 3 }]]", ("many", 1, 1, "a"), 3),
        ("at = 1979-05-27 07:32:00.5\nb = 1.5e3", ("b",), 2),
    ],
)
def test_a_key_is_found_on_its_line(text: str, path: KeyPath, line: int) -> None:
    assert set(list_paths(tomllib.loads(text))) <= set(find_lines(text))
    assert find_lines(text)[path] == line


def list_paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of all keys of a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from list_paths(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            yield from list_paths(each, path)


def check(text: str) -> None:
    lines = find_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    assert set(list_paths(document)) <= set(lines)


PIECES = (
    """[ ] [[ ]] { } = = = . , a b "c" 'd' "e.f" "\\u0061" "" 1 2.5 true "x]" 'y}' # \"\"\" ''' \\ "q\\"" é""".split()
)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from([*PIECES, "\n", "\n", "\r\n", " ", "# no = 1\n", '"""\nx = 1"""', "'''\n[x]'''"])))
def test_whatever_looks_like_toml_is_read(pieces: list[str]) -> None:
    check("".join(pieces))


KEYS = st.lists(st.sampled_from(["a", "b", "c-d", '"e f"', "'g.h'", '"\\u0069"']), min_size=1, max_size=3).map(".".join)
VALUES = st.recursive(
    st.sampled_from(["1", "2.5", '"x = 1 # ]"', "'{'", '"""\nb = 1\n"""', "'''\n[a]\n'''", "true", "1979-05-27"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # ]\n".join(items) + "\n]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda items: "{ " + ", ".join(f"{key} = {value}" for key, value in items.items()) + " }"
        ),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES), KEYS.map("[{}]".format), KEYS.map("[[{}]]".format), st.just("# x = 1")
)


@given(st.lists(STATEMENTS, max_size=6).map("\n".join))
def test_every_key_of_a_document_is_found(text: str) -> None:
    check(text)
