"""What all tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from harbincrawl.reread import executor
from tests.support.archives import MakeOnce
from tests.support.listening import Receiver
from tests.support.purging import crawl_two_files
from tests.support.shuffled_skins import find_shuffled
from tests.support.twin.skins import known_skins

# No example of a property has to be quick, for no test is timed.
for name, count in (("sample", 25), ("whole", 100)):
    parent = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile(name, parent, deadline=None, max_examples=count)

MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are pytest's
ROOM = 8 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Of the examples of a property there is a sample, and all of them with `--hypothesis-profile=whole`.

    Folders of tests are in memory where there is room and programs may run, for a small crawl waits for a disk fifty
    times. Started in the background by a shell, the tests ignore interrupts, and their children would inherit that.
    """
    settings.load_profile(config.getoption("--hypothesis-profile") or "sample")
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A handler is not inherited; this one leaves the tests themselves as deaf as they were.
        signal.signal(signal.SIGINT, lambda *_: None)


@pytest.fixture(autouse=True)
def shuffled_skins_of_a_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is given a skin put together by dice has the twin know it, for as long as it runs."""
    call = getattr(request.node, "callspec", None)
    with known_skins(find_shuffled(call.params.values() if call else ())):
        yield


@pytest.fixture(autouse=True, scope="session")
def one_core() -> Iterator[None]:
    """Reading by processes takes a second to begin with: a test that is about them says `--workers 2`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executor, "count_cores", lambda: 1)
        yield


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """`make_once(name, make)`: a folder that the first process of the suite to ask for it makes, and all only read."""
    own = tmp_path_factory.getbasetemp()
    base = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make_folder(name: str, make: Callable[[Path], None]) -> Path:
        folder, begun = base / name, base / f"{name}-begun"
        with (base / f"{name}-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(begun, ignore_errors=True)
                make(begun)
                begun.rename(folder)
        return folder

    return make_folder


@pytest.fixture(scope="session")
def crawled(make_once: MakeOnce) -> Path:
    """An archive with two closed WARC files, to be read only; a file of tests may have another one."""
    return make_once("crawled", crawl_two_files)


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(crawled, tmp_path / "archive")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()
