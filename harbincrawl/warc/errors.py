"""What can go wrong with a WARC file, each with the file and the place in it."""

from __future__ import annotations

from ..records import HarbincrawlError


class WarcError(HarbincrawlError):
    """A WARC file cannot be used; `file` and `offset` (bytes, None for the whole file) say where."""

    exit_code = 7

    def __init__(self, file: str, offset: int | None, reason: str) -> None:
        place = file if offset is None else f"{file} at byte {offset}"
        super().__init__(f"{place}: {reason}.")
        self.file = file
        self.offset = offset
        self.reason = reason


class BadNameError(WarcError):
    """The name is none of a WARC file in the archive: it has a path in it, or another ending."""


class DamagedError(WarcError):
    """The bytes are no whole WARC record."""


class TooLargeError(WarcError):
    """More bytes, once unpacked, than the caller allows."""


class UndecodableError(WarcError):
    """The record is whole, but its payload is not what its Content-Encoding says."""


class UnresolvedError(WarcError):
    """A revisit whose original is not to be found."""


class RemovedError(WarcError):
    """The record was removed on purpose; `reason` says why."""


class NoSpaceError(WarcError):
    """The disk is full; the file ends with the last whole record."""

    exit_code = 8
