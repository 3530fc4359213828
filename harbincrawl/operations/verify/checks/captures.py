"""Every row of captures against its own record, and every revisit against its original."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.errors import BucketError, WarcError
from harbincrawl.evidence import WARC_FOLDER, read_charset, read_stored, site_as_read
from harbincrawl.operations.verify.findings import BACKUP, MEND, MEND_AND_CRAWL, OUT_OF_REACH, Findings, Note
from harbincrawl.operations.verify.reach import Reach
from harbincrawl.records import OWN, UNSERVED
from harbincrawl.sites import Site
from harbincrawl.text import name_host
from harbincrawl.warc.heads import neutralise

_MOST_BODY = 16 << 20
"""Bytes: a crawl reads no page that is larger, and hashes none."""
_LONGEST_VALIDATOR = 500
_SELECT = """
SELECT c.id, c.run, c.address, c.fetched_at, c.status, c.etag, c.last_modified, c.digest, c.body_hash, c.warc,
 c."offset", c.origin, c.source, c.host, l.reason, r.type, r.fault, r.target, r.date, r.digest, r.status, r.validators,
 r.body_hash, r.body_size, r.origin, r.source, r.removed, r.original, o.type, o.fault, o.digest, o.body_hash, c.charset,
 r.content_type
FROM captures AS c LEFT JOIN lost_captures AS l ON l.capture = c.id
 LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" = c."offset"
 LEFT JOIN temp.records AS o ON o.warc = r.original AND o."offset" = r.original_offset
