"""The site that the tests of reading again know."""

from __future__ import annotations

import pytest

from tests.support.twin import Twin, make_twin


@pytest.fixture
def twin() -> Twin:
    return make_twin(5, 30, sections=("news", "gallery"))
