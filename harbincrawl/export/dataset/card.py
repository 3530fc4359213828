"""README.md of a bundle: the dataset card. Every number in it is counted from the archive."""

from __future__ import annotations

from harbincrawl.export.fields import PARTS
from harbincrawl.export.profiles import LEAST_ARTICLES, LEAST_SHARE, is_bare

from .spread import measure_spread
from .summary import MissingArticle, Summary
from .texts import write_text

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


def write_card(summary: Summary) -> str:
    """The dataset card: YAML for dataset hubs, then text. Where there is nothing to say, there is no sentence."""
    names = {field.name for field in summary.fields}
    kinds = {walk.kind for walk in summary.walks}
    return write_text(
        "README.md",
        summary,
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
