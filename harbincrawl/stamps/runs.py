"""The end of a run: it is sealed, and where the settings name authorities, these stamp its seal.

Whatever they do, the run has ended as it has; what went wrong is told by `take_notes`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.runs import table
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.runs.seals import StoredStamp, make_stamp, put_stamps
from harbincrawl.errors import HarbincrawlError
from harbincrawl.posting import post_all
from harbincrawl.text import time_text

_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
INTERRUPTED = "interrupted"
_notes: list[str] = []


def add_note(sentence: str) -> None:
    """Has the command say at its end why a stamp was not given."""
    _notes.append(sentence)


def take_notes() -> list[str]:
    """What there is to say of stamps, and forgets it."""
    notes = list(_notes)
    _notes.clear()
    return notes


def end_run(
    log: RunLog,
    run: int,
    outcome: str,
    exit_code: int,
    report: Mapping[str, Any],
    *,
    is_stopped: Callable[[], bool] = lambda: False,
) -> tuple[str, Sequence[StoredStamp]]:
    """Stores how a run ended, in the database and in the log, seals it and has the seal stamped.

    Returns the seal, and its stamp from each authority that gave one. Who was interrupted waits for no authority, nor
    any longer once `is_stopped`. Raises what the archive's own `end_run` raises.
    """
    seal = table.end_run(log, run, datetime.now(UTC), outcome, exit_code, report)
    if outcome == INTERRUPTED:
        return seal, ()
    try:
        return seal, stamp_seal(log, run, seal, is_stopped)
    except (HarbincrawlError, OSError, sqlite3.Error) as error:
        add_note(f"the seal of run {run} is not stamped: {error}")
        return seal, ()


def stamp_seal(log: RunLog, run: int, seal: str, is_stopped: Callable[[], bool]) -> list[StoredStamp]:
    """Asks the authorities in the settings for stamps of the seal of `run`; stores and returns them.

    Raises HarbincrawlError, OSError, sqlite3.Error where they cannot be stored.
    """
    authorities = dict.fromkeys(read_authorities(log.folder))
    if not authorities:
        return []
    # What reads tokens takes a tenth of a second to load.
    from . import token

    requests = {each: token.make_request(seal) for each in authorities}
    bodies = {each: request.as_bytes() for each, request in requests.items()}
    stamps = []
    for authority, answer in post_all(bodies, _HEADERS, token.MOST_BYTES, is_stopped=is_stopped).items():
        reason = answer.reason
        if answer.body is not None:
            check = token.check_answer(answer.body, seal, requests[authority])
            if check.fault is None:
                if check.doubt is not None:
                    add_note(f"the stamp of {authority} on the seal of run {run} is stored as it came: {check.doubt}")
                at = check.statement.time if check.statement else datetime.now(UTC)
                stamps.append(make_stamp(run, seal, authority, time_text(at), answer.body))
                continue
            reason = f"its answer is no stamp of it: {check.fault}"
        add_note(f"{authority} has not stamped the seal of run {run} ({reason}); the next run's stamp covers it, too")
    if stamps:
        with log.transaction():
            put_stamps(log.connection, stamps)
    return stamps


def read_authorities(folder: Path) -> tuple[str, ...]:
    """The authorities that the settings of the archive in `folder` name. Raises SettingsError."""
    from harbincrawl.config.reader import read_config
    from harbincrawl.config.schema import SealSettings

    return read_config(folder).fill(SealSettings()).timestamp
