"""The health rules: each fires where it should, is silent where it should be, and says what it saw."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from harbincrawl.config import schema
from harbincrawl.config.schema import Thresholds
from harbincrawl.operations.health import RULES, Past, ReportedRun, check_run, describe
from harbincrawl.operations.health.chance import deciles, pool, tail_probability
from harbincrawl.operations.health.rules import Finding, read_findings
from harbincrawl.operations.health.site import judge_intervals
from harbincrawl.operations.health.state import find_standing
from harbincrawl.text import time_text

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
BOUNDS = Thresholds()


def counts(read: int, **lacking: int) -> dict[str, int]:
    return {"read": read} | {name: read - lacking.get(name, 0) for name in ("title", "date", "source", "body")}


def pages(read: int, unaccounted: int) -> dict[str, int]:
    return {"read": read, "unaccounted": min(read, unaccounted)}


def make_run(
    read: int = 100,
    *,
    at: datetime = START,
    lacking: dict[str, int] | None = None,
    sections: dict[str, dict[str, int]] | None = None,
    lengths: Sequence[int] | None = None,
    total: int = 400,
    walk: str = "to-floor",
    gap: int = 0,
    **more: Any,
) -> ReportedRun:
    """A run that read `read` articles, all of them sound but for what is told."""
    told = sections if sections is not None else {"news": counts(read, **(lacking or {}))}
    bodies = sum(each["body"] for each in told.values())
    spread = list(lengths) if lengths is not None else [500 + 2000 * n // max(1, bodies) for n in range(bodies)]
    facts = {
        "articles": {
            "read": read,
            "sections": told,
            "bodies": len(spread),
            "body_lengths": deciles(spread),
            "same_body": more.pop("same_body", 1),
            "same_tail": more.pop("same_tail", 1),
        },
        "not_articles": more.pop("not_articles", 0),
        "empty": more.pop("empty", {}),
        "lines": more.pop("lines", {"news": 8}),
        "page_sizes": {"news": 8},
        "unaccounted": more.pop("unaccounted", {"articles": {"news": pages(read, 2)}, "lists": {"news": pages(1, 0)}}),
        "templates": more.pop("templates", {"pages": read, "new": 0, "before": 500}),
        "robots": more.pop("robots", "200:abc"),
        "disk_free": more.pop("disk_free", 50_000_000_000),
        "disk_size": 100_000_000_000,
        "database_bytes": more.pop("database_bytes", 200_000_000),
        "stored": more.pop("stored", 10_000),
    }
    report = {
        "started": time_text(at),
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


GOOD = tuple(make_run(at=START - timedelta(days=day)) for day in range(1, 11))
PAST = Past(
    good=GOOD, robots="200:abc", latest=START - timedelta(hours=6),
    walked={"gallery": [START - timedelta(days=day) for day in (4, 3, 2, 1)]},
)  # fmt: skip


def broken(run: ReportedRun, past: Past = PAST, bounds: Thresholds = BOUNDS) -> list[str]:
    names: list[str] = describe(check_run(run, past, bounds))["broken"]
    return names


def say(rule: str, run: ReportedRun, past: Past = PAST) -> Finding:
    return RULES[rule](run, past, BOUNDS)


FAULTS: dict[str, ReportedRun] = {
    "field-title": make_run(lacking={"title": 60}),
    "field-date": make_run(lacking={"date": 40}),
    "field-source": make_run(lacking={"source": 100}),
    "field-body": make_run(lacking={"body": 90}),
    "body-length": make_run(lengths=[60 + n for n in range(100)]),
    "shared-body": make_run(same_body=80),
    "shared-tail": make_run(same_tail=30),
    "not-an-article": make_run(70, not_articles=30),
    "template": make_run(templates={"pages": 100, "new": 98, "before": 500}),
    "unaccounted": make_run(unaccounted={"articles": {"news": pages(100, 40)}, "lists": {"news": pages(1, 1)}}),
    "listing-lines": make_run(lines={"news": 0}),
    "section-total": make_run(total=40),
    "http-errors": make_run(failures=[{"class": "http", "address": str(n), "reason": "HTTP 500"} for n in range(50)]),
    "unread": make_run(at=START + timedelta(days=3)),
    "robots": make_run(robots="200:def"),
    "list-gap": make_run(gap=9),
    "disk": make_run(disk_free=100_000),
    "database-size": make_run(database_bytes=900_000_000),
    "clock": make_run(at=START - timedelta(days=2)),
}


def test_a_sound_run_breaks_no_rule() -> None:
    assert broken(make_run()) == []
    assert all(found.ok for rule, found in check_run(make_run(), PAST, BOUNDS).items() if rule != "silence")


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_fires_for_its_own_fault_and_says_so(rule: str) -> None:
    assert rule in broken(FAULTS[rule])
    verdict = say(rule, FAULTS[rule])
    assert verdict.sentence
    assert verdict.value is not None


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_breaks_next_to_no_other_rule(rule: str) -> None:
    assert set(broken(FAULTS[rule])) <= {rule}


def test_a_redesign_is_told_from_odd_pages_and_first_runs() -> None:
    def judge(pages: int, new: int, before: int) -> bool | None:
        return say("template", make_run(templates={"pages": pages, "new": new, "before": before})).ok

    assert judge(40, 40, 0) is None, "a first run has nothing to compare with"
    assert judge(0, 0, 500) is None
    assert judge(40, 4, 500) is True
    assert judge(192, 17, 20) is True, "twenty pages may well have missed a template of one in eleven"
    assert judge(192, 190, 20) is False
    assert judge(40, 5, 500) is False
    assert (
        "5 of 40 pages are printed otherwise"
        in say("template", make_run(templates={"pages": 40, "new": 5, "before": 500})).sentence
    )


def test_a_list_is_missed_after_three_times_its_usual_interval() -> None:
    daily = [START - timedelta(days=day) for day in (5, 4, 3, 2, 1)]
    hourly = [START - timedelta(hours=hour) for hour in (4, 3, 2, 1)]

    def judge(hours: float, **walked: list[datetime]) -> Finding:
        return judge_intervals(walked, START + timedelta(hours=hours), 3.0)

    assert judge(47, news=daily).ok is True
    late = judge(50, news=daily, gallery=[START])
    assert (late.ok, late.sentence) == (False, "news: not read for 3 days, every 1 day before")
    assert judge(1.9, news=hourly).ok is True
    assert judge(2.1, news=hourly).ok is False
    assert judge(500, news=daily[:3]).ok is None, "three walks do not tell the interval"
    assert judge(0, news=[START - timedelta(seconds=second) for second in (60, 50, 40, 30)]).ok is True
    both = judge(80, news=daily, gallery=daily)
    assert both.sentence.startswith("gallery: not read for") and "; news: not read for" in both.sentence


def test_every_rule_is_shown_firing() -> None:
    assert set(RULES) - set(FAULTS) == {"silence"}


def test_the_settings_know_every_rule_by_name() -> None:
    assert set(RULES) == set(schema.RULES)


class Watched:
    """Bounds that remember which of them were read."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(BOUNDS, name)


