"""What all tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from harbincrawl.reread.workers import choice
from tests.support.shuffled_skins import known_to_the_twin

# No example of a property has to be quick, for no test is timed.
for name, count in (("sample", 25), ("whole", 100)):
    parent = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile(name, parent, deadline=None, max_examples=count)


def pytest_configure(config: pytest.Config) -> None:
    """Of the examples of a property there is a sample, and all of them with `--hypothesis-profile=whole`.

    Started in the background by a shell, the tests ignore interrupts, and their children would inherit that.
    """
    settings.load_profile(config.getoption("--hypothesis-profile") or "sample")
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
