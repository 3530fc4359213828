"""The health rules: each fires where it should and ends, is silent where it should be, and says what it saw."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from harbincrawl.config import schema
from harbincrawl.config.schema import Thresholds
from harbincrawl.operations.health.rules import RULES, Finding, ReportedRun, check_run, describe
from harbincrawl.operations.health.state import find_standing

BOUNDS = Thresholds()
FIELDS = ("title", "date", "source", "body")


def counts(read: int, photos: int = 0, **lacking: int) -> dict[str, int]:
    return {"read": read, "photos": photos} | {name: read - lacking.get(name, 0) for name in FIELDS}


def pages(read: int, unaccounted: int) -> dict[str, int]:
    return {"read": read, "unaccounted": min(read, unaccounted)}


def make_run(
    read: int = 100,
    *,
    lacking: dict[str, int] | None = None,
    sections: dict[str, dict[str, int]] | None = None,
    total: int = 400,
    walk: str = "to-floor",
    gap: int = 0,
    **more: Any,
) -> ReportedRun:
    """A run that read `read` articles, all of them sound but for what is given."""
    facts = {
        "articles": {
            "read": read,
            "sections": sections if sections is not None else {"news": counts(read, **(lacking or {}))},
        },
        "empty": more.pop("empty", {}),
        "lines": more.pop("lines", {"news": 8}),
        "page_sizes": {"news": 8},
        "unaccounted": more.pop("unaccounted", {"articles": {"news": pages(read, 2)}, "lists": {"news": pages(1, 0)}}),
        "silence": more.pop("silence", {"days": 0.0, "sections": {}}),
        "disk_free": more.pop("disk_free", 50_000_000_000),
        "disk_size": 100_000_000_000,
    }
    report = {
        "sections": {
            "news": {"walk": walk, "listing_pages": 1, "total_records": total, "known": total - gap, "gap": gap}
        },
        "new": 0,
        "duplicate": 0,
        "wanted": read,
        "failures": [],
        "facts": facts,
    }
    return ReportedRun(report | more)


def fail(count: int, kind: str = "http") -> list[dict[str, str]]:
    return [{"class": kind, "address": str(n), "reason": "HTTP 500"} for n in range(count)]


def broken(run: ReportedRun, bounds: Thresholds = BOUNDS) -> list[str]:
    names: list[str] = describe(check_run(run, bounds))["broken"]
    return names


def say(rule: str, run: ReportedRun, bounds: Thresholds = BOUNDS) -> Finding:
    return RULES[rule](run, bounds)


FAULTS: dict[str, ReportedRun] = {
    "listing-lines": make_run(lines={"news": 0}),
    "list-gap": make_run(gap=9),
    "http-errors": make_run(failures=fail(50)),
    "field-title": make_run(lacking={"title": 60}),
    "field-date": make_run(lacking={"date": 60}),
    "field-source": make_run(lacking={"source": 100}),
    "field-body": make_run(lacking={"body": 90}),
    "unaccounted": make_run(unaccounted={"articles": {"news": pages(100, 40)}, "lists": {"news": pages(1, 1)}}),
    "silence": make_run(silence={"days": 31.0, "sections": {}}),
    "disk": make_run(disk_free=100_000),
}


def test_a_sound_run_breaks_no_rule() -> None:
    assert all(found.ok for found in check_run(make_run(), BOUNDS).values())
    assert set(RULES) == set(schema.RULES) == set(FAULTS)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_fires_for_its_own_fault_alone_says_so_and_ends_with_the_fault(rule: str) -> None:
    assert broken(FAULTS[rule]) == [rule]
    assert broken(FAULTS[rule], replace(BOUNDS, ignore=(rule,))) == []
    verdict = say(rule, FAULTS[rule])
    assert verdict.sentence
    assert verdict.value is not None
    told = [(1, check_run(FAULTS[rule], BOUNDS))]
    assert find_standing(told, [rule], ["news"])[rule].finding.ok is False
    few = make_run(2)
    few.report["facts"]["unaccounted"] = {"articles": {"news": pages(2, 0)}, "lists": {}}
    for sound in (make_run(), few):
        assert find_standing([(2, check_run(sound, BOUNDS)), *told], [rule], ["news"])[rule].finding.ok is True


@pytest.mark.parametrize(
    ("rule", "bounds"),
    [
        ("listing-lines", {"least_lines": 0}),
        ("list-gap", {"accept_gap": {"news": 9}}),
        ("http-errors", {"errors": 0.6}),
        ("field-title", {"least_title": 0.4}),
        ("field-date", {"least_date": 0.4}),
        ("field-source", {"least_source": 0.0}),
        ("field-body", {"least_body": 0.1}),
        ("unaccounted", {"unaccounted": 0.5}),
        ("silence", {"silence_days": 31}),
        ("disk", {"disk_bytes": 100_000}),
    ],
)
def test_a_rule_is_a_bound_that_can_be_moved(rule: str, bounds: dict[str, Any]) -> None:
    assert broken(FAULTS[rule], replace(BOUNDS, **bounds)) == []


def test_a_tighter_bound_of_one_section_breaks_the_rule_for_it_alone() -> None:
    split = {"news": counts(60, source=12), "gallery": counts(40, source=8)}
    tight = replace(BOUNDS, sections={"gallery": {"least_source": 0.9, "unaccounted": 0.02, "silence_days": 3}})
    found = say("field-source", make_run(sections=split), tight)
    assert {path: each.ok for path, each in found.sections.items()} == {"news": True, "gallery": False}
    assert found.sentence == "gallery: 32 of 40 articles have a source, expected at least 90%"
    both = {"articles": {"news": pages(200, 10), "gallery": pages(40, 6)}, "lists": {}}
    assert say("unaccounted", make_run(unaccounted=both)).ok
    found = say("unaccounted", make_run(unaccounted=both), tight)
    assert (found.ok, found.sentence) == (False, "gallery: 15% of 40 pages show unaccounted lines")
    still = make_run(silence={"days": 0.0, "sections": {"gallery": 4.0}})
    assert say("silence", still, tight).sentence == "gallery: nothing new for 4.0 days, expected at most 3"


def test_few_pages_break_no_rule_on_a_share_and_end_one_only_within_its_bound() -> None:
    assert say("field-source", make_run(4, lacking={"source": 4})).ok is None
    assert say("field-source", make_run(5, lacking={"source": 5})).ok is False
    assert say("field-source", make_run(4, lacking={"source": 1})).ok is True
    assert say("http-errors", make_run(3, failures=fail(3))).ok is None
    assert say("unaccounted", make_run(unaccounted={"articles": {"news": pages(9, 4)}, "lists": {}})).ok is None


def test_pictures_are_as_good_as_a_body_in_every_section() -> None:
    for section in ("gallery", "news"):
        assert say("field-body", make_run(sections={section: counts(60, photos=60, body=60)})).ok
        lost = say("field-body", make_run(sections={section: counts(60, body=60)}))
        assert lost.ok is False, "without pictures there is nothing to be read at all"


def test_an_empty_list_is_named_where_lines_of_it_are_known() -> None:
    report = make_run(lines={"news": 8, "culture": 0}).report
    both = report | {"sections": dict.fromkeys(("news", "culture"), report["sections"]["news"])}
    found = say("listing-lines", ReportedRun(both))
    assert found.sentence == "culture: no line could be read"
    assert {path: each.ok for path, each in found.sections.items()} == {"news": True, "culture": False}
    assert say("listing-lines", make_run(total=0, lines={"news": 0})).ok is True
    assert say("listing-lines", make_run(lines={})).ok is None


def test_unaccounted_lines_are_a_share_of_all_pages_of_the_run() -> None:
    """A section that is alone above the bound breaks nothing while the run is within it."""
    own = {"articles": {"news": pages(100, 2), "gallery": pages(8, 6)}, "lists": {"news": pages(9, 0)}}
    assert say("unaccounted", make_run(unaccounted=own)).ok is True
    risen = make_run(unaccounted={"articles": {"news": pages(60, 30), "culture": pages(9, 0)}, "lists": {}})
    assert say("unaccounted", risen).sentence == "43% of 69 pages show unaccounted lines"


@pytest.mark.parametrize("seed", range(5))
def test_thirty_quiet_days_of_a_bursty_site_raise_no_alarm(seed: int) -> None:
    dice = random.Random(seed)
    total, silent = 400, 0.0
    lacks = {"title": 0.01, "date": 0.03, "source": 0.1, "body": 0.03}
    for step in range(30 * 4):
        read = 400 if not step else dice.choice([0, 0, 0, 0, 1, 2, 3, 8, 60]) if dice.random() < 0.4 else 0
        lacking = {name: sum(dice.random() < share for _ in range(read)) for name, share in lacks.items()}
        total += read if step else 0
        total -= dice.choice([0, 0, 0, 1])
        silent = 0.0 if read else silent + 0.25
        run = make_run(
            read, lacking=lacking, total=total, new=read, silence={"days": silent, "sections": {}},
            unaccounted={
                "articles": {"news": pages(read, sum(dice.random() < 0.02 for _ in range(read)))},
                "lists": {"news": pages(1, dice.random() < 0.3)},
            },
        )  # fmt: skip
        assert broken(run) == [], f"step {step}"


def verdict(rule: str, ok: bool | None, **sections: bool | None) -> dict[str, Finding]:
    """A verdict whose sections are named in its sentences."""
    words = {path: Finding(each, 1.0, 1.0, f"it is {each}") for path, each in sections.items()}
    return {rule: Finding(ok, 1.0, 1.0, "the whole", words)}


def stand(
    told: Sequence[tuple[int, dict[str, Finding]]], existing: Sequence[str] = ("news", "culture")
) -> dict[str, Any]:
    """By rule: (run, ok, sentence) as it stands."""
    standing = find_standing(told, list(RULES), existing)
    return {rule: (each.run, each.finding.ok, each.finding.sentence) for rule, each in standing.items()}


def test_a_rule_stands_as_the_last_run_left_it_that_could_say() -> None:
    unsure, sound, broken = verdict("http-errors", None), verdict("silence", True), verdict("http-errors", False)
    told = [(3, unsure | sound), (2, broken), (1, verdict("http-errors", True))]
    left = {"silence": (3, True, "the whole"), "http-errors": (2, False, "the whole")}
    assert stand(told) == left
    assert stand([(4, {}), *told]) == left, "a run that asked no rule has no say"
    assert stand([(4, verdict("http-errors", True)), *told])["http-errors"] == (4, True, "the whole")
    assert stand([(1, unsure)]) == {"http-errors": (1, None, "the whole")}
    assert stand([(1, verdict("no-such-rule", False))]) == {}, "a rule that there is not"
    assert stand([]) == {}
    assert list(find_standing(told, ["silence"], [])) == ["silence"], "the other is not asked now"


def test_a_section_stands_as_the_last_run_left_it_that_read_it() -> None:
    rule = "listing-lines"
    broke = (1, verdict(rule, False, news=True, culture=False))
    other = (2, verdict(rule, True, news=True))
    unsure = (3, verdict(rule, True, news=True, culture=None))
    mended = (4, verdict(rule, True, culture=True))
    assert stand([other, broke]) == {rule: (1, False, "culture: it is False")}
    assert stand([unsure, other, broke]) == {rule: (1, False, "culture: it is False")}
    assert stand([mended, unsure, other, broke]) == {rule: (4, True, "the whole")}
    assert stand([broke]) == {rule: (1, False, "the whole")}
    again = (5, verdict(rule, False, news=False))
    assert stand([again, other, broke]) == {rule: (5, False, "culture: it is False; news: it is False")}