def test_every_threshold_is_read_by_the_rules_that_name_it_and_by_no_other() -> None:
    few = make_run(
        8,
        lacking={"title": 8, "date": 8, "source": 8, "body": 8},
        not_articles=8,
        failures=[{"class": "http"}] * 9,
        unaccounted={"articles": {"news": pages(8, 8)}, "lists": {}},
    )
    short = make_run(9, lengths=[40 + n for n in range(9)], total=10)
    past = replace(PAST, sightings=sightings(40, [0, 3, 6]))
    for name, rule in RULES.items():
        bounds = Watched()
        for run in (make_run(gap=9), few, short, *FAULTS.values()):
            for earlier in (Past(), past):
                rule(run, earlier, cast("Thresholds", bounds))
        assert bounds.names == set(rule.thresholds), name
    named = {each for rule in RULES.values() for each in rule.thresholds}
    assert {each.name for each in fields(Thresholds)} == named | {"ignore"}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_that_is_ignored_is_not_asked(rule: str) -> None:
    assert broken(FAULTS[rule], bounds=replace(BOUNDS, ignore=(rule,))) == []


def test_few_pages_break_a_rule_only_where_chance_does_not_explain_it() -> None:
    assert say("field-source", make_run(2, lacking={"source": 2})).ok is None
    assert say("field-source", make_run(8, lacking={"source": 8})).ok is False
    assert say("field-source", make_run(8, lacking={"source": 1})).ok is None
    assert say("field-source", make_run(8)).ok is True
    assert say("body-length", make_run(3, lengths=[40, 50, 60])).ok is None
    assert say("body-length", make_run(9, lengths=[40 + n for n in range(9)])).ok is False
    assert say("shared-body", make_run(3, same_body=2)).ok is None
    assert say("not-an-article", make_run(0, not_articles=1, sections={}, lengths=[])).ok is None
    assert say("not-an-article", make_run(0, not_articles=5, sections={}, lengths=[])).ok is False


