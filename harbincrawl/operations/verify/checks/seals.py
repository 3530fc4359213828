"""The seals: the chain made again from today's rows, and every article against the outcome that left it so."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.runs.outcomes import hash_articles, read_latest
from harbincrawl.archive.runs.seals import list_removed, read_chain
from harbincrawl.operations.verify.findings import FROM_LOG, MEND, REPARSE, Findings, SealProof

_KEPT_OUTCOMES = (
    "SELECT number, max(run) FROM outcomes WHERE number IN (SELECT number FROM purged) GROUP BY 1 ORDER BY 1"
)
_GONE = (
    "SELECT number, max(run) FROM outcomes WHERE hash IS NOT NULL AND number NOT IN (SELECT number FROM articles"
    " UNION SELECT number FROM purged) GROUP BY 1 ORDER BY 1"
)


def check_seals(connection: sqlite3.Connection, findings: Findings, asked: str | None) -> None:
    """Makes every seal again; `asked` is a seal that has to be among them."""
    rows = removed = last = 0
    for link in read_chain(connection):
        rows += link.seal.rows
        removed += link.removed
        last = link.seal.run
        findings.seals += link.holds
        if not link.holds:
            said = f"the rows of run {last} are not those that its seal covers"
            findings.report("seal", f"run {last}", said, FROM_LOG)
        if asked in (None, link.stored):
            findings.seal = SealProof(link.stored, last, rows, removed)
    if asked is not None and findings.seal is None:
        findings.report("seal", asked, "no run of this archive ended with this seal", FROM_LOG)
    _check_runs(connection, findings, last)
    _check_removed(connection, findings)


def _check_removed(connection: sqlite3.Connection, findings: Findings) -> None:
    """Only a purge removes sealed rows, and outcomes only of the articles that it was given."""
    runs = {
        run: (kind, _read_numbers(text))
        for run, kind, text in connection.execute("SELECT run, kind, arguments FROM runs")
    }
    for row in list_removed(connection):
        kind, numbers = runs.get(row.removed_by, ("no such run", frozenset()))
        id = (row.article or "").partition(":")[2]
        where = id or f"run {row.run}"
        if not row.is_true:
            named = f"; it says that it purged {', '.join(sorted(numbers))}" if numbers else ""
            said = f"a row of run {row.run} that run {row.removed_by} removed is not the one that was sealed{named}"
            findings.report("seal", where, said, FROM_LOG)
        elif kind != "purge":
            said = f"run {row.removed_by} ({kind}) removed a row of run {row.run}: only a purge does"
            findings.report("seal", where, said, FROM_LOG)
        elif row.kind == "outcome" and id not in numbers:
            said = f"run {row.removed_by} removed its outcome in run {row.run}, and is no purge of it"
            findings.report("seal", where, said, FROM_LOG)
        elif row.kind == "outcome" and findings.seal and row.run <= findings.seal.run < row.removed_by:
            findings.seal.gone[id] = row.removed_by
    for number, run in connection.execute(_KEPT_OUTCOMES).fetchall():
        said = f"it counts as purged, and its outcome in run {run} is still there: no purge leaves one"
        findings.report("seal", read_id(connection, number), said, FROM_LOG)
    if findings.quick:
        # Else `check_outcomes` names them.
        for number, run in connection.execute(_GONE).fetchall():
            findings.report(
                "article", read_id(connection, number), f"run {run} left it stored, and it is gone", REPARSE
            )


def _read_numbers(arguments: str) -> frozenset[str]:
    """The ids that a purge was given."""
    try:
        numbers = json.loads(arguments)["numbers"]
        return frozenset(map(str, numbers)) if isinstance(numbers, list) else frozenset()
    except (ValueError, TypeError, KeyError):
        return frozenset()


def _check_runs(connection: sqlite3.Connection, findings: Findings, last: int) -> None:
    """Only runs that never ended have no seal of their own."""
    for run, seal, report, exit_code in connection.execute(
        "SELECT run, seal, report, exit_code FROM runs WHERE ended IS NOT NULL OR seal IS NOT NULL ORDER BY run"
    ).fetchall():
        if seal is None and run > last:
            findings.report("seal", f"run {run}", "it ended, and has no seal", FROM_LOG)
        if report is None:
            continue
        try:
            said = json.loads(report)
        except ValueError:
            findings.report("value", f"run {run}", "its report is no JSON", FROM_LOG)
            continue
        if not isinstance(said, dict) or said.get("seal", seal) != seal:
            findings.report("seal", f"run {run}", "its report names another seal", FROM_LOG)
        elif said.get("exit_code", exit_code) != exit_code:
            findings.report("value", f"run {run}", "its report names another exit code", FROM_LOG)


def check_outcomes(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares every article with the hash of its last outcome: no run but those of the chain changed it."""
    purged = {number for (number,) in connection.execute("SELECT number FROM purged")}
    for number, run, left, found in _pair(connection):
        id = read_id(connection, number)
        if left is None:
            findings.report("article", id, "no run of this archive stored it", findings.row_mend)
        elif found is None:
            if number not in purged:
                findings.deleted.add(number)
                mend = f"{REPARSE}; else {MEND}, then harbincrawl crawl --all"
                findings.report("article", id, f"run {run} left it stored, and it is gone", mend)
        elif found != left:
            mend = MEND if findings.row_mend == MEND else REPARSE
            findings.report("article", id, f"it is not as run {run} left it", mend)
        else:
            findings.proven["outcomes"] += 1


def _pair(connection: sqlite3.Connection) -> Iterator[tuple[int, int, str | None, str | None]]:
    """(number, run, hash of its last outcome, hash of the article), by number."""
    latest = read_latest(connection)
    stored = hash_articles(connection)
    end = (1 << 62, 0, None)
    outcome: tuple[int, int, str | None] = next(latest, end)
    article: tuple[int, str | None] = next(stored, end[::2])
    while (number := min(outcome[0], article[0])) < end[0]:
        both = outcome[0] == number, article[0] == number
        yield number, outcome[1] if both[0] else 0, outcome[2] if both[0] else None, article[1] if both[1] else None
        if both[0]:
            outcome = next(latest, end)
        if both[1]:
            article = next(stored, end[::2])
