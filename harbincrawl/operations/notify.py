"""Who is told of runs, and of what is new: a dead-man switch, a webhook, a command. None of them ever fails a crawl.

What each target was told last is kept in `user.db`: a notice that was not taken is sent again.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.saved import Change, SavedSearch, move_position, read_changes, read_counter, read_saved
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.config.schema import Notify
from harbincrawl.errors import FilterError, HarbincrawlError
from harbincrawl.posting import post_all
from harbincrawl.search.choice import read_records
from harbincrawl.text import clean, count_text, time_text

TIMEOUT = 10.0
"""Seconds for one attempt, however the server spreads its bytes."""
COMMAND_TIMEOUT = 30.0
"""Seconds that a command may take."""
ATTEMPTS = 3
MAX_EVENTS = 500
"""Events in one notice of what is new; the next run sends further ones."""
_MAX_PING = 10_000
_MAX_ANSWER = 1_000_000
_WEBHOOK = "webhook+"
_KEYS = ("id", "url", "title", "updated", "created", "section", "source", "status", "revision")
"""What a notice says of an article."""


class Target(NamedTuple):
    """Somebody who is told. A switch is pinged, and told nothing else."""

    kind: Literal["switch", "webhook", "command"]
    words: tuple[str, ...]
    """The address; of a command, the program and its arguments."""

    @property
    def shown(self) -> str:
        """As logs may show it: whoever knows the rest of such an address can speak in our name."""
        if self.kind == "command":
            return f"the command {self.words[0]}"
        scheme, _, rest = self.words[0].partition("://")
        host = rest.split("/")[0].split("?")[0].rpartition("@")[2]
        return f"{_WEBHOOK if self.kind == 'webhook' else ''}{scheme}://{host}/…"

    @property
    def key(self) -> str:
        """Its hash, by which `user.db` knows it."""
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()[:16]

    def describe(self) -> str:
        """What it gets."""
        if self.kind == "switch":
            return "a dead-man switch: pinged at the start, success and failure of every run"
        return f"a {self.kind}: told of changes of the state, and of what is new under saved searches"


def list_targets(settings: Notify) -> list[Target]:
    """All targets of the settings."""
    found = [
        Target("webhook", (url.removeprefix(_WEBHOOK),)) if url.startswith(_WEBHOOK) else Target("switch", (url,))
        for url in settings.urls
    ]
    return found + ([Target("command", settings.command)] if settings.command else [])


@dataclass(frozen=True)
class Notice:
    """What there is to say at a run's end."""

    good: bool
    """Whether all is well: the run ended with 0, and no health rule stands broken."""
    was_good: bool
    """The same after the run before."""
    document: Mapping[str, Any]
    """For programs; `summary` has lines for people."""
    has_run: bool = True
    """False where no run could begin: that is always told."""
    is_failing: bool = False
    """Whether articles that failed wait to be asked again."""

    @property
    def is_early(self) -> bool:
        """Whether all is well only because what failed was not asked: that ends no alarm, and nobody is told so."""
        return self.good and self.is_failing


@dataclass(frozen=True)
class Told:
    """What a target was told last of the archive's state."""

    target: str
    """As logs may show it."""
    good: bool
    """Whether it was told that all is well; a new target counts as told of the state that it finds."""
    waiting: str | None = None
    """Since when a notice waits for it (UTC, RFC 3339); None: it took the last one, or what it waited for is over."""


