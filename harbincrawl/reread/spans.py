"""WARC files cut into byte ranges that are read apart, with the same results as one reading from end to end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from harbincrawl.places import Place, measure_place, open_place
from harbincrawl.warc.records import find_record

from .executor import Executor

SPAN = 1 << 20
"""Bytes of a range."""
LIMIT = 8 << 20
"""Bytes of results that a worker holds, and one result more."""

R = TypeVar("R")
Progress = Callable[[int, int, str], None]
"""Gets (bytes or files done, in all, the file that is at work)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The records of a file that begin at `begin` or behind it and before `stop`, bytes."""

    path: Place
    begin: int = 0
    stop: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class SpanRecord(Generic[R]):
    """What a record gave."""

    offset: int
    """Of its record or, in gzip, of its member."""
    result: R | None
    """None: the record is at or behind the end of the span, and nothing follows."""
    size: int = 0
    """About how many bytes of memory the result takes."""


@dataclass(frozen=True, slots=True)
class SpanPart(Generic[R]):
    """What a worker read of a span: the records from `begin` on and before `end`."""

    span: Span
    begin: int | None
    """Where it found the first record, by a guess; None where it found none."""
    end: int
    """Where the next record begins, within the span if it was too much to hold."""
    items: list[SpanRecord[R]]


Reader = Callable[[Span], Iterator[SpanRecord[R]]]
"""Reads a span at whose begin a record begins: the results in order, then one without a result if records follow."""


def scan_files(executor: Executor, paths: Sequence[Place], read: Reader[R], progress: Progress) -> Iterator[R]:
    """What `read` gives of whole files, in order, whatever the executor.

    Raises WarcError for a file that cannot be opened, BucketError for one in a bucket that breaks off; what `read`
    raises; WorkerError.
    """
    sizes = {path: measure_place(path) for path in paths}
    place = done = 0
    total = sum(sizes.values())
    if paths:
        progress(0, total, paths[0].name)
    for part in executor.map(partial(read_part, read), _cut_files(paths, sizes)):
        span = part.span
        if span.begin == 0:
            place = 0
        if part.begin == place:
            yield from (item.result for item in part.items if item.result is not None)
            place = part.end
        # What remains was too much for a worker to hold, as a file packed in one piece is, or the worker began at
        # something that only looked like a record. It is read here, a record at a time.
        if place < span.stop:
            for item in read(Span(span.path, place, span.stop)):
                if item.result is None:
                    place = item.offset
                    break
                yield item.result
            else:
                place = sys.maxsize
        done += min(span.stop, sizes[span.path]) - span.begin
        progress(done, total, span.path.name)


def _cut_files(paths: Sequence[Place], sizes: Mapping[Place, int]) -> Iterator[Span]:
    for path in paths:
        begins = range(0, max(1, sizes[path]), SPAN)
        for begin in begins:
            yield Span(path, begin, begin + SPAN if begin != begins[-1] else sys.maxsize)


def read_part(read: Reader[R], span: Span) -> SpanPart[R]:
    """Reads as much of a span as LIMIT allows; the pure job of a worker."""
    begin = _find_begin(span)
    items: list[SpanRecord[R]] = []
    if begin is None:
        return SpanPart(span, None, span.begin, items)
    place, before, held = begin, 0, 0
    for item in read(Span(span.path, begin, span.stop)):
        if item.offset != place:
            # Reading can go on only where a record, or in gzip a member, begins.
            place, before = item.offset, len(items)
        if item.result is None or held > LIMIT:
            return SpanPart(span, begin, place, items[:before])
        held += item.size
        items.append(item)
    return SpanPart(span, begin, sys.maxsize, items)


def _find_begin(span: Span) -> int | None:
    if span.begin == 0:
        return 0
    with open_place(span.path) as stream:
        return find_record(stream, span.path.name, span.begin, span.stop)
