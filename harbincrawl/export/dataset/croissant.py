"""croissant.json of a bundle: the Croissant 1.0 metadata for dataset search engines and loaders."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from harbincrawl.export.fields import PARTS
from harbincrawl.fields import Field
from harbincrawl.text import count_text

from .summary import DataFile, Summary

_TYPES = {
    "text": "sc:Text",
    "date": "sc:Date",
    "time": "sc:DateTime",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "texts": "sc:Text",
}
_REPEATED = ("texts", "images", "counts")


def describe_croissant(summary: Summary) -> dict[str, Any]:
    """The metadata as JSON data: each file with its checksum, and one record set for the Parquet files."""
    compiler = f"{summary.collection.compiler}: " if summary.collection.compiler else ""
    return {
        "@context": json.loads((files(__package__) / "templates" / "croissant-context.json").read_bytes()),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": summary.site.name,
        "description": (
            f"{count_text(summary.articles, 'article')} of {summary.site.base}, as archived on {summary.day}."
            f"{summary.answered}"
        ),
        "url": summary.site.base,
        # Croissant asks for a semantic version: the day has no leading zeros, run and digest are build metadata.
        "version": re.sub(r"-0?", ".", summary.day) + summary.version.removeprefix(summary.day),
        "datePublished": summary.day,
        "inLanguage": "en",
        "license": summary.license.address if summary.license else f"{summary.site.base}/",
        "publisher": {"@type": "sc:Organization", "name": summary.site.title, "url": summary.site.base},
        "creator": {"@type": "sc:Organization", "name": summary.site.title, "url": summary.site.base},
        "citeAs": f"{compiler}{summary.title}, version {summary.version}.",
        "distribution": [
            *(_describe_file(file) for file in summary.files),
            {
                "@type": "cr:FileSet",
                "@id": "parquet-files",
                "name": "parquet-files",
                "description": "The articles, one file per year of the date in their addresses.",
                "encodingFormat": "application/x-parquet",
                "includes": "data/*.parquet",
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
                "dataType": _TYPES[part.kind],
                "source": source | {"transform": {"jsonPath": f"$.{part.name}"}},
            }
            for part in parts
        ]
        return description
    return description | {"dataType": _TYPES[field.kind], "source": source}
