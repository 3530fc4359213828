"""Lines that say when, by whom and from where a text is: date, By line, source and editor, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites.words import Words, is_end_of_sentence

from .byline import is_short_date, read_by

_MOST = 8
"""Lines of labels in a row."""
_SKIPPED = 4
"""Lines of tools (print, font size) among them."""
_TAIL = 12
"""Lines from the end of a text in which its labels may begin."""
_LONGEST = 200
"""Characters of a line of labels."""
_LONGEST_BETWEEN = 60
"""Characters of another line between two labels at the end, or behind the last."""
_MARKS = " \t|·•,，;；-–—"
_EDGE = " \t|·•,，;；()（）[]［］【】-–—"
_DATE_ALONE = re.compile(r"^\W{0,2}\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\W{0,2}$")
_ACTION = re.compile(r"^(?:javascript:|#|mailto:)", re.IGNORECASE)


_REASONS = {"date": Reason.DATE, "by": Reason.BYLINE, "source": Reason.SOURCE, "editor": Reason.EDITOR}


@dataclass(slots=True)
class Labels:
    """What a run of such lines says."""

    first_line: int
    end_line: int
    """Index behind its last line."""
    date_text: str | None = None
    """None without a date line; empty where it has no date."""
    author: str | None = None
    source: str | None = None
    kinds: set[str] = field(default_factory=set)
    """`date`, `by`, `source`, `editor`."""

    def take(self, kind: str, value: str, more: str | None = None) -> None:
        """Takes in a label; of two of a kind the first counts, and a source of its own line before one in brackets."""
        if kind == "date" and not self.date_text:
            self.date_text = value
        elif kind == "by" and "by" not in self.kinds:
            self.author = value or None
            self.source = self.source or more
        elif kind == "source" and "source" not in self.kinds:
            self.source = value or None
        self.kinds.add(kind)

    def merge(self, other: Labels | None) -> Labels:
        """These labels with what only `other` says."""
        if other is None:
            return self
        return Labels(
            self.first_line,
            self.end_line,
            self.date_text or other.date_text,
            self.author or other.author,
            self.source or other.source,
            self.kinds | other.kinds,
        )


def read_labels(lines: Sequence[Line], start: int, words: Words) -> Labels | None:
    """The labels in a row from line `start` on, tools between them left out; None where there are none."""
    found = Labels(start, start)
    at, skipped = start, 0
    while at < len(lines) and at - start < _MOST + skipped:
        if end := _take_label(lines, at, words, found):
            at = found.end_line = end
        elif skipped < _SKIPPED and is_tool(lines[at], words):
            at, skipped = at + 1, skipped + 1
        else:
            break
    return found if found.kinds else None


def read_last_labels(lines: Sequence[Line], start: int, end: int, words: Words) -> Labels | None:
    """The labels with which the text `lines[start:end]` ends; None where it ends without.

    What stands between and behind them is the page's own: tools, and short lines that are no sentences.
    """
    first = None
    at = end - 1
    while at >= max(start, end - _TAIL):
        probe = Labels(at, at)
        if _take_label(lines[:end], at, words, probe):
            first = at
        elif at > start and words.label_alone.match(lines[at - 1].text):
            # What a label in the cell before says.
            at -= 1
            first = at
        elif not (is_tool(lines[at], words) or (first is None and _is_beside(lines[at]))):
            break
        at -= 1
    if first is None:
        return None
    found = Labels(first, end)
    at = first
    while at < end:
        at = _take_label(lines[:end], at, words, found) or at + 1
    return found


def find_last_labels(lines: Sequence[Line], start: int, stop: int, words: Words) -> Labels | None:
    """The first labels behind the last sentence of a text, from line `start` on; None where there are none.

    Furniture may stand before and behind them, which says nothing of where the text ends.
    """
    found = Labels(stop, stop)
    at = start
    while at < stop:
        if behind := _take_label(lines[:stop], at, words, found):
            found.first_line = min(found.first_line, at)
            at = found.end_line = behind
        elif not found.kinds or is_tool(lines[at], words) or _is_beside(lines[at]):
            at += 1
        else:
            break
    return found if found.kinds else None


def find_labels_end(lines: Sequence[Line], start: int, stop: int, words: Words) -> int:
    """Index behind the labels, and the tools among them, that stand in a row from line `start` on."""
    at = start
    while at < stop:
        taken = _take_label(lines, at, words, Labels(at, at))
        if not taken and not is_tool(lines[at], words):
            break
        at = taken or at + 1
    return at


def give_label_roles(roles: Roles, start: int, end: int, words: Words) -> None:
    """Gives the lines from `start` up to `end`, labels and the tools between them, their roles."""
    lines, at = roles.lines, start
    while at < end:
        probe = Labels(at, at)
        behind = min(_take_label(lines[:end], at, words, probe), end)
        text = lines[at].text
        reasons = [reason for kind, reason in _REASONS.items() if kind in probe.kinds]
        if behind == at + 1 and len(reasons) > 1:
            roles.divide(at, _cut_labels(text, words, reasons[0]))
            roles.whole[at] = reasons[0]
        elif behind:
            roles.give(at, behind, reasons[0])
        elif date := words.date_line.match(text):
            inner = words.by_inside.search(text)
            roles.whole[at] = Reason.DATE
            if inner and inner.start() > date.start("rest"):
                roles.divide(at, [(text[: inner.start()].rstrip(), Reason.DATE), (inner[0], Reason.BYLINE)])
        elif is_tool(lines[at], words):
            roles.whole[at] = Reason.TOOL
        else:
            # The next of the cells in which a label's words stand.
            before = roles.whole[max(start, at - 1)]
            roles.whole[at] = Reason.BYLINE if words.by_start.match(text) else before
        at = max(behind, at + 1)


def _cut_labels(text: str, words: Words, first: Reason) -> list[tuple[str, Reason]]:
    """The parts of a line of labels, each with what it is."""
    cuts = sorted({*(match.start() for match in words.label_cut.finditer(text)), *_find_by(text, words), 0, len(text)})
    parts: list[tuple[str, Reason]] = []
    for begin, end in pairwise(cuts):
        label = _read_label(text[begin:end].strip(_MARKS), words) or _read_label(text[begin:end].strip(_EDGE), words)
        reason = _REASONS[label[0]] if label else parts[-1][1] if parts else first
        parts.append((text[begin:end].strip(), reason))
    return parts


def is_tool(line: Line, words: Words) -> bool:
    """True for a line that is the page's furniture: views, font size, print, share."""
    if line.images:
        return False
    if line.is_link and all(_ACTION.match(link.href) for link in line.links):
        return True
    return words.is_furniture(line.text)