@dataclass(eq=False, repr=False)  # its targets are secret
class Notifier:
    """Tells a run's start and end to all targets; `warn` hears of what could not be delivered.

    A switch (in the manner of healthchecks.io) is pinged at every start and end, with the run's id. The others get a
    document of JSON where the state changes, and of what is new under saved searches.
    Without an `archive`, nothing is known of what was told before, and nothing is kept.
    """

    targets: Sequence[Target]
    _: KW_ONLY
    warn: Callable[[str], None]
    archive: Path | None = None
    pause: float = 1.0
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()), init=False)
    """One id for start and end of a run, by which the switch takes its time."""
    _told: dict[str, Told] = field(default_factory=dict, init=False)
    _starting: list[threading.Thread] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        if self.archive is not None:
            try:
                self._told = read_told(self.archive)
            except HarbincrawlError as error:
                self.warn(f"what was told before is not known: {error}")

    @property
    def hears_news(self) -> bool:
        """Whether any target hears of what is new."""
        return any(target.kind != "switch" for target in self.targets)

    def start(self, text: str, *, was_good: bool = True) -> None:
        """Pings the switches; the crawl does not wait for them. `was_good`: the state until now, for new targets."""
        for target in self.targets:
            if target.kind == "switch":
                thread = threading.Thread(target=self._ping, args=(target, "start", text), daemon=True)
                thread.start()
                self._starting.append(thread)
            elif self.archive is not None and target.key not in self._told:
                # Before anything is sent to it: a kill in between cannot lose the notice.
                self._keep({target.key: Told(target.shown, was_good)})

    def end(self, notice: Notice) -> None:
        """Tells everybody how it ended."""
        for thread in self._starting:
            # A start that arrives after its end would leave the switch waiting for ever.
            thread.join(ATTEMPTS * (TIMEOUT + self.pause * 4))
        self._starting.clear()
        for target in self.targets:
            if target.kind == "switch":
                self._ping(target, "" if notice.good else "fail", notice.document["summary"])
            else:
                self._tell_state(target, notice)
        if not notice.is_early:
            # What waited and is over: the state is again what the target was told last.
            over = {key: told for key, told in self._told.items() if told.waiting and told.good == notice.good}
            self._keep({key: replace(told, waiting=None) for key, told in over.items()})

    def send(self, target: Target, document: Mapping[str, Any]) -> bool:
        """Sends a document to a webhook or a command; True where it was taken."""
        body = json.dumps({**document, "run_id": self.run_id}, ensure_ascii=False).encode()
        if target.kind == "command":
            problem = _run_command(target.words, body)
            if problem is not None:
                self.warn(f"{target.shown} of notify.command {problem}")
            return problem is None
        return self._post(target, target.words[0], body, "application/json")

    def _tell_state(self, target: Target, notice: Notice) -> None:
        """Tells a target the state where it knows another one."""
        told = self._told.get(target.key)
        was_good = notice.was_good
        if notice.has_run:
            if told is not None:
                # Where all is well again and nothing waits, the run before may have told what it could not note: a
                # full disk.
                was_good = told.good and (notice.was_good or not notice.good or told.waiting is not None)
            was_good = was_good or notice.is_early
        if notice.good == was_good:
            return
        if self.send(target, notice.document):
            self._keep({target.key: Told(target.shown, notice.good)})
        else:
            before = told or Told(target.shown, not notice.good)
            since = before.waiting or time_text(datetime.now(UTC))
            self._keep({target.key: replace(before, waiting=since)})

    def _keep(self, told: Mapping[str, Told]) -> None:
        self._told |= told
        if not told or self.archive is None or not (self.archive / FILE).is_file():
            return
        rows = [(key, each.target, each.good, each.waiting) for key, each in told.items()]
        try:
            with change_user(self.archive) as user:
                user.executemany("INSERT OR REPLACE INTO targets VALUES (?, ?, ?, ?)", rows)
        except HarbincrawlError as error:
            self.warn(f"a notice that is not taken may be lost: {error}")

    def _ping(self, target: Target, event: str, text: str) -> None:
        parts = urlsplit(target.words[0])
        path = parts.path.rstrip("/") + (f"/{event}" if event else "")
        query = "&".join(filter(None, (parts.query, f"rid={self.run_id}")))
        address = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
        self._post(target, address, text.encode()[:_MAX_PING], "text/plain; charset=utf-8")

    def _post(self, target: Target, address: str, body: bytes, kind: str) -> bool:
        """Sends, again after a pause where it did not work; False where the last failure is told and forgotten."""
        for attempt in range(1, ATTEMPTS + 1):
            if attempt > 1:
                time.sleep(self.pause * (attempt - 1))
            answer = post_all({address: body}, {"Content-Type": kind}, _MAX_ANSWER, patience=TIMEOUT)[address]
            if answer.body is not None:
                return True
            if 300 <= answer.status < 500 and answer.status != 429:
                break
        self.warn(f"could not notify {target.shown}: {answer.reason}")
        return False


