"""datapackage.json of a bundle: a Data Package (version 2) with a schema for every field."""

from __future__ import annotations

from typing import Any

from .fields import CAPTURE_PARTS, COUNT_PARTS, IMAGE_PARTS, Field
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
    "integers": "array",
}
_PARTS = {"images": IMAGE_PARTS, "capture": CAPTURE_PARTS, "counts": COUNT_PARTS}


def describe_package(summary: Summary) -> dict[str, Any]:
    """The descriptor as JSON data: a table for each year's JSON lines, a plain file for its Parquet twin."""
    return {
        "$schema": PROFILE,
        "name": summary.site.name,
        "title": summary.title,
        "description": f"{summary.articles:,} articles of {summary.site.base}; see README.md.",
        "version": summary.day,
        "created": summary.moment,
        "homepage": summary.site.base,
        "sources": [{"title": summary.site.title, "path": summary.site.base}],
        "contributors": [{"title": summary.site.title, "roles": ["publisher"]}],
        "keywords": ["news", "Harbin"],
        "resources": [_describe_file(file, summary) for file in summary.files],
    }


def _describe_file(file: DataFile, summary: Summary) -> dict[str, Any]:
    stem = file.path.rpartition("/")[2].rpartition(".")[0]
    found: dict[str, Any] = {
        "name": f"{stem}-{file.format}",
        "path": file.path,
        "format": file.format,
        "mediatype": "application/jsonl" if file.format == "jsonl" else "application/vnd.apache.parquet",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
    }
    if file.format == "jsonl":
        found |= {
            "type": "table",
            "encoding": "utf-8",
            "schema": {"fields": [_describe_field(field) for field in summary.fields], "primaryKey": ["id"]},
        }
    return found


def _describe_field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.meaning}
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if parts := _PARTS.get(field.kind):
        schema = {
            "type": "object",
            "properties": {
                part.name: {
                    "type": ["integer" if part.kind == "integer" else "string", *(["null"] if part.nullable else [])],
                    "description": part.meaning,
                }
                for part in parts
            },
        }
        constraints["jsonSchema"] = schema if field.kind == "capture" else {"type": "array", "items": schema}
    if field.name == "id":
        constraints["unique"] = True
    if field.name == "status":
        constraints["enum"] = ["live", "gone"]
    return found | ({"constraints": constraints} if constraints else {})