def _is_beside(line: Line) -> bool:
    return not line.images and len(line.text) <= _LONGEST_BETWEEN and line.text[-1:] not in '.!?。！？”"]］'


def _take_label(lines: Sequence[Line], at: int, words: Words, found: Labels) -> int:
    """Index behind the label at `at`, which `found` takes in; 0 where there is none."""
    text = lines[at].text
    if not text or len(text) > _LONGEST:
        return 0
    if at + 1 < len(lines) and (words.label_alone.match(text) or words.by_start.match(text)):
        # The label in one cell and what it says in the next; an author, and the source in brackets below.
        whole = f"{text} {lines[at + 1].text}"
        alone = words.label_alone.match(text)
        if len(whole) <= _LONGEST and (alone or (not read_by(text, words) and read_by(whole, words))):
            if parts := _read_parts(whole, words):
                return _take_all(parts, found, at + 2)
            if alone:
                return _take_all([(*_kind_alone(text, words), None)], found, at + 1)
    parts = _read_parts(text, words)
    return _take_all(parts, found, at + 1) if parts else 0


def _take_all(parts: list[tuple[str, str, str | None]], found: Labels, end: int) -> int:
    for part in parts:
        found.take(*part)
    return end


def _kind_alone(text: str, words: Words) -> tuple[str, str]:
    kinds = (("date", words.updated), ("source", words.source), ("editor", words.editor))
    bare = text.strip(" :：").lower()
    return next((kind for kind, labels in kinds if bare in {each.strip(" :：").lower() for each in labels}), "by"), ""


def _read_parts(text: str, words: Words) -> list[tuple[str, str, str | None]] | None:
    """(kind, value, source in brackets) of each label on the line; None where any of it is none."""
    for at in _find_by(text, words):
        # `Updated: 2014-11-05 10:12 By Wang Wei (Xinhua)`
        before, by = _read_parts(text[:at].strip(_EDGE), words), _read_label(text[at:], words)
        if before and by and by[0] == "by":
            return [*before, by]
    if text.endswith((")", "）")) and (bracket := max(text.rfind("("), text.rfind("（"))) > 0 and words.by_forms:
        # `Updated : 2014-11-05 ( ejilin.gov.cn )`
        date, by = _read_label(text[:bracket].strip(_MARKS), words), _read_label(text[bracket:], words)
        if date and by and date[0] == "date" and by[0] == "by":
            return [date, by]
    if (whole := _read_label(text, words)) and not (len(words.label_cut.findall(text)) > 1):
        return [whole]
    parts = [part.strip(_MARKS) for part in words.label_cut.split(text)]
    made = [_read_label(part, words) or _read_label(part.strip(_EDGE), words) for part in parts if part]
    return [part for part in made if part] if made and None not in made else ([whole] if whole else None)


def _find_by(text: str, words: Words) -> list[int]:
    """Where a By line may begin within a line of other labels."""
    return [match.start() for match in words.by_within.finditer(text)][:_MOST]


def _read_label(text: str, words: Words) -> tuple[str, str, str | None] | None:
    if words.editor_line.match(text) and not is_end_of_sentence(text):
        return "editor", "", None
    if (match := words.source_line.match(text)) and not is_end_of_sentence(text):
        return "source", match["source"].strip(_EDGE), None
    if (match := words.date_line.match(text)) and is_short_date(match["rest"], words):
        return "date", match["rest"], None
    if not words.updated and _DATE_ALONE.match(text):
        return "date", text, None
    if found := read_by(text, words):
        return "by", found[0] or "", found[1]
    for form in words.by_forms:
        if match := form.match(text):
            named = match.groupdict()
            if words.is_furniture(text):
                # `(责任编辑：李娜)`
                return "editor", "", None
            return "by", (named.get("author") or "").strip(), (named.get("source") or "").strip() or None
    return None
