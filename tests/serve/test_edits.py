"""What a list shows of a change: the right words, few of them, whatever the texts are."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.articles.revisions import DiffPiece, Revision
from harbincrawl.identity import normal_form
from harbincrawl.serve.edits import cut_change, find_edit
from tests.support.families import examples

WORDS = st.lists(st.sampled_from(["a", "b", "snow", "snow.", "metro,", "39,058", "雪", "\n\nline"]), max_size=60)
TEXT = "Before the fair opens, nine carvers finish a gate of ice. It is lit at dusk. Trains run until one."


def make(**values: Any) -> Revision:
    empty = {
        "revision": 1, "title": None, "updated": None, "author": None, "source": None, "body": None, "images": (),
        "fingerprint": "", "parser": "", "seen": "", "replaced": None, "cause": None,
    }  # fmt: skip
    return Revision(**(empty | values))


def show(pieces: list[DiffPiece]) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return " ".join("".join(marks[each.change].format(each.text) for each in pieces).split())


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("nine carvers", "ten carvers", "[-nine-] [+ten+] carvers"),
        (TEXT, TEXT.replace("nine", "ten"), "Before the fair opens, [-nine-] [+ten+] carvers finish a gate of ice. …"),
        (TEXT, TEXT.replace("lit at dusk", "lit at dawn"), "It is lit at [-dusk.-] [+dawn.+] Trains run until one."),
        (TEXT, TEXT.replace(" It is lit at dusk.", ""), "[-It is lit at dusk.-] Trains run until one."),
        ("39,058 came", "39,059 came", "[-39,058-] [+39,059+] came"),
        ("At last", "A last", "[-At-] [+A+] last"),
        ("", "Li Na", "[+Li Na+]"),
        ("Li Na", "", "[-Li Na-]"),
        ("one\n\ntwo", "one two", ""),
        ("ab c", "a bc", ""),
        ("e\u0301lan", "élan", ""),
        ("哈尔滨的雪很大", "哈尔滨的雨很大", "哈尔滨的[-雪-] [+雨+]很大"),
        ("aa aa", "aa", "aa [-aa-]"),
        ("x one two y", "x three two four y", "x [-one two-] [+three two four+] y"),
    ],
)
def test_the_words_around_the_first_change_are_shown(old: str, new: str, shown: str) -> None:
    assert show(cut_change(old, new)) == shown


def test_a_passage_of_which_little_stays_is_shown_whole_before_and_after() -> None:
    old = "Nine carvers from Harbin finish a tall gate of clear ice before the winter fair opens on Friday night."
    new = "A choir of drivers sings in a hall by the river while the winter trains stand still until Sunday noon."
    pieces = cut_change(old, new)
    assert [each.change for each in pieces if each.change != "same"] == ["removed", "added"]
    edit = find_edit(make(body=old), make(body=new))
    assert edit and edit.is_rewritten
    small = find_edit(make(body=TEXT), make(body=TEXT.replace("nine", "ten")))
    assert small and not small.is_rewritten


def test_the_title_goes_first_and_what_else_changed_is_named() -> None:
    old = make(title="Old", body="a", updated="2024-05-01", author="Li")
    new = make(title="New", body="b", updated="2024-05-02", author="Li ")
    edit = find_edit(old, new)
    assert edit and (edit.field, edit.label, edit.others) == ("title", "title", ("text", "printed date"))
    date = find_edit(old, old._replace(updated="2024-05-02"))
    assert date and [each.text for each in date.pieces] == ["2024-05-01", "2024-05-02"]


def test_white_space_alone_is_no_change() -> None:
    assert find_edit(make(title="a b", body="c\n\nd"), make(title="ab", body="c d")) is None


def test_captions_are_a_field() -> None:
    old, new = ({"url": None, "caption": text, "credit": "Xinhua", "file_name": None} for text in ("Snow", "Rain"))
    edit = find_edit(make(images=(old,)), make(images=(new,)))
    assert edit and show(list(edit.pieces)) == "[-Snow-] [+Rain+] [Xinhua]"


@given(WORDS, WORDS, WORDS, WORDS)
@examples(200)
def test_what_is_shown_is_of_the_texts_and_is_short(
    head: list[str], removed: list[str], added: list[str], tail: list[str]
) -> None:
    old, new = (" ".join([*head, *middle, *tail]) for middle in (removed, added))
    pieces = cut_change(old, new)
    assert bool(pieces) == (normal_form(old) != normal_form(new))
    for change, text in (("removed", old), ("added", new)):
        shown = "".join(each.text for each in pieces if each.change in ("same", change))
        # Words that stay within a change may be written as the new text has them.
        places = re.split("…", normal_form(shown))
        if not any(each.change not in ("same", change) for each in pieces) or len(pieces) <= 5:
            assert all(part in normal_form(text) for part in places), (shown, text)
    assert sum(len(each.text.split()) for each in pieces) < 250


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x" * 1_000_000, "x" * 999_999 + "y"),
        ("snow " * 200_000, "snow " * 200_001),
        ("snow " * 100_000, "metro " * 100_000),
        ("ab" * 300_000, "ba" * 300_000),
        ("雪" * 300_000, "雪" * 150_000 + "雨" + "雪" * 149_999),
        (" " * 1_000_000, "\n" * 999_999 + "a"),
    ],
)
def test_texts_that_attack_are_shown_in_time_and_short(old: str, new: str) -> None:
    began = time.process_time()
    edit = find_edit(make(body=old), make(body=new))
    assert time.process_time() - began < 1.5
    assert edit is not None and edit.field == "body"
    assert sum(len(each.text) for each in edit.pieces) < 8_000
