"""The texts of a bundle, made of templates: card, citation, changes since a previous bundle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from harbincrawl.charts.scales import fill_periods
from harbincrawl.errors import DestinationError, SpecialFileError
from harbincrawl.export.fields import PARTS
from harbincrawl.export.formats.markdown import escape
from harbincrawl.export.profiles import LEAST_ARTICLES, LEAST_SHARE, is_bare
from harbincrawl.files import open_part
from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import name_walk

from .about import About
from .collection import MissingArticle
from .summary import SectionCount, Summary

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_MISSING = 100
"""At most this many missing articles are listed; the rest is counted."""
_NULLABLE = ("title", "updated", "author", "source", "body")
_NAMES = {"wayback": "the Wayback Machine", "commoncrawl": "Common Crawl"}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_TYPES = {"text": "string", "date": "date32", "time": "timestamp[us, tz=UTC]", "integer": "int64", "number": "float64"}
_TERMS = {
    "full": "all pages of the list were read",
    "to-floor": "the list was read from its top until it met what an earlier walk had read",
    "partial": "a part of the list could not be read",
    "failed": "the list could not be read",
}
_MUCH = 0.5
"""A share above this of one section or source is a bias to be told."""
MOST_IDS = 200
"""At most this many ids of one kind are listed; the rest is counted."""


def write_text(name: str, summary: Summary, **more: Any) -> str:
    """The text of a file such as `CITATION.cff`, of the template of its name, filled with the summary and `more`."""
    template = _load_templates().get_template(f"{name}.jinja")
    return template.render(summary=summary, counts=summary.counts, known=summary.collection, **more)


@cache
def _load_templates() -> Environment:
    # No other command needs it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=False,  # noqa: S701  # Markdown and YAML, no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["count"] = count_text
    templates.filters |= {
        "cell": lambda text: text.replace("|", "\\|").replace("\n", " "),
        "code": lambda text: f"`{text.replace('`', '%60')}`",
        "grouped": lambda number: "unknown" if number is None else f"{number:,}",
        "json": lambda text: json.dumps(text, ensure_ascii=False),
        "plain": escape,
        "range": lambda ends: f"{ends[0]:g}" if ends[0] == ends[1] else f"{ends[0]:g} to {ends[1]:g}",
        "share": lambda part, whole: f"{part / whole:.0%}",
        "walk_name": name_walk,
    }
    return templates


def write_card(about: About, summary: Summary) -> str:
    """The dataset card: YAML for dataset hubs, then text. Where there is nothing to say, there is no sentence."""
    names = {field.name for field in summary.fields}
    kinds = {walk.kind for walk in summary.walks}
    return write_text(
        "README.md",
        summary,
        about=about,
        size=next((name for most, name in _SIZES if summary.articles < most), "1M<n<10M"),
        parquet=[file for file in summary.files if file.format == "parquet"],
        parts=PARTS,
        types=_TYPES,
        names=_NAMES,
        spread=measure_spread(summary),
        lists=[walk for walk in summary.walks if walk.kind != "absent"],
        absent=[walk for walk in summary.walks if walk.kind == "absent"],
        terms=[(kind, meaning) for kind, meaning in _TERMS.items() if kind in kinds],
        told=[one for one in summary.missing if not summary.share or _is_bare(one)][:MOST_MISSING],
        nulls=[name for name in _NULLABLE if name in names and summary.counts[name]],
        has_titles="title" in names,
        least_articles=LEAST_ARTICLES,
        least_share=LEAST_SHARE,
    )


def _is_bare(missing: MissingArticle) -> bool:
    return is_bare(missing.address) and "://" not in (missing.reason or "")


class Spread(NamedTuple):
    """The spread of the articles; what is None leans to no side."""

    months: int
    """From the first article to the last; `empty` ones among them have none."""
    empty: int
    uneven: tuple[tuple[str, int], tuple[str, int]] | None
    """The years of most and of fewest articles, with their number."""
    section: SectionCount | None
    """That of much of the articles."""
    named: int
    """The articles that name a source."""
    source: tuple[str, int] | None
    """That of much of them."""


def measure_spread(summary: Summary) -> Spread:
    """The spread of the articles of `summary`."""
    months = Counter(dict.fromkeys(fill_periods(month for _, month, _ in summary.months), 0))
    years: Counter[str] = Counter()
    for _, month, count in summary.months:
        months[month] += count
    for month, count in months.items():
        years[month[:4]] += count
    ranks = years.most_common()
    is_uneven = len(ranks) > 1 and ranks[0][1] > 2 * ranks[-1][1]
    named = sum(count for _, count in summary.sources)
    section, source = next(iter(summary.sections), None), next(iter(summary.sources), None)
    return Spread(
        months=len(months),
        empty=sum(not count for count in months.values()),
        uneven=(ranks[0], ranks[-1]) if is_uneven else None,
        section=section if section and _is_much(section.articles, summary.articles, len(summary.sections)) else None,
        named=named,
        source=source if source and _is_much(source[1], named, len(summary.sources)) else None,
    )


def _is_much(part: int, whole: int, groups: int) -> bool:
    return groups > 1 and part > whole * _MUCH


class State(NamedTuple):
    """The values of an article that are compared."""

    revision: int
    status: str
    fingerprint: str | None
    """None: of a bundle to share, which has none."""

    def is_other_text(self, other: State) -> bool:
        """Whether the text changed: by its fingerprint, where both bundles have it, else by the number of changes."""
        if self.fingerprint is None or other.fingerprint is None:
            return self.revision != other.revision
        return self.fingerprint != other.fingerprint


def compare_bundles(folder: Path, previous: Path | None, summary: Summary) -> str:
    """The text of CHANGES.md. Raises DestinationError if `previous` is not a bundle."""
    if previous is None:
        return write_text("CHANGES.md", summary, before=None, groups=())
    before, after = dict(read_states(previous)), dict(read_states(folder))
    added = [name for name in after if name not in before]
    both = [name for name in after if name in before]
    groups = (
        ("New", added),
        ("Changed", [name for name in both if before[name].is_other_text(after[name])]),
        (
            "Gone from the site",
            [name for name in both if before[name].status != "gone" and after[name].status == "gone"],
        ),
        ("Back on the site", [name for name in both if (before[name].status, after[name].status) == ("gone", "live")]),
        (
            "Found on the site",
            [name for name in both if (before[name].status, after[name].status) == ("unknown", "live")],
        ),
        ("No longer in the dataset", [name for name in before if name not in after]),
    )
    return write_text(
        "CHANGES.md",
        summary,
        before=before,
        version=read_version(previous),
        groups=[(title, sorted(names, key=lambda name: (len(name), name))) for title, names in groups if names],
        most=MOST_IDS,
    )


def read_states(folder: Path) -> Iterator[tuple[str, State]]:
    """(id, state) of each article in a bundle."""
    for path in sorted((folder / "data" / "jsonl").glob("*.jsonl")):
        try:
            with open_part(path) as file:
                for line in file:
                    article = json.loads(line)
                    yield article["id"], State(article["revision"], article["status"], article.get("fingerprint"))
        except (SpecialFileError, ValueError, KeyError, TypeError) as error:
            raise DestinationError(f"{folder} is not a bundle: cannot read data/jsonl/{path.name} ({error}).") from None


def read_version(folder: Path) -> str:
    """The version of a bundle. Raises DestinationError if `folder` is not a bundle."""
    try:
        with open_part(folder / "datapackage.json") as file:
            return str(json.loads(file.read())["version"])
    except (SpecialFileError, OSError, ValueError, KeyError, TypeError) as error:
        raise DestinationError(f"{folder} is not a bundle: cannot read its datapackage.json ({error}).") from None
