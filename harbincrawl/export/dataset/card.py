"""The texts of a bundle, made of templates: the README with its counts, and the citation."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from harbincrawl.export.fields import PARTS
from harbincrawl.export.profiles import LEAST_ARTICLES, LEAST_SHARE
from harbincrawl.text import count_text

from .about import About
from .summary import Summary

if TYPE_CHECKING:
    from jinja2 import Environment

_NAMES = {"wayback": "the Wayback Machine", "commoncrawl": "Common Crawl"}
_TYPES = {"text": "string", "date": "date32", "time": "timestamp[us, tz=UTC]", "integer": "int64", "number": "float64"}
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_STARTS = re.compile(r"^(\d*)([#+\-=~|.)])")


def write_card(about: About, summary: Summary) -> str:
    """The README: YAML for dataset hubs, then counts. Where there is nothing to say, there is no sentence."""
    return (
        _load_templates()
        .get_template("README.md.jinja")
        .render(
            about=about,
            summary=summary,
            counts=summary.counts,
            known=summary.collection,
            parts=PARTS,
            types=_TYPES,
            names=_NAMES,
            form="parquet" if any(file.format == "parquet" for file in summary.files) else "jsonl",
            has_titles="title" in {field.name for field in summary.fields},
            least_articles=LEAST_ARTICLES,
            least_share=LEAST_SHARE,
        )
    )


def write_citation(about: About) -> str:
    """The `CITATION.cff`."""
    return _load_templates().get_template("CITATION.cff.jinja").render(about=about)


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
        "grouped": "{:,}".format,
        "json": lambda text: json.dumps(text, ensure_ascii=False),
        "plain": escape,
    }
    return templates


def escape(text: str) -> str:
    """`text` escaped, so that Markdown shows it unchanged; each line stays a line."""
    return "\n".join(_STARTS.sub(r"\1\\\2", line) for line in _MARKS.sub(r"\\\1", text).split("\n"))
