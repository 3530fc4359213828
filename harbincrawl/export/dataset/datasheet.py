"""Sections of the dataset card that a reviewer asks for: uses, biases, terms, and a datasheet's questions with answers.

Each sentence rests on a count that could have been another; where there is nothing to say, there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harbincrawl.charts.scales import fill_periods
from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import name_walk

from .summary import Summary

_MUCH = 0.5
"""A share above this of one section or source is a bias to be told."""
_NULLABLE = ("title", "updated", "author", "source", "body")
_TERMS = {
    "full": "all pages of the list were read",
    "to-floor": "the list was read from its top until it met what an earlier walk had read",
    "partial": "a part of the list could not be read",
    "failed": "the list could not be read",
}


def describe_uses(summary: Summary) -> Iterator[str]:
    """What the articles are enough for, and what not."""
    lines = []
    months, counts = summary.months, summary.counts
    if summary.profile == "features" and counts["words"]:
        lines.append("Counts of single words, and of pairs of words that many of the articles have; nothing reads on.")
    elif summary.profile == "full" and counts["words"]:
        lines.append(f"Reading and counting: {count_text(counts['words'], 'word')} of running text.")
    if (spread := len(fill_periods(month for _, month, _ in months))) > 1:
        lines.append(f"Counts over time: {count_text(spread, 'month')} from the first article to the last.")
    if len(summary.sections) > 1:
        lines.append(f"Comparison of {len(summary.sections)} sections.")
    origins = [crawl.origin for crawl in summary.crawls]
    if origins and summary.site.base not in origins and not summary.rescued:
        lines.append(
            f"Not for statements about {summary.site.base}: all pages came from {' and '.join(origins)} in its place."
        )
    if counts["author"] * 2 > summary.articles:
        lines.append(f"Not for statements about authors: {counts['author']:,} of the articles name none.")
    if summary.choice:
        lines.append("Not for totals of the archive: the bundle has a part of it.")
    if lines:
        yield "## Intended use"
        yield "\n".join(f"- {line}" for line in lines)


def describe_biases(summary: Summary) -> Iterator[str]:
    """What leans to one side."""
    lines = []
    total = summary.articles
    if len(summary.sections) > 1 and (top := summary.sections[0]).articles > total * _MUCH:
        lines.append(f"{_share(top.articles, total)} of the articles are of one section, {top.label}.")
    named = sum(count for _, count in summary.sources)
    if len(summary.sources) > 1 and summary.sources[0][1] > named * _MUCH:
        source, count = summary.sources[0]
        lines.append(f"{_share(count, named)} of the articles that name a source name {source}.")
    counted: Counter[str] = Counter()
    for _, month, count in summary.months:
        counted[month] += count
    months = fill_periods(counted)
    if empty := [month for month in months if not counted[month]]:
        lines.append(f"{len(empty):,} of {count_text(len(months), 'month')} have no article.")
    years = Counter(dict.fromkeys(fill_periods(month[:4] for month in counted), 0))
    for month, count in counted.items():
        years[month[:4]] += count
    if len(years) > 1 and max(years.values()) > 2 * min(years.values()):
        (most, many), (least, few) = years.most_common()[0], years.most_common()[-1]
        lines.append(f"The years are not alike: {least} has {count_text(few, 'article')}, {most} has {many:,}.")
    if moved := summary.collection.moved:
        days = count_text(summary.collection.apart, "day")
        lines.append(
            f"`updated` is another day than `created` for {count_text(moved, 'article')}, by {days} in the median: the "
            f"counts here go by `{summary.date}`."
        )
    if summary.days and summary.days[0] < summary.first_seen[:10]:
        lines.append(
            f"The oldest article is of {summary.days[0]}, the first capture of {summary.first_seen[:10]}: what was "
            "changed or removed in between is not known."
        )
    if lines:
        yield "## Known biases"
        yield "\n".join(f"- {line}" for line in lines)


def describe_terms(summary: Summary) -> Iterator[str]:
    """The words of the table of lists that are in it, and nothing else."""
    kinds = {walk.kind for walk in summary.walks}
    if terms := [f"*{name_walk(kind)}*: {meaning}" for kind, meaning in _TERMS.items() if kind in kinds]:
        yield f"A walk is one reading of a list. {'; '.join(terms)}."


def describe_collecting(summary: Summary) -> Iterator[str]:
    """Who compiled the archive, with what, and what did not go well."""
    known = summary.collection
    if known.compiler:
        yield f"Compiled by {known.compiler}."
    if known.versions:
        yield (
            f"The runs were made with harbincrawl {', '.join(known.versions)}, this bundle with {known.written_with}."
        )
    if known.unfinished:
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in known.unfinished)
        yield f"Crawls that did not end complete: {told}."
    if known.seal:
        run, seal = known.seal
        yield f"Seal of run {run}, the last of the archive: `{seal}`."


def describe_datasheet(summary: Summary) -> Iterator[str]:
    """The questions of a datasheet that data can answer, with the answers."""
    yield "## Datasheet (questions of Gebru et al., 2021)"
    for question, answer in _answer(summary):
        yield f"**{question}** {answer}"


def _answer(summary: Summary) -> Iterator[tuple[str, str]]:
    counts, known, total = summary.counts, summary.collection, summary.articles
    if known.compiler:
        yield "Who created the dataset?", f"{known.compiler}."
    sections = f" of {count_text(len(summary.sections), 'section')}" if len(summary.sections) > 1 else ""
    yield "What do the instances represent, and how many are there?", f"{count_text(total, 'article')}{sections}."
    missing = f" {count_text(len(summary.missing), 'listed article')} could not be had." if summary.missing else ""
    if summary.choice:
        yield "Is it a sample of a larger set?", f"A part of the archive: {'; '.join(summary.choice)}.{missing}"
    elif missing:
        yield "Does it contain all possible instances?", missing.strip()
    yield (
        "What does each instance consist of?",
        f"{count_text(len(summary.fields), 'field')}, "
        + ("with the whole text." if summary.profile == "full" else "without running text."),
    )
    names = {field.name for field in summary.fields}
    if absent := [f"`{name}` in {counts[name]:,}" for name in _NULLABLE if counts[name] and name in names]:
        yield "Is any information missing from individual instances?", f"Null are {', '.join(absent)}."
    if counts["copies"]:
        copies = count_text(counts["copies"], "article")
        yield "Are relationships made explicit?", f"{copies}: `duplicate_of` names the original."
    if counts["copies"] or known.unexplained:
        noise = [f"{count_text(counts['copies'], 'copy', 'copies')} ({_share(counts['copies'], total)})"]
        noise = noise if counts["copies"] else []
        if known.unexplained:
            pages = count_text(known.unexplained, "page")
            noise.append(f"of the pages of the last crawl, {pages} with lines or links that the reader did not explain")
        yield "Are there errors, noise or redundancies?", f"{'; '.join(noise)}."
    if counts["images"]:
        held = f", {known.pictures:,} of which the archive holds" if known.pictures else ", none of which was fetched"
        yield (
            "Is it self-contained?",
            f"It {'counts' if summary.share else 'names'} {count_text(counts['images'], 'picture')}"
            f"{'' if summary.share else ' by address'}{held}; no picture is in the bundle.",
        )
    if summary.names:
        yield "Does it relate to people?", f"Yes: {count_text(summary.names, 'author')} by name."
    ways = [f"{count_text(count, 'run')} of {kind}" for kind, count in summary.others]
    if crawls := sum(crawl.runs for crawl in summary.crawls):
        ways.insert(0, count_text(crawls, "crawl"))
    if ways:
        yield "How was the data acquired?", f"By {', '.join(ways)}; see *Provenance*."
    if known.captured:
        first, last = (moment[:10] for moment in known.captured)
        span = f"on {first}" if first == last else f"between {first} and {last}"
        yield "Over what time was it collected?", f"The pages of the present texts were fetched {span}."
    if known.kept:
        kept = f"{known.kept:,} of {count_text(total, 'article')}"
        yield "Was the raw data saved?", f"For {kept}, as WARC in the archive; `capture` names the place."
    if known.changed:
        yield (
            "Are older versions kept?",
            f"{count_text(known.changed, 'article')} changed while the archive was kept. It has "
            f"{count_text(known.wordings, 'earlier wording')}; this bundle has the present ones.",
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}"
