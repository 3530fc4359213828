"""CHANGES.md of a bundle: which articles are new, changed, gone, back or left out beside a previous bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from harbincrawl.errors import DestinationError

from .summary import Summary

MOST_IDS = 200
"""More ids of one kind are counted, not named."""


class State(NamedTuple):
    """What is compared of an article."""

    fingerprint: str
    status: str


def compare_bundles(folder: Path, previous: Path | None, summary: Summary) -> str:
    """The file's text. Raises DestinationError where `previous` is no bundle."""
    head = f"# Changes\n\nVersion {summary.day}, {summary.articles:,} articles"
    if previous is None:
        return f"{head}; compared with no earlier bundle.\n"
    before, after = dict(read_states(previous)), dict(read_states(folder))
    added = [name for name in after if name not in before]
    both = [name for name in after if name in before]
    groups = (
        ("New", added),
        ("Changed", [name for name in both if before[name].fingerprint != after[name].fingerprint]),
        (
            "Gone from the site",
            [name for name in both if (before[name].status, after[name].status) == ("live", "gone")],
        ),
        ("Back on the site", [name for name in both if (before[name].status, after[name].status) == ("gone", "live")]),
        ("No longer in the dataset", [name for name in before if name not in after]),
    )
    parts = [f"{head}; compared with version {read_version(previous)}, {len(before):,} articles."]
    parts += [_write_group(title, names) for title, names in groups if names]
    if len(parts) == 1:
        parts.append("No article is new, changed, gone or left out.")
    return "\n\n".join(parts) + "\n"


def read_states(folder: Path) -> Iterator[tuple[str, State]]:
    """(id, state) of every article in a bundle."""
    for path in sorted((folder / "data").glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                found = json.loads(line)
                yield found["id"], State(found["fingerprint"], found["status"])


def read_version(folder: Path) -> str:
    """The version of a bundle: a day. Raises DestinationError where `folder` is none."""
    try:
        return str(json.loads((folder / "datapackage.json").read_bytes())["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DestinationError(f"{folder} is no bundle: its datapackage.json cannot be read ({error}).") from None


def _write_group(title: str, names: Sequence[str]) -> str:
    named = sorted(names, key=lambda name: (len(name), name))
    lines = [f"- {name}" for name in named[:MOST_IDS]]
    if len(named) > MOST_IDS:
        lines.append(f"- and {len(named) - MOST_IDS:,} more")
    return f"## {title}: {len(names):,}\n\n" + "\n".join(lines)
