"""Unaccounted lines: the health rule on the share of pages that show some, and what a report says of them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text, shorten

from .articles import judge_sections
from .chance import CHANCE, find_share, judge_share
from .rules import Finding, rule
from .runs import Past, ReportedRun

MOST_WORDINGS = 3
"""Wordings that are shown; reports have more."""
_TEXT = 80
"""Columns of a wording."""


@rule("unaccounted", "unaccounted", *CHANCE, articles="apart")
def judge_unaccounted(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The share of pages with unaccounted lines must not rise."""
    paths = sorted({path for _, path, *_ in _list_counts(run)})
    return judge_sections(lambda path: _judge(path, run, past, bounds), paths)


def _judge(only: str | None, run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """Compares the articles and the lists of each section with their own past, as far as they have one.

    The fewer pages that past has, the larger is the share that is expected of the next ones.
    """
    read = hits = 0
    usual = expected = 0.0
    for kind, path, count, unaccounted in _list_counts(run):
        before = find_share(past, partial(_count_pages, kind, path), least=1)
        if before.known and only in (None, path):
            read += count
            hits += unaccounted
            usual += count * before.usual
            expected += count * before.expected
    if not read:
        return Finding(None, None, None, "no page was read whose like earlier runs have read")
    share = hits / read
    sentence = (
        f"{share:.0%} of {count_text(read, 'page')} {'shows' if read == 1 else 'show'} unaccounted lines,"
        f" {usual / read:.0%} did before"
    )
    ok = judge_share(hits, read, expected / read, bounds.unaccounted, bounds)
    return Finding(ok, share, min(1.0, expected / read + bounds.unaccounted), sentence)


def _count_pages(kind: str, section: str, run: ReportedRun) -> tuple[int, int]:
    """(pages with unaccounted lines, pages read) of a kind and section."""
    counts = [each for of_kind, path, *each in _list_counts(run) if (of_kind, path) == (kind, section)]
    return sum(unaccounted for _, unaccounted in counts), sum(read for read, _ in counts)


def _list_counts(run: ReportedRun) -> Iterator[tuple[str, str, int, int]]:
    """(kind of page, section, pages read, pages of these with unaccounted lines)."""
    for kind, sections in (run.measures.get("unaccounted") or {}).items():
        for path, counts in sections.items():
            if counts["read"]:
                yield kind, path, int(counts["read"]), min(int(counts["read"]), int(counts["unaccounted"]))


def describe_unaccounted(unaccounted: Mapping[str, Any] | None) -> list[str]:
    """`12 pages with unaccounted lines: harbincrawl explain …`, and below it the wordings that several pages share.

    Before it stand templates that the run found to be in doubt: they are none of these pages. `unaccounted` is that of
    a report; None where it has none.
    """
    wordings = unaccounted["wordings"] if unaccounted else []
    of_pages = [each for each in wordings if each["kind"] != "template"]
    templates = [each for each in wordings if each["kind"] == "template"]
    lines = [f"{each['text']}: harbincrawl explain {each['example']}" for each in templates]
    if not unaccounted or not unaccounted["pages"] or not of_pages:
        return lines
    pages = count_text(unaccounted["pages"], "page")
    lines.append(f"{pages} with unaccounted lines: harbincrawl explain {of_pages[0]['example']}")
    shared = [each for each in of_pages if each["pages"] > 1][:MOST_WORDINGS]
    return lines + [f"  {each['pages']:,} of them: {shorten(each['text'], _TEXT)}" for each in shared]


def describe_doubt(doubt: Mapping[str, Any]) -> str:
    """Of a template in doubt, as `status --json` has it, how many pages differ, in what, and one of them."""
    fields = ", ".join(f"{name} {count:,}" for name, count in doubt["fields"].items())
    read = f"{doubt['differ']:,} of {count_text(doubt['asked'], 'page')} are read otherwise without the layout"
    return f"{read} ({fields}): harbincrawl explain {doubt['example']}"
