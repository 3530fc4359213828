"""Health rules on the articles of a run: missing fields, lengths, shared texts, pages that are no articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text

from .chance import pool, tail_probability
from .types import FIELDS, Past, ReportedRun, Share, Verdict

_ENOUGH = 10
"""The number of stored articles of a section that are enough to compare with."""
_NAMES = {"title": "a title", "date": "a printed date", "source": "a source", "body": "a body"}


def check_title(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The share of articles with a title must not fall."""
    return check_sections(lambda each: _check_field("title", each, past, bounds), run, run.list_read_sections())


def check_date(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The share of articles with a printed date must not fall."""
    return check_sections(lambda each: _check_field("date", each, past, bounds), run, run.list_read_sections())


def check_source(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The share of articles with a source must not fall."""
    return check_sections(lambda each: _check_field("source", each, past, bounds), run, run.list_read_sections())


def check_body(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The share of articles with a body must not fall."""
    return check_sections(lambda each: _check_field("body", each, past, bounds), run, run.list_read_sections())


def check_sections(judge: Callable[[ReportedRun], Verdict], run: ReportedRun, paths: Sequence[str]) -> Verdict:
    """The verdict on the whole run with that on each of the sections `paths`: only broken where the whole one is.

    Sections differ, and a section alone is no reason for an alarm as long as the whole run is as it should be.
    """
    whole = judge(run)
    own = {path: judge(run.select_section(path)).for_section() for path in paths}
    broken = {path for path, each in own.items() if each.ok is False}
    if whole.ok is not False:
        sections = {path: each._replace(ok=each.ok or None) for path, each in own.items()}
    elif broken:
        sections = own
    else:
        # No section is far enough from its past by itself, but all of them together are.
        sections = {path: each._replace(ok=False) for path, each in own.items()}
    return whole._replace(sections=sections)


def _check_field(name: str, run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Compares each section with its own past, so that many photo stories in one run do not break the rule."""
    rule = f"field-{name}"
    sections = run.count_fields(name)
    read = sum(each for each, _ in sections.values())
    if not read:
        return Verdict(rule, None, None, None, "no article was read")
    stored = run.measures.get("stored_before") or {}
    if name == "body":
        # A new section of photos is no sign of a changed page; one that had bodies is compared with its past.
        for path, photos in run.count_photo_stories().items():
            if not stored.get(path, {}).get("read") and not _find_share(name, path, past, bounds).tries:
                count, have = sections[path]
                sections[path] = count, have + photos
    have = sum(each for _, each in sections.values())
    share = have / read
    shown = f"{share:.0%} of {count_text(read, 'article')} {'has' if read == 1 else 'have'} {_NAMES[name]}"
    least = float(getattr(bounds, f"least_{name}"))
    whole = _find_share(name, None, past, bounds)
    if not whole.known:
        sentence = f"{shown}, expected at least {least:.0%}"
        return Verdict(rule, None if read < bounds.pages else share >= least, share, least, sentence)
    lacking = usual = 0.0
    for path, (count, _) in sections.items():
        own = _find_share(name, path, past, bounds)
        if not own.known and stored.get(path, {}).get("read", 0) >= _ENOUGH:
            # A section that is rarely read is compared with its stored articles.
            own = Share(stored[path]["read"] - stored[path][name], stored[path]["read"], _least=_ENOUGH)
        # A section without any past is compared with the configured least share.
        before = own if own.known else Share(fallback=1 - least)
        lacking += count * before.expected
        usual += count * before.usual
    expected = 1 - lacking / read
    bound = max(0.0, expected - bounds.drop)
    sentence = f"{shown}, {1 - usual / read:.0%} had one before"
    return Verdict(rule, judge_share(read - have, read, 1 - expected, bounds.drop, bounds), share, bound, sentence)


def _find_share(name: str, section: str | None, past: Past, bounds: Thresholds) -> Share:
    """The share of articles without a field in the last good runs, of one section or of all."""
    lacked = tries = 0
    for run in past.good:
        for path, (read, have) in run.count_fields(name).items():
            if section in (None, path):
                tries += read
                lacked += read - have
    return Share(lacked, tries, _least=bounds.pages)


def judge_share(hits: int, tries: int, expected: float, margin: float, bounds: Thresholds) -> bool | None:
    """Whether the share of bad pages is as expected; None if there are too few pages to decide."""
    if hits / tries <= expected + margin / 2:
        return True
    above = hits / tries > expected + margin
    chance = tail_probability(hits, tries, expected)
    if tries >= bounds.pages:
        # Many pages: a share above the margin breaks the rule, unless it may be chance.
        return not (above and chance < 1e-4)
    return False if above and chance < bounds.chance else None


def check_body_length(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """The median length of a body must not jump."""
    rule = "body-length"
    now = run.articles.get("body_lengths")
    count = run.articles.get("bodies", 0)
    with_bodies = [each.articles for each in past.good if _count_bodies(each)]
    before = pool([(articles["body_lengths"], articles["bodies"]) for articles in with_bodies])
    known = sum(_count_bodies(each) for each in past.good)
    if not now:
        return Verdict(rule, None, None, None, "no body was read")
    median = float(now[5])
    if before is None or known < bounds.pages:
        length = count_text(round(median), "character")
        sentence = f"the median body has {length}; there are no earlier runs to compare with"
        return Verdict(rule, None, median, None, sentence)
    usual = max(1.0, before[5])
    factor = max(median / usual, usual / max(1.0, median))
    bound = usual * bounds.length_factor if median > usual else usual / bounds.length_factor
    sentence = f"the median body of {count} has {count_text(round(median), 'character')}, {usual:,.0f} before"
    if factor <= bounds.length_factor:
        return Verdict(rule, True, median, bound, sentence)
    # Few pages: it is no chance if all are shorter, or all longer, than nine of ten pages before.
    unlikely = (now[10] < before[1] or now[0] > before[9]) and 0.1**count < bounds.chance
    return Verdict(rule, False if count >= bounds.pages or unlikely else None, median, bound, sentence)


def _count_bodies(run: ReportedRun) -> int:
    return int(run.articles.get("bodies", 0)) if run.articles.get("body_lengths") else 0


def check_shared_body(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Many articles must not have the same body: that happens if the parser takes the wrong block of the page."""
    return _check_shared("shared-body", "same_body", "have one and the same body", run, past, bounds)


def check_shared_tail(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Many articles must not have the same last paragraph: that happens if the parser reads a feature box as body."""
    return _check_shared("shared-tail", "same_tail", "end with the same paragraph", run, past, bounds)


def _check_shared(rule: str, name: str, words: str, run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    count = int(run.articles.get("bodies", 0))
    if not count:
        return Verdict(rule, None, None, None, "no body was read")
    shared = int(run.articles[name])
    bodies = [(each, _count_bodies(each)) for each in past.good]
    usual = max((each.articles[name] / read for each, read in bodies if read >= bounds.pages), default=0)
    bound = max(bounds.shared, 2 * usual)
    share = shared / count
    counted = count_text(count, "article")
    sentence = f"{shared if shared > 1 else 'no two'} of {counted} {words}"
    if share <= bound:
        return Verdict(rule, True, share, bound, sentence)
    # Many equal texts are never chance; two or three may be a story that was published twice.
    return Verdict(rule, False if shared >= bounds.shared_articles else None, share, bound, sentence)


def check_not_articles(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
    """Pages at the addresses of articles must be articles."""
    rule = "not-an-article"
    bad = int(run.measures.get("not_articles", 0))
    tries = run.read + bad
    if not tries:
        return Verdict(rule, None, None, None, "no page was read")
    before = Share(
        sum(int(each.measures.get("not_articles", 0)) for each in past.good),
        sum(each.read + int(each.measures.get("not_articles", 0)) for each in past.good),
        fallback=0.02,
        _least=bounds.pages,
    )
    words = "was not an article" if bad == 1 else "were not articles"
    sentence = f"{bad} of {count_text(tries, 'page')} {words}"
    ok = judge_share(bad, tries, before.expected, bounds.not_articles, bounds)
    return Verdict(rule, ok, bad / tries, before.expected + bounds.not_articles, sentence)


def _about_all(
    rule: Callable[[ReportedRun, Past, Thresholds], Verdict],
) -> Callable[[ReportedRun, Past, Thresholds], Verdict]:
    """`rule`, whose verdict is on the pages of all sections together, with that verdict on each section it is about."""

    @wraps(rule)
    def check(run: ReportedRun, past: Past, bounds: Thresholds) -> Verdict:
        verdict = rule(run, past, bounds)
        return verdict._replace(sections=dict.fromkeys(run.list_read_sections(), verdict.for_section()))

    return check


RULES = (
    check_title, check_date, check_source, check_body,
    *map(_about_all, (check_body_length, check_shared_body, check_shared_tail, check_not_articles)),
)  # fmt: skip
NAMES = (*(f"field-{name}" for name in FIELDS), "body-length", "shared-body", "shared-tail", "not-an-article")
