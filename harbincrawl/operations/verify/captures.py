"""Every row of captures against its own record, and every revisit against its original."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.runs.table import READER
from harbincrawl.errors import BucketError, WarcError
from harbincrawl.evidence import WARC_FOLDER, read_charset, read_stored, site_as_read
from harbincrawl.identity import write_id
from harbincrawl.pages.version import parser_of
from harbincrawl.records import CRAWLED, OWN, UNSERVED
from harbincrawl.sites import Site
from harbincrawl.text import name_host
from harbincrawl.warc.heads import neutralise

from .findings import BACKUP, MEND, MEND_AND_CRAWL, OUT_OF_REACH, Findings, Note
from .objects import Reach

_MOST_BODY = 16 << 20
"""Bytes: a crawl reads no page that is larger, and hashes none."""
_LONGEST_VALIDATOR = 500
_SELECT = """
SELECT c.*, l.reason AS lost, r.type AS r_type, r.fault AS r_fault, r.target AS r_target, r.date AS r_date,
 r.digest AS r_digest, r.status AS r_status, r.validators AS r_validators, r.body_hash AS r_body_hash,
 r.body_size AS r_body_size, r.origin AS r_origin, r.source AS r_source, r.removed AS r_removed,
 r.original AS r_original, r.content_type AS r_content_type, o.type AS o_type, o.fault AS o_fault,
 o.digest AS o_digest, o.body_hash AS o_body_hash
FROM captures AS c LEFT JOIN lost_captures AS l ON l.capture = c.id
 LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" = c."offset"
 LEFT JOIN temp.records AS o ON o.warc = r.original AND o."offset" = r.original_offset
ORDER BY c.id"""
"""A capture, why it is lost, its record (`r_`) and the original of that (`o_`)."""
_ACCOUNTED = (
    "SELECT number FROM articles UNION SELECT number FROM purged UNION SELECT number FROM outcomes"
    " UNION SELECT number FROM failures"
)
"""The articles of which it is known what became."""
_GOT = (
    "SELECT c.id, c.address, r.outcome IN ('complete', 'partial') FROM captures AS c JOIN runs AS r ON r.run = c.run"
    " WHERE c.status = 200 AND c.redirected IS NULL AND r.kind = 'crawl' AND r.ended NOT NULL ORDER BY c.id"
)
"""Captures of crawls that are over, and whether the crawl came to its end."""

_CRAWL = "harbincrawl crawl --all --full"
_ANSWERS = f"""
SELECT c.id, c.run, c.address, c.digest, c.charset, c.status = 200 AND c.warc NOT NULL AND c.origin IS NULL
 AND c.redirected IS NULL AND {READER} = ?
FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE r.kind = 'crawl' AND c.source IN {CRAWLED} ORDER BY c.id"""
_MISSING = f"""
SELECT DISTINCT p.section, w.item FROM temp.list_pages AS p JOIN temp.words AS w ON w.capture = p.capture
WHERE p.capture IN (SELECT capture FROM temp.walked) AND (p.total NOT NULL OR p.page = 1)
 AND NOT EXISTS (SELECT 1 FROM main.listed AS l WHERE l.section = p.section AND l.item = w.item)
 AND w.item NOT IN (SELECT {write_id("number")} FROM purged) ORDER BY 1, 2"""


def check_captures(folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings, reach: Reach) -> None:
    """Compares all captures of the archive in `folder` with what was read from its WARC files."""
    missing = {
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL AND warc NOT IN (SELECT warc FROM temp.records)"
        )
        if not (folder / WARC_FOLDER / name).is_file() and not (folder / WARC_FOLDER / f"{name}.open").is_file()
    }
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    for row in cursor.execute(_SELECT):
        findings.checked["captures"] += 1
        if ("captures", (row["id"],)) in findings.wrong_rows:
            # It is named already: what it says of its record is not what the log says.
            continue
        if row["warc"] is None:
            _judge_unkept(row, findings)
        elif row["lost"] is not None:
            _judge_lost(row, findings)
        elif row["warc"] in findings.unreachable or row["r_original"] in findings.unreachable:
            findings.unreachable_captures.add(row["id"])
            findings.leave("captures", OUT_OF_REACH)
        elif row["warc"] in missing:
            findings.broken_captures.add(row["id"])
        elif row["r_removed"] is not None:
            findings.broken_captures.add(row["id"])
            what = f"its record was removed ({row['r_removed']}), and it is not given up as lost"
            findings.report("capture", f"{row['id']} ({row['address']})", what, MEND)
        elif (fault := _find_fault(row)) is not None:
            findings.broken_captures.add(row["id"])
            if row["r_fault"] is not None:
                findings.broken_files.add(row["warc"])
            where = f"warc/{row['warc']} at byte {row['offset']}"
            findings.report("warc", where, f"{fault}: the capture of {row['address']}", MEND_AND_CRAWL)
        else:
            _judge_whole(folder, row, site, findings, reach)
    _check_outcomes(connection, site, findings)
    _check_places(connection, findings)
    _check_strays(connection, findings)


def _judge_unkept(row: sqlite3.Row, findings: Findings) -> None:
    if row["digest"] is not None or row["offset"] is not None:
        said = "it has a digest and no place in a WARC file"
        findings.report("capture", f"{row['id']} ({row['address']})", said, findings.row_mend)
    else:
        findings.leave("captures", "no record was kept")


def _judge_whole(folder: Path, row: sqlite3.Row, site: Site, findings: Findings, reach: Reach) -> None:
    try:
        wrong = _compare(folder, row, site)
    except BucketError as error:
        reach.lose(row["warc"], error)
        findings.leave("captures", OUT_OF_REACH)
        return
    if wrong:
        said = f"{', '.join(wrong)}: not what the record at byte {row['offset']} of warc/{row['warc']} says"
        findings.report("capture", f"{row['id']} ({row['address']})", said, findings.row_mend)
    else:
        findings.proven["captures"] += 1


def _judge_lost(row: sqlite3.Row, findings: Findings) -> None:
    if row["r_removed"] is None and _find_fault(row) is None:
        findings.found_captures.add(row["id"])
        what = "it is given up as lost, and its record is whole"
        findings.report("capture", f"{row['id']} ({row['address']})", what, MEND)
    else:
        findings.leave("captures", f"evidence {row['lost']}")


def _find_fault(row: sqlite3.Row) -> str | None:
    """Why the record of a capture cannot be read."""
    if row["r_type"] is None:
        return "no whole record begins here"
    if row["r_fault"] is not None:
        return str(row["r_fault"])
    if row["r_type"] not in ("response", "revisit"):
        return f"expected a response or revisit record, found {row['r_type']}"
    if row["r_type"] == "response":
        return None
    if row["o_type"] != "response":
        return "the original of this revisit is not there"
    if row["o_fault"] is not None:
        return f"the original of this revisit is damaged ({row['o_fault']})"
    return None if row["o_digest"] == row["r_digest"] else "the original of this revisit has another digest"


def _compare(folder: Path, row: sqlite3.Row, site: Site) -> list[str]:
    """The columns of a capture that its record contradicts."""
    answerer = row["r_source"] if row["r_source"] and row["r_source"] not in UNSERVED else row["r_target"] or ""
    etags, modified = json.loads(row["r_validators"]) if row["r_validators"] else (None, None)
    is_same = {
        "address": names_address(site, row["address"], row["r_target"] or ""),
        "fetched_at": row["fetched_at"] == row["r_date"],
        "status": row["status"] == row["r_status"],
        "digest": row["digest"] is None or row["digest"] == row["r_digest"],
        "etag": _is_validator(row["etag"], etags),
        "last_modified": _is_validator(row["last_modified"], modified),
        "body_hash": _is_body(folder, row, is_page=site.read_address(row["address"]) is not None),
        "charset": row["charset"] == read_charset((("Content-Type", row["r_content_type"] or ""),)),
        "origin": row["origin"] == row["r_origin"],
        "source": row["source"] == _find_source(row, site),
        "host": row["host"] == name_host(answerer),
    }
    return [name for name, same in is_same.items() if not same]


def names_address(site: Site, address: str, target: str) -> bool:
    """Whether a capture of `address` may have asked for `target`. Pictures alone have a query."""
    found = site_as_read(site, target).canonical(target)
    # A record has an address escaped that a page, or an archive of others, wrote as it is.
    if found is None or found not in (site.canonical(address), site.canonical(safe_url_string(address))):
        return False
    query = urlsplit(address).query
    return not query or query == urlsplit(target).query


def _find_source(row: sqlite3.Row, site: Site) -> str:
    """Who answered, by the record; which archive of others it was, the record says by its host alone."""
    if row["r_origin"] is not None:
        return "ingest"
    if row["r_source"] in UNSERVED:
        return str(row["r_source"])
    if row["r_source"] is not None:
        source: str = row["source"]
        return source if source not in OWN else "an archive of others"
    return "site" if site.canonical(row["r_target"] or "") else "mirror"


def _is_validator(stored: str | None, sent: list[str] | None) -> bool:
    """Of several headers of a name, Scrapy gives the last one, an ingest takes the first."""
    if sent is None:
        return True
    if stored is None:
        return not sent or any(len(value) > _LONGEST_VALIDATOR for value in sent)
    return neutralise(stored) in {neutralise(value) for value in sent}


def _is_body(folder: Path, row: sqlite3.Row, *, is_page: bool) -> bool:
    if row["status"] != 200:
        return row["body_hash"] is None
    found = row["r_body_hash"] if row["r_type"] == "response" else row["o_body_hash"]
    if row["body_hash"] == found:
        return True
    if row["body_hash"] is None:
        # Nothing is made of a body that is too large or cut short; how large a picture may be is configured.
        return not is_page or (row["r_body_size"] or 0) > _MOST_BODY
    try:
        # A revisit may code the same bytes otherwise than its original.
        stored = read_stored(folder, row["warc"] or "", row["offset"] or 0)
    except WarcError:
        return False
    return bool(hashlib.sha256(stored.body).hexdigest() == row["body_hash"])


def _check_outcomes(connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Each article of which a crawl got something ends as an article, a failure, a purge, or as gone.

    A crawl that was cut off between two pages of an article still wants it.
    """
    accounted = {number for (number,) in connection.execute(_ACCOUNTED)}
    wanted = {number for (number,) in connection.execute("SELECT number FROM queue WHERE wanted")}
    for capture, address, is_whole in connection.execute(_GOT):
        meaning = site.read_address(address)
        if meaning is None or meaning.id is None:
            continue
        number = find_number(connection, meaning.id)
        if number not in accounted and (is_whole or number not in wanted):
            said = "an answer at an article's address, and nothing says what became of it"
            findings.report("capture", f"{capture} ({address})", said, BACKUP)


