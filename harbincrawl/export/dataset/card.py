"""README.md of a bundle: the dataset card. Every number in it is counted from the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from harbincrawl.archive.coverage import Coverage
from harbincrawl.export.fields import PARTS
from harbincrawl.export.profiles import LEAST_ARTICLES, LEAST_SHARE, is_bare
from harbincrawl.fields import Field
from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import name_walk

from .datasheet import describe_biases, describe_collecting, describe_datasheet, describe_terms, describe_uses
from .summary import CrawlManner, MissingArticle, Summary

_NAMES = {"wayback": "the Wayback Machine", "commoncrawl": "Common Crawl"}
MOST_MISSING = 100
"""At most this many missing articles are listed; the rest is counted."""
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_TYPES = {"text": "string", "date": "date32", "time": "timestamp[us, tz=UTC]", "integer": "int64", "number": "float64"}
_LOADING = """```python
from pathlib import Path

from datasets import load_dataset

folder = Path().absolute()  # the folder of this file
articles = load_dataset(str(folder), split="train")
# JSON has no column types, and a column may be null in all rows of a year: give the types explicitly.
same = load_dataset("json", data_files=f"{folder}/data/*.jsonl", split="train", features=articles.features)
```"""


def write_card(summary: Summary) -> str:
    """The dataset card: YAML for dataset hubs, then text."""
    sections = (
        _introduction,
        describe_uses,
        _contents,
        _fields,
        _provenance,
        _coverage,
        _limits,
        describe_biases,
        _people,
        _rights,
        describe_datasheet,
        _citation,
    )
    body = "\n\n".join(part for section in sections for part in section(summary))
    return "---\n" + "\n".join(_front(summary)) + f"\n---\n\n# {summary.title}\n\n{body}\n"


def _front(summary: Summary) -> Iterator[str]:
    parquet = [file for file in summary.files if file.format == "parquet"]
    yield f"pretty_name: {json.dumps(summary.title, ensure_ascii=False)}"
    yield f"language:\n- {summary.site.languages[0]}"
    if summary.license:
        yield summary.license.hub
    elif summary.share:
        yield "license: unknown"
    else:
        yield "license: other\nlicense_name: publisher-copyright"
        yield f"license_link: {summary.site.base}"
    yield f"size_categories:\n- {next((name for most, name in _SIZES if summary.articles < most), '1M<n<10M')}"
    yield f"tags:\n- news\n- {summary.place.lower()}"
    yield "configs:"
    yield "- config_name: default\n  default: true\n  data_files:\n  - split: train\n    path: data/*.parquet"
    yield "dataset_info:\n- config_name: default\n  features:"
    for field in summary.fields:
        yield from _feature(field)
    yield "  splits:\n  - name: train"
    yield f"    num_bytes: {sum(file.memory for file in parquet)}\n    num_examples: {summary.articles}"
    yield f"  download_size: {sum(file.bytes for file in parquet)}"
    yield f"  dataset_size: {sum(file.memory for file in parquet)}"


def _feature(field: Field) -> Iterator[str]:
    yield f"  - name: {field.name}"
    if field.kind == "texts":
        yield "    list: string"
    elif parts := PARTS.get(field.kind):
        yield "    struct:" if field.kind in ("capture", "place") else "    list:"
        for part in parts:
            yield f"    - name: {part.name}\n      dtype: {_TYPES[part.kind]}"
    else:
        yield f"    dtype: {_TYPES[field.kind]}"


def _introduction(summary: Summary) -> Iterator[str]:
    span = f", dated {summary.days[0]} to {summary.days[1]} by `{summary.date}`" if summary.days else ""
    yield (
        f"{count_text(summary.articles, 'article')} of [{summary.site.title}]({summary.site.base}){span}. "
        f"State of the archive: {summary.moment}."
    )
    if summary.choice:
        yield f"This is a part of the archive: {'; '.join(summary.choice)}."
    if summary.days:
        by = f"Days, months and years of this card are those of `{summary.date}`"
        lacking = count_text(summary.other_date, "article")
        verb = "lacks" if summary.other_date == 1 else "lack"
        yield f"{by}; {lacking} {verb} it, and the other date stands in." if summary.other_date else f"{by}."
    if summary.months:
        yield "![Articles by month and section](coverage.svg)"


def _contents(summary: Summary) -> Iterator[str]:
    yield "## Contents"
    yield _table(
        ("file", "articles", "bytes"),
        [(f"`{file.path}`", f"{file.rows:,}", f"{file.bytes:,}") for file in summary.files],
    )
    yield (
        "There is one file for each year of `created`, the date in an article's address, which never changes. So the "
        "file of a year changes only if one of its articles does: `last_seen` is not in it, and `capture` is the "
        "response in which the present wording was first seen. Parquet and JSON lines contain the same articles."
    )
    yield _LOADING
    yield _table(
        ("section", "path", "articles", "first", "last"),
        [
            (part.label, f"`{part.path}`", f"{part.articles:,}", part.first or "", part.last or "")
            for part in summary.sections
        ],
    )


def _fields(summary: Summary) -> Iterator[str]:
    yield "## Fields"
    rows = []
    for field in summary.fields:
        rows.append((f"`{field.name}`", _TYPES.get(field.kind, field.kind), field.meaning))
        rows += [(f"`{field.name}.{part.name}`", _TYPES[part.kind], part.meaning) for part in PARTS.get(field.kind, ())]
    yield _table(("field", "type", "meaning"), rows)


def _provenance(summary: Summary) -> Iterator[str]:
    yield "## Provenance"
    yield from describe_collecting(summary)
    for crawl in summary.crawls:
        yield _describe_crawls(crawl, summary.site.base)
    if summary.others:
        runs = " and ".join(f"{count:,} {kind}" for kind, count in summary.others)
        one = sum(count for _, count in summary.others) == 1
        yield f"Pages that were captured before were read in {runs} {'run' if one else 'runs'}."
    versions = f"Parser version{'s' if len(summary.parsers) > 1 else ''}: {', '.join(summary.parsers)}."
    for source, count in summary.rescued:
        kept = "text was kept" if count == 1 else "texts were kept"
        yield f"{count_text(count, 'article')}: the present {kept} by another archive, {_NAMES.get(source, source)}."
    if summary.answered:
        yield summary.answered.strip()
    yield f"The first of the articles was captured at {summary.first_seen}. {versions}"
    if summary.sources:
        top = ", ".join(f"{name} ({count:,})" for name, count in summary.sources[:8])
        yield f"Sources that the site names: {top}{' and others' if len(summary.sources) > 8 else ''}."


def _describe_crawls(crawl: CrawlManner, site: str) -> str:
    place = crawl.origin if crawl.origin == site else f"{crawl.origin} (a mirror or twin, in place of {site})"
    dates = f"on {crawl.first}" if crawl.first == crawl.last else f"from {crawl.first} to {crawl.last}"
    few, many = crawl.concurrency
    short, long = crawl.delay
    at_once = "one request at a time" if many == 1 else f"{_write_range(few, many)} requests at a time"
    delay = f"{_write_range(short, long)} {'second' if (short, long) == (1, 1) else 'seconds'} between requests"
    return f"{place} was crawled {dates} in {count_text(crawl.runs, 'run')}: {at_once}, {delay}."


def _write_range(least: float, most: float) -> str:
    return f"{least:g}" if least == most else f"{least:g} to {most:g}"


def _coverage(summary: Summary) -> Iterator[str]:
    if not summary.walks and not summary.missing and summary.coverage is None:
        return
    yield "## Coverage"
    absent = [f"`{walk.path}`" for walk in summary.walks if walk.kind == "absent"]
    if lists := [walk for walk in summary.walks if walk.kind != "absent"]:
        yield _table(
            ("list", "last walk", "items by the site's count", "lines read", "difference", "remark", "read in full"),
            [
                (
                    f"`{w.path}`",
                    name_walk(w.kind) or "",
                    _or_none(w.count),
                    f"{w.known:,}",
                    _or_none(w.gap),
                    w.reason or "",
                    (w.full_at or "never")[:10],
                )
                for w in lists
            ],
        )
        yield from describe_terms(summary)
        if gaps := [walk for walk in summary.walks if walk.gap]:
            named = ", ".join(f"`{walk.path}` ({walk.gap:+,})" for walk in gaps)
            yield f"The site's own count of a list minus the lines that it shows is not zero for {named}."
        counted = [walk for walk in summary.walks if walk.gap is not None]
        if not gaps and counted:
            each = "each list" if len(counted) == len(lists) else "each list that prints one"
            yield f"The site's own count of {each} equals the number of lines that it shows."
    if absent:
        yield f"{count_text(len(absent), 'section')} without a list: {', '.join(absent)}."
    if summary.missing:
        count = count_text(len(summary.missing), "listed article")
        yield f"{count} could not be fetched and {'is' if len(summary.missing) == 1 else 'are'} not in the data:"
        told = [one for one in summary.missing if not summary.share or _is_bare(one)][:MOST_MISSING]
        lines = [f"- {one.address} ({one.reason or 'not tried yet'})" for one in told]
        if len(summary.missing) > len(told):
            lines.append(f"- and {len(summary.missing) - len(told):,} more")
        yield "\n".join(lines)
    if summary.coverage is not None:
        yield from _describe_counter(summary.coverage)


def _is_bare(missing: MissingArticle) -> bool:
    return is_bare(missing.address) and "://" not in (missing.reason or "")


def _describe_counter(coverage: Coverage) -> Iterator[str]:
    yield (
        f"The site counts all that it makes. Of its numbers 1 to {coverage.highest:,}, {coverage.stored:,} are "
        f"articles of the archive, {coverage.seen:,} more are in lists, here or elsewhere, without a text, and "
        f"{coverage.missing:,} are missing; a number need not be that of an article. By the month of the address, or "
        "of the last known number before a missing one:"
    )
    yield _table(
        ("month", "stored", "seen", "missing"),
        [(each.month, f"{each.stored:,}", f"{each.seen:,}", f"{each.missing:,}") for each in coverage.months],
    )


def _limits(summary: Summary) -> Iterator[str]:
    counts = summary.counts
    absent = (
        ("title", "without a title"),
        ("updated", "without a printed date"),
        ("author", "without a named author"),
        ("source", "without a named source"),
        ("body", "with photos only, without a body"),
        ("gone", "no longer on the site (`status` is `gone`)"),
        ("unknown", "known only from archives of others (`status` is `unknown`)"),
        ("copies", "linked as a copy to an earlier one (`duplicate_of`)"),
    )
    lines = [f"- {count_text(counts[name], 'article')} {words}" for name, words in absent if counts[name]]
    if lines:
        yield "## Limits"
        yield "\n".join(lines)
        yield "Missing values are null. Nothing was filled in."


def _people(summary: Summary) -> Iterator[str]:
    if summary.names:
        yield "## Personal data"
        yield (
            f"`authors` contains {count_text(summary.names, 'name')}, in whatever letter case they are printed"
            + (", and the texts name people, as news does." if summary.profile == "full" else ".")
        )


def _rights(summary: Summary) -> Iterator[str]:
    yield "## Rights"
    words = summary.counts["words"]
    owner = f"The copyright of the texts belongs to the publishers: {summary.site.title} and the sources that it names."
    if summary.profile == "full":
        yield f"{owner} This bundle contains {count_text(words, 'word')} of their texts: do not redistribute it."
    elif summary.profile == "features":
        yield (
            f"{owner} So this bundle contains no running text, no summary and no caption, only lengths and counts of "
            f"{count_text(words, 'word')}. Pairs of words are counted where at least {LEAST_ARTICLES} articles that "
            f"are no copies, and {LEAST_SHARE:.0%} of them, have it, and where its first word is in one half of all "
            "words, by a checksum, and its second in the other: so no pair goes on in another. Titles and names that "
            "repeat five successive words of a body are left out, too."
        )
    else:
        yield (
            f"{owner} So this bundle contains none of their {count_text(words, 'word')}, no summary and no caption, "
            "only metadata."
        )
    if summary.share:
        titles = "" if any(field.name == "title" for field in summary.fields) else "no title, "
        yield f"It has {titles}no hash of a text, no address with words in it, and of pictures nothing else."
        yield (
            f"The dataset itself is licensed as [{summary.license.text}]({summary.license.address})."
            if summary.license
            else "No licence for the dataset itself was named."
        )


def _citation(summary: Summary) -> Iterator[str]:
    yield "## How to cite"
    by = f"{summary.collection.compiler}: " if summary.collection.compiler else ""
    yield (
        f"{by}{summary.title}, version {summary.version}, {count_text(summary.articles, 'article')}. "
        "See `CITATION.cff`; `SHA256SUMS` identifies its exact files."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, rows)])


def _or_none(number: int | None) -> str:
    return "unknown" if number is None else f"{number:,}"
