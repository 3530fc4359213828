"""A bucket for the tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harbincrawl import places
from tests.support.buckets import Bucket, serve_bucket, set_environment


@pytest.fixture(scope="session")
def served() -> Iterator[Bucket]:
    """The bucket of all tests of this process."""
    with serve_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(served: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, for which the environment asks."""
    places.forget_blocks()
    served.empty()
    served.requests.clear()
    set_environment(monkeypatch, served)
    return served
