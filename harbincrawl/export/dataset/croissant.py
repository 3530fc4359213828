"""The descriptor of a bundle for programs, Croissant 1.0: fields, their types, and checksums of the files."""

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
_MEDIA_TYPES = {"jsonl": "application/jsonlines", "csv": "text/csv", "parquet": "application/x-parquet"}
_FILE_SET = "jsonl-files"


def describe_croissant(summary: Summary) -> dict[str, Any]:
    """The metadata as JSON data: each file with its checksum, and one record set of the JSON lines."""
    creator = {"@type": "sc:Organization", "name": summary.creator}
    if not summary.is_compiled:
        creator["url"] = summary.homepage
    return {
        "@context": json.loads((files(__package__) / "templates" / "croissant-context.json").read_bytes()),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": summary.name,
        "description": summary.description,
        "url": summary.homepage,
        # Croissant asks for a semantic version: the day has no leading zeros, run and digest are build metadata.
        "version": re.sub(r"-0?", ".", summary.day) + summary.version.removeprefix(summary.day),
        "datePublished": summary.day,
        "inLanguage": summary.language,
        **({"license": summary.terms} if summary.terms else {}),
        "creator": creator,
        "publisher": creator,
        "isBasedOn": summary.homepage,
        "citeAs": f"{summary.citation}.",
        "distribution": [
            *(_describe_file(file) for file in summary.files),
            {
                "@type": "cr:FileSet",
                "@id": _FILE_SET,
                "name": _FILE_SET,
                "description": "The articles, one file per year of the date in their addresses.",
                "encodingFormat": _MEDIA_TYPES["jsonl"],
                "includes": "data/jsonl/*.jsonl",
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
        "encodingFormat": _MEDIA_TYPES[file.format],
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
    source = {"fileSet": {"@id": _FILE_SET}, "extract": {"column": field.name}}
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