def test_without_a_past_the_bounds_of_the_site_hold() -> None:
    assert broken(make_run(), Past()) == []
    assert broken(make_run(lacking={"source": 100}), Past()) == ["field-source"]
    assert broken(make_run(20, lacking={"source": 20}), Past()) == []
    assert broken(make_run(same_body=100), Past()) == ["shared-body"]


def test_a_burst_of_photo_stories_is_no_fault_where_their_section_never_had_bodies() -> None:
    split = {"news": counts(60, body=3), "gallery": counts(40, body=40)}
    past = replace(PAST, good=[make_run(100, sections=split) for _ in range(5)])
    burst = {"news": counts(3), "gallery": counts(50, body=50)}
    assert broken(make_run(53, sections=burst), past) == []
    assert broken(make_run(53, sections={"news": counts(53, body=53)}), past) == ["field-body"]


def test_a_section_that_is_rarely_read_is_compared_with_what_is_stored_of_it() -> None:
    burst = make_run(13, sections={"news": counts(1), "gallery": counts(12, body=12)})
    assert broken(burst) == [], "nothing is known of that section"
    burst.report["facts"]["stored_before"] = {"gallery": counts(12, body=12)}
    assert broken(burst) == []
    burst.report["facts"]["stored_before"] = {"gallery": counts(12)}
    assert broken(burst) == ["field-body"]


def test_pages_without_any_text_are_articles_without_a_body() -> None:
    assert broken(make_run(0, sections={}, lengths=[], empty={"news": 40})) == ["field-body"]
    assert broken(make_run(100, empty={"news": 4})) == []


def test_sections_without_a_list_count_in_no_rule() -> None:
    past = replace(PAST, good=[make_run(total=400)])
    assert say("section-total", make_run(total=0, walk="absent"), past).ok is None
    failing = make_run(0, walk="absent", sections={}, lengths=[], wanted=0)
    assert say("http-errors", failing, past).ok is None


def test_a_few_removed_stories_are_no_shrinking() -> None:
    assert say("section-total", make_run(total=380)).ok is True
    small = replace(PAST, good=[make_run(total=20)])
    assert say("section-total", make_run(total=10), small).ok is True


def test_robots_that_do_not_answer_say_nothing_and_a_change_is_told_once() -> None:
    assert say("robots", make_run(robots=None)).ok is None
    assert say("robots", make_run(robots="200:def")).ok is False
    assert say("robots", make_run(robots="200:def"), replace(PAST, robots="200:def")).ok is True


