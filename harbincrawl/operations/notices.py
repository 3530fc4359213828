"""What each target of notices was told last, in `user.db`: a notice that was not taken is sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.errors import HarbincrawlError
from harbincrawl.text import clean, time_text


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
    """The targets of the archive in `folder`; `warn` hears where they cannot be read or written."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._warn = warn
        self._targets: dict[str, Told] = {}
        try:
            self._targets = read_told(folder)
        except HarbincrawlError as error:
            warn(f"what was told before is not known: {error}")

    def begin(self, target: str, shown: str, *, good: bool) -> None:
        """Notes a new target before anything is sent to it: a kill in between cannot lose the notice."""
        if _key(target) not in self._targets:
            self._put({_key(target): Told(shown, good)})

    def was_told(self, target: str, *, good: bool, was_good: bool) -> bool:
        """Whether the target believes that all is well, before a notice on whether all is well now and was before.

        Where all is well again and no notice waits, the run before may have told what it could not note (a full disk).
        """
        told = self._targets.get(_key(target))
        if told is None:
            return was_good
        return told.good and (was_good or not good or told.waiting is not None)

    def settle(self, target: str, shown: str, *, good: bool, taken: bool) -> None:
        """Notes that a notice of this state was `taken`, or that it waits."""
        before = self._targets.get(_key(target), Told(shown, not good))
        since = before.waiting or time_text(datetime.now(UTC))
        self._put({_key(target): Told(shown, good) if taken else replace(before, waiting=since)})

    def end(self, *, good: bool) -> None:
        """Forgets what waits and is over: the state is again what the target was told last."""
        over = {key: told for key, told in self._targets.items() if told.good == good and told.waiting}
        if over:
            self._put({key: replace(told, waiting=None) for key, told in over.items()})

    def _put(self, targets: dict[str, Told]) -> None:
        self._targets |= targets
        if not (self._folder / FILE).is_file():
            return
        rows = [(key, told.target, told.good, told.waiting) for key, told in targets.items()]
        try:
            with change_user(self._folder) as user:
                user.executemany("INSERT OR REPLACE INTO targets VALUES (?, ?, ?, ?)", rows)
        except HarbincrawlError as error:
            self._warn(f"a notice that is not taken may be lost: {error}")


def read_told(folder: Path) -> dict[str, Told]:
    """The targets by the hash of their address. Raises DatabaseError, SpecialFileError."""
    with read_user(folder) as user:
        rows = user.execute("SELECT target, shown, good, waiting FROM targets ORDER BY target").fetchall()
    return {key: Told(shown, bool(good), waiting) for key, shown, good, waiting in rows}


def list_waiting(folder: Path) -> list[dict[str, object]]:
    """The notices that wait, as `status --json` shows them: `target`, `since`. Raises what `read_told` raises."""
    found = [told for told in read_told(folder).values() if told.waiting]
    return [{"target": told.target, "since": told.waiting} for told in found]


def describe_waiting(notice: Mapping[str, object]) -> str:
    """The sentence on a notice of `list_waiting`."""
    return clean(f"a notice waits for {notice['target']} since {notice['since']}: a later crawl sends it again")


def _key(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()[:16]
