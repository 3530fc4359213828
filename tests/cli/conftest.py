"""What the tests of the command line share: a call of it in their own process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from harbincrawl.cli.main import main


class Ran(NamedTuple):
    """What a call ended with and printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def harbincrawl(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """`harbincrawl` with some words, as where no variable says anything of archives, colours and widths."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "HARBINCRAWL_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: object) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return Ran(int(ended.value.code or 0), *capfd.readouterr())

    return call
