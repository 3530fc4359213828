"""Revisions on stdout: one as it was, and two compared word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from harbincrawl.api import Article, Revision
from harbincrawl.errors import NotFoundError
from harbincrawl.text import clean, display_width

from .articles import CITATIONS, text_lines, write_citations
from .stream import Output
from .style import BOLD, DIM, GREEN, RED, Style, read_style, wrap

if TYPE_CHECKING:
    from harbincrawl.api.article import DiffPiece

_MARKS = 4
"""Columns of the marks around what was removed or added."""
_WORD = re.compile(r"\n|[^\S\n]+|\S+")
_RANGE = re.compile(r"(\d{1,6})(?::(\d{1,6}))?", re.ASCII)


def print_diff(article: Article, text: str, output: Output) -> None:
    """Prints what changed between two revisions; `text` names them."""
    old, new = read_range(text, article.revisions())
    if output.form != "json":
        output.print_lines(diff_lines(old, new, read_style()))
        return
    changes = old.compare(new).items()
    output.print_document({
        "from": old.revision, "to": new.revision,
        "changes": {field: [piece._asdict() for piece in pieces] for field, pieces in changes},
    })  # fmt: skip


def print_revision(article: Article, wanted: int, output: Output, newspaper: str) -> None:
    """Prints one wording of an article. Raises click.BadParameter."""
    revisions = article.revisions()
    found = find_revision(revisions, wanted)
    if output.form == "json":
        output.print_document(found.as_object())
        return
    shown = found.to_record()
    if output.form in CITATIONS:
        print(write_citations(output.form, [shown], newspaper))
    else:
        style = read_style()
        below = wrap(describe_span(found, revisions[-1].revision), style.width)
        print("\n".join([*text_lines(shown, style), *(style.paint(line, DIM) for line in below)]))


def describe_span(revision: Revision, count: int) -> str:
    """Which of `count` revisions it is, and from when until when it was seen."""
    seen = "as first seen, from" if revision.revision == 1 else "as seen from"
    until = f"to {revision.replaced}" if revision.replaced else "on, the present one"
    said = f"revision {revision.revision} of {count}, {seen} {revision.seen} {until}"
    return f"{said} (times of our visits, not of the site's edits)"


def find_wording(article: Article, moment: str) -> int:
    """The revision that an article had at a time as people write it; a day, a month or a year means its end.

    Raises FilterError for what is no time, NotFoundError for one before the first capture.
    """
    found = article.at(moment)
    if found is None:
        raise NotFoundError(f"nothing tells what it said then: it was first captured {article.revisions()[0].seen}.")
    return found.revision


def find_revision(revisions: Sequence[Revision], wanted: int) -> Revision:
    """The revision with this number. Raises click.BadParameter where it is not there."""
    by_number = {each.revision: each for each in revisions}
    if wanted not in by_number:
        raise click.BadParameter(f"there is no revision {wanted}: expected {', '.join(map(str, by_number))}.")
    return by_number[wanted]


def read_range(text: str, revisions: Sequence[Revision]) -> tuple[Revision, Revision]:
    """The two revisions that `A`, `A:B` or nothing (the last two) name. Raises click.BadParameter."""
    present = revisions[-1].revision
    match = _RANGE.fullmatch(text.strip())
    if text.strip() and not match:
        raise click.BadParameter(f"{clean(text)!r} is no range of revisions: expected A or A:B.")
    if match is None and len(revisions) < 2:
        return revisions[-1], revisions[-1]
    old = int(match[1]) if match else revisions[-2].revision
    new = int(match[2]) if match and match[2] else present
    return find_revision(revisions, old), find_revision(revisions, new)


def diff_lines(old: Revision, new: Revision, style: Style) -> list[str]:
    """What changed from `old` to `new`, a part a field: [-removed-] and {+added+}, in colours where there are any.

    No line is wider than the screen.
    """
    changes = old.compare(new)
    head = f"revision {old.revision} ({old.seen}) to {new.revision} ({new.seen})"
    if not changes and old.revision == new.revision == 1 and new.replaced is None:
        return [f"never changed since {old.seen}, when it was first seen; what did change: harbincrawl edits"]
    if not changes:
        return [f"{head}: no word differs"]
    lines = [style.paint(head, DIM)]
    for field, pieces in changes.items():
        lines += ["", style.paint(field, BOLD)]
        lines += ["".join(paint_piece(piece, style) for piece in line) for line in wrap_pieces(pieces, style.width)]
    return lines


def wrap_pieces(pieces: Sequence[DiffPiece], width: int) -> list[list[DiffPiece]]:
    """The lines of a text as pieces, each line with its marks at most `width` columns wide where its words are."""
    lines: list[list[DiffPiece]] = [[]]
    taken = 0
    for piece in pieces:
        for word in _WORD.findall(clean(piece.text)):
            if word == "\n":
                lines.append([])
                taken = 0
                continue
            line = lines[-1]
            goes_on = bool(line) and line[-1].change == piece.change
            marks = 0 if goes_on or piece.change == "same" else _MARKS
            if line and not word.isspace() and taken + marks + display_width(word) > width:
                line[-1] = line[-1]._replace(text=line[-1].text.rstrip())
                lines.append([])
                line, goes_on, marks = lines[-1], False, 0 if piece.change == "same" else _MARKS
                taken = 0
            taken += marks + display_width(word)
            if goes_on:
                line[-1] = line[-1]._replace(text=line[-1].text + word)
            elif line or not word.isspace():
                line.append(piece._replace(text=word))
    return lines


def paint_piece(piece: DiffPiece, style: Style) -> str:
    """A piece with its marks: [-removed-] and {+added+}, in colours where there are any."""
    if piece.change == "same":
        return piece.text
    is_removed = piece.change == "removed"
    return style.paint(f"[-{piece.text}-]" if is_removed else f"{{+{piece.text}+}}", RED if is_removed else GREEN)
