"""Sites that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.web_site import Site, build_hostile, running


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty articles, a copy, a gone one, one of two revisions."""
    topics = ("snow", "metro", "ice festival", "trade")
    articles = [
        {"number": number, "title": f"About {topics[number % 4]} {number}",
        "created": f"20{10 + number % 12}-05-{number % 28 + 1:02}",
         "body": [f"Words on {topics[number % 4]} and the city.", f"More of {number}."],
         "author": "Li Na" if number % 3 else None, "source": ("Xinhua", "China Daily")[number % 2],
         "section_path": ("news", "culture/music")[number % 5 == 0], "section": ("Harbin Today",
         "Music City")[number % 5 == 0]}
        for number in range(1, 61)
    ]  # fmt: skip
    articles[6] |= {"status": "gone"}
    articles[7] |= {"revision": 2, "title": "About snow 8, corrected", "capture": {"warc": None}}
    return build_archive(
        tmp_path_factory.mktemp("small") / "archive",
        articles,
        duplicates=[(44, 4, 1.0, "exact")],
        revisions=[
            {"number": 8, "revision": 1, "title": "About snow 8", "body": ["Words on rain and the city.", "More of 8."]}
        ],
    )


@pytest.fixture(scope="session")
def site(small: Path) -> Iterator[Site]:
    with running(small) as started:
        yield started


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, int]]]:
    """A site of an archive in which every text is an attack, and its captures by name."""
    archive = tmp_path_factory.mktemp("hostile") / "archive"
    captures = build_hostile(archive)
    with running(archive) as started:
        yield started, captures
