"""The descriptors of a bundle: datapackage.json (version 2, with a schema of all fields) and croissant.json (1.0)."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from harbincrawl.export.fields import PARTS
from harbincrawl.fields import Field
from harbincrawl.identity import STATUSES
from harbincrawl.text import count_text

from .about import About
from .summary import DataFile, Summary

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_PACKAGE_TYPES = {
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
_CROISSANT_TYPES = {
    "text": "sc:Text",
    "date": "sc:Date",
    "time": "sc:DateTime",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "texts": "sc:Text",
}
_REPEATED = ("texts", "images", "counts")


def describe_package(about: About, summary: Summary) -> dict[str, Any]:
    """The descriptor as JSON data: a table for each JSON lines file, a plain file for each Parquet file."""
    return {
        "$schema": PROFILE,
        "name": summary.site.name,
        "title": about.title,
        "description": about.description,
        "version": about.version,
        "created": about.moment,
        "homepage": about.homepage,
        "sources": [
            {"title": about.newspaper, "path": about.homepage},
            *({"title": f"{name}: {count_text(count, 'article')}"} for name, count in summary.answerers),
        ],
        "contributors": [{"title": about.creator, "roles": ["creator"]}],
        **({"licenses": [about.license.describe()]} if about.license else {}),
        "keywords": list(about.keywords),
        "resources": [_describe_resource(file, summary) for file in summary.files],
    }


def _describe_resource(file: DataFile, summary: Summary) -> dict[str, Any]:
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
            "schema": {"fields": [_describe_column(field) for field in summary.fields], "primaryKey": ["id"]},
        }
    return resource


def _describe_column(field: Field) -> dict[str, Any]:
    description: dict[str, Any] = {"name": field.name, "type": _PACKAGE_TYPES[field.kind], "description": field.meaning}
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if parts := PARTS.get(field.kind):
        # Our own property: the reference validator refuses the jsonSchema constraint of the specification.
        description["parts"] = [
            {"name": part.name, "type": _PACKAGE_TYPES[part.kind], "description": part.meaning} for part in parts
        ]
    if field.name == "id":
        constraints["unique"] = True
    if field.name == "status":
        constraints["enum"] = list(STATUSES)
    return description | ({"constraints": constraints} if constraints else {})


def describe_croissant(about: About, summary: Summary) -> dict[str, Any]:
    """The metadata as JSON data: each file with its checksum, and one record set for the Parquet files."""
    creator = {"@type": "sc:Organization", "name": about.creator}
    if not about.is_compiled:
        creator["url"] = about.homepage
    return {
        "@context": json.loads((files(__package__) / "templates" / "croissant-context.json").read_bytes()),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": summary.site.name,
        "description": about.description,
        "url": about.homepage,
        # Croissant asks for a semantic version: the day has no leading zeros, run and digest are build metadata.
        "version": re.sub(r"-0?", ".", about.day) + about.version.removeprefix(about.day),
        "datePublished": about.day,
        "inLanguage": about.language,
        "keywords": list(about.keywords),
        **({"license": about.license.address} if about.license else {}),
        "creator": creator,
        "publisher": creator,
        "isBasedOn": about.homepage,
        "citeAs": f"{about.citation}.",
        "distribution": [
            *(_describe_file(file) for file in summary.files),
            {
                "@type": "cr:FileSet",
                "@id": "parquet-files",
                "name": "parquet-files",
                "description": "The articles, one file per year of the date in their addresses.",
                "encodingFormat": "application/x-parquet",
                "includes": "data/parquet/*.parquet",
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "articles",
                "name": "articles",
                "description": "One record per article.",
                "key": {"@id": "articles/id"},
                "field": [_describe_field(field) for field in summary.fields],
            }
        ],
    }


def _describe_file(file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path.rpartition("/")[2],
        "description": f"{count_text(file.rows, 'article')}.",
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet" if file.format == "parquet" else "application/jsonlines",
        "sha256": file.sha256,
    }


def _describe_field(field: Field) -> dict[str, Any]:
    identity = f"articles/{field.name}"
    description: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": identity,
        "name": field.name,
        "description": field.meaning,
    }
    if field.kind in _REPEATED:
        description["repeated"] = True
    source = {"fileSet": {"@id": "parquet-files"}, "extract": {"column": field.name}}
    if parts := PARTS.get(field.kind):
        description["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{identity}/{part.name}",
                "name": part.name,
                "description": part.meaning,
                "dataType": _CROISSANT_TYPES[part.kind],
                "source": source | {"transform": {"jsonPath": f"$.{part.name}"}},
            }
            for part in parts
        ]
        return description
    return description | {"dataType": _CROISSANT_TYPES[field.kind], "source": source}
