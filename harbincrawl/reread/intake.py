"""Foreign records into the archive's own log: which of them are pages of the site, and what revisits stand for."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from harbincrawl.archive.captures import find_capture, find_original
from harbincrawl.archive.naming import shows_purged
from harbincrawl.errors import ExitCode, TooLargeError, UndecodableError, WarcError
from harbincrawl.evidence import read_stored
from harbincrawl.sites import Site
from harbincrawl.text import time_text
from harbincrawl.warc.captures import ORIGINAL_PREFIX
from harbincrawl.warc.codings import CodingError, undo_chunks
from harbincrawl.warc.foreign import RefusedRecord, iterate_records
from harbincrawl.warc.heads import Fields, find_field, sha1_of
from harbincrawl.warc.reader import CapturedRecord, Reference

from .spans import Span, SpanRecord
from .writer import RecordWriter

_EXAMPLES = 5
"""Of a reason, in a report."""
_AMISS = ("damaged", "a page is missing", "cannot be decoded", "too-large")
MOST_BYTES = 16 << 20
"""Of a page, unpacked; as for a crawl."""
_BATCH = 100
"""Records in a transaction."""
_PLACES = ("WARC-Filename", "WARC-Refers-To-Filename")
_CLIMB = re.compile(r"(?:^|[/\\]|%2f|%5c)(?:\.|%2e){2}(?:[/\\]|%2f|%5c|$)", re.IGNORECASE)
_REFUSED = {"oversized": "oversized", "unusable": "says too little"}
_TABLES = (
    # What tools call a payload: its SHA-1, or what they claim, as some digest chunks with their lines.
    "CREATE TEMP TABLE payloads(name TEXT, is_true INTEGER, capture INTEGER, PRIMARY KEY (name, is_true))",
    "CREATE TEMP TABLE revisits(found BLOB)",
)


@dataclass
class IngestReport:
    """Counts of records, articles and reasons, in the order of the keys in JSON."""

    files: list[str]
    records: int = 0
    """Captures looked at, lists aside."""
    pages: int = 0
    """Of them, pages of articles that were taken in."""
    known: int = 0
    """Of them, captures that the archive has already."""
    lists: int = 0
    """List pages that were taken in."""
    new: int = 0
    changed: int = 0
    same: int = 0
    duplicate: int = 0
    """New articles that turned out copies."""
    unaccounted: dict[str, Any] = field(default_factory=lambda: {"pages": 0, "sections": {}, "wordings": []})
    """As in the report of a crawl; see `summarize_unaccounted`."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason, captures that gave no article."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """The first addresses of each reason."""

    def count(self, verdict: str) -> None:
        """Counts an article: `new`, `changed`, `same` or `duplicate`."""
        setattr(self, verdict, getattr(self, verdict) + 1)

    def refuse(self, kind: str, reason: str, address: str) -> None:
        """Counts a capture that gives no article for a reason of this kind; see `pages.ReadArticle`."""
        if kind == "not-an-article":
            self.reject(f"no article: {reason}", address)
        else:
            self.reject("a page is missing" if kind == "pages" else kind, f"{address}: {reason}")

    def reject(self, reason: str, detail: str) -> None:
        """Counts a capture that gives no article."""
        self.refused[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < _EXAMPLES:
            shown.append(detail)

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        return "partial" if self.exit_code else "complete"

    @property
    def exit_code(self) -> int:
        """3 where something of the site was there and could not be had, or there was nothing of it at all."""
        nothing = not (self.pages or self.known or self.lists)
        return ExitCode.AMISS if nothing or self.amiss else ExitCode.DONE

    @property
    def amiss(self) -> list[str]:
        """The reasons of `refused` that stand for something of the site which could not be had."""
        return [reason for reason in _AMISS if self.refused[reason]]

    def as_dict(self) -> dict[str, Any]:
        """For --json and the row of the run."""
        return vars(self) | {"refused": dict(self.refused.most_common()), "exit_code": self.exit_code}

    as_record = as_dict


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of the site."""

    address: str
    """The site's own address of it."""
    record: CapturedRecord
    """With its payload, chunks undone."""
    name: str
    """Of the file that its record is in."""
    body_hash: str
    """sha256 of the decoded body."""
    is_list: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no page of the site, with the reason in few words, for counting."""

    reason: str
    detail: str
    """The address, or the place in the file."""


@dataclass(frozen=True, slots=True)
class Revisit:
    """What it says is known where its original is."""

    record: CapturedRecord
    name: str


Result = FoundPage | Rejected | Revisit


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Judges records one by one; what it says depends on nothing else."""

    site: Site
    now: datetime
    purged: frozenset[str]

    def judge(self, record: CapturedRecord, name: str) -> Result:
        """What a record of the file `name` is. Of what it says only its address and its bytes are believed."""
        detail = record.target[:300]
        if any(_CLIMB.search(find_field(record.headers, each) or "") for each in _PLACES):
            return Rejected("a file name that leaves its folder", detail)
        if _CLIMB.search(record.target.partition("?")[0]):
            return Rejected("an address that leaves its folder", detail)
        address = self.site.canonical(record.target)
        if address is None:
            return Rejected("foreign host", detail)
        if record.date > self.now:
            return Rejected("dated in the future", f"{detail}, {record.date:%Y-%m-%d}")
        meaning = self.site.read_address(address)
        if meaning is None:
            return Rejected("neither an article nor a list", detail)
        if record.truncated is not None:
            return Rejected("cut short when it was captured", detail)
        if record.refers is not None and record.http_status in (None, 200, 304):
            return Revisit(record, name)
        if record.http_status != 200:
            return Rejected(f"HTTP {record.http_status}", detail)
        try:
            body = record.read_body(MOST_BYTES)
            payload = undo_chunks(record.payload, record.http_headers)
        except TooLargeError as error:
            return Rejected("oversized", f"{detail}: {error.reason}")
        except (UndecodableError, CodingError) as error:
            return Rejected("cannot be decoded", f"{detail}: {getattr(error, 'reason', error)}")
        if meaning.id in self.purged or shows_purged(address, body, self.purged, self.site):
            return Rejected("purged, or names what was purged", address)
        is_list = meaning.kind == "listing"
        return FoundPage(address, replace(record, payload=payload), name, hashlib.sha256(body).hexdigest(), is_list)


def read_records(records: RecordFilter, span: Span) -> Iterator[SpanRecord[Result]]:
    """What the records of a span are; pure, so that any process may do it. Raises WarcError for an unreadable file."""
    name = span.path.name
    for record in iterate_records(span.path, begin=span.begin, stop=span.stop):
        if isinstance(record, int):
            yield SpanRecord(record, None)
        elif isinstance(record, RefusedRecord):
            detail = f"{record.target or f'{name} at byte {record.offset}'}: {record.reason}"
            yield SpanRecord(record.offset, Rejected(_REFUSED.get(record.kind, "damaged"), detail), 2048)
        else:
            result = records.judge(record, name)
            yield SpanRecord(record.offset, result, 2048 if isinstance(result, Rejected) else _measure(result.record))


def _measure(record: CapturedRecord) -> int:
    """About how many bytes a record takes in memory, with its fields, which strangers wrote."""
    fields = (*record.headers, *record.http_headers)
    return 2048 + len(record.payload) + sum(len(name) + len(value) for name, value in fields)


@dataclass
class Intake:
    """Writes what the filter finds to the log, with rows of `captures`, a batch in a transaction."""

    records: RecordFilter
    writer: RecordWriter
    report: IngestReport
    source: str
    """That of the captures: `ingest`, or the archive of others that they were rescued from."""

    def __post_init__(self) -> None:
        self._connection = self.writer.connection
        for statement in _TABLES:
            self._connection.execute(statement.replace(" TABLE ", " TABLE IF NOT EXISTS "))

    def put_all(self, found: Iterator[Result], check: Callable[[], None]) -> None:
        """Takes in what records gave, then revisits as the pages that they stand for; `check` is called before each.

        Of a revisit whose original never came nothing is taken in.
        """
        for first in found:
            with self.writer.transaction():
                for each in chain((first,), islice(found, _BATCH - 1)):
                    check()
                    self._put(each)
        query = "SELECT rowid, found FROM temp.revisits ORDER BY 1 LIMIT ?"
        while rows := self._connection.execute(query, (_BATCH,)).fetchall():
            with self.writer.transaction():
                for _, pickled in rows:
                    self._put(self._find_page(pickle.loads(pickled)))  # noqa: S301 - our own, from a table of this process
                self._connection.execute("DELETE FROM temp.revisits WHERE rowid <= ?", rows[-1][:1])
        self._connection.execute("DELETE FROM temp.payloads")

    def _put(self, found: Result) -> None:
        if isinstance(found, Revisit):
            self._connection.execute("INSERT INTO temp.revisits VALUES (?)", (pickle.dumps(found),))
            return
        self.report.records += not (isinstance(found, FoundPage) and found.is_list)
        if isinstance(found, Rejected):
            self.report.reject(found.reason, found.detail)
            return
        capture = self._find_known(found)
        if capture is not None:
            self.report.known += 1
        else:
            origin = found.name if self.source == "ingest" else None
            capture = self.writer.write_page(found.record, found.address, found.body_hash, self.source, origin)
            self.report.lists += found.is_list
            self.report.pages += not found.is_list
        self._put_names(found.record, capture)

    def _find_page(self, revisit: Revisit) -> Result:
        """The page that a revisit stands for."""
        original = self._find_original(revisit.record.refers) if revisit.record.refers else None
        if original is None:
            return Rejected("a revisit whose original is in none of the files", revisit.record.target[:300])
        return self.records.judge(_fill_revisit(revisit.record, *original), revisit.name)

    def _find_known(self, page: FoundPage) -> int | None:
        """The capture that the archive has of this very page at this very moment."""
        row = self._connection.execute(
            "SELECT id FROM captures WHERE address = ? AND fetched_at = ? AND body_hash = ? AND status = 200"
            " ORDER BY id LIMIT 1",
            (page.address, time_text(page.record.date), page.body_hash),
        ).fetchone()
        return None if row is None else int(row[0])

    def _put_names(self, record: CapturedRecord, capture: int) -> None:
        own, claimed = f"sha1:{sha1_of(record.payload)}", find_field(record.headers, "WARC-Payload-Digest")
        rows = [(own, True, capture)] if claimed is None else [(claimed, False, capture), (own, True, capture)]
        self._connection.executemany("INSERT OR REPLACE INTO temp.payloads VALUES (?, ?, ?)", rows)

    def _find_original(self, refers: Reference) -> tuple[Fields, bytes] | None:
        """HTTP fields and payload of the original; None where no page of its digest, address and date is known."""
        return next(filter(None, map(self._read, self._list_places(refers))), None)

    def _list_places(self, refers: Reference) -> Iterator[tuple[str, int] | None]:
        connection, digest = self._connection, refers.digest
        if digest is not None:
            yield find_original(connection, digest)
            # What a tool claims counts where nothing has that digest: it may be another payload.
            yield from connection.execute(
                'SELECT c.warc, c."offset" FROM temp.payloads AS p JOIN captures AS c ON c.id = p.capture'
                " WHERE p.name = ? AND c.warc NOT NULL ORDER BY p.is_true DESC",
                (digest,),
            ).fetchall()
        address = self.records.site.canonical(refers.target) if refers.target else None
        if address is not None and refers.date is not None:
            yield find_capture(connection, address, time_text(refers.date))

    def _read(self, place: tuple[str, int] | None) -> tuple[Fields, bytes] | None:
        if place is None:
            return None
        try:
            stored = read_stored(self.writer.folder, *place)
        except WarcError:
            return None  # `verify` names the damage; here the revisit has no original
        return stored.http_headers, stored.payload


def _fill_revisit(revisit: CapturedRecord, fields: Fields, payload: bytes) -> CapturedRecord:
    """The revisit as the response that it stands for: its own time, its original's HTTP `fields` and payload."""
    keeps_head = revisit.http_status not in (None, 304)
    return replace(
        revisit,
        type="response",
        http_status=revisit.http_status if keeps_head else 200,
        http_reason=revisit.http_reason if keeps_head else "",
        # Payloads are kept without chunks: they must not be undone a second time.
        http_headers=tuple(
            (ORIGINAL_PREFIX + name if name.lower() == "transfer-encoding" else name, value)
            for name, value in (_code_alike(revisit.http_headers, fields) if keeps_head else fields)
        ),
        payload=payload,
        refers=None,
    )


def _code_alike(own: Fields, original: Fields) -> Fields:
    """A revisit's `own` HTTP fields, with the codings of its `original`: the payload is that one's.

    They differ where one tool keeps a page as it was sent and another one unpacks it, and both call it by one digest.
    """
    coding = [value for name, value in original if name.lower() == "content-encoding"]
    if coding == [value for name, value in own if name.lower() == "content-encoding"]:
        return own
    renamed = ((ORIGINAL_PREFIX + name if name.lower() == "content-encoding" else name, value) for name, value in own)
    return (*renamed, *(("Content-Encoding", value) for value in coding))
