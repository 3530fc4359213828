"""What each metadata file of a bundle says of it, read back without its writers; rules of Zenodo's upload metadata."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

_TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "$&%#_"},
}
_IDENTIFIER = {"type": "string", "pattern": "^(https?://|10[.][0-9]{4,9}/)"}

ZENODO: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["upload_type", "title", "creators", "description", "access_right", "publication_date"],
    "properties": {
        "upload_type": {"const": "dataset"},
        "title": {"type": "string", "minLength": 3},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {"name": {"type": "string", "minLength": 1}, "affiliation": {"type": "string"}},
            },
        },
        "description": {"type": "string", "minLength": 3},
        "publication_date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"type": "string", "pattern": "^[A-Za-z0-9.+-]+$"},
        "access_conditions": {"type": "string", "minLength": 1},
        "version": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string", "minLength": 1}},
        "notes": {"type": "string"},
        "language": {"type": "string", "pattern": "^[a-z]{3}$"},
        "related_identifiers": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["identifier", "relation"],
                "properties": {
                    "identifier": _IDENTIFIER,
                    "relation": {"enum": ["isDerivedFrom", "isNewVersionOf", "isSupplementTo", "references"]},
                    "resource_type": {"enum": ["dataset", "publication-other", "other"]},
                },
            },
        },
    },
    "allOf": [
        {
            "if": {"properties": {"access_right": {"const": "open"}}},
            "then": {"required": ["license"]},
            "else": {"not": {"required": ["license"]}},
        },
        {
            "if": {"properties": {"access_right": {"const": "restricted"}}},
            "then": {"required": ["access_conditions"]},
        },
    ],
}
"""What Zenodo asks of an upload, by the table of its REST API, as a JSON schema."""


class Facts(NamedTuple):
    """What a file says; None: it has no place for it."""

    title: str | None
    creator: str | None
    version: str | None
    day: str | None
    license: str | None
    """An identifier of SPDX or an address; "none" where the file names none."""
    home: str | None
    seal: str | None


def read_facts(folder: Path) -> dict[str, Facts]:
    """What each metadata file of the bundle says, by the name of the file."""
    readers = {
        "datapackage.json": _read_package,
        "croissant.json": _read_croissant,
        "datacite.json": _read_datacite,
        ".zenodo.json": _read_zenodo,
        "CITATION.cff": _read_cff,
        "citation.bib": _read_bibtex,
        "README.md": _read_card,
    }
    return {name: read((folder / name).read_text("utf-8")) for name, read in readers.items()}


def _name_license(text: str | None) -> str:
    """An identifier of the address by which some files name it."""
    found = re.fullmatch(r"https://spdx\.org/licenses/(.+)\.html", text or "")
    return found[1] if found else text or "none"


def _read_package(text: str) -> Facts:
    found = json.loads(text)
    (creator,) = (each["title"] for each in found["contributors"] if "creator" in each["roles"])
    (terms,) = found.get("licenses", [{}])
    license = _name_license(terms.get("path"))
    assert terms.get("name", license) == license or not terms
    return Facts(
        found["title"], creator, found["version"], found["created"][:10], license, found["sources"][0]["path"], None
    )


def _read_croissant(text: str) -> Facts:
    found = json.loads(text)
    day, _, rest = found["version"].partition("+")
    version = "-".join(part.zfill(2) for part in day.split(".")) + f"+{rest}"
    assert found["citeAs"].endswith(f"version {version}.")
    assert found["publisher"] == found["creator"]
    title = found["citeAs"].removesuffix(f", version {version}.")
    if "url" not in found["creator"]:  # not the newspaper, which is in the title
        assert title.startswith(f"{found['creator']['name']}: ")
        title = title.removeprefix(f"{found['creator']['name']}: ")
    home = found["isBasedOn"]
    assert found["url"] == home
    license = _name_license(found.get("license"))
    return Facts(title, found["creator"]["name"], version, found["datePublished"], license, home, None)


def _read_datacite(text: str) -> Facts:
    found = json.loads(text)
    (creator,), (title,), (related,) = found["creators"], found["titles"], found["relatedIdentifiers"]
    assert found["publisher"]["name"] == creator["name"]
    assert related["relationType"] == "IsDerivedFrom"
    (day,) = (each["date"] for each in found["dates"] if each["dateType"] == "Issued")
    assert found["publicationYear"] == day[:4]
    (terms,) = found.get("rightsList", [{}])
    license = _name_license(terms.get("rightsUri"))
    assert terms.get("rightsIdentifier", license) == license
    (seal,) = (each["alternateIdentifier"] for each in found.get("alternateIdentifiers", [{"alternateIdentifier": ""}]))
    home = related["relatedIdentifier"]
    return Facts(title["title"], creator["name"], found["version"], day, license, home, seal)


def _read_zenodo(text: str) -> Facts:
    found = json.loads(text)
    (creator,), (related,) = found["creators"], found["related_identifiers"]
    conditions = re.search(r'href="([^"]+)"', found.get("access_conditions", ""))
    license = found.get("license") or (html.unescape(conditions[1]) if conditions else "none")
    assert (found["access_right"] == "closed") == (license == "none")
    seal = html.unescape(found.get("notes", "")).removesuffix("</p>").rpartition(": ")[2]
    home = related["identifier"]
    return Facts(found["title"], creator["name"], found["version"], found["publication_date"], license, home, seal)


def _read_cff(text: str) -> Facts:
    def read(name: str) -> str | None:
        found = re.search(rf"^ *{name}: (.*)$", text, re.MULTILINE)
        return None if found is None else json.loads(found[1]) if found[1].startswith('"') else found[1]

    license = read("license") or read("license-url") or "none"
    (home,) = set(re.findall(r'^ *url: "(.*)"$', text, re.MULTILINE))
    seal = read("value") or ""
    return Facts(read("title"), read("- name"), read("version"), read("date-released"), license, home, seal)


def _read_bibtex(text: str) -> Facts:
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))
    depth = 0
    for sign in text:  # as BibTeX counts: a brace behind a backslash is one, too
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert fields["publisher"] == fields["author"]
    assert fields["year"] == fields["date"][:4]
    title, creator = (_undo_tex(fields[name].removeprefix("{").removesuffix("}")) for name in ("title", "author"))
    license, seal = _undo_tex(fields.get("license", "none")), fields.get("note", "").rpartition(": ")[2]
    return Facts(title, creator, fields["version"], fields["date"], license, fields["url"], seal)


def _undo_tex(text: str) -> str:
    return re.sub(r"\\(?:text[a-z]+\{\}|.)", lambda found: _TEX[found[0]], text)


def _read_card(text: str) -> Facts:
    front, body = text.removeprefix("---\n").split("\n---\n", 1)
    head = dict(re.findall(r"^(\w+): (.*)$", front, re.MULTILINE))
    creator = re.search(r"^Compiled by (.*)\.$", body, re.MULTILINE)
    cited = re.search(r"^## How to cite\n\n(.*), version (\S+), [\d,]+ articles?\.", body, re.MULTILINE)
    assert cited is not None
    named = re.sub(r"\\(.)", r"\1", creator[1]) if creator else None
    who, _, title = re.sub(r"\\(.)", r"\1", cited[1]).partition(": ") if creator else ("", "", cited[1])
    if creator:
        assert re.sub(r"\\(.)", r"\1", cited[1]) == f"{named}: {json.loads(head['pretty_name'])}", (who, title)
    else:
        assert cited[1] == json.loads(head["pretty_name"])
    license = "none" if head["license"] == "unknown" else _name_license(head["license_link"])
    assert license in ("none", *re.findall(r"licensed as \[(.*?)\]", body))
    seal = re.search(r"^Seal of run \d+, the last of the archive: `(.*)`\.$", body, re.MULTILINE)
    day = re.search(r"State of the archive: (\d{4}-\d{2}-\d{2})T", body)
    home = re.search(r"^[\d,]+ articles? of \[.*?\]\((.*?)\)", body, re.MULTILINE)
    assert day is not None
    assert home is not None
    return Facts(json.loads(head["pretty_name"]), named, cited[2], day[1], license, home[1], seal[1] if seal else "")
