"""How articles changed, on stdout: a summary, a table by groups, a list of edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.charts.terminal import bar_lines
from harbincrawl.search.corpus.edits import Edit, EditGroup, EditSummary, Spread, WordChange
from harbincrawl.text import clean, count_text, shorten

from .facets import NO_VALUE, name_facet
from .stream import note
from .style import BOLD, CYAN, DIM, Style, table_lines, wrap

_HEADS = ("articles", "seen twice", "changed", "%", "from", "to", "edits", "days")
_CAUSES = {"crawl": "crawl", "ingest": "ingest (others' files)", "rescue": "rescue (others' archives)"}
"""What brought a wording that replaced another: what others captured is evidence of another kind."""
_LONGEST = 30
"""Columns of a name in a table."""


def note_kind() -> None:
    """Notes what an edit is, and what a time is."""
    note(
        "an edit is what one visit shows beside the one before: several between two",
        "visits are one, those undone between them none; days are until it was seen",
    )


def note_left_out(left_out: int, unjudged: int) -> None:
    """Notes what the captured pages told of the edits."""
    if left_out:
        verb = "is" if left_out == 1 else "are"
        note(
            f"{count_text(left_out, 'difference')} {verb} left out: captured pages of both wordings show all that"
            " differs, so it was only read otherwise"
        )
    if unjudged:
        verb = "is" if unjudged == 1 else "are"
        note(f"{count_text(unjudged, 'edit')} {verb} not checked: the record of a page is not there")


def headline(summary: EditSummary, style: Style) -> list[str]:
    """How many articles changed, of how many that could have shown it."""
    head = f"{count_text(summary.articles, 'article')}, {summary.seen_twice:,} of them seen at least twice"
    changed = f"{summary.changed:,} changed" if summary.changed else "no article changed"
    if summary.interval is None:
        return wrap(f"{head}: no change could be seen", style.width) if summary.articles else []
    low, high = (f"{100 * each:.1f}%" for each in summary.interval)
    share = f"{100 * summary.changed / summary.seen_twice:.1f}%, 95% interval {low} to {high}"
    times = f", {count_text(summary.edits, 'edit')}" if summary.edits else ""
    return wrap(f"{head}: {changed} ({share}){times}", style.width)


def summary_lines(summary: EditSummary, style: Style) -> list[str]:
    """What is known of the edits, a part each; nothing without any."""
    if not summary.edits:
        return []
    alone = f"{count_text(summary.date_alone, 'edit')} of the date alone" if summary.date_alone else ""
    parts = [
        ("brought by", {_CAUSES.get(cause, cause): edits for cause, edits in summary.causes.items()}),
        ("fields" + (f" ({alone})" if alone else ""), summary.fields),
        ("edits of an article", {f"{times}": articles for times, articles in summary.times.items()}),
        (_name_spread("after publication", summary.days_after_publication, "days"), summary.after_publication),
        (_name_spread("after it was first seen", summary.days_after_first_seen, "days"), summary.after_first_seen),
    ]
    lines: list[str] = []
    for name, counts in parts:
        rows = list(counts.items())
        lines += ["", style.paint(name, BOLD), *bar_lines(rows, style.width, style.paint_bar)]
    if summary.share_of_words.median is not None:
        heads = ("words of an edit of title, text or captions", "quartile", "median", "quartile")
        percents = [None if each is None else 100 * each for each in summary.share_of_words[1:]]
        spreads = [
            ("removed", *summary.words_removed[1:]),
            ("added", *summary.words_added[1:]),
            ("% of all", *percents),
        ]
        head, *below = table_lines(heads, spreads, style.width)
        lines += ["", style.paint(head, BOLD), *below]
    for name, words in (("went", summary.went), ("came", summary.came)):
        if words:
            lines += ["", style.paint(f"words that {name}, by articles", BOLD)]
            lines += bar_lines(list(map(_name_word, words)), style.width, style.paint_bar)
    return lines


def _name_word(change: WordChange) -> tuple[str, int]:
    return change.word, change.articles


def _name_spread(name: str, spread: Spread, unit: str) -> str:
    if spread.median is None:
        return name
    return f"{name} (median {spread.median:g} {unit}, quartiles {spread.lower:g} and {spread.upper:g})"


def group_lines(groups: Sequence[EditGroup], by: str, date: str, style: Style) -> list[str]:
    """A table with a line a group; nothing without any."""
    rows = []
    for each in groups:
        percents = [None if share is None else 100 * share for share in (each.share, each.low, each.high)]
        name = shorten(clean(each.value or NO_VALUE), _LONGEST)
        rows.append((name, each.articles, each.seen_twice, each.changed, *percents, each.edits, each.median_days))
    if not rows:
        return []
    heads, *lines = table_lines((name_facet(by, date), *_HEADS), rows, style.width)
    return ["", style.paint(heads, BOLD), *lines]


def edit_lines(edit: Edit, style: Style) -> list[str]:
    """One edit for people: the title, which wording was replaced and when that was seen, what changed."""
    id = edit.id.rpartition(":")[2]
    title = clean(edit.title_before or "(no title)")
    lines = [f"{style.paint(id, CYAN)}  {style.paint(shorten(title, style.width - len(id) - 2), BOLD)}"]
    if "title" in edit.fields:
        after = clean(edit.title_after or "(no title)")
        lines.append(f"  {style.paint(shorten(f'now: {after}', style.width - 2), BOLD)}")
    days = f"{count_text(edit.days_after_first_seen, 'day')} after it was first seen"
    about = (
        f"revision {edit.revision} to {edit.revision + 1}, seen {edit.replaced} ({clean(edit.cause)}), {days}:"
        f" {', '.join(edit.fields)}; {count_text(edit.words_before, 'word')}, {edit.words_removed:,} removed,"
        f" {edit.words_added:,} added"
    )
    return [*lines, *(f"  {style.paint(line, DIM)}" for line in wrap(about, style.width - 2))]


def make_row(edit: Edit) -> Mapping[str, Any]:
    """An edit for programs."""
    return edit._asdict() | {"fields": list(edit.fields), "share": round(edit.share, 4)}
