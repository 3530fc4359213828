"""Unexplained lines: the health rule on the share of pages that show some, and what a report says of them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text, shorten

from .pages import check_sections, judge_share
from .types import Past, ReportedRun, Share, Verdict

NAME = "unaccounted"
MOST_WORDINGS = 3
"""Wordings that are shown; reports have more."""
_TEXT = 80
"""Columns of a wording."""


def check_unaccounted(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The share of pages with unexplained lines must not rise."""
    paths = sorted({path for _, path, *_ in _list_counts(run)})
    return check_sections(lambda each: _check(each, past, bounds), run, paths)


def _check(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Compares the articles and the lists of each section with their own past, as far as they have one."""
    read = hits = 0
    usual = expected = 0.0
    for kind, path, count, unaccounted in _list_counts(run):
        before = _find_share(kind, path, past)
        if before.known:
            read += count
            hits += unaccounted
            usual += count * before.usual
            expected += count * before.expected
    if not read:
        return Verdict(NAME, None, None, None, "no page was read whose like earlier runs have read")
    share = hits / read
    sentence = (
        f"{share:.0%} of {count_text(read, 'page')} {'shows' if read == 1 else 'show'} unexplained lines,"
        f" {usual / read:.0%} did before"
    )
    ok = judge_share(hits, read, expected / read, bounds.unaccounted, bounds)
    return Verdict(NAME, ok, share, min(1.0, expected / read + bounds.unaccounted), sentence)


def _find_share(kind: str, section: str, past: Past) -> Share:
    """The share of pages of a kind and section with unexplained lines in the last good runs.

    The fewer pages these have read, the larger is the share that is expected of the next ones.
    """
    hits = tries = 0
    for run in past.good:
        for of_kind, path, count, unaccounted in _list_counts(run):
            if (of_kind, path) == (kind, section):
                tries += count
                hits += unaccounted
    return Share(hits, tries, _least=1)


def _list_counts(run: ReportedRun) -> Iterator[tuple[str, str, int, int]]:
    """(kind of page, section, pages read, pages of these with unexplained lines)."""
    for kind, sections in (run.measures.get("unaccounted") or {}).items():
        for path, counts in sections.items():
            if counts["read"]:
                yield kind, path, int(counts["read"]), min(int(counts["read"]), int(counts["unaccounted"]))


def describe_unaccounted(unaccounted: Mapping[str, Any] | None) -> list[str]:
    """`12 pages with unexplained lines: harbincrawl explain …`, and below it the wordings that several pages share.

    `unaccounted` is that of a report; None where it has none.
    """
    if not unaccounted or not unaccounted["pages"] or not unaccounted["wordings"]:
        return []
    wordings = unaccounted["wordings"]
    pages = count_text(unaccounted["pages"], "page")
    lines = [f"{pages} with unexplained lines: harbincrawl explain {wordings[0]['example']}"]
    shared = [each for each in wordings if each["pages"] > 1][:MOST_WORDINGS]
    return lines + [f"  {each['pages']:,} of them: {shorten(each['text'], _TEXT)}" for each in shared]


RULES = (check_unaccounted,)
NAMES = (NAME,)
