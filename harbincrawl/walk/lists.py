"""The walk of one section's list: which page to read next, which rows to write, when the list is complete.

Each line of a list is stored as a row. A row is *active* while the list shows the line, and *removed* after a walk has
proven that the list no longer shows it. A line is *new or changed* if no active row of its section is equal to it word
for word, address included. The *floor* of a section is the last run that read everything listed at that time. A row is
above the floor if a later run first read it.

An *incremental walk* (outcome `to-floor`) stops after a page that has only unchanged lines below the floor, if the
list's total minus the active rows equals the section's `offset`. A *full walk* reads to the end of the list.

A *pass* reads the list once from its first page. It is *still* if the total never changed and no line was read twice.
Only rows that a still pass did not show are removed. After a pass that was not still comes another pass. It trusts the
lines just read, but reads at least to the deepest page where the list was seen to move: lines that moved up past that
place cannot be found otherwise. Where the list prints no total, nothing tells that place, so the next pass reads to the
end. A total that is measured at the end of one pass is the first total of the next.

A list may print a total that is larger than the lines that its pages show. Then the two pages behind the last one are
asked for, although no pager links them. The difference stays the section's `offset` and `gap`.

Four rules differ from these, because a simulated history of a site broke the plain ones:

- An incremental walk that saw the list move does not stop in that pass. It starts again from page 1.
- A pass that reads exactly the same pages as the pass before is a proof, too. Otherwise a list that always shows a line
  twice, or another total on each page, would never get a floor.
- A new offset counts only if two consecutive passes find it. If one line is removed and another is added deep in the
  list between two requests, the total stays the same but a line at a page's edge is missed. A wrong offset would hide
  that line until the next full walk.
- If a pass reads a line twice with two wordings, the first wording is stored and the article is wanted. Otherwise both
  wordings would be changes in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta

from harbincrawl.records import Listing

from .gone import GoneProof
from .ledger import Ledger
from .passes import ListPass
from .requester import PageRequester, WalkEnd
from .types import Answer, PageFailed, SectionState, Step, WalkResult

MOST_PASSES = 3

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
    gone_proof: GoneProof | None = None,
) -> Generator[Step, Answer, WalkResult]:
    """Walks one list as a generator.

    After an `Ask` send a `Listing`, `PageMissing` or `PageFailed`; after a `Write` has committed send None. `state` is
    updated with every `Write`.

    The walk reads to the end of the list if `full`, if the section has no floor, if its hole answers again, or if the
    last full walk is older than `full_after`. It also goes on while an article of `gone_proof` has not been seen.
    `cut` is called after every page; True ends the walk. `since` ends it after a page whose lines are all older. With
    `since`, or with `moves_floor` False, floor, offset, hole and `full_at` do not change.
    """
    return _Walk(state, run, full, cut, since, gone_proof or GoneProof()).steps(
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
        gone_proof: GoneProof,
    ) -> None:
        self.state = state
        self.run = run
        self.ledger = Ledger(state, run, gone_proof)
        self.requester = PageRequester(state, self.ledger)
        self.full = full
        self.cut = cut
        self.since = since
        self.must_reach = 0  # the page that a pass must reach before it may stop
        self.earlier = ListPass()  # the previous pass
        self.new_offset: int | None = None  # the offset that the previous pass found, if it was a new one
        self.carried_total: int | None = None  # the total measured at the end of the previous pass
        self.counted = False  # whether the list prints a total, as far as its pages were read

    def steps(self, now: datetime, full_after: timedelta, moves: bool) -> Generator[Step, Answer, WalkResult]:
        state = self.state
        # Also where it was read while the clock was ahead by as much.
        due = state.full_at is None or abs(now - state.full_at) >= full_after
        self.full = self.full or state.floor == 0 or due
        reason: str | None = None
        try:
            done, ended = yield from self._passes()
        except WalkEnd as stop:
            outcome, reason = stop.outcome, stop.reason
            if outcome == "absent":
                self.ledger.gone_proof.end_walk(state.path)
        else:
            outcome = "full" if ended else "to-floor"
            holes = [*done.holes, *([] if ended or state.hole is None else [state.hole])]
            hole = min(holes, default=None)
            if outcome == "full" and hole is None:
                self.ledger.gone_proof.end_walk(state.path)
            if hole is not None:
                outcome, reason = "partial", f"list page {hole} cannot be read"
            if moves:
                state.floor, state.hole = self.run, hole
                if ended:
                    state.full_at = now
                    state.offset = done.count - self.ledger.active_rows if done.count is not None else 0
            state.total = done.count
        gap = state.total - self.ledger.active_rows if self.counted and state.total is not None else None
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
            active_rows=self.ledger.active_rows,
            gap=gap,
            pages_read=self.requester.pages_read,
        )

    def _passes(self) -> Generator[Step, Answer, tuple[ListPass, bool]]:
        """Reads passes until one proves the list complete; returns it, and whether any pass reached the list's end."""
        yield from self._try_hole()
        left = MOST_PASSES
        ended = False
        while left:
            current = ListPass(self.earlier, fickle=self.earlier.fickle)
            end = yield from self._read_pass(current)
            if end == "longer":
                self.full = True
                continue
            left -= 1
            same = current.pages == self.earlier.pages
            proven = current.still or same
            if end == "floor" and (proven or not current.moved):
                return current, ended
            ended = ended or (end == "end" and not current.holes)
            if end == "end" and proven:
                if not current.holes:
                    self.ledger.remove(self.ledger.unread(current))
                    yield self.ledger.take_changes()
                if current.holes or self._is_believed(current) or same or not left:
                    return current, True
            # Without a printed total nothing tells where lines moved: the next pass reads to the end.
            self.full = end == "end" and not current.printed
            if not self.full:
                self.ledger.trusted |= current.seen
            self.must_reach = current.moved_at if current.printed or end == "again" else 0
            self.earlier = current
        raise WalkEnd("partial", "the list kept changing while it was read")

    def _try_hole(self) -> Generator[Step, Answer, None]:
        """Asks for the section's hole, its first unreadable page; if it answers, the walk must be a full one."""
        hole = self.state.hole
        if hole is None:
            return
        answer = yield from self.requester.ask(ListPass(), hole)
        if isinstance(answer, Listing):
            self.ledger.read(answer, set())
            yield self.ledger.take_changes()
            self.full = True
        else:
            self.state.last = max(self.state.last, hole)

    def _is_believed(self, current: ListPass) -> bool:
        """False if the offset is new and no second pass has found the same one yet."""
        offset = current.count - self.ledger.active_rows if current.count is not None else 0
        before, self.new_offset = self.new_offset, offset
        return offset in (self.state.offset, before)

    def _read_pass(self, current: ListPass) -> Generator[Step, Answer, str]:
        """Reads the list from page 1; returns how that ended.

        `end` (of the list), `floor` (may stop), `again` (it moved), `longer` (a new total).
        """
        n = 1
        behind: tuple[int, Listing | PageFailed] | None = None
        while True:
            answer = behind[1] if behind else (yield from self.requester.ask(current, n))
            if not isinstance(answer, Listing):
                self._stop_if_cut()
                following = self.requester.page_after(current, n, answer)
                if following is not None:
                    n, behind = following, None
                    continue
                if n not in current.holes and n - 1 in current.pages:
                    self._finish(current, n - 1)
                return "end"
            whole = self.ledger.read(answer, current.seen)
            fell = current.note(n, answer)
            self.counted = current.printed
            if current.printed:
                self.state.total = current.total
            self.ledger.remove(current.find_passed_over(self.state.rows))
            yield self.ledger.take_changes()
            self._check_cut(answer)
            if n == 1:
                self.requester.size = max(1, len(answer.lines))
                if answer.total is None and current.first_total is None:
                    current.first_total, self.carried_total = self.carried_total, None
                if self.full and answer.total is None and current.first_total is None and answer.next_page:
                    # No total is printed: measure it before the pass, then read page 1 once more.
                    start = answer.last or self.state.last
                    if start > 1:
                        current.total, _ = yield from self.requester.measure(current, start)
                        if current.total is not None:
                            current.first_total = current.total
                            continue
            self.state.total = current.total
            behind = None
            if fell > 0 and n > 1:
                n = max(1, n - self.requester.count_pages(fell))
                continue
            if answer.next_page is None:
                behind = yield from self._look_beyond(current, n)
                if behind is None:
                    self._finish(current, n)
                    return "end"
                n = behind[0]
                continue
            if whole and not self.full and n >= self.must_reach:
                if current.moved and current.pages != self.earlier.pages:
                    return "again"
                if current.printed:
                    if not self._goes_deeper(current):
                        return "floor"
                else:
                    last = answer.last or max(self.state.last, n + 1)
                    current.total, last = yield from self.requester.measure(current, last)
                    self.state.total = current.total
                    if current.total is None:
                        self._stop_if_cut()
                        current.holes.append(last)
                        return "floor"
                    # A list that ends before its hole has none any more.
                    if not self._goes_deeper(current) and (self.state.hole or 0) <= last:
                        return "floor"
                    if current.first_total is None:
                        self.carried_total = current.total
                        return "longer"
                    self.full = True
            n += 1

    def _goes_deeper(self, current: ListPass) -> bool:
        """Whether the pass must go on: the total shows a change deeper in the list, or a missing article is unseen."""
        changed = current.count is not None and current.count - self.ledger.active_rows != self.state.offset
        return changed or bool(self.ledger.gone_proof.unseen)

    def _look_beyond(
        self, current: ListPass, n: int
    ) -> Generator[Step, Answer, tuple[int, Listing | PageFailed] | None]:
        """The page behind page `n`, the last one by its pager, that goes on, as read; None if none does."""
        if not (self.full or self.ledger.active_rows - len(current.seen) or self._goes_deeper(current)):
            return None
        behind = yield from self.requester.look_beyond(current, n)
        if behind is None:
            self._stop_if_cut()
        return behind

    def _finish(self, current: ListPass, n: int) -> None:
        """Ends the pass after page `n`, the last one."""
        self.state.last = n
        if not current.printed:
            current.total = self.requester.size * (n - 1) + current.pages[n][0]
            if n == 1:
                current.first_total = current.total
            if current.total != current.first_total:
                current.still, current.moved_at = False, max(current.moved_at, n)
            self.state.total = self.carried_total = current.total

    def _stop_if_cut(self) -> None:
        if self.cut():
            raise WalkEnd("partial", "cut short")

    def _check_cut(self, page: Listing) -> None:
        self.state.seen = True
        self._stop_if_cut()
        if self.since and page.lines and all(line.date and line.date < self.since for line in page.lines):
            raise WalkEnd("partial", f"read back to {self.since}")
