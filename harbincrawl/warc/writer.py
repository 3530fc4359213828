"""Writing captures and events into WARC files: numbers of records, file rotation, revisit records, syncing to disk."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from harbincrawl.errors import BucketError, WarcError, WarcFullError
from harbincrawl.files import is_full, sync_folder
from harbincrawl.places import Elsewhere, find_nowhere

from .captures import (
    IDENTICAL,
    NOT_MODIFIED,
    Exchange,
    Original,
    PackedRecord,
    pack_capture,
    pack_info,
    pack_values,
)
from .heads import clean_address, digest_of, find_field, format_date
from .log import EVENT, LogHead
from .reader import find_file, read_fields

MAX_BYTES = 1_000_000_000
_RECENT = 4096
_CONDITIONS = ("if-none-match", "if-modified-since")


@dataclass(frozen=True, slots=True)
class CapturePlace:
    """The place of a capture."""

    file: str
    """The final file name, also while the file is `.open`."""
    offset: int
    """Byte offset of its response or revisit record."""
    digest: str
    """`sha256:` and the hexadecimal digest of the payload as received; for a 304, that of its original."""
    kind: str
    """`response` or `revisit`."""
    ordinal: int
    """The number of that record in the log."""


class WarcWriter:
    """The writer of a folder of WARC files. It makes a file at the first record. The caller holds the lock.

    All methods raise WarcError, or WarcFullError if the disk is full. The file then ends with a complete record.
    """

    def __init__(
        self,
        folder: Path,
        *,
        info: Mapping[str, str],
        now: Callable[[], datetime],
        archive: str = "",
        head: LogHead | None = None,
        find_original: Callable[[str], tuple[str, int] | None] | None = None,
        elsewhere: Elsewhere = find_nowhere,
        max_bytes: int = MAX_BYTES,
        host: str = "harbincrawl",
    ) -> None:
        """`info` are the fields of the warcinfo records (`software`, `operator` …); `now` gives a time with a zone.

        `archive` is the id of the archive, and `head` the last record of its log, None where that is empty: the next
        record has the next number. `find_original` returns file and offset of the response record with a given payload
        digest in the archive. It is called for digests that this writer has not written recently, and its result is
        checked; files that are not in `folder` are looked for `elsewhere`, until one cannot be reached. A file is
        closed before it exceeds `max_bytes`. `host` is part of the file names.
        """
        self._folder = folder
        self._info = info
        self._now = now
        self._find_original = find_original
        self._elsewhere = elsewhere
        self._is_cut_off = False
        """Whether a bucket could not be reached."""
        self._max_bytes = max_bytes
        self._host = re.sub(r"[^A-Za-z0-9.-]", "-", host).strip(".-") or "harbincrawl"
        self._recent: dict[str, Original] = {}
        self.head = head or LogHead()
        """The last record of the log."""
        self.leaves = bytearray()
        """The digests of the records that were written, 32 bytes each."""
        self.names: dict[int, str] = {}
        """The files that were begun, by their numbers."""
        self._archive = archive
        self._nonce = secrets.token_hex(8)
        """Tells the files of this writer from those of another one that began at the same record."""
        self._file: int | None = None
        self._name = ""
        self._info_id = ""
        self._begin = 0
        self._size = 0

    def write(self, exchange: Exchange) -> CapturePlace:
        """Writes the request and the response or revisit of `exchange`; they are on disk after the next `sync`."""
        digest = digest_of(exchange.body)
        original, profile = self._choose_original(exchange, digest)
        if self._file is None:
            self._open()
        records = self._pack(exchange, digest, original, profile)
        if self._size + sum(len(each.data) for each in records) > self._max_bytes and self._size > self._begin:
            self.close()
            self._open()
            records = self._pack(exchange, digest, original, profile)
        # One write, with the response last: an incomplete write never leaves a response without its request.
        self._append(records)
        offset = self._size - len(records[-1].data)
        if original is not None:
            return CapturePlace(self._name, offset, original.digest, "revisit", self.head.ordinal)
        if exchange.body and exchange.truncated is None:
            target = clean_address(exchange.address)
            self._remember(Original(self._name, offset, target, format_date(exchange.fetched_at), digest))
        return CapturePlace(self._name, offset, digest, "response", self.head.ordinal)

    def write_event(self, kind: str, values: Mapping[str, Any]) -> int:
        """Writes what was decided, as values of JSON; it is on disk after the next `sync`.

        Returns its byte offset in the file of `head`.
        """
        about = (("WARC-Date", format_date(self._now())), (EVENT, kind))
        return self._write_values("metadata", about, {"event": kind, **values})

    def write_conversion(self, target: str, date: str, values: Mapping[str, Any]) -> None:
        """Writes what was read of a page, as values of JSON; it is on disk after the next `sync`.

        It stands in the place of a record that is not kept; `date` is that record's own.
        """
        self._write_values("conversion", (("WARC-Target-URI", clean_address(target)), ("WARC-Date", date)), values)

    def _write_values(self, kind: str, about: Sequence[tuple[str, str]], values: Mapping[str, Any]) -> int:
        if self._file is None:
            self._open()
        offset = self._size
        self._append([pack_values(kind, about, values, self._info_id, self.head.ordinal + 1)])
        return offset

    def _pack(self, exchange: Exchange, digest: str, original: Original | None, profile: str) -> list[PackedRecord]:
        return pack_capture(exchange, digest, original, profile, self._info_id, self.head.ordinal + 1)

    def sync(self) -> None:
        """Syncs all written records to disk. Only then may the database refer to them."""
        if self._file is not None:
            try:
                os.fsync(self._file)
            except OSError as error:
                raise make_error(error, self._name, self._size) from error

    def close(self) -> None:
        """Closes the current file and gives it its final name. A later `write` begins another file."""
        if self._file is None:
            return
        self.sync()
        os.close(self._file)
        self._file = None
        try:
            (self._folder / f"{self._name}.open").rename(self._folder / self._name)
            sync_folder(self._folder)
        except OSError as error:
            raise make_error(error, self._name, None) from error

    def _open(self) -> None:
        try:
            if not self._folder.is_dir():
                self._folder.mkdir(parents=True)
                sync_folder(self._folder.parent)
            number = self.head.file
            while True:
                number += 1
                stamp = self._now().strftime("%Y%m%d%H%M%S")
                self._name = f"{self._host}-{stamp}-{number:05d}.warc.gz"
                with suppress(WarcError):
                    find_file(self._folder, self._name, self._elsewhere)
                    continue  # the name is taken
                try:
                    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
                    self._file = os.open(self._folder / f"{self._name}.open", flags, 0o644)
                    break
                except FileExistsError:
                    continue
            sync_folder(self._folder)
        except OSError as error:
            self._abandon()
            raise make_error(error, self._name or str(self._folder), None) from error
        self._size = 0
        try:
            self._info_id, packed = pack_info(
                self._name, self._now(), {**self._info, **self._describe_place(number)}, self.head.ordinal + 1
            )
            self._append([packed], number)
        except WarcError:
            # No record may follow without the warcinfo record: the next write begins a new file.
            self._abandon()
            raise
        self.names[number] = self._name
        self._begin = self._size

    def _abandon(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
            (self._folder / f"{self._name}.open").unlink(missing_ok=True)

    def _describe_place(self, number: int) -> dict[str, str]:
        """The fields of a warcinfo record that say where in the log its file stands."""
        place = {
            "harbincrawl-archive": self._archive,
            "harbincrawl-writer": self._nonce,
            "harbincrawl-file": str(number),
            "harbincrawl-first-ordinal": str(self.head.ordinal + 1),
        }
        return place | ({"harbincrawl-record-before": f"sha256:{self.head.digest}"} if self.head.digest else {})

    def _append(self, records: Sequence[PackedRecord], number: int | None = None) -> None:
        """Writes records to the end of the file, all or none; `number` is that of a file that they begin."""
        handle = self._file
        if handle is None:
            raise WarcError(self._name, self._size, "the file is closed")
        try:
            rest = memoryview(b"".join(each.data for each in records))
            while rest:
                rest = rest[os.write(handle, rest) :]
        except OSError as error:
            os.ftruncate(handle, self._size)
            os.lseek(handle, self._size, os.SEEK_SET)
            raise make_error(error, self._name, self._size) from error
        self._size += sum(len(each.data) for each in records)
        self.leaves += b"".join(each.digest for each in records)
        file = self.head.file if number is None else number
        self.head = LogHead(self.head.ordinal + len(records), records[-1].digest.hex(), file, self._size)

    def _choose_original(self, exchange: Exchange, digest: str) -> tuple[Original | None, str]:
        if exchange.status == 304 and not exchange.body:
            # A 304 to an unconditional request is a fault of the server and refers to nothing.
            conditional = any(name.lower() in _CONDITIONS for name, _ in exchange.request_headers)
            return self._read_original(*exchange.refers) if conditional and exchange.refers else None, NOT_MODIFIED
        # An empty payload needs no revisit, and an incomplete one must not be compared with others.
        if not exchange.body or exchange.truncated is not None:
            return None, ""
        original = self._recent.get(digest)
        if original is None and self._find_original is not None:
            place = self._find_original(digest)
            original = self._read_original(*place) if place is not None else None
            if original is not None and original.digest != digest:
                original = None
            if original is not None:
                self._remember(original)
        return original, IDENTICAL

    def _read_original(self, file: str, offset: int) -> Original | None:
        """The response record there; None if it is no complete response (a revisit, removed, damaged, missing)."""
        try:
            elsewhere = find_nowhere if self._is_cut_off else self._elsewhere
            record = read_fields(partial(find_file, self._folder, elsewhere=elsewhere), file, offset)
        except WarcError:
            return None
        except BucketError:
            # A crawl does not depend on a bucket: what cannot be compared with is stored whole.
            self._is_cut_off = True
            return None
        target, date = record.target, find_field(record.fields, "WARC-Date")
        digest = find_field(record.fields, "WARC-Payload-Digest")
        cut = find_field(record.fields, "WARC-Truncated") is not None
        if record.type != "response" or cut or not (target and date and digest):
            return None
        return Original(file, offset, target, date, digest)

    def _remember(self, original: Original) -> None:
        # Only records that are not in the database yet must be remembered; a batch is much smaller than this limit.
        if len(self._recent) >= _RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[original.digest] = original


def make_error(error: OSError, name: str, offset: int | None) -> WarcError:
    """The error for what the system says while a file is written."""
    if is_full(error):
        return WarcFullError(name, offset, f"no space left ({error.strerror}): free disk space and run again")
    return WarcError(name, offset, f"cannot be written ({error.strerror})")
