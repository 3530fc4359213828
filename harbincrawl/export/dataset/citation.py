"""CITATION.cff of a bundle, in the Citation File Format 1.2."""

from __future__ import annotations

import json

from harbincrawl.text import count_text

from .summary import Summary


def write_citation(summary: Summary) -> str:
    """The text of CITATION.cff; strings are written as JSON, which is also YAML."""

    def quote(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    author = summary.collection.compiler or f"{summary.site.title} ({summary.site.base})"
    abstract = f"{count_text(summary.articles, 'article')} of {summary.site.base}, as archived on {summary.day}."
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: Please cite this dataset with its version: day, run of the archive, checksum of its files.",
            "type: dataset",
            f"title: {quote(summary.title)}",
            f"version: {quote(summary.version)}",
            f"date-released: {summary.day}",
            "authors:",
            f"  - name: {quote(author)}",
            f"url: {quote(summary.site.base)}",
            *([f"{chosen.key}: {quote(chosen.text)}"] if (chosen := summary.license) else []),
            f"abstract: {quote(abstract + summary.answered)}",
            *_name_seal(summary),
            "keywords:",
            "  - news",
            f"  - {summary.place if summary.place.isalnum() else quote(summary.place)}",
            "",
        ]
    )


def _name_seal(summary: Summary) -> list[str]:
    """The seal that `harbincrawl verify --seal` takes; none where no run of the archive has one."""
    if summary.collection.seal is None:
        return []
    run, seal = summary.collection.seal
    return [
        "identifiers:",
        "  - type: other",
        f"    value: {json.dumps(seal)}",
        f"    description: {json.dumps(f'Seal of run {run} of the archive')}",
    ]
