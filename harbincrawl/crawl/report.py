"""The report of a run: counts that add up, and the line that says them in words."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from harbincrawl.archive.lists import read_standing
from harbincrawl.archive.queue import count_wanted
from harbincrawl.archive.runs import read_failures
from harbincrawl.errors import SiteError
from harbincrawl.text import time_text
from harbincrawl.walk import count_sums

if TYPE_CHECKING:
    from .session import Session

NOT_WALKED = "not walked to its end"


def make_report(session: Session) -> dict[str, Any]:
    """The run in numbers, from what was committed; where the database cannot be read any more, from what was asked."""
    connection, options, facts = session.connection, session.options, session.facts
    try:
        walks = _read_walks(session)
        sums = count_sums(
            read_standing(connection, options.chosen_sections),
            session.keeper.outcomes,
            count_wanted(connection, options.chosen_sections),
        )
        failures = read_failures(connection, session.run)
    except sqlite3.Error as error:
        session.stop(error)
        walks, failures = {}, []
        sums = count_sums([], session.keeper.outcomes, [])
    sections = _describe_sections(session, walks)
    outcome, code = _judge(session, sections, failures)
    return {
        "run": session.run,
        "started": time_text(session.started),
        "seconds": round(time.monotonic() - session.began, 3),
        "outcome": outcome,
        "exit_code": code,
        "sections": sections,
        "listed": sums.listed,
        "known": sums.known,
        "elsewhere": sums.elsewhere,
        "wanted": sums.wanted,
        "new": sums.new,
        "changed": sums.changed,
        "same": sums.same,
        "duplicate": sums.duplicate,
        "failed": sums.failed,
        "gone": sums.gone,
        "left": sums.left,
        "requests": facts.get("requests", 0),
        "not_modified": facts.get("not_modified", 0),
        "identical": session.keeper.identical,
        "retries": facts.get("retries", 0),
        "bytes": facts.get("bytes", 0),
        "statuses": {str(status): count for status, count in sorted(facts.get("statuses", {}).items())},
        "robots": facts.get("robots"),
        "images": facts.get("images"),
        "aborted": session.aborted,
        "salvaged": [
            {"file": one.file, "kept_bytes": one.kept_bytes, "lost_bytes": one.lost_bytes} for one in session.salvaged
        ],
        "error": str(session.error) if session.error is not None else None,
        "failures": failures,
    }


def _read_walks(session: Session) -> dict[str, tuple[Any, ...]]:
    """By section: walk, listing_pages, total_records, known, gap, reason, offset."""
    told: dict[str, tuple[Any, ...]] = {}
    counts = session.connection.execute("SELECT section, count(*) FROM listed WHERE stands GROUP BY section")
    for section, count in counts.fetchall():
        told[section] = ("partial", 0, None, count, None, NOT_WALKED, 0)
    rows = session.connection.execute(
        'SELECT w.section, w.walk, w.listing_pages, w.total_records, w.known, w.gap, w.reason, s."offset"'
        " FROM walks AS w JOIN sections AS s ON s.path = w.section WHERE w.run = ?",
        (session.run,),
    )
    return told | {row[0]: row[1:] for row in rows.fetchall()}


def _describe_sections(session: Session, walks: dict[str, tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    said: dict[str, dict[str, Any]] = {}
    for path in session.options.chosen_sections:
        found = walks.get(path, ("partial", 0, None, 0, None, NOT_WALKED, 0))
        walk, pages, total, known, gap, reason, offset = found
        said[path] = {
            # A walk that failed is a partial one: the contract knows four words, the reason says the rest.
            "walk": "partial" if walk == "failed" else walk,
            "listing_pages": pages,
            "total_records": total,
            "known": known,
            "gap": gap,
            # How much of the gap the last walk to the list's end proved to be the pager's own.
            "offset": offset,
            "reason": reason,
        }
    return said


def _judge(session: Session, sections: dict[str, dict[str, Any]], failures: list[dict[str, str]]) -> tuple[str, int]:
    """(outcome, exit code)."""
    if session.error is not None:
        code = getattr(session.error, "exit_code", 1)
        return "failed", code if isinstance(code, int) else 1
    if session.interrupted:
        return "interrupted", 130
    options = session.options
    known = {section.path for section in session.site.sections}
    unknown = [path for path in sections if sections[path]["walk"] == "absent" and path not in known]
    partial = [path for path in sections if sections[path]["walk"] == "partial"]
    if failures and not session.facts.get("answered", True):
        return "failed", SiteError.exit_code
    by_wish = options.since is not None or options.limit is not None
    amiss = bool(failures or unknown or (partial and not by_wish))
    return "partial" if partial else "complete", 3 if amiss else 0


def describe_report(report: dict[str, Any]) -> list[str]:
    """The report in words: a line a section that was more than absent, then one for the whole run."""
    lines = []
    for path, section in report["sections"].items():
        if section["walk"] == "absent":
            continue
        gap, offset = _find_gap(section), section["offset"]
        said = "no total printed" if gap is None else f"gap {gap}" if gap else "no gap"
        if gap == 0 and offset:
            said += f" (its pager counts {abs(offset)} too {'many' if offset > 0 else 'few'})"
        lines.append(
            f"{path}: {section['walk']} walk, {section['known']} listed, {said} "
            f"({_count(section['listing_pages'], 'list page')})"
            + (f": {section['reason']}" if section["reason"] else "")
        )
    name = next(iter(report["sections"])) if len(report["sections"]) == 1 else "all sections"
    gaps = [gap for section in report["sections"].values() if (gap := _find_gap(section))]
    parts = [f"{report['new']} new", f"{report['changed']} changed"]
    parts += [f"{report[key]} {key}" for key in ("duplicate", "failed", "gone", "left") if report[key]]
    unread = any(section["walk"] == "partial" for section in report["sections"].values())
    said = f"gap {sum(gaps)}" if gaps else "gap not known" if unread else "no gap"
    parts += [f"{report['known'] + report['same']} known", said]
    pages = sum(section["listing_pages"] for section in report["sections"].values())
    end = f"({_count(pages, 'list page')}, {_count(report['wanted'], 'article')} fetched)"
    last = f"{name}: {', '.join(parts)} {end}"
    if report["outcome"] != "complete":
        last += f" - {report['outcome']}"
    return [*(lines if len(lines) > 1 else []), last]


def _find_gap(section: dict[str, Any]) -> int | None:
    """What of the gap is still to be explained: a whole walk has read every line, whatever the pager counts."""
    gap: int | None = section["gap"]
    return gap if gap is None or section["walk"] == "partial" else gap - int(section["offset"])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
