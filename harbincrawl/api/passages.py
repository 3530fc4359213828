"""Passages that two articles of one archive or of several share, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Unpack

from harbincrawl.fields import SITE_NAME
from harbincrawl.search.filters import FilterOptions
from harbincrawl.search.passages.lengths import LEAST

from .filtering import FilteringReader
from .options import check_flag, check_number
from .records import PassageRow, StandingRow
from .rows import Rows
from .values import read_day

if TYPE_CHECKING:
    from harbincrawl.search.passages.rows import Passages, Source

SHORTEST = 6
"""Words of a passage at least: of fewer, nearly all are chance."""


class PassageReader(FilteringReader):
    """An archive whose articles are compared with each other."""

    def passages(
        self,
        identity: int | str | None = None,
        *,
        least: int = LEAST,
        copies: bool = False,
        others: Sequence[FilteringReader] = (),
        limit: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Rows[PassageRow]:
        """What of an article stands in those that the filters leave, in its order; without one, of any two of them.

        At least `least` words, some of them edited; of any two the longest first. Copies are folded, or with `copies`
        compared, too. `others` are archives whose articles are compared with those of this one, too. Raises KeyError.
        """
        check_number("limit", limit, 0, none="all")
        number = None if identity is None else self._need_number(identity)
        found = self._compare(number, least, copies, others, filters).passages
        rows = (
            PassageRow(**each._asdict() | {"date": read_day(each.date), "other_date": read_day(each.other_date)})
            for each in found[:limit]
        )
        return Rows(PassageRow, rows, noun="passage", limit=limit, total=len(found))

    def standing_lines(
        self,
        *,
        least: int = LEAST,
        copies: bool = False,
        others: Sequence[FilteringReader] = (),
        **filters: Unpack[FilterOptions],
    ) -> Rows[StandingRow]:
        """Lines that stand in very many of the articles that the filters leave, as below each text of a column.

        They are no passages; the arguments are those of `passages`.
        """
        found = self._compare(None, least, copies, others, filters).standing
        rows = (StandingRow(**each._asdict() | {"date": read_day(each.date)}) for each in found)
        return Rows(StandingRow, rows, noun="line")

    def _compare(
        self, number: int | None, least: int, copies: bool, others: Sequence[FilteringReader], filters: FilterOptions
    ) -> Passages:
        # numpy takes as long to load as all the rest of the package.
        from harbincrawl.search.passages.rows import find_passages

        check_number("least", least, SHORTEST)
        check_flag("copies", copies)
        for each in others:
            if not isinstance(each, FilteringReader):
                raise TypeError(f"others={each!r}: expected archives, as open_archive() gives them.")
        with ExitStack() as stack:
            sources = list(self._open_sources(stack, others))
            given = self._read_filters(sources[0].connection, filters, "least", "copies", "others", "limit")
            wanted = None if number is None else (0, number)
            return find_passages(sources, given, wanted, least=least, copies=copies)

    def _open_sources(self, stack: ExitStack, others: Sequence[FilteringReader]) -> Iterator[Source]:
        from harbincrawl.search.passages.rows import Source

        for each in (self, *others):
            connection = stack.enter_context(each._one_state())
            (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
            yield Source(connection, str(site))
