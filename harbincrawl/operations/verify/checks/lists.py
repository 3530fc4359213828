"""The lines of the lists against the captured list pages: each row in a page, each line of a page in a row."""

from __future__ import annotations

import sqlite3
from itertools import takewhile

from harbincrawl.archive.lists import parse_listing
from harbincrawl.identity import write_id
from harbincrawl.operations.verify.findings import MEND, CapturedLine, Findings
from harbincrawl.operations.verify.readings import hash_listing
from harbincrawl.records import CRAWLED, Listing
from harbincrawl.sites import Site

_LISTS_MEND = f"{MEND}, then harbincrawl crawl --all --full"
_UNSAID = """
SELECT section, item, since FROM listed AS r WHERE NOT EXISTS (
 SELECT 1 FROM temp.lines AS l JOIN temp.shown AS s ON s.reading = l.reading AND s.run = r.since
 WHERE l.section = r.section AND l.item = r.item AND l.number IS r.number AND l.address = r.address
  AND l.title = r.title AND l.date IS r.date AND l.summary IS r.summary)
 AND NOT (r.title = '' AND r.number IN (SELECT number FROM purged))"""
_MISSING = """
SELECT DISTINCT l.section, l.item FROM temp.lines AS l JOIN temp.readings AS g ON g.reading = l.reading
WHERE NOT EXISTS (SELECT 1 FROM listed AS r WHERE r.section = l.section AND r.item = l.item)
 AND EXISTS (SELECT 1 FROM temp.shown AS s WHERE s.reading = l.reading AND s.walked
  AND (g.total IS NOT NULL OR s.page = 1))
 AND (l.number IS NULL OR l.number NOT IN (SELECT number FROM purged)) ORDER BY 1, 2"""

_LAST = """
WITH ends AS (SELECT s.reading, max(s.run) AS run FROM temp.shown AS s JOIN temp.readings AS g ON g.reading = s.reading
  WHERE s.walked AND (g.total IS NOT NULL OR s.page = 1) GROUP BY s.reading),
 last AS (SELECT l.section, l.item, max(e.run) AS run FROM temp.lines AS l JOIN ends AS e ON e.reading = l.reading
  GROUP BY l.section, l.item)
SELECT r.section, r.item, EXISTS (SELECT 1 FROM temp.lines AS l JOIN ends AS e ON e.reading = l.reading
  AND e.run = a.run WHERE l.section = r.section AND l.item = r.item AND l.number IS r.number AND l.address = r.address
  AND l.title = r.title AND l.date IS r.date AND l.summary IS r.summary)
FROM listed AS r JOIN last AS a ON a.section = r.section AND a.item = r.item AND a.run > r.since
WHERE NOT (r.title = '' AND r.number IN (SELECT number FROM purged))"""
"""The rows of lists whose line a later run than `since` captured again, and whether it has the row's words there."""


