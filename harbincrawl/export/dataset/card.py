"""The texts of a bundle, made of templates: the README with its counts, and the citation."""

from __future__ import annotations

import json
import re

from harbincrawl.export.fields import PARTS
from harbincrawl.export.profiles import LEAST_ARTICLES, LEAST_SHARE
from harbincrawl.text import count_text

from .summary import Summary

_TYPES = {"text": "string", "date": "date32", "time": "timestamp[us, tz=UTC]", "integer": "int64", "number": "float64"}
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_STARTS = re.compile(r"^(\d*)([#+\-=~|.)])")


def write_texts(summary: Summary) -> dict[str, str]:
    """README.md, with YAML for dataset hubs, then counts, and CITATION.cff, by name.

    Where there is nothing to say, there is no sentence.
    """
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
    templates.globals |= {
        "count": count_text, "parts": PARTS, "types": _TYPES, "least_articles": LEAST_ARTICLES,
        "least_share": LEAST_SHARE, "form": "parquet" if any(f.format == "parquet" for f in summary.files) else "jsonl",
    }  # fmt: skip
    templates.filters |= {
        "cell": lambda text: text.replace("|", "\\|").replace("\n", " "),
        "grouped": "{:,}".format,
        "json": lambda text: json.dumps(text, ensure_ascii=False),
        "plain": escape,
    }
    names = ("README.md", "CITATION.cff")
    return {name: templates.get_template(f"{name}.jinja").render(summary=summary) for name in names}


def escape(text: str) -> str:
    """`text` escaped, so that Markdown shows it unchanged; each line stays a line."""
    return "\n".join(_STARTS.sub(r"\1\\\2", line) for line in _MARKS.sub(r"\\\1", text).split("\n"))
