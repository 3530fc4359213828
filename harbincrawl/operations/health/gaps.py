"""The health rule on gaps: the site's own count of a list must agree with the lines that its pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harbincrawl.config.schema import Thresholds
from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.text import count_text

from .rules import LIST_GAP, Finding, ReportedRun, name_some, rule

SHARE = 0.05
"""A gap may be this share of the site's count, and one line in any case, but no larger than a page."""


class ListGap(NamedTuple):
    """The list of a section, as the last walk that read all that was new in it found it."""

    section: str
    total: int
    """The site's own count of its lines."""
    known: int
    """The lines that its pages show."""
    page_size: int
    """Lines on a full page; 0: not known."""

    @property
    def gap(self) -> int:
        return self.total - self.known

    @property
    def bound(self) -> float:
        """The largest gap that needs no acceptance."""
        share = max(1.0, SHARE * self.total)
        return min(share, self.page_size) if self.page_size else share

    @property
    def sentence(self) -> str:
        return describe_gap(self.total, self.known)


SO_FAR = "its pages so far show"


def describe_gap(total: int, known: int, *, so_far: bool = False) -> str:
    """The two numbers in words; `so_far`: not all pages were read."""
    return f"the site counts {total}, {SO_FAR if so_far else 'its pages show'} {known}"


def is_accepted(accept: AcceptedGaps, section: str, gap: int | None) -> bool:
    """Whether config.toml accepts this gap: one of the same sign, up to the accepted size; no gap needs that."""
    if not gap:
        return False
    accepted = accept.get(section, 0) if isinstance(accept, Mapping) else accept
    return accepted is True or min(0, accepted) <= gap <= max(0, accepted)


def check_gaps(lists: Sequence[ListGap], accept: AcceptedGaps) -> Finding:
    """The finding on the lists that print a count; the sentence on a broken rule ends with the line that accepts it."""
    if not lists:
        return Finding(None, None, None, "no list that prints its count was read completely")
    ordered = sorted(lists, key=lambda each: abs(each.gap) / each.bound, reverse=True)
    accepted = [each for each in ordered if is_accepted(accept, each.section, each.gap)]
    broken = [each for each in ordered if each not in accepted and abs(each.gap) > each.bound]
    worst = (broken or ordered)[0]
    sections = {
        each.section: Finding(each not in broken, float(abs(each.gap)), each.bound, each.sentence) for each in lists
    }
    if broken:
        named = name_some(sections, [each.section for each in broken])
        setting = _write_setting(accept, broken)
        sentence = f"{named}; to accept that, write below [health] in config.toml: {setting}"
    elif worst.gap:
        sentence = f"{worst.section}: {worst.sentence}" + (" (accepted)" if worst in accepted else "")
    else:
        sentence = f"the site's own count is the number of lines in {count_text(len(lists), 'list')}"
    return Finding(not broken, float(abs(worst.gap)), worst.bound, sentence, sections)


def _write_setting(accept: AcceptedGaps, broken: Sequence[ListGap]) -> str:
    """The line of config.toml that accepts these gaps and what is accepted already."""
    before = dict(accept) if isinstance(accept, Mapping) else {}
    after = before | {each.section: each.gap for each in broken}
    return f"accept_gap = {{{', '.join(f'{json.dumps(path)} = {json.dumps(gap)}' for path, gap in after.items())}}}"


@rule(LIST_GAP)
def check_list_gaps(run: ReportedRun, bounds: Thresholds) -> Finding:
    """No list may show far fewer or far more lines than the site counts, unless config.toml accepts that."""
    sizes = run.measures.get("page_sizes") or {}
    lists = [
        ListGap(path, section["total_records"], section["known"], sizes[path])
        for path, section in run.sections.items()
        if path in sizes and section["gap"] is not None
    ]
    return check_gaps(lists, bounds.accept_gap)
