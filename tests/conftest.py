"""What all tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from harbincrawl.reread.workers import choice
from tests.support.shuffled_skins import known_to_the_twin


def pytest_configure() -> None:
    """No example of a property has to be quick, for no test is timed.

    Started in the background by a shell, the tests ignore interrupts, and their children would inherit that.
    """
    settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
    settings.load_profile("untimed")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A handler is not inherited; this one leaves the tests themselves as deaf as they were.
        signal.signal(signal.SIGINT, lambda *_: None)


@pytest.fixture(autouse=True)
def shuffled_skins_of_a_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is given a skin put together by dice has the twin know it, for as long as it runs."""
    call = getattr(request.node, "callspec", None)
    values = call.params.values() if call else ()
    with known_to_the_twin([value for value in values if isinstance(value, str) and value.startswith("shuffled")]):
        yield


@pytest.fixture(autouse=True, scope="session")
def one_core() -> Iterator[None]:
    """Reading by processes takes a second to begin with: a test that is about them says `--workers 2`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, "count_cores", lambda: 1)
        yield
