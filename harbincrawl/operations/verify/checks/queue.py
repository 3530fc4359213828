"""The queue against lists, articles and outcomes: who is asked for, where, and when again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from harbincrawl.identity import write_id
from harbincrawl.operations.verify.findings import MEND, Findings
from harbincrawl.records import CRAWLED
from harbincrawl.sites import Site
from harbincrawl.text import read_time
from harbincrawl.walk import ArticleState, read_state

_LONGEST = timedelta(days=181)
_SELECT = f"""
SELECT q.number, {write_id("q.number")}, q.address, q.wanted, q.state, a.status,
 (SELECT max(since) FROM listed AS l WHERE l.number = q.number AND l.stands),
 EXISTS (SELECT 1 FROM listed AS l WHERE l.number = q.number AND l.address = q.address)
  OR EXISTS (SELECT 1 FROM temp.lines AS l WHERE l.number = q.number AND l.address = q.address)
  OR EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture
   WHERE m.number = q.number AND c.address = q.address),
 EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture
  WHERE m.number = q.number AND c.source NOT IN {CRAWLED})
FROM queue AS q LEFT JOIN articles AS a ON a.number = q.number"""


def check_queue(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Names rows that ask for the wrong address, for nothing that would be wanted, or not before the end of time."""
    (first, last, newest, sealed) = connection.execute(
        "SELECT min(min(started, coalesce(ended, started))), max(max(started, coalesce(ended, started))), max(run),"
        " (SELECT min(run) FROM outcomes) FROM runs"
    ).fetchone()
    if newest is None:
        return
    span = read_time(first), read_time(last)
    outcomes = dict(connection.execute("SELECT number, max(run) FROM outcomes GROUP BY number").fetchall())
    for number, id, address, wanted, text, status, since, is_listed, ingested in connection.execute(_SELECT):
        try:
            state = read_state(id, address, bool(wanted), text)
            wrong = list(_find_wrong(state, span, newest))
        except (ValueError, TypeError, OverflowError):
            findings.wrong_queue.add(number)
            findings.report("queue", id, "its state cannot be read", MEND)
            continue
        meaning = site.read_address(address)
        if meaning is None or (meaning.id, meaning.page) != (id, 1):
            wrong.append("its address is not that of the article's first page")
        elif not is_listed:
            wrong.append("no list shows it at this address, and it was never asked for there")
        if wanted not in (0, 1):
            wrong.append("it is neither wanted nor not")
        if not wanted and status is None and not state.gone:
            wrong.append("it was never stored and is not wanted")
        if not wanted and state.recheck_at is None:
            wrong.append("it is never asked for again")
        if not wanted and since is not None and since > state.last_run:
            wrong.append(f"run {since} found news of it, and it is not wanted")
        if status == "gone" and not state.gone:
            wrong.append("the article is gone, and the queue does not know it")
        if status == "live" and state.gone and not ingested:
            wrong.append("the queue has it gone, and the article is live")
        if state.last_run and sealed and state.last_run > sealed and outcomes.get(number, 0) < state.last_run:
            wrong.append(f"run {state.last_run} has no outcome of it")
        if wrong:
            findings.wrong_queue.add(number)
        for said in wrong:
            findings.report("queue", id, said, MEND)
        findings.proven["queue"] += not wrong


def _find_wrong(state: ArticleState, span: tuple[datetime, datetime], newest: int) -> Iterator[str]:
    begin, end = span[0] - timedelta(days=1), span[1] + timedelta(days=1)
    if not 0 <= state.last_run <= newest:
        yield f"its last run is {state.last_run}"
    if not (0 <= state.failed_runs <= newest and 0 <= state.gone_runs <= newest):
        yield "it failed in more runs than there were"
    for name in ("first_seen", "checked_at"):
        moment = getattr(state, name)
        if moment is not None and not begin <= moment.astimezone(UTC) <= end:
            yield f"{name} is in no run"
    for name in ("due", "recheck_at"):
        moment = getattr(state, name)
        if moment is not None and not begin <= moment.astimezone(UTC) <= end + _LONGEST:
            yield f"{name} is further away than any wait"
