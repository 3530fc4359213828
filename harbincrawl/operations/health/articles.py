"""Health rules on the articles of a run: missing fields, lengths, shared texts, pages that are none, new templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text

from .chance import CHANCE, Share, find_share, judge_share, pool
from .rules import Finding, rule
from .runs import Past, ReportedRun

_ENOUGH = 10
"""The number of stored articles of a section that are enough to compare with."""
_FEWEST = 5
"""Pages of a template that is more than an odd page: as many as a layout is learnt from."""
_NAMES = {"title": "a title", "date": "a printed date", "source": "a source", "body": "a body"}


def judge_sections(judge: Callable[[str | None], Finding], paths: Sequence[str]) -> Finding:
    """What `judge` finds in all (None) with what it finds in each of `paths`: only broken where the whole one is.

    Sections differ, and a section alone is no reason for an alarm as long as the whole run is as it should be.
    """
    whole = judge(None)
    own = {path: judge(path) for path in paths}
    if whole.ok is not False:
        own = {path: each._replace(ok=each.ok or None) for path, each in own.items()}
    elif all(each.ok is not False for each in own.values()):
        # No section is far enough from its past by itself, but all of them together are.
        own = {path: each._replace(ok=False) for path, each in own.items()}
    return whole._replace(sections=own)


def judge_field(name: str, run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The share of articles with the field `name` must not fall."""
    return judge_sections(lambda path: _judge_field(name, path, run, past, bounds), run.list_read_sections())


for _name in _NAMES:
    rule(f"field-{_name}", f"least_{_name}", "drop", *CHANCE, articles="apart")(partial(judge_field, _name))


