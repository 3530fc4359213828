"""What each metadata file of a bundle says of it, read back without its writers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple


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
        "croissant.json": _read_croissant,
        "CITATION.cff": _read_cff,
        "README.md": _read_card,
    }
    return {name: read((folder / name).read_text("utf-8")) for name, read in readers.items()}


def _name_license(text: str | None) -> str:
    """An identifier of the address by which some files name it."""
    found = re.fullmatch(r"https://spdx\.org/licenses/(.+)\.html", text or "")
    return found[1] if found else text or "none"


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


def _read_cff(text: str) -> Facts:
    def read(name: str) -> str | None:
        found = re.search(rf"^ *{name}: (.*)$", text, re.MULTILINE)
        return None if found is None else json.loads(found[1]) if found[1].startswith('"') else found[1]

    license = read("license") or read("license-url") or "none"
    (home,) = set(re.findall(r'^ *url: "(.*)"$', text, re.MULTILINE))
    seal = read("value") or ""
    return Facts(read("title"), read("- name"), read("version"), read("date-released"), license, home, seal)


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
