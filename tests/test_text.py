"""Text from the web on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.text import clean, display_width, read_time


def test_escape_sequences_and_direction_overrides_go() -> None:
    assert clean("Ice \x1b[31mred\x1b[0m \u202egnp.exe\x07\x9b2J") == "Ice [31mred[0m gnp.exe2J"


@given(st.text())
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in clean(text))
    clean(text).encode()


def test_widths_are_those_of_a_terminal() -> None:
    assert (display_width("metro"), display_width("地铁"), display_width("e\u0301\x01")) == (5, 4, 1)


@given(st.text("0123456789-:TZ .,+W", min_size=19, max_size=21))
@example("2026-01-31T04:05:06Z")
@example("2026-01-31T04:05,06Z")
@example("2026-W05-6T04:05:06Z")
@example("2026-02-30T04:05:06Z")
def test_a_time_is_read_as_strptime_reads_it(text: str) -> None:
    try:
        wanted = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        with pytest.raises(ValueError):
            read_time(text)
    else:
        assert read_time(text) == wanted
