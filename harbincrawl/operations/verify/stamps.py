"""The time stamps of seals: whether each is one of its seal, and whether a trusted certificate stands behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from harbincrawl.archive.stamps import list_stamps, make_stamp
from harbincrawl.text import time_text

from .findings import Findings

_SEALS = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run"


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
