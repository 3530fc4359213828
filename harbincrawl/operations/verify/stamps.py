"""The time stamps of seals: whether each is one of its seal, and whether a trusted certificate stands behind it."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.stamps import list_stamps
from harbincrawl.text import time_text

from .findings import Findings


def check_stamps(connection: sqlite3.Connection, findings: Findings, roots: bytes | None) -> None:
    """Checks the time stamps, whose rows the log tells, by the certificates `roots` (PEM; None: the system's)."""
    stamps = list(list_stamps(connection))
    if not stamps:
        return
    # What reads tokens takes a tenth of a second to load.
    from harbincrawl.stamps.token import check_token, read_system_roots

    roots = read_system_roots() if roots is None else roots
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
