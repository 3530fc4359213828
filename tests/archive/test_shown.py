"""Which responses show which revision of an article: a random history beside the same counted by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from tests.support.families import sample
from tests.support.simulated_captures import BEGIN, HOWS, PATHS, Simulation

STEPS = 40


def live(seed: int, *, hours: tuple[int, ...], others: float = 0.0) -> Iterator[Simulation]:
    """A random history of an article, after each of its steps that left one.

    The clock goes on by `hours`; `others` is how often archives of others give something, never of a time to come.
    """
    dice = random.Random(seed)
    simulation = Simulation.begin()
    with closing(simulation.connection):
        for _ in range(STEPS):
            step = dice.random()
            if step < others:
                at = min(BEGIN + timedelta(hours=dice.randint(-20, 60)), simulation.now)
                simulation.give(dice.choice(("ingest", "wayback")), at, dice.choice("ABC"), dice.randint(0, 2))
            elif step < others * 1.2:
                simulation.reread()
            elif step < 0.5:
                simulation.words = dice.choice("ABC")
            elif step < 0.6:
                simulation.box = dice.randint(0, 2)
            elif step < 0.65:
                simulation.path = dice.choice(PATHS)
            else:
                simulation.now += timedelta(hours=dice.choice(hours))
                simulation.crawl(dice.choice(HOWS))
            if simulation.has_article:
                yield simulation


@pytest.mark.parametrize("seed", sample(range(200), 12))
def test_what_crawls_saw_is_listed_in_the_order_in_which_it_came_whatever_the_clock_said(seed: int) -> None:
    for simulation in live(seed, hours=(0, 1, 1, 5, -3)):
        assert simulation.list_shown() == simulation.expect(), simulation.told


@pytest.mark.parametrize("seed", sample(range(200), 12))
def test_what_others_captured_stands_at_its_time(seed: int) -> None:
    for simulation in live(seed, hours=(0, 1, 1, 5), others=0.2):
        listed, counted = simulation.list_shown(), simulation.expect()
        for revision, states in simulation.read_states().items():
            # What the site confirmed may have been seen before the revision began.
            assert set(listed[revision]) == set(counted[revision]) | states, (revision, simulation.told)
