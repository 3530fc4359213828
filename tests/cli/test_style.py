"""Widths, marks and bars: what a person sees at the terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.cli.commands.search import cut_lines
from harbincrawl.cli.output import Style, read_style, wrap
from harbincrawl.text import CLOSE, OPEN, display_width

HITS = st.lists(st.text(alphabet="ab 中é-", min_size=1, max_size=20), max_size=9).map(
    lambda pieces: "".join(f"{OPEN}{piece}{CLOSE}" if at % 2 else piece for at, piece in enumerate(pieces))
)


@given(HITS, st.integers(8, 30), st.booleans())
def test_lines_keep_to_the_width_with_the_signs_of_their_hits(text: str, width: int, colour: bool) -> None:
    style = Style(colour, width)
    for lines in (wrap(text, width, style.mark_width), cut_lines(text, width, style.mark_width)):
        shown = [re.sub(r"\x1b\[[\d;]*m", "", style.mark(line)) for line in lines]
        assert all(display_width(line) <= width for line in shown), shown


def test_colour_is_for_terminals_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert not read_style().colour
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert read_style().colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not read_style().colour