def sightings(days: int, news: Sequence[int]) -> list[tuple[datetime, int]]:
    """A run a day for `days` days before START, which saw something new on the days `news`."""
    return [(START - timedelta(days=days - day), int(day in news)) for day in range(days)]


def test_silence_is_measured_by_the_longest_one_before() -> None:
    every_third = list(range(0, 40, 3))
    past = replace(PAST, sightings=sightings(40, every_third))
    assert say("silence", make_run(at=START), past).ok is True
    later = START + timedelta(days=8)
    verdict = say("silence", make_run(at=later), past)
    assert verdict.ok is False
    assert verdict.bound == pytest.approx(4.0)
    assert "nothing new for" in verdict.sentence
    assert say("silence", make_run(at=later, new=2), past).ok is True


def test_silence_needs_thirty_days_of_runs() -> None:
    past = replace(PAST, sightings=sightings(20, [0, 2, 4]))
    assert say("silence", make_run(at=START), past).ok is None
    assert say("silence", make_run(), Past()).ok is None


def test_a_database_may_grow_with_its_articles() -> None:
    assert say("database-size", make_run(database_bytes=2_000_000_000, stored=100_000)).ok is True
    assert say("database-size", make_run(database_bytes=90_000_000, stored=1)).ok is True


def test_a_clock_that_is_set_right_by_seconds_is_no_fault() -> None:
    past = replace(PAST, latest=START + timedelta(seconds=20))
    assert say("clock", make_run(at=START), past).ok is True


def test_unaccounted_lines_are_compared_with_the_past_of_their_own_kind_and_section() -> None:
    """What was always so is no rise: lists that never are whole, a section that was never read, hardly any past."""
    own = {"articles": {"news": pages(100, 2)}, "lists": {"news": pages(1, 1)}}
    before = Past(good=tuple(make_run(unaccounted=own) for _ in range(10)))
    walked = make_run(unaccounted={"articles": {"news": pages(3, 0)}, "lists": {"news": pages(90, 90)}})
    assert say("unaccounted", walked, before).ok is True
    new = make_run(unaccounted={"articles": {"gallery": pages(80, 80)}, "lists": {}})
    assert say("unaccounted", new, before).ok is None
    little = Past(good=(make_run(unaccounted={"articles": {"gallery": pages(2, 1)}}),))
    assert say("unaccounted", make_run(unaccounted={"articles": {"gallery": pages(4, 4)}}), little).ok is not False
    old = make_run(unaccounted={})
    assert say("unaccounted", make_run(), Past(good=(old,) * 10)).ok is None, "its past has no measure of it"
    risen = make_run(unaccounted={"articles": {"news": pages(60, 30), "gallery": pages(9, 9)}, "lists": {}})
    verdict = say("unaccounted", risen, before)
    assert verdict.ok is False
    assert {path: each.ok for path, each in verdict.sections.items()} == {"news": False, "gallery": None}
    assert verdict.sentence == "50% of 60 pages show unaccounted lines, 2% did before"


def test_a_larger_rise_may_be_allowed() -> None:
    assert "unaccounted" not in broken(FAULTS["unaccounted"], bounds=replace(BOUNDS, unaccounted=0.5))


