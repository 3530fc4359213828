"""What each target of notices was told last, kept beside the archive: a notice that was not taken is sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.errors import DestinationError
from harbincrawl.files import open_part, write_whole
from harbincrawl.text import time_text

FILE = "notices.json"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Told:
    """What a target was told last of the archive's state."""

    target: str
    """As logs may show it."""
    good: bool
    """Whether it was told that all is well; a new target counts as told of the state that it finds."""
    waiting: str | None = None
    """Since when a notice waits for it (UTC, RFC 3339); None: it took the last one, or what it waited for is over."""


class ToldTargets:
    """The targets of an archive, in the file `notices.json` of its folder; `warn` hears where it cannot be written."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._warn = warn
        self._targets = read_told(folder)

    def begin(self, target: str, shown: str, *, good: bool) -> None:
        """Notes a new target before anything is sent to it: a kill in between cannot lose the notice."""
        if _key(target) not in self._targets:
            self._targets[_key(target)] = Told(shown, good)
            self._write()

    def was_told(self, target: str, otherwise: bool) -> bool:
        """Whether the target believes that all is well; `otherwise` where nothing is known of it."""
        told = self._targets.get(_key(target))
        return otherwise if told is None else told.good

    def settle(self, target: str, shown: str, *, good: bool, taken: bool) -> None:
        """Notes that a notice of this state was `taken`, or that it waits."""
        before = self._targets.get(_key(target), Told(shown, not good))
        since = before.waiting or time_text(datetime.now(UTC))
        self._targets[_key(target)] = Told(shown, good) if taken else replace(before, waiting=since)
        self._write()

    def end(self, *, good: bool) -> None:
        """Forgets what waits and is over: the state is again what the target was told last."""
        ended = {key: replace(told, waiting=None) for key, told in self._targets.items() if told.good == good}
        if any(self._targets[key].waiting for key in ended):
            self._targets |= ended
            self._write()

    def _write(self) -> None:
        if not self._folder.is_dir():
            return
        document = {key: asdict(told) for key, told in sorted(self._targets.items())}
        try:
            write_whole(self._folder / FILE, json.dumps(document, ensure_ascii=False, indent=1).encode())
        except (OSError, DestinationError) as error:
            self._warn(f"{self._folder / FILE} cannot be written, so a notice that is not taken may be lost: {error}")


def read_told(folder: Path) -> dict[str, Told]:
    """The targets by the hash of their address; empty where there is no such file, or it is none of ours.

    Raises SpecialFileError.
    """
    try:
        with open_part(folder / FILE) as stream:
            document = json.loads(stream.read(_MOST_BYTES))
        return {str(key): _check(Told(**told)) for key, told in document.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def list_waiting(folder: Path) -> list[dict[str, object]]:
    """The notices that wait, as `status --json` shows them: `target`, `since`."""
    found: Sequence[Told] = [told for _, told in sorted(read_told(folder).items()) if told.waiting]
    return [{"target": told.target, "since": told.waiting} for told in found]


def _check(told: Told) -> Told:
    if not (isinstance(told.target, str) and isinstance(told.good, bool) and isinstance(told.waiting, str | None)):
        raise TypeError
    return told


def _key(target: str) -> str:
    """By its hash: whoever knows the address of a webhook can speak in our name."""
    return hashlib.sha256(target.encode()).hexdigest()[:16]
