"""The health rules: each compares a measure of a run with a bound that config.toml can set, in pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from harbincrawl.config import schema
from harbincrawl.config.schema import Thresholds
from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import MISSING

LIST_GAP = "list-gap"
"""The rule that `status` checks again, by the bounds of today."""
_NAMED = 5
"""Lists that a sentence names."""
_FIELDS = {"title": "a title", "date": "a printed date", "source": "a source", "body": "a body or pictures"}
_NO_ERRORS = (MISSING, "not-an-article", "empty", "pages", "error")
"""Failure classes of pages that the site removed, as it may, and of pages that did answer: other rules check these."""
SHARE = 0.05
"""A gap may be this share of the site's count, and one line in any case, but no larger than a page."""


class ReportedRun:
    """A run as its report measures it."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.report = report
        self.measures: Mapping[str, Any] = report.get("facts") or {}
        """What was measured at the end of the run; empty if it failed before."""
        articles = self.measures.get("articles") or {}
        self.article_sections: Mapping[str, Mapping[str, int]] = articles.get("sections") or {}
        """By section, the articles `read`, those of them with each field, and the `photos` without a body."""
        sections: Mapping[str, Mapping[str, Any]] = report.get("sections") or {}
        self.sections = {path: section for path, section in sections.items() if section["walk"] != "absent"}
        """The sections of the report, without those that have no list."""


class Finding(NamedTuple):
    """What a rule finds in a run, or in one section of it."""

    ok: bool | None
    """False: the rule is broken; None: there was too little data to decide."""
    value: float | None
    """The measured value."""
    bound: float | None
    """The value that it is compared with, in the same unit."""
    sentence: str
    """The result as a sentence for people."""
    sections: Mapping[str, Finding] = MappingProxyType({})
    """By section, where the rule is about sections."""


def check_share(bad: int, tries: int, most: float, bounds: Thresholds) -> bool | None:
    """Whether the share of bad pages is within its bound; None where too few pages are bad to decide."""
    if bad <= most * tries:
        return True
    return False if bad >= bounds.pages else None


def join_sections(sections: Mapping[str, Finding], absent: str, whole: tuple[float, str] | None = None) -> Finding:
    """The finding on a run, of those on its sections, of which each is checked apart: one that is broken breaks it.

    `absent` is the sentence where there are none, `whole` value and sentence of the run where none is broken.
    """
    if not sections:
        return Finding(None, None, None, absent)
    broken = [path for path, each in sections.items() if each.ok is False]
    known = [path for path, each in sections.items() if each.ok is not None]
    path = (broken or known or list(sections))[0]
    worst = sections[path]
    value, sentence = whole if whole and not broken else (worst.value, name_some(sections, broken or [path]))
    return Finding(worst.ok, value, worst.bound, sentence, sections)


def check_lines(run: ReportedRun, bounds: Thresholds) -> Finding:
    """A list of which the archive knows lines, or the site counts some, must show lines."""
    lines = run.measures.get("lines") or {}
    sections: dict[str, Finding] = {}
    for path, count in lines.items():
        section, least = run.sections.get(path, {}), bounds.of_section(path).least_lines
        is_known = bool(section.get("known") or section.get("total_records"))
        words = f"{count_text(count, 'line was', 'lines were')} read" if count else "no line could be read"
        sections[path] = Finding(count >= least or not is_known, float(count), float(least), words)
    whole = sum(lines.values())
    words = f"{count_text(whole, 'line was', 'lines were')} read in {count_text(len(lines), 'list')}"
    return join_sections(sections, "no list page was read", (float(whole), words))


def check_errors(run: ReportedRun, bounds: Thresholds) -> Finding:
    """Not too many addresses may fail."""
    report = run.report
    failures = report.get("failures") or []
    lists = sum(int(section["listing_pages"]) for section in run.sections.values())
    wanted, failed, gone = (int(report.get(name) or 0) for name in ("wanted", "failed", "gone"))
    # Failures of articles are counted in `wanted`; all others are of list pages that could not be read, and pictures.
    asked = lists + wanted + max(0, len(failures) - failed - gone)
    if not asked:
        return Finding(None, None, None, "no address was fetched")
    bad = sum(each["class"] not in _NO_ERRORS for each in failures)
    sentence = f"{bad} of {count_text(asked, 'address', 'addresses')} failed"
    return Finding(check_share(bad, asked, bounds.errors, bounds), bad / asked, bounds.errors, sentence)


def check_field(name: str, run: ReportedRun, bounds: Thresholds) -> Finding:
    """Enough articles of each section must have the field `name`; pictures count as a body."""
    sections: dict[str, Finding] = {}
    whole, lacking = 0, 0
    # Those without any text among them.
    for path in sorted({*run.article_sections, *(run.measures.get("empty") or ())}):
        counts = run.article_sections.get(path, {})
        read, have = int(counts.get("read", 0)), int(counts.get(name, 0))
        if name == "body":
            # Articles without any text lack it, although they are not stored.
            read += int((run.measures.get("empty") or {}).get(path, 0))
            have += int(counts.get("photos", 0))
        if not read:
            continue
        whole, lacking = whole + read, lacking + read - have
        own = bounds.of_section(path)
        least = float(getattr(own, f"least_{name}"))
        words = _describe_share(have, read, name)
        # A share of all but `least` may lack it.
        ok = True if have >= least * read else check_share(read - have, read, 1 - least, own)
        sections[path] = Finding(ok, have / read, least, f"{words}, expected at least {least:.0%}")
    of_all = (1 - lacking / whole, _describe_share(whole - lacking, whole, name)) if whole else None
    return join_sections(sections, "no article was read", of_all)


def _describe_share(have: int, read: int, name: str) -> str:
    return f"{have} of {count_text(read, 'article')} {'has' if have == 1 else 'have'} {_FIELDS[name]}"


def check_unaccounted(run: ReportedRun, bounds: Thresholds) -> Finding:
    """The share of a run's pages with unaccounted lines; of a section apart, where it has a bound of its own."""
    counts: dict[str, tuple[int, int]] = {}
    for sections in (run.measures.get("unaccounted") or {}).values():
        for path, each in sections.items():
            bad, read = counts.get(path, (0, 0))
            counts[path] = bad + min(int(each["read"]), int(each["unaccounted"])), read + int(each["read"])
    counts = {path: each for path, each in counts.items() if each[1]}
    own = bounds.list_own("unaccounted")
    alone = {path: _find_share([each], bounds.of_section(path)) for path, each in counts.items() if path in own}
    others = [each for path, each in counts.items() if path not in own]
    if others and not any(each.ok is False for each in alone.values()):
        return _find_share(others, bounds)
    return join_sections(alone, "no page was read")._replace(sections={})


