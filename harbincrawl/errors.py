"""Every error that a person may meet, one sentence each, and what the command ends with: the exit codes."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What a command ends with; `meaning` is the table in docs/operate.md."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    AMISS = 3
    HELD = 5
    UNREACHABLE = 6
    DATABASE = 7
    NO_SPACE = 8
    NOTHING_FOUND = 9
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.UNEXPECTED: "unexpected error",
    ExitCode.USAGE: "wrong usage, a bad query, a bad setting",
    ExitCode.AMISS: "done, but something is amiss: pages failed, a health rule broke",
    ExitCode.HELD: "another command is writing to the archive",
    ExitCode.UNREACHABLE: "the site, a bucket, or the scheduler of --workers, cannot be reached or refuses",
    ExitCode.DATABASE: "the database is busy, damaged or of another version",
    ExitCode.NO_SPACE: "no space left",
    ExitCode.NOTHING_FOUND: "nothing found, nothing new",
    ExitCode.INTERRUPTED: "interrupted cleanly",
}


class HarbincrawlError(Exception):
    """What a person has to know, in one sentence; `exit_code` is what the command ends with."""

    exit_code = ExitCode.UNEXPECTED

    def __reduce__(self) -> tuple[Any, ...]:
        # An error of a worker process is pickled; Exception itself would hand `args` to an __init__ that takes others.
        return _rebuild_error, (type(self), self.args), self.__dict__


def _rebuild_error(kind: type[HarbincrawlError], args: tuple[Any, ...]) -> HarbincrawlError:
    error = kind.__new__(kind)
    error.args = args
    return error


class OptionsError(HarbincrawlError):
    """A flag, or a combination of them, that makes no sense."""

    exit_code = ExitCode.USAGE


class SettingsError(HarbincrawlError):
    """A setting that cannot be read, or makes no sense."""

    exit_code = ExitCode.USAGE


class SiteFileError(HarbincrawlError):
    """A site file that makes no sense; a site that is none."""

    exit_code = ExitCode.USAGE


class FilterError(HarbincrawlError):
    """A filter that cannot be understood."""

    exit_code = ExitCode.USAGE


class NotAnArticle(HarbincrawlError):  # noqa: N818 - the name is the contract
    """A page that is no article of the site; `reason` is one of few words for counting."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} is no article: {reason}")
        self.address = address
        self.reason = reason


class PageTooLargeError(NotAnArticle, ValueError):
    """A page that is not read because of its size: no article, and no list."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.args = (f"{address} is too large to read: {reason}",)


class SiteError(HarbincrawlError):
    """The site cannot be reached, or not any more."""

    exit_code = ExitCode.UNREACHABLE


class BucketError(HarbincrawlError):
    """A bucket cannot be reached, refuses, breaks off or gives other bytes than it got."""

    exit_code = ExitCode.UNREACHABLE


class EndedEarlyError(HarbincrawlError):
    """Scrapy closed the spider before it was done, or outcomes never came to the archive."""


class NoArchiveError(HarbincrawlError):
    """There is no archive where one is to be read."""

    exit_code = ExitCode.USAGE


class ClosedArchiveError(HarbincrawlError):
    """An archive that was closed is asked for something."""


class HeldError(HarbincrawlError):
    """Another command is writing to the archive."""

    exit_code = ExitCode.HELD


class DatabaseError(HarbincrawlError):
    """The database is busy, damaged, too new, or not ours."""

    exit_code = ExitCode.DATABASE


class NoSpaceError(HarbincrawlError):
    """The disk is full."""

    exit_code = ExitCode.NO_SPACE


class WarcError(HarbincrawlError):
    """A WARC file cannot be used; `file` and `offset` (bytes, None for the whole file) say where."""

    exit_code = ExitCode.DATABASE

    def __init__(self, file: str, offset: int | None, reason: str) -> None:
        place = file if offset is None else f"{file} at byte {offset}"
        super().__init__(f"{place}: {reason}.")
        self.file = file
        self.offset = offset
        self.reason = reason


class DamagedError(WarcError):
    """The bytes are no whole WARC record."""


class TooLargeError(WarcError):
    """More bytes, once unpacked, than the caller allows."""


class UndecodableError(WarcError):
    """The record is whole, but its payload is not what its Content-Encoding says."""


class RemovedError(WarcError):
    """The record was removed on purpose; `reason` says why."""


class WarcFullError(WarcError, NoSpaceError):
    """The disk is full; the file ends with the last whole record."""

    exit_code = ExitCode.NO_SPACE


class WorkerError(HarbincrawlError):
    """A process or a machine that reads pages failed."""


class SchedulerError(WorkerError):
    """The scheduler of --workers cannot be reached, or not any more, or has no workers of our version."""

    exit_code = ExitCode.UNREACHABLE


class NoEvidenceError(HarbincrawlError):
    """There is no capture of what was asked for."""

    exit_code = ExitCode.NOTHING_FOUND


class NotFoundError(HarbincrawlError):
    """The archive has no such article, or the filters leave none."""

    exit_code = ExitCode.NOTHING_FOUND


class FileMissingError(HarbincrawlError):
    """A file that is to be read cannot be."""

    exit_code = ExitCode.USAGE


class DestinationError(HarbincrawlError):
    """The place that something is to be written to, a backup or a restored archive among it, is taken or no such
    thing."""

    exit_code = ExitCode.USAGE


class MissingExtraError(HarbincrawlError):
    """Something needs a package that is not installed."""

    exit_code = ExitCode.USAGE
