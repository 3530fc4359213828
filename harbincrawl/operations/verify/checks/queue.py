"""The queue against lists, captures and articles: addresses, and what is gone; the log tells what else it says."""

from __future__ import annotations

import sqlite3

from harbincrawl.identity import write_id
from harbincrawl.operations.verify.findings import MEND, Findings
from harbincrawl.records import CRAWLED
from harbincrawl.sites import Site
from harbincrawl.walk import read_state

_SELECT = f"""
SELECT q.number, {write_id("q.number")}, q.address, q.wanted, q.state,
 EXISTS (SELECT 1 FROM listed AS l WHERE l.number = q.number AND l.address = q.address)
  OR EXISTS (SELECT 1 FROM temp.lines AS l WHERE l.number = q.number AND l.address = q.address)
  OR EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture
   WHERE m.number = q.number AND c.address = q.address),
 a.status, EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture
  WHERE m.number = q.number AND c.source NOT IN {CRAWLED})
FROM queue AS q LEFT JOIN articles AS a ON a.number = q.number"""


def check_queue(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Names rows that cannot be read, ask at an address that is not the article's, or have a live one for gone."""
    for number, id, address, wanted, text, is_listed, status, ingested in connection.execute(_SELECT):
        meaning = site.read_address(address)
        said = ""
        try:
            state = read_state(id, address, bool(wanted), text)
            if (status == "gone" and not state.gone) or (status == "live" and state.gone and not ingested):
                said = f"the article is {status}, and the queue has it otherwise"
        except (ValueError, TypeError, OverflowError):
            said = "its state cannot be read"
        if meaning is None or (meaning.id, meaning.page) != (id, 1):
            said = "its address is not that of the article's first page"
        elif not is_listed:
            said = "no list shows it at this address, and it was never asked for there"
        if said:
            findings.report("queue", id, said, MEND)
            findings.wrong_queue.add(number)
        findings.proven["queue"] += number not in findings.wrong_queue
