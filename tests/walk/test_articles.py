"""When an article is fetched, and how each outcome changes its state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.walk.articles import (
    ArticleState,
    Rhythm,
    ask_order,
    back_off,
    is_asked,
    needs_gone_proof,
    next_state,
    read_state,
    state_text,
    with_address,
    with_news,
)

NOW = datetime(2025, 3, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WANTED = ArticleState("7", "http://site/a/7.html", wanted=True)


def test_a_failing_article_is_asked_in_each_run_and_parked_after_the_third() -> None:
    state, parked = WANTED, []
    for run in range(1, 12):
        assert is_asked(state, NOW + 400 * DAY)
        state = next_state(state, "failed", run, NOW)
        parked.append((state.due - NOW).days if state.due else 0)
    assert parked == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert not is_asked(state, NOW + 29 * DAY)
    assert is_asked(state, NOW + 30 * DAY)


def test_missing_in_two_runs_is_gone_and_in_one_run_is_not() -> None:
    first = next_state(next_state(WANTED, "missing", 1, NOW), "missing", 1, NOW)
    assert (first.gone, first.wanted, is_asked(first, NOW + DAY)) == (False, True, True)
    second = next_state(first, "missing", 2, NOW + DAY, proven=True)
    assert (second.gone, second.wanted, is_asked(second, NOW + 2 * DAY)) == (True, False, False)
    assert is_asked(second, NOW + 31 * DAY)


def test_missing_at_another_address_restarts_the_count() -> None:
    first = next_state(WANTED, "missing", 1, NOW)
    moved = next_state(with_address(first, "http://site/b/7.html"), "missing", 2, NOW, proven=True)
    assert not moved.gone
    assert next_state(moved, "missing", 3, NOW, proven=True).gone


def test_a_missing_article_without_proof_is_parked_and_fetched_again() -> None:
    state, parked = WANTED, []
    for run in range(1, 6):
        state = next_state(state, "missing", run, NOW)
        assert (state.gone, state.wanted) == (False, True)
        parked.append((state.due - NOW).days if state.due else 0)
    assert parked == [0, 0, 1, 2, 4]
    assert not needs_gone_proof(state, NOW + DAY)
    assert needs_gone_proof(state, NOW + 4 * DAY)
    assert next_state(state, "missing", 6, NOW + 4 * DAY, proven=True).gone


def test_a_gone_article_can_come_back() -> None:
    gone = next_state(next_state(WANTED, "missing", 1, NOW), "missing", 2, NOW, proven=True)
    assert is_asked(gone, NOW, "all")
    asked = with_news(gone)
    assert is_asked(asked, NOW)
    assert next_state(asked, "missing", 3, NOW).gone
    alive = next_state(asked, "same", 3, NOW)
    assert (alive.gone, alive.gone_runs, alive.wanted) == (False, 0, False)


def test_an_article_missing_since_an_earlier_run_needs_a_gone_proof_whether_it_was_stored_or_not() -> None:
    had = with_news(next_state(WANTED, "new", 1, NOW))
    assert not needs_gone_proof(had, NOW)
    assert not needs_gone_proof(WANTED, NOW)
    for state in (had, WANTED):
        missing = next_state(state, "missing", 2, NOW)
        assert needs_gone_proof(missing, NOW)
        gone = next_state(missing, "missing", 3, NOW, proven=True)
        assert not needs_gone_proof(gone, NOW)
        assert not needs_gone_proof(with_news(gone), NOW)


def test_rechecks_come_after_a_day_a_week_and_then_by_the_rhythm() -> None:
    state = next_state(WANTED, "new", 1, NOW)
    assert not is_asked(state, NOW + DAY / 2)
    assert not is_asked(state, NOW + DAY, "none")
    assert is_asked(state, NOW + DAY)
    state = next_state(state, "same", 2, NOW + DAY)
    assert state.recheck_at == NOW + 7 * DAY
    state = next_state(state, "changed", 3, NOW + 7 * DAY, 50 * DAY)
    assert state.recheck_at == NOW + 57 * DAY
    # A daily timer that comes early loses no day.
    new, early = next_state(WANTED, "new", 1, NOW), NOW + DAY - timedelta(minutes=5)
    assert is_asked(new, early)
    assert next_state(new, "same", 2, early).recheck_at == NOW + 7 * DAY


def test_the_rhythm_slows_while_nothing_changes_and_quickens_with_changes() -> None:
    had = next_state(WANTED, "new", 1, NOW)
    assert Rhythm().interval == 30 * DAY
    calm = busy = Rhythm()
    for week in range(1, 40):
        calm = calm.with_check(had, "same", NOW + 7 * DAY)
        busy = busy.with_check(had, "changed" if week % 2 else "same", NOW + 7 * DAY)
    assert calm.interval > 100 * DAY
    assert busy.interval == 7 * DAY
    assert calm.with_check(with_news(had), "changed", NOW + DAY) == calm
    assert calm.with_check(had, "missing", NOW + DAY) == calm
    assert Rhythm(10**6, 0).interval == 180 * DAY


def test_wanted_articles_come_first_newest_first_then_rechecks_longest_due_first() -> None:
    had = replace(WANTED, first_seen=NOW)
    states = [
        ArticleState("1", "", recheck_at=NOW),
        ArticleState("2", "", recheck_at=NOW - DAY),
        replace(had, id="9"),
        replace(WANTED, id="4"),
        replace(WANTED, id="30"),
    ]
    assert [state.id for state in ask_order(states)] == ["30", "4", "9", "2", "1"]


def test_the_back_off_doubles_from_the_crawls_own_delay_and_keeps_retry_after() -> None:
    assert [back_off(attempt, 1.5) for attempt in (1, 2, 3)] == [1.5, 3.0, 6.0]
    assert back_off(1, 0.0) < 0.1
    assert back_off(1, 1.0, 120) == 120
    assert back_off(1, 1.0, 86400) == 600
    assert back_off(60, 1.0) == 600


OUTCOMES = ("new", "changed", "same", "duplicate", "failed", "refused", "missing")


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 2), st.booleans()), max_size=12))
def test_any_history_of_outcomes_keeps_the_rules_and_survives_storing(steps: list[tuple[str, int, bool]]) -> None:
    state, run, now = WANTED, 1, NOW
    for outcome, later, proven in steps:
        run, now, before = run + later, now + later * DAY, state
        state = next_state(state, outcome, run, now, proven=proven)
        assert proven or before.gone or not state.gone
        assert read_state(state.id, state.address, state.wanted, state_text(state)) == state
        assert not (outcome == "missing" and state.gone and state.wanted)
        # Every article is fetched again at some time.
        assert is_asked(state, now + 181 * DAY)
        if outcome not in ("failed", "refused", "missing"):
            assert not (state.wanted or state.gone or state.failed_runs or state.gone_runs)
