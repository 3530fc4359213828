"""The walk of one section's list: which page to read next, which rows to write, when it is complete.

A line is *news* if no standing row of its section says the same word for word, address included. The *floor* is the run
at whose end everything listed had been read; rows first read by a later run are above it. An ordinary walk stops after
a page whose lines all stand below the floor, if the list's total less the standing rows is the section's `offset`.

A *pass* reads the list once from its top. It is *still* if the total never changed and no line turned up twice. Only
what a still pass left unread is struck. A pass that was not still is followed by one that trusts the lines just read,
but reads at least as deep as the list was seen to move: what moved above that place is not to be had otherwise. Where
no total is printed, nothing shows that place, and the next pass is a whole one; unless the list grew by as many lines
as were read twice. The total that is measured at a pass's end is the next one's at its start.

Five things are stricter or kinder here than the plain rules, each for a history that broke those:

- An ordinary walk that saw the list move does not stop on that pass either: it starts over, and is short again.
- A pass that reads the very pages that the pass before read is proof too. Else a line that a list shows twice for ever,
  or a total that reads differently on each page, would leave the section without a floor for ever.
- A new offset must be found by two passes in a row: one removed and one filed deep between two fetches leave the total
  as it was, lose a line at the page's edge, and would hide it behind a wrong offset until the next full walk.
- Where a line shows twice in a pass with two wordings, the first stands, and the article is wanted: else both would be
  news in every run.
- While a hole stays, lines that came or went push others out of it: the pages beside it are read in that run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta

from harbincrawl.records import Listing

from .gone import GoneProof
from .holes import Hole
from .ledger import Ledger
from .passes import Reading
from .requester import PageRequester, Stop
from .types import Answer, Failed, Missing, SectionState, Step, WalkResult

MOST_PASSES = 3
MOST_HOLES = 5

Steps = Generator[Step, Answer, None]


def walk(
    state: SectionState,
    run: int,
    now: datetime,
    *,
    full: bool = False,
    full_after: timedelta = timedelta(days=30),
    cut: Callable[[], bool] = lambda: False,
    since: date | None = None,
    moves_floor: bool = True,
    sought: GoneProof | None = None,
) -> Generator[Step, Answer, WalkResult]:
    """Walks one list: yields `Ask`, is sent a `Listing`, `Missing` or `Failed`; yields `Write`, is sent None after it.

    `state` is kept in step with every `Write`. `cut` is asked after every page and ends the walk where it says True;
    `since` ends it after a page that is older throughout. With `since`, or `moves_floor` False, floor, offset, hole and
    `full_at` stay as they are, however the walk ends. `full` reads to the end of the list, as does a section without
    floor, an answered hole, and a last full walk that is `full_after` old; so does any walk until it has read the lines
    of all that is `sought`.
    """
    return _Walk(state, run, full, cut, since, sought or GoneProof()).steps(
        now, full_after, moves_floor and since is None
    )


class _Walk:
    def __init__(
        self,
        state: SectionState,
        run: int,
        full: bool,
        cut: Callable[[], bool],
        since: date | None,
        sought: GoneProof,
    ) -> None:
        self.state = state
        self.run = run
        self.ledger = Ledger(state, run, sought)
        self.asker = PageRequester(state, self.ledger)
        self.hole = Hole(state, self.ledger, self.asker)
        self.full = full
        self.cut = cut
        self.since = since
        self.deep = 0  # the page that a pass has to reach before it may stop
        self.earlier = Reading()  # the pass before this one
        self.found: int | None = None  # the new offset that the pass before found
        self.carried: int | None = None  # the measured total at the end of the pass before

    def steps(self, now: datetime, full_after: timedelta, moves: bool) -> Generator[Step, Answer, WalkResult]:
        state = self.state
        due = state.full_at is None or now - state.full_at >= full_after
        self.full = self.full or state.floor == 0 or due
        reason: str | None = None
        try:
            done, ended = yield from self._passes()
        except Stop as stop:
            outcome, reason = stop.outcome, stop.reason
            if outcome == "absent":
                self.ledger.sought.end_walk(state.path, None, {})
        else:
            outcome = "full" if ended else "to-floor"
            holes = [*done.holes, *([] if ended or state.hole is None else [state.hole])]
            hole = min(holes, default=None)
            if outcome == "full" and hole is None:
                self.ledger.sought.end_walk(state.path, done.first_total if done.printed else None, done.pages)
            if hole is not None:
                outcome, reason = "partial", f"list page {hole} cannot be read"
            if moves:
                state.floor, state.hole = self.run, hole
                state.offset -= self.hole.looked
                if ended:
                    state.full_at = now
                    state.offset = done.total - self.ledger.standing if done.total is not None else 0
        gap = None if state.total is None else state.total - self.ledger.standing
        return WalkResult(
            outcome=outcome,
            reason=reason,
            floor=state.floor,
            offset=state.offset,
            hole=state.hole,
            last=state.last,
            full_at=state.full_at,
            total=state.total,
            seen=state.seen,
            standing=self.ledger.standing,
            gap=gap,
            pages_read=self.asker.pages_read,
        )

    def _passes(self) -> Generator[Step, Answer, tuple[Reading, bool]]:
        """The passes of the walk; returns the one that proved it, and whether any went to the list's end."""
        if (yield from self.hole.try_again()):
            self.full = True
        left = MOST_PASSES
        ended = False
        while left:
            one = Reading()
            end = yield from self._read_pass(one)
            if end == "longer":
                self.full = True
                continue
            left -= 1
            same = one.pages == self.earlier.pages
            proven = one.still or same
            if end == "floor" and proven:
                if not ended:
                    yield from self.hole.look_beside(one)
                return one, ended
            ended = ended or (end == "end" and not one.holes)
            if end == "end" and proven:
                if not one.holes:
                    self.ledger.strike(self.ledger.unread(one))
                    yield self.ledger.take()
                if one.holes or self._is_believed(one) or same or not left:
                    return one, True
            # Where no total is printed, none tells where lines went: unless only new ones came, the next pass is whole.
            self.full = end == "end" and not one.printed and not one.only_grew
            if not self.full:
                self.ledger.trust |= one.seen
            self.deep = one.moved_at if one.printed or end == "again" else 0
            self.earlier = one
        raise Stop("partial", "the list kept changing while it was read")

    def _is_believed(self, one: Reading) -> bool:
        """False where the offset is new and another pass has yet to find the same."""
        offset = one.total - self.ledger.standing if one.total is not None else 0
        before, self.found = self.found, offset
        return offset in (self.state.offset, before)

    def _read_pass(self, one: Reading) -> Generator[Step, Answer, str]:
        """Reads the list from its top; returns `end`, `floor` (may stop), `again` (moved), `longer` (total differs)."""
        n = 1
        while True:
            answer = yield from self.asker.ask(one, n)
            if not isinstance(answer, Listing):
                following = self._behind(one, n, answer)
                if following is None:
                    return "end"
                n = following
                continue
            whole = self.ledger.read(answer, one.seen)
            fell = one.note(n, answer)
            self.ledger.strike(one.passed_over(self.state.rows))
            yield self.ledger.take()
            self._look_up(answer)
            if n == 1:
                self.asker.size = max(1, len(answer.lines))
                if (yield from self.hole.judge(answer)):
                    self.full = True
                if answer.total is None and one.first_total is None:
                    one.first_total, self.carried = self.carried, None
                if self.full and answer.total is None and one.first_total is None and answer.next_page:
                    # No total is printed: measure one before the pass, and read page 1 after it once more.
                    start = answer.last or self.state.last
                    if start > 1:
                        one.total, _ = yield from self.asker.measure(one, start)
                        if one.total is not None:
                            one.first_total = one.total
                            continue
            self.state.total = one.total
            if fell > 0 and n > 1:
                n = max(1, n - self.asker.pages_of(fell))
                continue
            if answer.next_page is None:
                self._end(one, n)
                return "end"
            if whole and not self.full and n >= self.deep:
                if not one.still and one.pages != self.earlier.pages:
                    return "again"
                if one.printed:
                    if not self._is_deeper(one):
                        return "floor"
                else:
                    last = answer.last or max(self.state.last, n + 1)
                    one.total = None
                    if last != self.hole.closed:
                        one.total, last = yield from self.asker.measure(one, last)
                    self.state.total = one.total
                    if one.total is None:
                        one.holes.append(last)
                        return "floor"
                    if not self._is_deeper(one):
                        return "floor"
                    if one.first_total is None:
                        self.carried = one.total
                        return "longer"
                    self.full = True
            n += 1

    def _is_deeper(self, one: Reading) -> bool:
        """Whether something is deeper in the list than this pass has read: a change, or what is sought."""
        changed = one.total is not None and one.total - self.ledger.standing != self.state.offset
        return changed or bool(self.ledger.sought.unseen)

    def _behind(self, one: Reading, n: int, answer: Missing | Failed) -> int | None:
        """The page to read after page `n` could not be; None where the list ends there."""
        if n == 1:
            if isinstance(answer, Missing):
                if self.state.seen:
                    raise Stop("failed", "the first page of the list is not found any more")
                raise Stop("absent", "the section has no list")
            raise Stop("failed", f"the first page of the list cannot be read: {answer.reason}")
        pages = max(one.pager_last, self.asker.pages_of(one.total) if one.printed else 0)
        if isinstance(answer, Missing):
            if n not in one.again and n - 1 not in one.holes:
                one.again.add(n)
                return n - 1
            if (pages and n > pages) or (n - 1 in one.holes and n > max(pages, self.state.last)):
                if n - 1 in one.pages:
                    self._end(one, n - 1)
                return None
        if n not in one.holes:
            one.holes.append(n)
        if len(one.holes) >= MOST_HOLES or (pages and n >= pages):
            return None
        return n + 1

    def _end(self, one: Reading, n: int) -> None:
        """Takes in that page `n` is the last one."""
        self.state.last = n
        if not one.printed:
            one.total = self.asker.size * (n - 1) + one.pages[n][0]
            if n == 1:
                one.first_total = one.total
            if one.total != one.first_total:
                one.move(n)
            self.state.total = self.carried = one.total

    def _look_up(self, page: Listing) -> None:
        self.state.seen = True
        if self.cut():
            raise Stop("partial", "cut short")
        if self.since and page.lines and all(line.date and line.date < self.since for line in page.lines):
            raise Stop("partial", f"read back to {self.since}")
