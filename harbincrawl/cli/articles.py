"""Articles on stdout: as text, as citations, as captured, one wording as it was, two compared word by word."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

import click

from harbincrawl.api import Article, Revision
from harbincrawl.errors import NotFoundError
from harbincrawl.export.citations import Cited, as_bibtex, as_citation, name_answerer, write_csl
from harbincrawl.text import clean, count_text

from .output import BOLD, DIM, GREEN, RED, Output, Style, note, read_style, wrap

Record = dict[str, Any]

READING_WIDTH = 80
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_CHANGED = re.compile(r"\[-.*?-\]|\{\+.*?\+\}", re.DOTALL)
_RANGE = re.compile(r"(\d{1,6})(?::(\d{1,6}))?", re.ASCII)


def text_lines(record: Record, style: Style) -> list[str]:
    """The article set for reading, in lines of at most 80 columns."""
    width = min(style.width, READING_WIDTH)
    lines = [style.mark(line, BOLD) for line in wrap(record["title"] or "(no title)", width, style.mark_width)]
    lines += [style.paint(line, DIM) for line in wrap(clean(_byline(record)), width)]
    lines.append(style.paint(clean(record["url"]), DIM))
    for paragraph in _paragraphs(record):
        lines += ["", *(style.mark(line) for line in wrap(paragraph, width, style.mark_width))]
    for place, image in enumerate(record["images"], 1):
        lines += ["", *wrap(clean(f"picture {place}: {_caption(image)}"), width)]
        if image["url"]:
            lines.append(style.paint(clean(image["url"]), DIM))
    facts = [f"{record['id']}, {count_text(record['word_count'], 'word')}, first seen {record['first_seen']}"]
    if record["revision"] > 1:
        facts.append(f"revision {record['revision']}, changed {record['last_changed']} (--revisions, --diff)")
    if record["status"] == "gone":
        facts.append(f"gone from the site, last seen {record['last_seen']}")
    if record["status"] == "unknown":
        facts.append(f"known only from archives of others ({record['capture']['source']}), last {record['last_seen']}")
    return [*lines, "", *(style.paint(line, DIM) for fact in facts for line in wrap(clean(fact), width))]


CITATIONS: dict[str, Callable[[Sequence[tuple[Record, Cited]]], str]] = {
    "bibtex": lambda cited: "\n\n".join(starmap(as_bibtex, cited)),
    "csl": write_csl,
    "cite": lambda cited: "\n".join(starmap(as_citation, cited)),
}
"""The forms of citations."""


def write_citations(form: str, records: Sequence[Record], newspaper: str) -> str:
    """The citations of articles in one of CITATIONS; they name the newspaper."""
    cited = Cited(newspaper=newspaper)
    return CITATIONS[form]([(record, cited) for record in records])


def _byline(record: Record) -> str:
    facts = [
        record["updated"] or record["created"] or "no date",
        record["section"],
        f"by {record['author']}" if record["author"] else None,
        record["source"],
    ]
    return " · ".join(fact for fact in facts if fact)


def _caption(image: dict[str, Any]) -> str:
    return " ".join(filter(None, (image["caption"], f"[{image['credit']}]" if image["credit"] else None)))


def _paragraphs(record: Record) -> list[str]:
    return record["body"].split("\n\n") if record["body"] else []


def capture_lines(article: Article) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    for each in article.pages():
        place = f"warc/{each.warc} at byte {each.offset}" if each.warc else "no record was kept"
        origin = f", ingested from {each.origin}" if each.origin else ""
        answerer = name_answerer(each.source, each.host, each.address)
        asked = f"{answerer} in place of {each.address}" if answerer else each.address
        lines.append(clean(f"captured {each.fetched_at} from {asked} ({place}{origin})"))
    return lines


def print_raw(article: Article, wanted: int | None, page: int) -> None:
    """Writes a captured page of one wording (None: the present one), Content-Encoding undone, in its own charset.

    Raises click.BadParameter, NoEvidenceError, WarcError, BucketError.
    """
    revisions = article.revisions()
    body, capture, usual = (revisions[-1] if wanted is None else find_revision(revisions, wanted)).read_page(page)
    if capture != usual:
        note(f"the record of capture {usual} is not there: this is capture {capture}, which shows it, too")
    sys.stdout.flush()
    sys.stdout.buffer.write(body)


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
    """What changed from `old` to `new`, a part a field: [-removed-] and {+added+}, in colours where there are any."""
    changes = old.compare(new)
    head = f"revision {old.revision} ({old.seen}) to {new.revision} ({new.seen})"
    if not changes and old.revision == new.revision == 1 and new.replaced is None:
        return [f"never changed since {old.seen}, when it was first seen; what did change: harbincrawl edits"]
    if not changes:
        return [f"{head}: no word differs"]
    lines = [style.paint(head, DIM)]
    for field, pieces in changes.items():
        marked = "".join(_MARKS[piece.change].format(clean(piece.text)) for piece in pieces)
        text = "\n".join(row for line in marked.split("\n") for row in wrap(line, style.width) or [""])
        lines += ["", style.paint(field, BOLD), _CHANGED.sub(lambda found: _paint_change(found[0], style), text)]
    return lines


def _paint_change(text: str, style: Style) -> str:
    """A change, line by line, in its colour where there are any."""
    return "\n".join(style.paint(line, RED if text.startswith("[") else GREEN) for line in text.split("\n"))
