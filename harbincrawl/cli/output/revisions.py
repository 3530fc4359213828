"""Revisions on stdout: the list of them, and two compared word by word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

import click

from harbincrawl.archive.articles.revisions import DiffPiece, Revision, compare_revisions, read_revisions
from harbincrawl.text import clean, shorten

from .stream import Output
from .style import BOLD, CYAN, DIM, GREEN, RED, Style, read_style

_RANGE = re.compile(r"(\d{1,6})(?::(\d{1,6}))?", re.ASCII)


def print_diff(connection: sqlite3.Connection, number: int, text: str, output: Output) -> None:
    """Prints what changed between two revisions; `text` names them."""
    old, new = read_range(text, read_revisions(connection, number))
    if output.form not in ("json", "jsonl"):
        output.print_lines(diff_lines(old, new, read_style()))
        return
    changes = compare_revisions(old, new).items()
    output.print_document({
        "from": old.revision, "to": new.revision,
        "changes": {field: [piece._asdict() for piece in pieces] for field, pieces in changes},
    })  # fmt: skip


def print_revisions(connection: sqlite3.Connection, number: int, output: Output) -> None:
    """Prints the revisions of an article, the first one first."""
    wordings = read_revisions(connection, number)
    if output.form in ("json", "jsonl", "csv"):
        output.print_rows((each._asdict() for each in wordings), Revision._fields)
    else:
        output.print_lines(list_lines(wordings, read_style()))


def read_range(text: str, revisions: Sequence[Revision]) -> tuple[Revision, Revision]:
    """The two revisions that `A`, `A:B` or nothing (the last two) name. Raises click.BadParameter."""
    by_number = {each.revision: each for each in revisions}
    present = revisions[-1].revision
    match = _RANGE.fullmatch(text.strip())
    if text.strip() and not match:
        raise click.BadParameter(f"{clean(text)!r} is no range of revisions: expected A or A:B.")
    if match is None and len(revisions) < 2:
        return revisions[-1], revisions[-1]
    old = int(match[1]) if match else revisions[-2].revision
    new = int(match[2]) if match and match[2] else present
    for number in (old, new):
        if number not in by_number:
            raise click.BadParameter(f"there is no revision {number}: expected {', '.join(map(str, by_number))}.")
    return by_number[old], by_number[new]


def list_lines(revisions: Sequence[Revision], style: Style) -> list[str]:
    """A line a revision: number, since when, what brought it, what changed."""
    lines: list[str] = []
    for place, each in enumerate(revisions):
        before = revisions[place - 1] if place else None
        cause = "first seen" if before is None else before.cause or "crawl"
        changed = "" if before is None else ", ".join(compare_revisions(before, each)) or "nothing in its words"
        title = shorten(clean(each.title or "(no title)"), max(20, style.width // 2))
        number = style.paint(f"{each.revision:>3}", CYAN)
        about = f"{cause}: {changed}" if changed else cause
        lines.append(f"{number}  {each.seen}  {style.paint(title, BOLD)}  {style.paint(about, DIM)}")
    return lines


def diff_lines(old: Revision, new: Revision, style: Style) -> list[str]:
    """What changed from `old` to `new`, a part a field; [-removed-] and {+added+} where there is no colour."""
    changes = compare_revisions(old, new)
    head = f"revision {old.revision} ({old.seen}) to {new.revision} ({new.seen})"
    if not changes:
        return [f"{head}: no word differs"]
    lines = [style.paint(head, DIM)]
    for field, pieces in changes.items():
        text = "".join(_painted(piece, style) for piece in pieces)
        lines += ["", style.paint(field, BOLD), *text.split("\n")]
    return lines


def _painted(piece: DiffPiece, style: Style) -> str:
    text = clean(piece.text)
    if piece.change == "same":
        return text
    removed = piece.change == "removed"
    if style.colour:
        # Each line by itself, so that a pager that cuts lines keeps the colour.
        return "\n".join(style.paint(line, RED if removed else GREEN) for line in text.split("\n"))
    return f"[-{text}-]" if removed else f"{{+{text}+}}"
