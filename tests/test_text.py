"""Text from the web on a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.text import clean


def test_escape_sequences_and_direction_overrides_go() -> None:
    assert clean("Ice \x1b[31mred\x1b[0m \u202egnp.exe\x07\x9b2J") == "Ice [31mred[0m gnp.exe2J"


def test_lines_tabs_and_other_scripts_stay() -> None:
    assert clean("a\tb\nc 哈尔滨 “é” 🙂") == "a\tb\nc 哈尔滨 “é” 🙂"


@given(st.text())
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in clean(text))
    clean(text).encode()
