"""What a twin was edited to, and what the archive of it says: edits, pages of a day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import open_archive
from harbincrawl.cli.main import main
from tests.support.archives import MakeOnce
from tests.support.edited_twins import ARCHIVE, DAYS, list_expected, make_edited, read_known

Known = dict[str, Any]


@pytest.fixture(scope="module")
def made(make_once: MakeOnce) -> Path:
    return make_once("edited-twin", make_edited)


@pytest.fixture(scope="module")
def known(made: Path) -> Known:
    return read_known(made)


def test_the_edits_are_those_that_the_twin_made(made: Path, known: Known) -> None:
    expected = list_expected(known)
    logged = {(number, turn, {"caption": "captions"}.get(field, field)) for turn, number, field in known["done"]}
    assert {(number, turn, field) for number, turn, fields in expected for field in fields} == logged
    assert len(expected) < len(known["done"])  # two edits between two crawls are one
    with open_archive(made / ARCHIVE) as archive:
        edits = archive.edits()
    found = [(int(each.id.rpartition(":")[2]), DAYS.index(each.days_after_first_seen), each.fields) for each in edits]
    assert sorted(found) == expected
    truths = [{story["number"]: story for story in truth} for truth in known["truths"]]
    for (number, turn, _), each in zip(found, edits, strict=True):
        before, after = truths[turn - 1][number], truths[turn][number]
        assert (each.title_before, each.title_after) == (before["title"], after["title"])
        day = date.fromisoformat(known["days"][turn][:10])
        assert each.days_after_publication == pytest.approx((day - date.fromisoformat(after["created"])).days, abs=1)
        assert each.last_shown is not None and each.seen <= each.last_shown < each.replaced


def show(archive: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "show", *words])
    return int(ended.value.code or 0), *capsys.readouterr()


def test_a_page_is_shown_as_it_was_between_two_crawls(
    made: Path, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = {number for number, _, _ in list_expected(known)}
    for turn, truth in enumerate(known["truths"]):
        seen = date.fromisoformat(known["days"][turn][:10])
        next_seen = date.fromisoformat(known["days"][turn + 1][:10]) if turn + 1 < len(DAYS) else date(2100, 1, 1)
        # A crawl at midnight may end on the next day.
        for day in {seen + timedelta(days=1), next_seen - timedelta(days=1)}:
            for story in truth:
                if story["number"] not in edited:
                    continue
                code, out, _ = show(made / ARCHIVE, capsys, str(story["number"]), "--at", day.isoformat(), "--json")
                said = json.loads(out)
                fields = ("title", "updated", "author", "source")
                assert code == 0
                assert [said[name] for name in fields] == [story[name] for name in fields]
                assert (said["body"] or "").split() == " ".join(story["body"]).split()
                assert [each["caption"] for each in said["images"]] == [each["caption"] for each in story["images"]]
    number = min(edited)
    before = date.fromisoformat(known["days"][0][:10]) - timedelta(days=1)
    code, out, said = show(made / ARCHIVE, capsys, str(number), "--at", before.isoformat())
    assert (code, out, said.count("\n")) == (9, "", 1)
    assert said.startswith("harbincrawl: nothing tells what it said then: it was first captured ")