@pytest.mark.parametrize("seed", range(5))
def test_thirty_quiet_days_of_a_bursty_site_raise_no_alarm(seed: int) -> None:
    dice = random.Random(seed)
    good: list[ReportedRun] = []
    seen: list[tuple[datetime, int]] = []
    latest = None
    total, stored = 400, 400
    lacks = {"title": 0.01, "date": 0.03, "source": 0.1, "body": 0.12}
    for step in range(30 * 4):
        at = START + timedelta(hours=6 * step)
        read = 400 if not step else dice.choice([0, 0, 0, 0, 1, 2, 3, 8, 60]) if dice.random() < 0.4 else 0
        lacking = {name: sum(dice.random() < share for _ in range(read)) for name, share in lacks.items()}
        lengths = [round(dice.lognormvariate(7.2, 0.6)) for _ in range(read - lacking["body"])]
        total += read if step else 0
        total -= dice.choice([0, 0, 0, 1])
        stored += read if step else 0
        run = make_run(
            read, at=at, lacking=lacking, lengths=lengths, total=total, new=read, same_body=min(2, read),
            same_tail=min(2, read), not_articles=dice.random() < 0.02, stored=stored, database_bytes=stored * 20_000,
            unaccounted={
                "articles": {"news": pages(read, sum(dice.random() < 0.04 for _ in range(read)))},
                "lists": {"news": pages(1, dice.random() < 0.3)},
            },
        )  # fmt: skip
        walked = {"news": [before for before, _ in seen[-10:]]}
        past = Past(good[::-1][:10], seen, "200:abc", latest, walked)
        assert broken(run, past) == [], f"step {step}"
        assert judge_intervals(walked, at, 3.0).ok in (True, None)
        good.append(run)
        seen.append((at, read))
        latest = at


def test_what_a_report_holds_is_read_back() -> None:
    findings = check_run(FAULTS["field-source"], PAST, BOUNDS)
    assert tuple(findings) == schema.RULES
    health = describe(findings)
    assert (health["ok"], health["broken"]) == (False, ["field-source"])
    assert read_findings({"health": health}) == findings
    assert read_findings({}) == {}


def verdict(rule: str, ok: bool | None, **sections: bool | None) -> dict[str, Finding]:
    """A verdict whose sections are named in its sentences."""
    words = {path: Finding(each, 1.0, 1.0, f"it is {each}") for path, each in sections.items()}
    return {rule: Finding(ok, 1.0, 1.0, "the whole", words)}


def stand(
    told: Sequence[tuple[int, dict[str, Finding]]], existing: Sequence[str] = ("news", "culture")
) -> dict[str, Any]:
    """By rule: (run, ok, sentence) as it stands."""
    standing = find_standing(told, dict.fromkeys(RULES, existing))
    return {rule: (each.run, each.finding.ok, each.finding.sentence) for rule, each in standing.items()}


def test_a_rule_stands_as_the_last_run_left_it_that_could_say() -> None:
    unsure, sound, broken = verdict("robots", None), verdict("silence", True), verdict("robots", False)
    told = [(3, unsure | sound), (2, broken), (1, verdict("robots", True))]
    left = {"silence": (3, True, "the whole"), "robots": (2, False, "the whole")}
    assert stand(told) == left
    assert stand([(4, {}), *told]) == left, "a run that asked no rule has no say"
    assert stand([(4, verdict("robots", True)), *told])["robots"] == (4, True, "the whole")
    assert stand([(1, unsure)]) == {"robots": (1, None, "the whole")}
    assert stand([(1, verdict("no-such-rule", False))]) == {}, "a rule that there is not"
    assert stand([]) == {}
    assert list(find_standing(told, {"silence": []})) == ["silence"], "the other is not asked now"


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
    assert find_standing([other, broke], {rule: ["news", "culture"]})[rule].runs == {"news": 2, "culture": 1}
    again = (5, verdict(rule, False, news=False))
    assert stand([again, other, broke]) == {rule: (5, False, "culture: it is False; news: it is False")}


def test_what_was_said_of_sections_that_are_gone_is_dropped() -> None:
    rule = "listing-lines"
    broke = (1, verdict(rule, False, culture=False))
    assert stand([(2, verdict(rule, True, news=True)), broke], ["news"]) == {rule: (2, True, "the whole")}
    assert stand([broke], ["news"]) == {}
    both = (3, verdict(rule, False, news=True, culture=False))
    assert stand([both], ["news"]) == {rule: (3, True, "it is True")}


