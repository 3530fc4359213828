"""The texts of a bundle, made of templates."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from harbincrawl.text import count_text
from harbincrawl.walk.outcomes import name_walk

from .summary import Summary

if TYPE_CHECKING:
    from jinja2 import Environment


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
        "grouped": lambda number: "unknown" if number is None else f"{number:,}",
        "json": lambda text: json.dumps(text, ensure_ascii=False),
        "range": lambda ends: f"{ends[0]:g}" if ends[0] == ends[1] else f"{ends[0]:g} to {ends[1]:g}",
        "share": lambda part, whole: f"{part / whole:.0%}",
        "walk_name": name_walk,
    }
    return templates