def _find_share(counts: Sequence[tuple[int, int]], bounds: Thresholds) -> Finding:
    """The finding on some sections together, of (pages with unaccounted lines, pages read) of each."""
    bad, read = sum(bad for bad, _ in counts), sum(read for _, read in counts)
    sentence = f"{bad / read:.0%} of {count_text(read, 'page')} {'shows' if read == 1 else 'show'} unaccounted lines"
    return Finding(check_share(bad, read, bounds.unaccounted, bounds), bad / read, bounds.unaccounted, sentence)


def check_silence(run: ReportedRun, bounds: Thresholds) -> Finding:
    """The days without a new article: of all crawls, and of a section apart where it has a bound of its own.

    It is measured by when crawls first saw articles, not by printed dates, and by every run anew, whatever it read.
    """
    silence = run.measures.get("silence") or {}
    found = {"the site": (silence.get("days"), bounds.silence_days)}
    for path, days in (silence.get("sections") or {}).items():
        found[path] = days, bounds.of_section(path).silence_days
    known = {
        name: Finding(days <= most, float(days), float(most), _describe_silence(days, most))
        for name, (days, most) in found.items()
        if days is not None
    }
    return join_sections(known, "no crawl saw a new article yet")._replace(sections={})


def _describe_silence(days: float, most: int) -> str:
    return f"nothing new for {days:.1f} days, expected at most {most}" if days else "there are new articles"


