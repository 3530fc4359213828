"""What changed after publication, in order; and pages of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harbincrawl.api import open_archive
from tests.support.archives import build_archive
from tests.support.web_site import BAD


def seen(change: int) -> str:
    """When the change of that number was seen: three months, forty days between."""
    return f"2024-{1 + change // 20:02}-{1 + change % 20:02}T08:00:00Z"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-five changes of forty-four articles, two of them of one; sixty articles of one day of the year."""
    articles: list[dict[str, Any]] = [
        {"number": number, "title": f"Now {number}", "body": "Snow fell.", "revision": 2, "last_changed": seen(number)}
        for number in range(44)
    ]
    articles[7] |= {"revision": 3, "last_changed": seen(44)}
    articles += [
        {"number": number, "title": f"Of the day {number}", "created": f"{1950 + number % 60}-11-30"}
        for number in range(100, 160)
    ]
    revisions = [
        {"number": number, "revision": 1, "title": f"Then {number}", "body": "Snow fell.", "replaced": seen(number)}
        for number in range(44)
    ]
    revisions.append(
        {"number": 7, "revision": 2, "title": "Now 7", "body": "Rain fell.", "source": BAD, "replaced": seen(44)}
    )
    return build_archive(tmp_path_factory.mktemp("changed") / "archive", articles, revisions=revisions)


def test_the_last_changes_are_listed_the_last_one_first(archive: Path) -> None:
    with open_archive(archive) as opened:
        article, old, new = opened.list_last_changes(100)[0]
        assert (article.id, old.revision, new.seen) == ("harbin-today:7", 2, seen(44))
        assert (old.body, new.body) == ("Rain fell.", "Snow fell.")
        assert [article.id.rpartition(":")[2] for article, _, _ in opened.list_last_changes(3)] == ["7", "43", "42"]
        assert [article.id for article, _, _ in opened.list_last_changes(100)].count("harbin-today:7") == 1
