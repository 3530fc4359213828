"""CHANGES.md of a bundle: the articles that are new, changed, gone, back or left out since a previous bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from harbincrawl.errors import DestinationError, SpecialFileError
from harbincrawl.files import open_part

from .summary import Summary
from .texts import write_text

MOST_IDS = 200
"""At most this many ids of one kind are listed; the rest is counted."""


class State(NamedTuple):
    """The values of an article that are compared."""

    revision: int
    status: str
    fingerprint: str | None
    """None: of a bundle to share, which has none."""

    def is_other_text(self, other: State) -> bool:
        """Whether the text changed: by its fingerprint, where both bundles have it, else by the number of changes."""
        if self.fingerprint is None or other.fingerprint is None:
            return self.revision != other.revision
        return self.fingerprint != other.fingerprint


def compare_bundles(folder: Path, previous: Path | None, summary: Summary) -> str:
    """The text of CHANGES.md. Raises DestinationError if `previous` is not a bundle."""
    if previous is None:
        return write_text("CHANGES.md", summary, before=None, groups=())
    before, after = dict(read_states(previous)), dict(read_states(folder))
    added = [name for name in after if name not in before]
    both = [name for name in after if name in before]
    groups = (
        ("New", added),
        ("Changed", [name for name in both if before[name].is_other_text(after[name])]),
        (
            "Gone from the site",
            [name for name in both if before[name].status != "gone" and after[name].status == "gone"],
        ),
        ("Back on the site", [name for name in both if (before[name].status, after[name].status) == ("gone", "live")]),
        (
            "Found on the site",
            [name for name in both if (before[name].status, after[name].status) == ("unknown", "live")],
        ),
        ("No longer in the dataset", [name for name in before if name not in after]),
    )
    return write_text(
        "CHANGES.md",
        summary,
        before=before,
        version=read_version(previous),
        groups=[(title, sorted(names, key=lambda name: (len(name), name))) for title, names in groups if names],
        most=MOST_IDS,
    )


def read_states(folder: Path) -> Iterator[tuple[str, State]]:
    """(id, state) of each article in a bundle."""
    for path in sorted((folder / "data").glob("*.jsonl")):
        try:
            with open_part(path) as file:
                for line in file:
                    article = json.loads(line)
                    yield article["id"], State(article["revision"], article["status"], article.get("fingerprint"))
        except (SpecialFileError, ValueError, KeyError, TypeError) as error:
            raise DestinationError(f"{folder} is not a bundle: cannot read data/{path.name} ({error}).") from None


def read_version(folder: Path) -> str:
    """The version of a bundle. Raises DestinationError if `folder` is not a bundle."""
    try:
        with open_part(folder / "datapackage.json") as file:
            return str(json.loads(file.read())["version"])
    except (SpecialFileError, OSError, ValueError, KeyError, TypeError) as error:
        raise DestinationError(f"{folder} is not a bundle: cannot read its datapackage.json ({error}).") from None