def _judge_field(name: str, only: str | None, run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """Compares each section with its own past, so that many photo stories in one run do not break the rule."""
    sections = {path: counts for path, counts in _count_field(name, run).items() if only in (None, path)}
    read = sum(each for each, _ in sections.values())
    if not read:
        return Finding(None, None, None, "no article was read")
    stored = run.measures.get("stored_before") or {}
    before = {path: _find_field_share(name, path, past, bounds) for path in sections}
    photos = 0
    if name == "body":
        # A new section of photos is no sign of a changed page; one that had bodies is compared with its past.
        for path in sections.keys() & run.article_sections:
            if not stored.get(path, {}).get("read") and not before[path].tries:
                count, have = sections[path]
                without = int(run.article_sections[path].get("photos", 0))
                sections[path] = count, have + without
                photos += without
    have = sum(each for _, each in sections.values())
    share = have / read
    what = f"{_NAMES[name]} or photos alone" if photos else _NAMES[name]
    shown = f"{share:.0%} of {count_text(read, 'article')} {'has' if read == 1 else 'have'} {what}"
    least = float(getattr(bounds, f"least_{name}"))
    if not _find_field_share(name, None, past, bounds).known:
        sentence = f"{shown}, expected at least {least:.0%}"
        return Finding(None if read < bounds.pages else share >= least, share, least, sentence)
    lacking = usual = 0.0
    known: list[int] = []
    for path, (count, _) in sections.items():
        own = before[path]
        if not own.known and stored.get(path, {}).get("read", 0) >= _ENOUGH:
            # A section that is rarely read is compared with its stored articles.
            own = Share(stored[path]["read"] - stored[path][name], stored[path]["read"], _ENOUGH)
        # A section without any past is compared with the configured least share.
        lacking += count * (own.expected if own.known else 1 - least)
        usual += count * own.usual if own.known else 0.0
        known += [count] if own.known else []
    expected = 1 - lacking / read
    sentence = f"{shown}, expected at least {least:.0%}"
    if known:
        where = "" if len(known) == len(sections) else f" in {len(known)} of {count_text(len(sections), 'section')}"
        sentence = f"{shown}, {1 - usual / sum(known):.0%} had one before{where}"
    ok = judge_share(read - have, read, 1 - expected, bounds.drop, bounds)
    return Finding(ok, share, max(0.0, expected - bounds.drop), sentence)


def _count_field(name: str, run: ReportedRun) -> dict[str, tuple[int, int]]:
    """By section: (articles read, articles of these with the field `name`).

    For `body`, articles without any text count as read, although they are not stored.
    """
    counts = {path: (int(each["read"]), int(each[name])) for path, each in run.article_sections.items()}
    for path, empty in (run.measures.get("empty") or {}).items() if name == "body" else ():
        read, have = counts.get(path, (0, 0))
        counts[path] = read + empty, have
    return counts


def _find_field_share(name: str, section: str | None, past: Past, bounds: Thresholds) -> Share:
    """The share of articles without a field in the last good runs, of one section or of all."""

    def count(run: ReportedRun) -> tuple[int, int]:
        counts = [each for path, each in _count_field(name, run).items() if section in (None, path)]
        return sum(read - have for read, have in counts), sum(read for read, _ in counts)

    return find_share(past, count, bounds.pages)


@rule("body-length", "length_factor", *CHANCE, articles="together")
def judge_body_length(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The median length of a body must not jump."""
    now, count = run.articles.get("body_lengths"), run.bodies
    if not now:
        return Finding(None, None, None, "no body was read")
    median = float(now[5])
    length = count_text(round(median), "character")
    with_bodies = [each for each in past.good if each.bodies]
    before = pool([(each.articles["body_lengths"], each.bodies) for each in with_bodies])
    if before is None or sum(each.bodies for each in with_bodies) < bounds.pages:
        return Finding(None, median, None, f"the median body has {length}; there are no earlier runs to compare with")
    usual = max(1.0, before[5])
    factor = max(median / usual, usual / max(1.0, median))
    bound = usual * bounds.length_factor if median > usual else usual / bounds.length_factor
    sentence = f"the median body of {count} has {length}, {usual:,.0f} before"
    if factor <= bounds.length_factor:
        return Finding(True, median, bound, sentence)
    # Few pages: it is no chance if all are shorter, or all longer, than nine of ten pages before.
    unlikely = (now[10] < before[1] or now[0] > before[9]) and 0.1**count < bounds.chance
    return Finding(False if count >= bounds.pages or unlikely else None, median, bound, sentence)


def judge_shared(name: str, words: str, run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """Many articles must not share a body or its end: that happens if the parser takes the wrong block of the page."""
    count = int(run.articles.get("bodies", 0))
    if not count:
        return Finding(None, None, None, "no body was read")
    shared = int(run.articles[name])
    enough = [each for each in past.good if each.bodies >= bounds.pages]
    bound = max(bounds.shared, 2 * max((each.articles[name] / each.bodies for each in enough), default=0))
    share = shared / count
    sentence = f"{shared if shared > 1 else 'no two'} of {count_text(count, 'article')} {words}"
    if share <= bound:
        return Finding(True, share, bound, sentence)
    # Many equal texts are never chance; two or three may be a story that was published twice.
    return Finding(False if shared >= bounds.shared_articles else None, share, bound, sentence)


for _name, _measure, _words in (
    ("shared-body", "same_body", "have one and the same body"),
    ("shared-tail", "same_tail", "end with the same paragraph"),
):
    rule(_name, "shared", "shared_articles", "pages", articles="together")(partial(judge_shared, _measure, _words))


@rule("not-an-article", "not_articles", *CHANCE, articles="together")
def judge_not_articles(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """Pages at the addresses of articles must be articles."""
    bad, tries = _count_not_articles(run)
    if not tries:
        return Finding(None, None, None, "no page was read")
    expected = find_share(past, _count_not_articles, bounds.pages, fallback=0.02).expected
    what = "was not an article" if 1 in (bad, tries) else "were not articles"
    sentence = f"{bad} of {count_text(tries, 'page')} {what}"
    ok = judge_share(bad, tries, expected, bounds.not_articles, bounds)
    return Finding(ok, bad / tries, expected + bounds.not_articles, sentence)


def _count_not_articles(run: ReportedRun) -> tuple[int, int]:
    bad = int(run.measures.get("not_articles", 0))
    return bad, run.read + bad


@rule("template", "chance")
def judge_template(run: ReportedRun, _past: Past, bounds: Thresholds) -> Finding:
    """The pages must be of templates that earlier runs met; what is new is reported once.

    A template that is as frequent as it is now, and that no earlier page had by chance alone, is none that is new.
    """
    counts = run.measures.get("templates")
    if not counts or not counts["pages"]:
        return Finding(None, None, None, "no page of an article was read anew")
    pages, new = int(counts["pages"]), int(counts["new"])
    if counts["before"] < _FEWEST:
        return Finding(None, new, None, "there are no earlier pages to compare with")
    if new < _FEWEST or (1 - new / pages) ** counts["before"] > bounds.chance:
        known = count_text(pages - new, "page")
        return Finding(True, new, _FEWEST, f"{known} {'is' if pages - new == 1 else 'are'} of a known template")
    sentence = f"the site changed its template: {new} of {count_text(pages, 'page')} are printed otherwise than before"
    return Finding(False, new, _FEWEST, sentence)