def test_a_verdict_of_an_earlier_version_is_about_all_sections() -> None:
    rule = "listing-lines"
    old = (1, verdict(rule, False))
    assert stand([old], ["news"]) == {rule: (1, False, "the whole")}
    assert stand([(2, verdict(rule, True, news=True)), old], ["news"]) == {rule: (2, True, "the whole")}
    assert stand([old, (0, verdict(rule, False, news=False))], ["news"]) == {rule: (1, False, "the whole")}


def test_each_section_of_a_run_has_a_verdict_of_its_own() -> None:
    split = {"news": counts(60), "gallery": counts(40)}
    past = replace(PAST, good=[make_run(100, sections=split) for _ in range(5)])
    lost = {"news": counts(60), "gallery": counts(40, source=40)}
    found = say("field-source", make_run(100, sections=lost), past)
    assert {path: each.ok for path, each in found.sections.items()} == {"news": True, "gallery": False}
    assert found.sections["gallery"].sentence == "0% of 40 articles have a source, 100% had one before"
    few = {"news": counts(300), "gallery": counts(2, source=2)}
    found = say("field-source", make_run(302, sections=few), past)
    assert (found.ok, found.sections["gallery"].ok) == (True, None), "what is amiss in a section is never called sound"
    report = make_run(lines={"news": 8, "culture": 0}, at=START).report
    found = say(
        "listing-lines",
        ReportedRun(report | {"sections": dict.fromkeys(("news", "culture"), report["sections"]["news"])}),
    )
    assert {path: each.ok for path, each in found.sections.items()} == {"news": True, "culture": False}
    assert say("list-gap", make_run(gap=9)).sections["news"].ok is False
    assert say("section-total", make_run(total=40)).sections["news"].sentence == "the list shrank from 400 to 40"
    assert say("shared-body", make_run(same_body=80)).sections["news"].ok is False


def test_one_of_a_kind_is_no_plural() -> None:
    one = make_run(1, not_articles=1, lines={"news": 1}, lengths=[1], wanted=0, failures=[])
    alone = replace(BOUNDS, silence_days=1)
    sentences = [each.sentence for past in (Past(), PAST) for each in check_run(one, past, alone).values()]
    plurals = re.compile(r"(?<![\d,.])1 (?:articles|pages|lines|lists|addresses|days|characters)\b")
    assert [each for each in sentences if plurals.search(each)] == []
    assert "1 line was read in 1 list" in sentences
    assert "1 of 2 pages was not an article" in sentences


def test_the_tail_of_the_binomial_distribution_is_right() -> None:
    assert tail_probability(0, 10, 0.5) == 1.0
    assert tail_probability(10, 10, 0.5) == pytest.approx(0.5**10)
    assert tail_probability(9, 10, 0.5) == pytest.approx(11 * 0.5**10)
    assert tail_probability(1, 10, 0.0) == 0.0
    assert tail_probability(900, 1000, 0.1) < 1e-300 or tail_probability(900, 1000, 0.1) == 0.0


def test_deciles_of_many_runs_are_those_of_all_their_values() -> None:
    assert deciles([]) is None
    assert deciles([5]) == [5] * 11
    assert deciles(list(range(101))) == list(range(0, 101, 10))
    assert pool([]) is None
    pooled = pool([(list(range(0, 101, 10)), 101), ([1000] * 11, 1)])
    assert pooled is not None
    assert pooled[0] == 0
    assert pooled[5] == pytest.approx(50, abs=10)
    assert pooled[10] == 1000


@pytest.mark.parametrize("past", [Past(), PAST])
def test_the_first_crawl_of_a_photo_section_is_no_alarm(past: Past) -> None:
    gallery = counts(60, body=60)
    assert say("field-body", make_run(60, sections={"gallery": gallery | {"photos": 60}}), past).ok
    lost = say("field-body", make_run(60, sections={"gallery": gallery}), past)
    assert lost.ok is False, "without pictures there is nothing to be read at all"
