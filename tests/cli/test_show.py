"""`harbincrawl show` as it is called: names of articles, forms, revisions, diffs, related articles."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.fields import KEYS
from tests.support.archives import build_archive
from tests.support.crawling import command
from tests.support.terminal import run_on_terminal

Show = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [
        {
            "number": 5370,
            "title": "Metro & trade \x1b[31m#1",
            "body": ["Trains cost $5 & run_daily.", "# No heading <b>"],
            "author": "Wang Wei and Li Ming",
            "source": "China Daily",
            "images": [{"url": "http://e.my399.com/a b.jpg", "caption": "A train", "credit": "Xinhua"}],
            "created": "2020-09-23",
            "revision": 3,
        },
        {"number": 8, "title": "Metro copy", "section_path": "change", "status": "gone", "body": "trains trade"},
        {"number": 9, "title": "Metro trade fair", "body": "More trains and more trade with the metro."},
        *({"number": 100 + n, "title": f"Notice {n}", "body": "Weather and other things."} for n in range(10, 20)),
    ]
    revisions = [
        {"number": 5370, "revision": 1, "title": "Metro", "body": "Trains cost $4."},
        {"number": 5370, "revision": 2, "title": "Metro", "body": "Trains cost $5.", "cause": "reparse"},
    ]
    return build_archive(
        tmp_path_factory.mktemp("archive"), articles, duplicates=[(8, 5370, 0.9, "near")], revisions=revisions
    )


@pytest.fixture
def show(archive: Path, harbincrawl: Show) -> Show:
    return partial(harbincrawl, "--archive", archive, "show")


@pytest.mark.parametrize(
    "name",
    [
        "5370",
        "005370",
        "harbin-today:5370",
        "http://e.my399.com/news/2020-09-23/5370.html",
        "https://e.my399.com/news/2020-09-23/5370_2.html",
        "e.my399.com/elsewhere/2020-09-23/5370.html",
    ],
)
def test_an_article_has_many_names(show: Show, name: str) -> None:
    code, out, _ = show(name, "--format", "json")
    assert code == 0
    assert tuple(json.loads(out)) == KEYS
    assert json.loads(out)["id"] == "harbin-today:5370"


@pytest.mark.parametrize("name", ["7", "other-site:5370", "http://example.com/news/2020-09-23/5370.html"])
def test_an_article_that_is_not_there_is_9(show: Show, name: str) -> None:
    code, out, err = show(name)
    assert (code, out) == (9, "")
    assert "no article" in err


def test_text_sets_the_article_for_reading(show: Show) -> None:
    _, out, _ = show("5370")
    assert out.splitlines() == [
        "Metro & trade [31m#1",
        "2020-09-23 · Harbin Today · by Wang Wei and Li Ming · China Daily",
        "http://e.my399.com/news/2020-09-23/5370.html",
        "",
        "Trains cost $5 & run_daily.",
        "",
        "# No heading <b>",
        "",
        "picture 1: A train [Xinhua]",
        "http://e.my399.com/a b.jpg",
        "",
        "harbin-today:5370, 9 words, first seen 2024-06-01T08:00:00Z",
        "revision 3, changed 2024-06-01T08:00:00Z (--revisions, --diff)",
        "also: 8 change (near copy, 90%)",
    ]
    assert "gone from the site" in show("8")[1]
    assert "also: 5370 Harbin Today (original)" in show("8")[1]


@pytest.mark.parametrize(
    "words",
    [("--raw", "--captures"), ("--raw", "--diff"), ("--revisions", "--diff"), ("--raw", "--json")],
)
def test_what_cannot_be_shown_together_is_refused(show: Show, words: tuple[str, ...]) -> None:
    code, out, said = show("5370", *words)
    assert (code, out) == (2, "")
    assert "exclude each other" in said or "goes with no --format" in said


def test_a_diff_marks_words(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Trains cost $[-4-]{+5+}." in show("5370", "--diff", "1:2")[1]
    assert "{+Wang Wei and Li Ming+}" in show("--diff", "5370")[1]
    assert show("5370", "--diff", "2:2")[1].endswith("no word differs\n")
    assert show("9", "--diff")[1].startswith("never changed since ")
    assert show("5370", "--diff", "1:1")[1].endswith("no word differs\n")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m[-4-]\x1b[0m\x1b[32m{+5+}\x1b[0m" in show("5370", "--diff", "1:2")[1]


def test_names_come_through_a_pipe(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(text: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))

    send(b"harbin-today:9\n\nhttp://e.my399.com/news/2020-09-23/5370.html 8\n")
    code, out, _ = show("-", "--format", "json")
    assert (code, [each["id"] for each in json.loads(out)]) == (0, [f"harbin-today:{id}" for id in (9, 5370, 8)])
    send(b"")
    assert show("-") == (9, "", "harbincrawl: no article was named on standard input.\n")
    send(b"9 \xff\x1b[31m?")
    code, out, said = show("-")
    assert (code, out) == (2, "")
    assert "names no article" in said and "\x1b" not in said


def test_what_is_missing_among_many_is_named_and_9(show: Show) -> None:
    code, out, said = show("9", "77")
    assert (code, said) == (9, "harbincrawl: the archive has no article 77.\n")
    assert out.startswith("Metro trade fair\n")


@pytest.mark.parametrize("option", ["--revisions", "--diff=1", "--captures", "--raw", "--revision=1"])
def test_what_is_about_one_article_takes_one(show: Show, option: str) -> None:
    code, _, said = show("9", "5370", option)
    assert code == 2
    assert f"{option.partition('=')[0]} takes one article" in said


def test_a_wording_of_old_is_shown_whole(show: Show) -> None:
    code, text, _ = show("5370", "--revision", "1")
    assert code == 0
    assert "Trains cost $4." in text and "$5" not in text
    assert text.splitlines()[0] == "Metro"
    assert text.splitlines()[-2].startswith("revision 1 of 3, as first seen, from ")
    assert json.loads(show("5370", "--revision", "1", "--json")[1])["body"] == "Trains cost $4."
    assert "revision 1" in show("5370", "--revision", "1", "--format", "cite")[1]
    assert (
        "revision 3 of 3, as seen from 2024-06-01T08:00:00Z on, the present one" in show("5370", "--revision", "3")[1]
    )
    code, _, said = show("5370", "--revision", "4")
    assert (code, "there is no revision 4: expected 1, 2, 3." in said) == (2, True)


def test_an_article_that_was_purged_is_said_to_be_and_asked_for_by_its_title(tmp_path: Path, harbincrawl: Show) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 5, "title": "Metro"}, {"number": 6}])
    purge = command(archive, "purge", "5")
    code, asked = run_on_terminal(purge, typed="n\n")
    assert (code, 'Purge 5 ("Metro") from ' in asked) == (130, True)
    assert harbincrawl("--archive", archive, "purge", "5", "--yes")[0] == 0
    code, _, said = harbincrawl("--archive", archive, "show", "5")
    assert (code, "the archive has no article 5: it was purged 20" in said) == (9, True)
    assert "Purge 5 (purged before) from " in run_on_terminal(purge, typed="n\n")[1]
