"""The seals: the chain made again from the records, what one vouches for, its time stamps, what runs left below it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import read_id as read_article_id
from harbincrawl.archive.database.scratch import open_scratch
from harbincrawl.archive.decisions import TOLD
from harbincrawl.archive.runs.seals import hash_log, list_stamps, make_stamp, read_id
from harbincrawl.operations.projection.compare import pair_rows
from harbincrawl.operations.projection.told import list_events, load_told
from harbincrawl.text import time_text
from harbincrawl.warc.log import SEAL

from .findings import NO_SEAL, Findings, SealProof

_PURGES = """
SELECT r.run, p.value FROM runs AS r, json_each(iif(json_valid(r.arguments), r.arguments, '{}'), '$.numbers') AS p
WHERE r.kind = 'purge' AND r.ended NOT NULL AND r.run > ? ORDER BY 1"""

_KEPT = {
    "articles": (),
    "outcomes": ("outcome", "hash"),
    "captures": (
        "run", "address", "fetched_at", "status", "etag", "last_modified", "digest", "source", "host", "origin",
    ),
}  # fmt: skip
"""Columns beside the keys that no run changes once they are sealed."""
_SEALS = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run"
_COVERED = """
SELECT warc, "offset", ordinal, leaf FROM temp.records WHERE ordinal BETWEEN ? AND ? AND fault IS NULL
 AND removed IS NULL AND warc IN (SELECT name FROM log_files) ORDER BY ordinal"""


def check_seals(connection: sqlite3.Connection, findings: Findings, asked: str | None) -> None:
    """Makes every seal again from the records that are there; `asked` is a seal that has to be among them."""
    events = {str(values.get("seal")): (ordinal, values) for ordinal, values in list_events(connection, SEAL)}
    ordinals = {ordinal for ordinal, _ in events.values()}
    after, previous, removed = NO_SEAL, read_id(connection), 0
    for run, seal in connection.execute(_SEALS).fetchall():
        if seal not in events:
            if not findings.last_gap:
                findings.report("seal", f"run {run}", "its seal is not in the WARC files")
            else:
                findings.leave("seals", "its record is lost")
            if seal == asked:
                findings.report("seal", seal, "its record is lost: nothing says what it covered")
            after, previous = 0, seal
            continue
        ordinal, values = events[seal]
        if after < values.get("first", 0) <= findings.last_gap:
            # The run before, and its seal, may be among the lost records.
            after, previous = 0, str(values.get("previous"))
        missing = _check_seal(connection, findings, run, previous, after, values)
        if missing is not None:
            removed += missing
            findings.seals += 1
            if asked in (None, seal):
                findings.seal = SealProof(seal, run, ordinal - 1, removed, _list_purged(connection, run))
        after, previous = ordinal, seal
        if after not in ordinals:
            after = 0
    if asked is not None and connection.execute("SELECT 1 FROM runs WHERE seal = ?", (asked,)).fetchone() is None:
        findings.report("seal", asked, "no run of this archive ended with this seal")
    findings.last_seal = after


def _check_seal(
    connection: sqlite3.Connection, findings: Findings, run: int, previous: str, first: int, values: dict[str, Any]
) -> int | None:
    """How many of its records a seal over the records from the number `first` on covers, and are not there any more.

    None: it is not over these. A `first` of 0: that is not known.
    """
    digests = [str(digest) for digest in values.get("digests", [])]
    begin, last = values.get("first") or 0, values.get("last")
    try:
        is_whole = hash_log(previous, map(bytes.fromhex, digests)) == values.get("seal")
    except ValueError:
        is_whole = False
    if not is_whole or last != begin + len(digests) - 1 or (first and begin != first):
        findings.report("seal", f"run {run}", "its seal in the WARC files is not over the records that it lists")
        return None
    found = others = 0
    for name, offset, ordinal, leaf in connection.execute(_COVERED, (begin, last)):
        digest = digests[ordinal - begin]
        # Zeros stand for a record that was damaged when it was sealed.
        if leaf == digest or not digest.strip("0"):
            found += 1
            continue
        others += 1
        said = f"record {ordinal} is not the one that the seal of run {run} covers"
        findings.report("warc", f"warc/{name} at byte {offset}", said)
    return None if others else len(digests) - found


def _list_purged(connection: sqlite3.Connection, run: int) -> dict[str, int]:
    """By id, the articles that were purged since a run, each with the run of the first purge of it."""
    found: dict[str, int] = {}
    for purge, id in connection.execute(_PURGES, (run,)):
        found.setdefault(str(id), purge)
    return found


def check_sealed(stored: sqlite3.Connection, right: sqlite3.Connection, findings: Findings, scratch: Path) -> None:
    """Names what the log told by the time of the seal that was asked for, and tells otherwise now, or not.

    Only a purge takes any of it away. `temp.events` of `stored` has the events, `temp.told_…` of `right` what all of
    them tell; what they told by then is put into a database in the folder `scratch`.
    """
    if (seal := findings.seal) is None:
        return
    with closing(open_scratch(scratch)) as then:
        load_told(then, stored, seal.records)
        for name, others in _KEPT.items():
            keys = TOLD[name].keys
            query = f"SELECT {', '.join((*keys, *others))} FROM temp.told_{name} ORDER BY {', '.join(keys)}"
            for key, row, found in pair_rows(then.execute(query), right.execute(query), len(keys)):
                if row is None or row == found:
                    continue
                where = str(key[0]) if name == "captures" else read_article_id(right, key[-1])
                is_purged = bool(seal.gone) if name == "captures" else where in seal.gone
                if found is None and is_purged:
                    continue
                what = {"articles": "the article", "captures": "the answer"}.get(name, f"its outcome in run {key[0]}")
                said = "is gone, and no purge says that it took it" if found is None else "is another one now"
                findings.report("seal", where, f"{what} that the seal covers {said}")


class Outside(NamedTuple):
    """What is not in the archive and its stamps are checked with."""

    roots: bytes | None = None
    """The certificates that are trusted (PEM); None: those that the system trusts."""
    tokens: Mapping[str, bytes] = {}
    """Tokens that were kept elsewhere, by the names of their files."""


def check_stamps(connection: sqlite3.Connection, findings: Findings, outside: Outside) -> None:
    """Checks the stored time stamps, whose rows the log tells, and the tokens that were kept elsewhere."""
    stamps = list(list_stamps(connection))
    if not stamps and not outside.tokens:
        return
    # What reads tokens takes a tenth of a second to load.
    from harbincrawl.stamps.token import check_token, is_of, read_statement, read_system_roots

    roots = outside.roots if outside.roots is not None else read_system_roots()
    for stamp in stamps:
        check = check_token(stamp.token, stamp.seal, roots)
        said = check.statement
        if check.fault is not None:
            where = f"run {stamp.run}, {stamp.authority}"
            findings.report("stamp", where, f"the time stamp of its seal: {check.fault}")
            continue
        found = {"proven": check.doubt is None, "doubt": check.doubt, "signer": said.signer if said else ""}
        findings.stamps.append(stamp.as_object() | ({"at": time_text(said.time)} if said else {}) | found)
        if check.doubt is None:
            findings.proven["timestamps"] += 1
        else:
            findings.leave("timestamps", check.doubt)
    seals = connection.execute(_SEALS).fetchall()
    for name, token in outside.tokens.items():
        statement = read_statement(token)
        run, seal = next(((run, seal) for run, seal in seals if is_of(statement, str(seal))), (0, ""))
        if not run:
            lost = (
                "it stamps no seal of this archive: what it stamped was made anew or taken away, or is of another one"
            )
            findings.report("token", name, lost)
            continue
        check = check_token(token, seal, roots)
        if why := check.fault or check.doubt:
            trust = "give the root certificate of its authority with --tsa-certificates FILE"
            findings.report("token", name, f"it is of the seal of run {run}, and proves nothing ({why}): {trust}")
            continue
        kept = make_stamp(run, seal, name, time_text(statement.time), token)
        findings.tokens[name] = kept.as_object() | {"proven": True, "doubt": None, "signer": statement.signer}
