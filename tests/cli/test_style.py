"""Widths, marks and bars: what a person sees at the terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.cli.commands.search import cut_lines
from harbincrawl.cli.output.style import Style, read_style, wrap
from harbincrawl.text import CLOSE, OPEN, display_width, shorten

PLAIN = Style(False, 40)
TEXTS = st.text(alphabet=f"ab 中é{OPEN}{CLOSE}", max_size=80)


def test_hits_are_between_asterisks_without_colour() -> None:
    assert PLAIN.mark(f"the {OPEN}metro{CLOSE} line") == "the *metro* line"


def test_hits_are_yellow_in_colour_and_the_rest_is_safe() -> None:
    text = Style(True, 40).mark(f"\x1b[31mthe {OPEN}me\x07tro{CLOSE}", "1")
    assert text == "\x1b[1m[31mthe \x1b[0m\x1b[1;33mmetro\x1b[0m"


@given(TEXTS, st.integers(2, 30))
def test_wrapped_lines_keep_to_the_width_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(display_width(line) <= width for line in lines)

    def letters(some: str) -> str:
        return "".join(letter for letter in some if letter not in OPEN + CLOSE + " ")

    assert letters("".join(lines)) == letters(text)


def test_a_hit_over_a_line_end_is_marked_on_both_lines() -> None:
    assert wrap(f"go {OPEN}metro line{CLOSE} on", 9) == [f"go {OPEN}metro{CLOSE}", f"{OPEN}line{CLOSE} on"]


HITS = st.lists(st.text(alphabet="ab 中é-", min_size=1, max_size=20), max_size=9).map(
    lambda pieces: "".join(f"{OPEN}{piece}{CLOSE}" if at % 2 else piece for at, piece in enumerate(pieces))
)


@given(HITS, st.integers(8, 30), st.booleans())
def test_lines_keep_to_the_width_with_the_signs_of_their_hits(text: str, width: int, colour: bool) -> None:
    style = Style(colour, width)
    for lines in (wrap(text, width, style.mark_width), cut_lines(text, width, style.mark_width)):
        shown = [re.sub(r"\x1b\[[\d;]*m", "", style.mark(line)) for line in lines]
        assert all(display_width(line) <= width for line in shown), shown


@given(TEXTS, st.integers(2, 30))
def test_shortened_texts_and_snippets_keep_to_the_width(text: str, width: int) -> None:
    assert display_width(shorten(text, width)) <= width
    lines = cut_lines(text, width, 0)
    assert len(lines) <= 2
    assert all(display_width(line) <= width for line in lines)


@pytest.mark.parametrize(("columns", "width"), [("50", 50), ("3", 20), ("900", 120), ("x", 100)])
def test_columns_are_respected_within_reason(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert read_style().width == width


def test_colour_is_for_terminals_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert not read_style().colour
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert read_style().colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not read_style().colour