def _check_places(connection: sqlite3.Connection, findings: Findings) -> None:
    for name, offset, count in connection.execute(
        'SELECT warc, "offset", count(*) FROM captures WHERE warc IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1'
    ):
        what = f"{count} captures refer to this one record"
        findings.report("capture", f"warc/{name} at byte {offset}", what, findings.row_mend)


def _check_strays(connection: sqlite3.Connection, findings: Findings) -> None:
    """Damage that no capture refers to; whole records that none does, as a killed run leaves them."""
    for name, offset, fault in connection.execute(
        'SELECT warc, "offset", fault FROM temp.records WHERE fault IS NOT NULL'
        ' AND (warc, "offset") NOT IN (SELECT warc, "offset" FROM captures WHERE warc IS NOT NULL)'
    ):
        findings.broken_files.add(name)
        findings.report("warc", f"warc/{name} at byte {offset}", fault, MEND_AND_CRAWL)
    for name, count in connection.execute(
        "SELECT warc, count(*) FROM temp.records WHERE type IN ('response', 'revisit') AND fault IS NULL"
        ' AND (warc, "offset") NOT IN (SELECT warc, "offset" FROM captures WHERE warc IS NOT NULL) GROUP BY 1'
    ):
        said = f"{count} whole answers that no capture refers to, as a killed run leaves them"
        findings.notes.append(Note("leftover", f"warc/{name}", said))


def want_walked_pages(right: sqlite3.Connection, site: Site) -> None:
    """Adds the list pages that walks of today's reader read to those that are to be read; each content once."""
    right.execute("CREATE TEMP TABLE walked(capture INTEGER PRIMARY KEY)")
    right.executemany("INSERT INTO temp.walked VALUES (?)", ((each,) for each in _list_walked(right, site)))
    right.execute("INSERT OR IGNORE INTO temp.list_pages(capture) SELECT capture FROM temp.walked")


def _list_walked(right: sqlite3.Connection, site: Site) -> Iterator[int]:
    """Lists are walked before articles are asked for: a list page that is read later proves that something is gone."""
    done: set[tuple[str, str, str | None]] = set()
    asked = 0
    for capture, run, address, digest, charset, is_whole in right.execute(_ANSWERS, (parser_of(site),)).fetchall():
        meaning = site.read_address(address)
        if meaning is None:
            continue
        if meaning.kind == "article":
            asked = run
        elif is_whole and asked != run and (address, digest, charset) not in done:
            done.add((address, digest, charset))
            yield capture


def check_captured_lines(right: sqlite3.Connection, findings: Findings) -> None:
    """Names the lines without a row."""
    for section, item in right.execute(_MISSING).fetchall():
        said = "a captured list page has this line, and the list has no row of it"
        findings.report("list", f"{section}, {item}", said, _CRAWL)