def check_lists(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Compares `listed` and `_list_pages` with `temp.lines`."""
    (total,) = connection.execute("SELECT count(*) FROM listed").fetchone()
    unsaid = connection.execute(_UNSAID).fetchall()
    later = {(section, item): bool(same) for section, item, same in connection.execute(_LAST)}
    for section, item, since in unsaid:
        # Where the page of the run that read it first is lost, a later one may have the same words.
        same = later.pop((section, item), None)
        reason = None if same is False else _find_reason(connection, section, since, findings.parser)
        if reason is not None and same:
            findings.proven["lines"] += 1
        elif reason is None:
            findings.right_lines[section, item] = _recover_line(connection, section, item)
            said = f"no list page that run {since} captured has this line"
            findings.report("list", f"{section}, {item}", said, _LISTS_MEND)
        else:
            findings.leave("lines", reason)
    findings.proven["lines"] += total - len(unsaid)
    for section, item in connection.execute(_MISSING).fetchall():
        findings.right_lines[section, item] = _recover_line(connection, section, item)
        said = "a captured list page has this line, and the list has no row of it"
        findings.report("list", f"{section}, {item}", said, _LISTS_MEND)
    for section, item in (key for key, same in later.items() if not same):
        findings.proven["lines"] -= 1
        findings.right_lines[section, item] = _recover_line(connection, section, item)
        said = "the list page that was captured last has other words"
        findings.report("list", f"{section}, {item}", said, _LISTS_MEND)
    _check_addresses(connection, site, findings)
    _check_counts(connection, findings)
    _check_pages(connection, site, findings)


def _check_addresses(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Every line of an article leads to it."""
    lines = connection.execute(f"SELECT section, item, {write_id('number')}, address FROM listed WHERE number NOT NULL")
    for section, item, id, address in lines:
        meaning = site.read_address(address)
        if meaning is None or meaning.id != id or item != id:
            findings.right_lines.setdefault((section, item), _recover_line(connection, section, item))
            findings.report("list", f"{section}, {item}", "its address is not that of the article", _LISTS_MEND)


def _recover_line(connection: sqlite3.Connection, section: str, item: str) -> CapturedLine | None:
    """The line as it was captured last, with the run from which on it was so; None if none ever was."""
    rows = connection.execute(
        "SELECT l.number, l.address, l.title, l.date, l.summary, s.run FROM temp.lines AS l JOIN temp.shown AS s"
        " ON s.reading = l.reading WHERE l.section = ? AND l.item = ? ORDER BY s.capture DESC",
        (section, item),
    ).fetchall()
    same = list(takewhile(lambda row: row[:-1] == rows[0][:-1], rows))
    return CapturedLine(*same[-1]) if same else None


def _find_reason(connection: sqlite3.Connection, section: str, run: int, today: str) -> str | None:
    """Why a line that run `run` first read may be in none of the pages that can be read; None where it may not."""
    parser, kind = connection.execute(
        "SELECT max(json_extract(iif(json_valid(versions), versions, '{}'), '$.parser')), max(kind) FROM runs"
        " WHERE run = ?",
        (run,),
    ).fetchone()
    if kind is not None and parser != today:
        return "read by another parser version"
    row = connection.execute(
        "SELECT reason FROM temp.shown WHERE run = ? AND section = ? AND reading IS NULL LIMIT 1", (run, section)
    ).fetchone()
    return row[0] if row else None


def _check_counts(connection: sqlite3.Connection, findings: Findings) -> None:
    """The active lines of each list, as its last walk counted them, unless something wrote them since."""
    for section, run, known, active in connection.execute(
        "SELECT w.section, w.run, w.known, (SELECT count(*) FROM listed AS l WHERE l.section = w.section AND stands)"
        " FROM walks AS w WHERE w.run = (SELECT max(run) FROM walks WHERE section = w.section)"
        " AND NOT EXISTS (SELECT 1 FROM runs WHERE run > w.run AND kind IN ('purge', 'mend'))"
        " AND NOT EXISTS (SELECT 1 FROM temp.shown AS s WHERE s.section = w.section AND s.run > w.run AND s.walked)"
    ):
        if active != known:
            said = f"the list has {active} active lines; its last walk, in run {run}, left {known}"
            findings.report("list", section, said, _LISTS_MEND)


def _check_pages(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """What is kept of list pages for conditional requests is what their captures say."""
    rows = connection.execute(
        "SELECT p.address, p.parser, p.listing, s.reason, g.hash, c.id FROM _list_pages AS p"
        " LEFT JOIN captures AS c ON c.id = (SELECT max(id) FROM captures AS d WHERE d.address = p.address"
        f"  AND d.status = 200 AND d.source IN {CRAWLED} AND d.etag IS p.etag AND d.last_modified IS p.last_modified)"
        " LEFT JOIN temp.shown AS s ON s.capture = c.id LEFT JOIN temp.readings AS g ON g.reading = s.reading"
    )
    for address, parser, listing, reason, found, capture in rows:
        if capture is None:
            findings.wrong_pages.add(address)
            findings.report("list", address, "no response has the validators that it is asked for with", MEND)
        elif (kept := _read_kept(address, listing)) is None:
            findings.wrong_pages.add(address)
            findings.report("list", address, "what is kept of this list page cannot be read", MEND)
        elif found is None and not _is_listed(connection, site, kept):
            findings.wrong_pages.add(address)
            findings.report("list", address, "what is kept of this list page is not what the list says", MEND)
        elif found is None:
            findings.leave("list pages", reason or "it cannot be read")
        elif hash_listing(listing) != found and parser != findings.parser:
            findings.leave("list pages", "read by another parser version")
        elif hash_listing(listing) != found:
            findings.wrong_pages.add(address)
            findings.report("list", address, "what is kept of this list page is not what its capture says", MEND)
        else:
            findings.proven["list pages"] += 1


def _read_kept(address: str, text: str) -> Listing | None:
    """What the next crawl takes for the list page if it answers 304; None where it cannot."""
    try:
        kept = parse_listing(text)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return kept if kept.address == address else None


def _is_listed(connection: sqlite3.Connection, site: Site, kept: Listing) -> bool:
    """Whether the list has each line of a page as it is kept, unless a later run read another wording."""
    meaning = site.read_address(kept.address)
    (run,) = connection.execute("SELECT max(run) FROM captures WHERE address = ?", (kept.address,)).fetchone()
    for line in kept.lines:
        row = connection.execute(
            f"SELECT {write_id('number')}, address, title, date, summary, since FROM listed"
            " WHERE section = ? AND item = ?",
            (meaning.section_path if meaning else "", line.key),
        ).fetchone()
        day = line.date.isoformat() if line.date else None
        if row is not None and row[5] <= run and row[:5] != (line.id, line.address, line.title, day, line.summary):
            return False
    return True
