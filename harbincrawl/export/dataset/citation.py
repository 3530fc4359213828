"""CITATION.cff of a bundle: how to cite it, in the Citation File Format 1.2."""

from __future__ import annotations

import json

from .summary import Summary


def write_citation(summary: Summary) -> str:
    """The file's text; strings are written as JSON, which is YAML too."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    abstract = f"{summary.articles:,} articles of {summary.site.base}, as archived on {summary.day}."
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: Please cite this dataset by its version, which is the day of the archive it was made from.",
            "type: dataset",
            f"title: {quoted(summary.title)}",
            f"version: {quoted(summary.day)}",
            f"date-released: {summary.day}",
            "authors:",
            f"  - name: {quoted(summary.site.title + ' (' + summary.site.base + ')')}",
            f"url: {quoted(summary.site.base)}",
            f"abstract: {quoted(abstract)}",
            "keywords:",
            "  - news",
            "  - Harbin",
            "",
        ]
    )
