"""What repositories and reference managers read of a bundle: DataCite JSON, Zenodo's `.zenodo.json`, BibLaTeX."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from harbincrawl.export.citations import write_tex
from harbincrawl.text import count_text

from .about import About
from .summary import Summary

_MEDIA_TYPES = ["application/vnd.apache.parquet", "application/jsonl"]


def describe_datacite(about: About, summary: Summary) -> dict[str, Any]:
    """The metadata by the JSON of DataCite's schema 4, without the DOI, which the repository gives."""
    terms = about.license
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": f"{summary.kind}news articles".capitalize()},
        # Who compiled it may be a person or not: nothing here tells.
        "creators": [{"name": about.creator} | ({} if about.is_compiled else {"nameType": "Organizational"})],
        "titles": [{"title": about.title, "lang": about.language}],
        "publisher": {"name": about.creator},
        "publicationYear": about.day[:4],
        "version": about.version,
        "language": about.language,
        "dates": [
            {"date": about.day, "dateType": "Issued"},
            *([{"date": "/".join(dict.fromkeys(about.collected)), "dateType": "Collected"}] if about.collected else []),
        ],
        "descriptions": [{"description": about.description, "descriptionType": "Abstract", "lang": about.language}],
        "subjects": [{"subject": word} for word in about.keywords],
        "sizes": [
            count_text(summary.articles, "article"),
            count_text(sum(file.bytes for file in summary.files), "byte"),
        ],
        "formats": _MEDIA_TYPES,
        **(
            {"alternateIdentifiers": [{"alternateIdentifier": about.seal[1], "alternateIdentifierType": about.sealed}]}
            if about.seal
            else {}
        ),
        "relatedIdentifiers": [
            {
                "relatedIdentifier": about.homepage,
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
                "resourceTypeGeneral": "Journal",
            }
        ],
        **({"rightsList": [_describe_rights(about)]} if terms else {}),
    }


def _describe_rights(about: About) -> dict[str, str]:
    terms = about.license
    assert terms is not None  # noqa: S101 - whoever calls has looked
    named = {"rights": terms.text, "rightsUri": terms.address}
    if terms.is_address:
        return named
    return named | {
        "rightsIdentifier": terms.text,
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }


def describe_zenodo(about: About) -> dict[str, Any]:
    """The metadata as Zenodo reads them of an upload.

    An open upload that names no licence is one in the public domain to Zenodo: without a licence it is closed, and one
    that Zenodo does not know by name is a condition of a restricted one.
    """
    terms = about.license
    if terms is None:
        access = {"access_right": "closed"}
    elif terms.is_address:
        conditions = f'<p>The terms are those of <a href="{escape(terms.address)}">{escape(terms.address)}</a>.</p>'
        access = {"access_right": "restricted", "access_conditions": conditions}
    else:
        access = {"access_right": "open", "license": terms.text}
    return {
        "upload_type": "dataset",
        "title": about.title,
        "creators": [{"name": about.creator}],
        "description": f"<p>{escape(about.description)}</p>",
        "publication_date": about.day,
        "version": about.version,
        "keywords": list(about.keywords),
        **access,
        **({"notes": f"<p>{escape(f'{about.sealed}: {about.seal[1]}')}</p>"} if about.seal else {}),
        "related_identifiers": [
            {"identifier": about.homepage, "relation": "isDerivedFrom", "resource_type": "publication-other"}
        ],
    }


def as_bibtex(about: About) -> str:
    """A BibLaTeX entry. Classic BibTeX, which does not know `@dataset`, takes it as `@misc`."""
    terms = about.license
    fields = {
        "author": f"{{{write_tex(about.creator)}}}",
        "title": f"{{{write_tex(about.title)}}}",
        "date": about.day,
        "year": about.day[:4],
        "publisher": f"{{{write_tex(about.creator)}}}",
        "version": about.version,
        "url": about.homepage,
        "note": f"{about.sealed}: {about.seal[1]}" if about.seal else None,
        "license": write_tex(terms.text) if terms else None,
        "keywords": ", ".join(map(write_tex, about.keywords)),
    }
    # A key of letters, digits and dashes: a comma would end it.
    key = re.sub(r"[^a-z0-9]+", "-", f"{about.homepage.partition('://')[2]}-{about.version}".lower()).strip("-")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@dataset{{{key},", *lines, "}\n"])
