"""Writing captures down as they happen: which file takes them, what is an original, what is surely on disk."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from harbincrawl.errors import WarcError, WarcFullError

from .blocks import Exchange, RecordPlace
from .captures import IDENTICAL, NOT_MODIFIED, Original, pack_capture, pack_info, pack_note
from .heads import clean_address, digest_of, find_field, format_date
from .reader import read_fields

__all__ = ["Exchange", "Place", "RecordPlace", "WarcWriter", "is_full", "sync_folder"]

MAX_BYTES = 1_000_000_000
_RECENT = 4096
_CONDITIONS = ("if-none-match", "if-modified-since")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture was written."""

    file: str
    """The file's final name, from the first record on."""
    offset: int
    """Of its response or revisit record, bytes."""
    digest: str
    """`sha1:` and Base32 of the payload as coded; for a 304 that of the payload it stands for."""
    kind: str
    """`response` or `revisit`."""


class WarcWriter:
    """The one writer of a folder of WARC files. Nothing is made before the first record; the caller holds the lock.

    Every method raises WarcError, WarcFullError where the disk is full; the file then ends with its last whole record.
    """

    def __init__(
        self,
        folder: Path,
        *,
        info: Mapping[str, str],
        now: Callable[[], datetime],
        find_original: Callable[[str], RecordPlace | None] | None = None,
        max_bytes: int = MAX_BYTES,
        host: str = "harbincrawl",
    ) -> None:
        """`info` are the fields of each file's warcinfo record (`software`, `operator` …); `now` gives an aware time.

        `find_original` answers a payload's digest with the response record that the archive has of it; it is asked for
        what this writer did not write lately itself, and believed only where that record proves to be a response of
        that digest. A file is closed when the next records would bring it above `max_bytes`. `host` goes into names.
        """
        self._folder = folder
        self._info = info
        self._now = now
        self._find_original = find_original
        self._max_bytes = max_bytes
        self._host = re.sub(r"[^A-Za-z0-9.-]", "-", host).strip(".-") or "harbincrawl"
        self._recent: dict[str, Original] = {}
        self._serial = 0
        self._file: int | None = None
        self._name = ""
        self._info_id = ""
        self._begin = 0
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange) -> Place:
        """Writes the request and the response or revisit of `exchange`; on disk for sure after the next `sync`."""
        digest = digest_of(exchange.body)
        original, profile = self._choose_original(exchange, digest)
        if self._file is None:
            self._open()
        before, answer = pack_capture(exchange, digest, original, profile, self._info_id)
        if self._size + len(before) + len(answer) > self._max_bytes and self._size > self._begin:
            self.close()
            self._open()
            before, answer = pack_capture(exchange, digest, original, profile, self._info_id)
        offset = self._size + len(before)
        # In one piece and the answer last: a torn end then never holds one without what belongs to it.
        self._append(before + answer)
        if original is not None:
            return Place(self._name, offset, original.digest, "revisit")
        if exchange.body and exchange.truncated is None:
            target = clean_address(exchange.address)
            self._remember(Original(self._name, offset, target, format_date(exchange.fetched_at), digest))
        return Place(self._name, offset, digest, "response")

    def write_note(self, fields: Mapping[str, str]) -> None:
        """Writes a metadata record of `fields` to the file of the last capture; nothing where none was written."""
        if self._file is not None:
            self._append(pack_note(self._now(), fields, self._info_id))

    def sync(self) -> None:
        """Returns when all that was written is on disk: only then may a database refer to it."""
        if self._file is not None:
            try:
                os.fsync(self._file)
            except OSError as error:
                raise _say(error, self._name, self._size) from error

    def close(self) -> None:
        """Ends the present file under its final name. The writer may go on; it then begins another."""
        if self._file is None:
            return
        self.sync()
        os.close(self._file)
        self._file = None
        try:
            (self._folder / f"{self._name}.open").rename(self._folder / self._name)
            sync_folder(self._folder)
        except OSError as error:
            raise _say(error, self._name, None) from error

    def _open(self) -> None:
        try:
            if not self._folder.is_dir():
                self._folder.mkdir(parents=True)
                sync_folder(self._folder.parent)
            while True:
                stamp = self._now().strftime("%Y%m%d%H%M%S")
                self._name = f"{self._host}-{stamp}-{self._serial:05d}.warc.gz"
                self._serial += 1
                if (self._folder / self._name).exists():
                    continue
                try:
                    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
                    self._file = os.open(self._folder / f"{self._name}.open", flags, 0o644)
                    break
                except FileExistsError:
                    continue
            sync_folder(self._folder)
        except OSError as error:
            raise _say(error, self._name or str(self._folder), None) from error
        self._size = 0
        try:
            self._info_id, packed = pack_info(self._name, self._now(), self._info)
            self._append(packed)
        except WarcError:
            # Without its warcinfo no record may follow: the next write begins anew.
            self._abandon()
            raise
        self._begin = self._size

    def _abandon(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
            (self._folder / f"{self._name}.open").unlink(missing_ok=True)

    def _append(self, data: bytes) -> None:
        handle = self._file
        if handle is None:
            raise WarcError(self._name, self._size, "the file is closed")
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        except OSError as error:
            os.ftruncate(handle, self._size)
            os.lseek(handle, self._size, os.SEEK_SET)
            raise _say(error, self._name, self._size) from error
        self._size += len(data)

    def _choose_original(self, exchange: Exchange, digest: str) -> tuple[Original | None, str]:
        if exchange.status == 304 and not exchange.body:
            # What was asked without a condition confirms nothing, whatever the server calls it.
            asked = any(name.lower() in _CONDITIONS for name, _ in exchange.request_headers)
            return self._read_original(exchange.refers) if asked and exchange.refers else None, NOT_MODIFIED
        # An empty payload costs nothing, and one cut short is nobody's original and no copy of one.
        if not exchange.body or exchange.truncated is not None:
            return None, ""
        original = self._recent.get(digest)
        if original is None and self._find_original is not None:
            place = self._find_original(digest)
            original = self._read_original(place) if place is not None else None
            if original is not None and original.digest != digest:
                original = None
            if original is not None:
                self._remember(original)
        return original, IDENTICAL

    def _read_original(self, place: RecordPlace) -> Original | None:
        """What the record at `place` says; None where it is no whole response: a revisit, purged, damaged, gone."""
        try:
            record = read_fields(self._folder, place.file, place.offset)
        except WarcError:
            return None
        target, date = record.target, find_field(record.fields, "WARC-Date")
        digest = find_field(record.fields, "WARC-Payload-Digest")
        cut = find_field(record.fields, "WARC-Truncated") is not None
        if record.type != "response" or cut or not (target and date and digest):
            return None
        return Original(place.file, place.offset, target, date, digest)

    def _remember(self, original: Original) -> None:
        # Only what the database may not hold yet has to be remembered; a batch is far smaller than this.
        if len(self._recent) >= _RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[original.digest] = original


def sync_folder(folder: Path) -> None:
    """Returns when the names in `folder` are on disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(error: OSError) -> bool:
    """Whether `error` means that no more can be written there."""
    return error.errno in _NO_SPACE


def _say(error: OSError, name: str, offset: int | None) -> WarcError:
    if is_full(error):
        return WarcFullError(name, offset, f"no space left ({error.strerror}): make room and run again")
    return WarcError(name, offset, f"cannot be written ({error.strerror})")