ORDER BY c.id"""


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


@dataclass(frozen=True, slots=True)
class _Row:
    """A capture, why it is lost, its record (`r_`) and the original of that (`o_`)."""

    id: int
    run: int
    address: str
    fetched_at: str
    status: int
    etag: str | None
    last_modified: str | None
    digest: str | None
    body_hash: str | None
    warc: str | None
    offset: int | None
    origin: str | None
    source: str
    host: str
    lost: str | None
    r_type: str | None
    r_fault: str | None
    r_target: str | None
    r_date: str | None
    r_digest: str | None
    r_status: int | None
    r_validators: str | None
    r_body_hash: str | None
    r_body_size: int | None
    r_origin: str | None
    r_source: str | None
    r_removed: str | None
    r_original: str | None
    o_type: str | None
    o_fault: str | None
    o_digest: str | None
    o_body_hash: str | None
    charset: str | None
    r_content_type: str | None

    @property
    def where(self) -> str:
        return f"warc/{self.warc} at byte {self.offset}"


def check_captures(folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings, reach: Reach) -> None:
    """Compares all captures of the archive in `folder` with what was read from its WARC files."""
    missing = {
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL AND warc NOT IN (SELECT warc FROM temp.records)"
        )
        if not (folder / WARC_FOLDER / name).is_file() and not (folder / WARC_FOLDER / f"{name}.open").is_file()
    }
    assert len(fields(_Row)) == 34  # noqa: S101 - the columns of _SELECT
    for values in connection.execute(_SELECT):
        row = _Row(*values)
        findings.checked["captures"] += 1
        if ("captures", (row.id,)) in findings.wrong_rows:
            # It is named already: what it says of its record is not what the log says.
            continue
        if row.warc is None:
            _judge_unkept(row, findings)
        elif row.lost is not None:
            _judge_lost(row, findings)
        elif row.warc in findings.unreachable or row.r_original in findings.unreachable:
            findings.unreachable_captures.add(row.id)
            findings.leave("captures", OUT_OF_REACH)
        elif row.warc in missing:
            findings.broken_captures.add(row.id)
        elif row.r_removed is not None:
            findings.broken_captures.add(row.id)
            what = f"its record was removed ({row.r_removed}), and it is not given up as lost"
            findings.report("capture", f"{row.id} ({row.address})", what, MEND)
        elif (fault := _find_fault(row)) is not None:
            findings.broken_captures.add(row.id)
            if row.r_fault is not None:
                findings.broken_files.add(row.warc)
            findings.report("warc", row.where, f"{fault}: the capture of {row.address}", MEND_AND_CRAWL)
        elif (wrong := _try_compare(folder, row, site, reach)) is None:
            findings.leave("captures", OUT_OF_REACH)
        elif wrong:
            said = f"{', '.join(wrong)}: not what the record at byte {row.offset} of warc/{row.warc} says"
            findings.report("capture", f"{row.id} ({row.address})", said, findings.row_mend)
        else:
            findings.proven["captures"] += 1
    _check_outcomes(connection, site, findings)
    _check_places(connection, findings)
    _check_strays(connection, findings)


def _judge_unkept(row: _Row, findings: Findings) -> None:
    if row.digest is not None or row.offset is not None:
        said = "it has a digest and no place in a WARC file"
        findings.report("capture", f"{row.id} ({row.address})", said, findings.row_mend)
    else:
        findings.leave("captures", "no record was kept")


def _judge_lost(row: _Row, findings: Findings) -> None:
    if row.r_removed is None and _find_fault(row) is None:
        findings.found_captures.add(row.id)
        what = "it is given up as lost, and its record is whole"
        findings.report("capture", f"{row.id} ({row.address})", what, MEND)
    else:
        findings.leave("captures", f"evidence {row.lost}")


def _find_fault(row: _Row) -> str | None:
    """Why the record of a capture cannot be read."""
    if row.r_type is None:
        return "no whole record begins here"
    if row.r_fault is not None:
        return row.r_fault
    if row.r_type not in ("response", "revisit"):
        return f"expected a response or revisit record, found {row.r_type}"
    if row.r_type == "response":
        return None
    if row.o_type != "response":
        return "the original of this revisit is not there"
    if row.o_fault is not None:
        return f"the original of this revisit is damaged ({row.o_fault})"
    return None if row.o_digest == row.r_digest else "the original of this revisit has another digest"


def _try_compare(folder: Path, row: _Row, site: Site, reach: Reach) -> list[str] | None:
    """What `_compare` gives; None where a bucket breaks off."""
    try:
        return _compare(folder, row, site)
    except BucketError as error:
        reach.lose(row.warc or "", error)
        return None


def _compare(folder: Path, row: _Row, site: Site) -> list[str]:
    """The columns of a capture that its record contradicts."""
    etags, modified = json.loads(row.r_validators) if row.r_validators else (None, None)
    is_same = {
        "address": names_address(site, row.address, row.r_target or ""),
        "fetched_at": row.fetched_at == row.r_date,
        "status": row.status == row.r_status,
        "digest": row.digest is None or row.digest == row.r_digest,
        "etag": _is_validator(row.etag, etags),
        "last_modified": _is_validator(row.last_modified, modified),
        "body_hash": _is_body(folder, row, is_page=site.read_address(row.address) is not None),
        "charset": row.charset == read_charset((("Content-Type", row.r_content_type or ""),)),
        "origin": row.origin == row.r_origin,
        "source": row.source == _find_source(row, site),
        "host": row.host == name_host(_find_answering(row)),
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


def _find_answering(row: _Row) -> str:
    """The address of whoever answered."""
    return row.r_source if row.r_source and row.r_source not in UNSERVED else row.r_target or ""


def _find_source(row: _Row, site: Site) -> str:
    """Who answered, by the record; which archive of others it was, the record says by its host alone."""
    if row.r_origin is not None:
        return "ingest"
    if row.r_source in UNSERVED:
        return row.r_source
    if row.r_source is not None:
        return row.source if row.source not in OWN else "an archive of others"
    return "site" if site.canonical(row.r_target or "") else "mirror"


def _is_validator(stored: str | None, sent: list[str] | None) -> bool:
    """Of several headers of a name, Scrapy gives the last one, an ingest takes the first."""
    if sent is None:
        return True
    if stored is None:
        return not sent or any(len(value) > _LONGEST_VALIDATOR for value in sent)
    return neutralise(stored) in {neutralise(value) for value in sent}


def _is_body(folder: Path, row: _Row, *, is_page: bool) -> bool:
    if row.status != 200:
        return row.body_hash is None
    found = row.r_body_hash if row.r_type == "response" else row.o_body_hash
    if row.body_hash == found:
        return True
    if row.body_hash is None:
        # Nothing is made of a body that is too large or cut short; how large a picture may be is configured.
        return not is_page or (row.r_body_size or 0) > _MOST_BODY
    try:
        # A revisit may code the same bytes otherwise than its original.
        stored = read_stored(folder, row.warc or "", row.offset or 0)
    except WarcError:
        return False
    return hashlib.sha256(stored.body).hexdigest() == row.body_hash


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
