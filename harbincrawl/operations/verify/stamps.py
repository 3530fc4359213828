"""The time stamps of seals: whether each is one of its seal, and whether a trusted certificate stands behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from harbincrawl.archive.stamps import StoredStamp, list_stamps, make_stamp
from harbincrawl.text import read_time, time_text

from .findings import Findings, StampProof

if TYPE_CHECKING:
    from harbincrawl.stamps.token import TokenCheck

_APART = 600
"""Seconds between the time in a token and that of its row: the latter is that of storing where it could not be read."""
_NO_SEAL = "SELECT run FROM timestamps WHERE run NOT IN (SELECT run FROM runs WHERE seal IS NOT NULL) ORDER BY run"


_TRUST = "give the root certificate of its authority with --tsa-certificates FILE"


class Outside(NamedTuple):
    """What is not in the archive and its stamps are checked with."""

    roots: bytes | None = None
    """The certificates that are trusted (PEM); None: those that the system trusts."""
    tokens: Mapping[str, bytes] = {}
    """Tokens that were kept elsewhere, by the names of their files."""


def check_stamps(connection: sqlite3.Connection, findings: Findings, outside: Outside) -> None:
    """Checks the stored time stamps and the tokens that were kept elsewhere."""
    stamps = list(list_stamps(connection))
    for (run,) in connection.execute(_NO_SEAL):
        findings.report("stamp", f"run {run}", "it has a time stamp and no seal")
    if not stamps and not outside.tokens:
        return
    # What reads tokens takes a tenth of a second to load.
    from harbincrawl.stamps.token import check_token, read_system_roots

    roots = outside.roots if outside.roots is not None else read_system_roots()
    for stamp in stamps:
        try:
            check = check_token(stamp.token, stamp.seal, roots)
        except (ValueError, TypeError):
            _report(findings, stamp, "it is no base64")
            continue
        _take(findings, stamp, check)
    for name, token in outside.tokens.items():
        _check_token(connection, findings, name, token, roots)


def _take(findings: Findings, stamp: StoredStamp, check: TokenCheck) -> None:
    """Puts down what a stored stamp proves."""
    fault = check.fault
    # One that could not be read when it was stored has the time at which it came.
    if fault is None and check.statement is not None and _is_apart(time_text(check.statement.time), stamp.at):
        fault = "it says another time than its row"
    if fault is not None:
        _report(findings, stamp, fault)
        return
    signer = check.statement.signer if check.statement else ""
    findings.stamps.append(StampProof(*stamp, signer, check.doubt))
    if check.doubt is None:
        findings.proven["timestamps"] += 1
    else:
        findings.leave("timestamps", check.doubt)


def _report(findings: Findings, stamp: StoredStamp, fault: str) -> None:
    findings.report("stamp", f"run {stamp.run}, {stamp.authority}", f"the time stamp of its seal: {fault}")


def _is_apart(one: str, other: str) -> bool:
    return abs((read_time(one) - read_time(other)).total_seconds()) > _APART


def _check_token(connection: sqlite3.Connection, findings: Findings, name: str, token: bytes, roots: bytes) -> None:
    """Puts down which seal a token that was kept elsewhere stamps; it is damage where there is none."""
    from harbincrawl.stamps.token import check_token, is_of, read_statement

    rows = connection.execute("SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run").fetchall()
    statement = read_statement(token)
    run, seal = next(((run, seal) for run, seal in rows if is_of(statement, str(seal))), (0, ""))
    if not run:
        said = "it stamps no seal of this archive: what it stamped was made anew or taken away, or is of another one"
        findings.report("token", name, said)
        return
    check = check_token(token, seal, roots)
    why = check.fault or check.doubt
    if why is not None:
        findings.report("token", name, f"it is of the seal of run {run}, and proves nothing ({why}): {_TRUST}")
        return
    stamp = make_stamp(run, seal, name, time_text(statement.time), token)
    findings.tokens[name] = StampProof(*stamp, statement.signer, None)
