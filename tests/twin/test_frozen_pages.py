"""The sites that the reading bench reads are frozen: with any other byte its saved runs compare nothing any more.

Who changes them on purpose writes `frozen_pages.toml` anew (`python -m tests.twin.test_frozen_pages`), and the results.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from benchmarks._reading_cases import FAMILIES, Family, spread
from tests.support.twin import make_twin

FROZEN = Path(__file__).with_name("frozen_pages.toml")
SAMPLE = 3
"""Sites of each family."""
SLOW = (
    "odd articles", "odd lists", "added furniture", "manner", "content systems", "redesigns", "teasers in the text",
    "foreign pages",
)  # fmt: skip
"""Families whose sites take seconds to make."""


def digest_family(family: Family) -> str:
    """Of all pages of some of its sites, and of what is true of them."""
    digest = hashlib.sha256()
    for case in spread(tuple(family.list_cases()), SAMPLE):
        site = case.make()
        for page in site.pages:
            digest.update(page.address.encode() + page.body)
        truths = [sorted((repr(key), value) for key, value in each.items()) for each in (site.articles, site.lists)]
        digest.update(json.dumps(truths, default=repr).encode())
    return digest.hexdigest()


def digest_twin(*, hostile: bool) -> str:
    """Of all articles of a twin in all skins, and of what is true of them."""
    twin = make_twin(1, 120, hostile=hostile)
    pages = [twin.render(story.page_path(page)).body for story in twin.stories.values()
             for page in range(1, story.page_count + 1)]  # fmt: skip
    return hashlib.sha256(b"".join(pages) + json.dumps(twin.truth()).encode()).hexdigest()


@pytest.mark.parametrize(
    "family",
    [pytest.param(one, id=one.name, marks=pytest.mark.attack if one.name in SLOW else ()) for one in FAMILIES],
)
def test_pages_and_truths_of_a_family_are_as_they_were(family: Family) -> None:
    assert digest_family(family) == tomllib.loads(FROZEN.read_text())[family.name]


@pytest.mark.parametrize("hostile", [False, True])
def test_pages_and_truths_of_the_twin_are_as_they_were(hostile: bool) -> None:
    assert digest_twin(hostile=hostile) == tomllib.loads(FROZEN.read_text())["hostile twin" if hostile else "twin"]


if __name__ == "__main__":
    lines = [f'"{family.name}" = "{digest_family(family)}"\n' for family in FAMILIES]
    lines += [f'"{name}" = "{digest_twin(hostile=name != "twin")}"\n' for name in ("twin", "hostile twin")]
    FROZEN.write_text("".join(lines))
