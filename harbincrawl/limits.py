"""Errors of the operating system in words: limits of this process, a full disk, names that no file can have."""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator

from harbincrawl.disk import is_full
from harbincrawl.errors import OUT_OF_MEMORY, DestinationError, HarbincrawlError, LimitError, NoSpaceError

_TOO_MANY_FILES = (errno.EMFILE, errno.ENFILE)
_SHOWN = 60
"""Characters of a name that are shown."""


def find_limit(error: BaseException) -> LimitError | None:
    """The limit of this process that led to `error`, if one did."""
    for each in _list_causes(error):
        if _is_out_of_memory(each):
            return LimitError(OUT_OF_MEMORY)
        if isinstance(each, OSError) and each.errno in _TOO_MANY_FILES:
            return LimitError("too many open files: raise the limit (ulimit -n 256) and run again.")
    return None


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, ImportError | SystemError):
        # A library that has no room comes as one of these, in words of the system's own.
        return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
    return isinstance(error, MemoryError)


def type_error(error: BaseException) -> HarbincrawlError | None:
    """`error` as one of ours, where it says something about the system and nothing about a mistake in the program."""
    if (limit := find_limit(error)) is not None:
        return limit
    if not isinstance(error, OSError):
        return None
    name = str(error.filename or "")
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    if is_full(error):
        return NoSpaceError(
            f"no space left for {shown or 'the output'} ({error.strerror}): free disk space and run again."
        )
    if error.errno == errno.ENAMETOOLONG:
        return DestinationError(f"{shown}: {error.strerror}.")
    return None


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        # aiohttp keeps what the system said apart from the cause.
        inner = getattr(error, "os_error", None)
        if isinstance(inner, OSError):
            yield inner
        error = error.__cause__ or error.__context__
