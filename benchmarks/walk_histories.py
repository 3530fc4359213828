"""How much does the walk miss, over random histories of a simulated site? `python -m benchmarks.walk_histories [N]`."""

from __future__ import annotations

import sys
import time

from tests.support.simulated_histories import ALL, PROFILES, lines_lost_under_walk, run_history


def print_histories(count: int, only: str | None = None) -> None:
    """One line a profile: shares of `count` histories, in percent."""
    heads = ("missed", "after full", "false gone", "quiet deep", "refetched", "wrong sums", "wrong rows")
    print(f"{count} histories a profile, percent of them")
    print(f"{'profile':22}" + "".join(f"{head:>12}" for head in heads) + f"{'fetches/page':>14}{'seconds':>9}")
    for name, profile in PROFILES.items():
        if only is not None and only != name:
            continue
        start = time.perf_counter()
        found = [run_history(seed, profile) for seed in range(count)]
        shares = (
            sum(bool(one.missed) for one in found),
            sum(bool(one.missed_after_full) for one in found),
            sum(bool(one.falsely_gone) for one in found),
            sum(bool(one.deep) for one in found),
            sum(bool(one.refetched) for one in found),
            sum(bool(one.wrong_sums) for one in found),
            sum(bool(one.wrong_rows) for one in found),
        )
        cells = "".join(f"{100 * share / count:>12.2f}" for share in shares)
        costliest = max(one.costliest for one in found)
        print(f"{name:22}{cells}{costliest:>14.1f}{time.perf_counter() - start:>9.0f}")


def print_lost_lines(count: int) -> None:
    """First walks that lost a line which stood throughout, of `count`."""
    for words, changes, bursts in (
        ("one removal", ("remove",), 1),
        ("three removals", ("remove",), 3),
        ("one change", ALL, 1),
        ("three changes", ALL, 3),
    ):
        for printed in (True, False):
            lost = sum(bool(lines_lost_under_walk(seed, changes, bursts, printed)) for seed in range(count))
            total = "printed" if printed else "absent"
            print(f"{words} under a first walk, total {total}: {lost} of {count} lost a line")


if __name__ == "__main__":
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print_histories(histories, sys.argv[2] if len(sys.argv) > 2 else None)
    if len(sys.argv) <= 2:
        print_lost_lines(histories)
