"""Real Chromium for the tests here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
WIDTHS = (320, 360, 768, 1280)
"""Pixels of the windows that pages are looked at in."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "REPLAYWEBPAGE" not in os.environ:
        for item in items:
            if item.path.parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(reason="run by `make web`"))


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        yield started


@pytest.fixture
def browser(driver: Any, tmp_path: Path) -> Iterator[Any]:
    context = driver.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, headless=True, args=FLAGS
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def chromium(driver: Any) -> Iterator[Any]:
    """A browser that makes contexts of its own."""
    started = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
    yield started
    started.close()


def list_sizes(page: Any, widths: Sequence[int] = WIDTHS) -> Iterator[int]:
    """Each of the widths, once the page that is shown has it."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("new Promise(requestAnimationFrame)")
        yield width