def check_disk(run: ReportedRun, bounds: Thresholds) -> Finding:
    """There must be enough free disk space."""
    free, size = run.measures.get("disk_free"), run.measures.get("disk_size")
    if free is None or not size:
        return Finding(None, None, None, "the free disk space is not known")
    bound = min(bounds.disk_bytes, bounds.disk_share * size)
    sentence = f"{free / 1e9:.1f} GB free, expected at least {bound / 1e9:.1f}"
    return Finding(free >= bound, float(free), float(bound), sentence)


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


def check_list_gaps(run: ReportedRun, bounds: Thresholds) -> Finding:
    """No list may show far fewer or far more lines than the site counts, unless config.toml accepts that."""
    sizes = run.measures.get("page_sizes") or {}
    lists = [
        ListGap(path, section["total_records"], section["known"], sizes[path])
        for path, section in run.sections.items()
        if path in sizes and section["gap"] is not None
    ]
    return check_gaps(lists, bounds.accept_gap)


Check: TypeAlias = Callable[[ReportedRun, Thresholds], Finding]
RULES: dict[str, Check] = {
    "listing-lines": check_lines,
    LIST_GAP: check_list_gaps,
    "http-errors": check_errors,
    **{f"field-{name}": partial(check_field, name) for name in _FIELDS},
    "unaccounted": check_unaccounted,
    "silence": check_silence,
    "disk": check_disk,
}
"""All rules by name, as the schema of settings has them: each gives its finding on a run by these bounds."""


def check_run(run: ReportedRun, bounds: Thresholds) -> dict[str, Finding]:
    """The findings of all rules on `run`, without the ignored ones, in the order of reports."""
    return {name: RULES[name](run, bounds) for name in list_asked(bounds)}


def list_asked(bounds: Thresholds) -> list[str]:
    """The names of all rules without the ignored ones."""
    return [name for name in schema.RULES if name not in bounds.ignore]


def describe(findings: Mapping[str, Finding]) -> dict[str, Any]:
    """The findings as in a report: `ok`, the names of the `broken` rules, and all `rules`."""
    broken = [name for name, each in findings.items() if each.ok is False]
    rules = [{"rule": name, **describe_finding(each)} for name, each in findings.items()]
    return {"ok": not broken, "broken": broken, "rules": rules}


def describe_finding(finding: Finding) -> dict[str, Any]:
    """One finding as in a report, with `sections` where it is about sections."""
    document = finding._asdict()
    if sections := document.pop("sections"):
        document["sections"] = {path: describe_finding(each) for path, each in sorted(sections.items())}
    return document


def read_findings(report: Mapping[str, Any]) -> dict[str, Finding]:
    """The findings in a report, as `describe` wrote them; empty if the run ended before the rules were checked."""
    rules = (report.get("health") or {}).get("rules", ())
    return {each["rule"]: _read_finding(each) for each in rules}


def _read_finding(document: Mapping[str, Any]) -> Finding:
    values = {name: document[name] for name in Finding._fields if name in document}
    sections = {path: _read_finding(each) for path, each in values.pop("sections", {}).items()}
    return Finding(**values, sections=sections)


def list_broken(report: Mapping[str, Any]) -> dict[str, str]:
    """The sentence of each rule that this run broke."""
    rules = (report.get("health") or {}).get("rules", ())
    return {each["rule"]: each["sentence"] for each in rules if each["ok"] is False}


def broken_sentences(report: Mapping[str, Any]) -> list[str]:
    """`rule: sentence` of every rule that this run broke."""
    return [f"{name}: {sentence}" for name, sentence in list_broken(report).items()]


def name_some(findings: Mapping[str, Finding], paths: Sequence[str]) -> str:
    """`news: the list shrank …; gallery: …; and 2 more` of the lists at `paths`."""
    named = "; ".join(f"{path}: {findings[path].sentence}" for path in paths[:_NAMED])
    return named + (f"; and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")
