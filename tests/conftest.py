"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shuffled_skins import known_to_the_twin


@pytest.fixture(autouse=True)
def shuffled_skins_of_a_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is given a skin put together by dice has the twin know it, for as long as it runs."""
    call = getattr(request.node, "callspec", None)
    values = call.params.values() if call else ()
    with known_to_the_twin([value for value in values if isinstance(value, str) and value.startswith("shuffled")]):
        yield