def _run_command(words: Sequence[str], text: bytes) -> str | None:
    """Runs a command with `text` on its standard input, without a shell; what went wrong, None where it ended with 0.

    What it prints is dropped. What it has started ends with it where it takes too long.
    """
    try:
        with subprocess.Popen(  # noqa: S603 - whoever can write config.toml names it
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                process.communicate(text, timeout=COMMAND_TIMEOUT)
            except BaseException as error:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    return f"did not end within {COMMAND_TIMEOUT:g} seconds"
                raise
    except (OSError, ValueError) as error:
        return f"cannot be run: {getattr(error, 'strerror', None) or type(error).__name__}"
    return f"ended with exit code {process.returncode}" if process.returncode else None


def read_told(archive: Path) -> dict[str, Told]:
    """What the targets were told, by their keys. Raises DatabaseError."""
    with read_user(archive) as user:
        rows = user.execute("SELECT target, shown, good, waiting FROM targets ORDER BY target").fetchall()
    return {key: Told(shown, bool(good), waiting) for key, shown, good, waiting in rows}


def list_waiting(archive: Path) -> list[dict[str, object]]:
    """The notices that wait, as `status --json` shows them: `target`, `since`. Raises what `read_told` raises."""
    found = [told for told in read_told(archive).values() if told.waiting]
    return [{"target": told.target, "since": told.waiting} for told in found]


def describe_waiting(notice: Mapping[str, object]) -> str:
    """The sentence on a notice of `list_waiting`."""
    return clean(f"a notice waits for {notice['target']} since {notice['since']}: a later crawl sends it again")


def tell_news(connection: sqlite3.Connection, notifier: Notifier, archive: Path, run: int) -> None:
    """Tells what is new under each saved search, and moves its position for notices behind what all targets took.

    Where nobody is to be told, the position moves on, too: who is named later hears of what comes later. Raises
    DatabaseError, NoSpaceError, sqlite3.Error.
    """
    counter = read_counter(connection)
    with read_user(archive) as user:
        searches = read_saved(user)
    for saved in searches:
        try:
            changes = read_changes(connection, saved, saved.notified) if notifier.hears_news else []
        except FilterError as error:
            notifier.warn(f"saved search {saved.name}: {error}")
            continue
        changes, told = changes[:MAX_EVENTS], counter if len(changes) <= MAX_EVENTS else changes[MAX_EVENTS - 1].change
        if changes:
            document = _describe_changes(connection, saved, changes, archive, run)
            # Every target is told, whether the one before took it or not.
            taken = [notifier.send(each, document) for each in notifier.targets if each.kind != "switch"]
            if not all(taken):
                continue
        if told != saved.notified:
            with change_user(archive) as user:
                move_position(user, saved.name, "notified", told)


def _describe_changes(
    connection: sqlite3.Connection, saved: SavedSearch, changes: Sequence[Change], archive: Path, run: int
) -> dict[str, Any]:
    """The notice of some changes under a saved search."""
    events: list[dict[str, Any]] = []
    lines = [f"{count_text(len(changes), 'article')} new or changed under {saved.name}: {saved.query}".rstrip(": "), ""]
    records = read_records(connection, [change.hit for change in changes])
    for record, change in zip(records, changes, strict=True):
        event = change.write_event(record["id"])
        events.append({"event": event, **{key: record[key] for key in _KEYS}})
        day = record["updated"] or record["created"] or "no date"
        state = "gone" if record["status"] == "gone" else f"revision {record['revision']}"
        lines += [f"{record['title'] or '(no title)'}", f"  {day} · {record['section']} · {state} · {event}"]
        lines.append(f"  {record['url']}")
    about = {"event": "news", "archive": str(archive), "run": run, "search": saved.name, "query": saved.query}
    return {**about, "articles": events, "summary": clean("\n".join(lines))}


def try_target(target: Target, archive: Path, warn: Callable[[str], None], pause: float = 1.0) -> int:
    """Sends a test notice of each kind; `warn` hears of each that was not taken. The number of notices."""
    notifier = Notifier([target], warn=warn, pause=pause)
    about = {"test": True, "archive": str(archive), "run": None}
    if target.kind == "switch":
        notifier.start(f"test: a run of {archive} begins")
        notifier.end(Notice(True, True, {**about, "summary": f"test: all is well in {archive}"}))
        return 2
    news = {"search": "test", "query": "", "articles": []}
    tests: tuple[dict[str, Any], ...] = (
        {"event": "broke", "summary": f"test: something is amiss in {archive}"},
        {"event": "recovered", "summary": f"test: all is well again in {archive}"},
        {"event": "news", **news, "summary": f"test: 0 articles new or changed under a saved search of {archive}"},
    )
    for test in tests:
        notifier.send(target, {**about, **test})
    return len(tests)
