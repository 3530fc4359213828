"""datapackage.json of a bundle: a Data Package (version 2) with a schema of all fields."""

from __future__ import annotations

from typing import Any

from harbincrawl.export.fields import PARTS
from harbincrawl.fields import Field
from harbincrawl.identity import STATUSES
from harbincrawl.text import count_text

from .summary import DataFile, Summary

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
    "text": "string",
    "date": "date",
    "time": "datetime",
    "integer": "integer",
    "number": "number",
    "texts": "array",
    "images": "array",
    "capture": "object",
    "counts": "array",
    "place": "object",
}


def describe_package(summary: Summary) -> dict[str, Any]:
    """The descriptor as JSON data: a table for each JSON lines file, a plain file for each Parquet file."""
    return {
        "$schema": PROFILE,
        "name": summary.site.name,
        "title": summary.title,
        "description": (
            f"{count_text(summary.articles, 'article')} of {summary.site.base}; see README.md.{summary.answered}"
        ),
        "version": summary.version,
        "created": summary.moment,
        "homepage": summary.site.base,
        "sources": [
            {"title": summary.site.title, "path": summary.site.base},
            *({"title": f"{name}: {count_text(count, 'article')}"} for name, count in summary.answerers),
        ],
        "contributors": [
            {"title": summary.site.title, "roles": ["publisher"]},
            *([{"title": compiler, "roles": ["compiler"]}] if (compiler := summary.collection.compiler) else []),
        ],
        **({"licenses": [chosen.describe()]} if (chosen := summary.license) else {}),
        "keywords": ["news", summary.place],
        "resources": [_describe_file(file, summary) for file in summary.files],
    }


def _describe_file(file: DataFile, summary: Summary) -> dict[str, Any]:
    stem = file.path.rpartition("/")[2].rpartition(".")[0]
    resource: dict[str, Any] = {
        "name": f"{stem}-{file.format}",
        "path": file.path,
        "format": file.format,
        "mediatype": "application/jsonl" if file.format == "jsonl" else "application/vnd.apache.parquet",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format == "parquet":
        # A Parquet file has its own schema, and the reference validator fails on lists in its cells.
        resource["type"] = "file"
    else:
        resource |= {
            "type": "table",
            "rows": file.rows,
            "encoding": "utf-8",
            "schema": {"fields": [_describe_field(field) for field in summary.fields], "primaryKey": ["id"]},
        }
    return resource


def _describe_field(field: Field) -> dict[str, Any]:
    description: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.meaning}
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if parts := PARTS.get(field.kind):
        # Our own property: the reference validator refuses the jsonSchema constraint of the specification.
        description["parts"] = [
            {"name": part.name, "type": _TYPES[part.kind], "description": part.meaning} for part in parts
        ]
    if field.name == "id":
        constraints["unique"] = True
    if field.name == "status":
        constraints["enum"] = list(STATUSES)
    return description | ({"constraints": constraints} if constraints else {})
