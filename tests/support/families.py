"""Families of attacks: `make test` runs a sample of each, `make attacks` runs all the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def sample(cases: Iterable[Any], every: int = 3) -> list[Any]:
    """`cases` for `parametrize`: every so manieth is an ordinary test, the others are marked `attack`.

    A case is the one value of a test with one parameter, or a tuple of all its parameters' values.
    """
    return [
        case
        if number % every == 0
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.attack)
        for number, case in enumerate(cases)
    ]


def examples(most: int, **more: Any) -> settings:
    """Settings of a property: `most` examples in `make attacks`, a quarter of them in `make test`."""
    return settings(max_examples=most * settings.default.max_examples // 100, **more)
