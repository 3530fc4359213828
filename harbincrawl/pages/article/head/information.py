"""Information on an article: its day, author, source and editor, read as labels and values on any lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, cast

from harbincrawl.pages.article.content.pictures import is_publisher
from harbincrawl.pages.html.line import ACTION, SEAM, Line, Place
from harbincrawl.pages.roles import Reason
from harbincrawl.sites.words import Words, is_end_of_sentence

_COLON = re.compile(r"\s*[:：]")
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_MONTH = r"[A-Z][a-z]{2,8}\.?"
_ORDINAL = r"\d{1,2}(?:[a-z]{2})?"
_DAY = re.compile(
    rf"\d{{4}}\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}(?:\s*日)?(?:[\sT]{{1,3}}{_TIME})?"
    rf"|(?:[A-Z][a-z]{{2,8}}\.?,? )?(?:{_MONTH} {_ORDINAL},?|{_ORDINAL}[ -]{_MONTH},?)[ -]\d{{4}}"
    rf"(?:(?:,| -)? {_TIME})?"
)
"""A day in figures, or with the name of its month, with the time of day."""
_NEAR_DIGIT = re.compile(r"\s*(?:on\s+)?(?:[A-Z][a-z]{2,8}\.?,?\s+){0,2}\d")
"""What follows a date's label that has no colon."""
_BRACKETED = re.compile(r"(?P<before>[^()（）\n]*\n?[^()（）\n]*)[(（](?P<inside>[^()（）]{0,120})[)）]")
_IN_BRACKETS = re.compile(r"\s*[(（](?P<inside>[^()（）]{0,120})[)）]\s*")
_HARD = re.compile(r"[\n|·•┊│▪■◆【】]+|\s+[/\\–—]+\s+|\s+-+\s+|(?<=\s)/(?=\s)")
"""No value goes on behind it."""
_DIVIDED = re.compile(r"[|·•【】；;]|\s/\s")
"""What names never have among them."""
_CUT = re.compile(rf"{_HARD.pattern}|\s*{SEAM}\s*")
_EDGE = " \t\n|·•┊│▪■◆【】,，;；-–—/\\" + SEAM
_MARGIN = _EDGE + ":："
"""What stands around a value."""
_BOUNDS = frozenset("\n|·•┊│▪■◆【】,，;；)）]］" + SEAM)
"""Behind which a label stands by itself."""
_UNKNOWN = re.compile(r"(?<!\w)[^\W\d_][\w’'.&-]*(?:[ ][^\W\d_][\w’'.&-]*){0,3}(?=\s?[:：](?!//))")
"""The words before a colon; of a time of day none."""
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:,?\s+[^\W\d_][\w.'’-]*){0,5}")
_PHRASE = re.compile(rf"(?:^|[\n|{SEAM}])\s*(?P<lead>(?:[^\W\d_]+ ){{1,2}})$")
"""Words before a label that begins with a small letter: `Last updated`."""
_LEAD = re.compile(r"[^\W\d_] $")
"""The end of a word before one that goes on."""
_PREPOSITION = re.compile(r"\s+(?:on|at)(?=[\s:：]|$)")
_NO_NAME = re.compile(r"\d|[!?;:]\s|\b(?:the|of|end|year|next|this|its|in|on|at|to|for|with|from|an?)\b", re.IGNORECASE)
_JOIN = re.compile(r"\s+and\s+|\s*&\s*|\s*,\s*|\s*、\s*", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:\band|&|,|、)$|^(?:and\b|&|,|、)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_WORD_START = re.compile(r"(?<!\S)\S|(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+$")
_CELLS = frozenset(("td", "th", "li", "dt", "dd"))
_TERMS = {"dt": "dd", "th": "td"}
"""Cells of labels, and those of their values behind them."""
_MAX_VALUE = 120
"""Characters of an author, a source, or what else stands behind a label."""
_MAX_LINE = 400
"""Characters of a line of information that has no date: a longer one is a paragraph."""
_MAX_SHORT = 40
"""Characters of a value that may end in a full stop: `China Daily Inc.`"""
_MAX_DATE = 60
_MAX_DATE_WORDS = 5
"""Of a date with weekday, month and the zone of its time: a title that begins with the label has more."""
_MAX_COUNTER_WORDS = 3
"""Words that stand with a number: `12 readers' comments`."""
_MAX_TOOLS = 5
"""Lines of tools (print, font size) among lines of information."""
_MAX_LINES = 24
_MAX_ABOVE = 14
"""Lines of information above the one with the date."""
_NEAR_HEADING = 3
"""Lines above a By line among which a heading shows that it is no title."""
_MAX_LABELS = 24
"""Labels that are looked at on a line; a hostile one has thousands."""
_TAIL = 12
"""Lines from the end of a text in which its information may begin."""
_MAX_BESIDE = 60
"""Characters of another line between two lines of information at the end, or behind the last."""
_REASONS = {"date": Reason.DATE, "by": Reason.BYLINE, "source": Reason.SOURCE, "editor": Reason.EDITOR}


class Anchor(NamedTuple):
    """A line that prints a date behind its label."""

    first_line: int
    end_line: int
    """Index behind its last line: label and date may stand in cells of their own."""
    date_text: str
    """What is printed for a date; empty where nothing is."""


@dataclass(slots=True)
class Information:
    """What lines of information say."""

    first_line: int
    end_line: int
    """Index behind the last line."""
    date_text: str | None = None
    """None without a date's label; empty where it has no date."""
    author: str | None = None
    source: str | None = None
    kinds: set[str] = field(default_factory=set)
    """Of its labels: `date`, `by`, `source`, `editor`."""
    parts: dict[int, list[tuple[str, Reason]]] = field(default_factory=dict)
    """The words of each line, in order, and what they are."""
    empty: list[str] = field(default_factory=list)
    """Labels of the site that have no value."""
    left: list[str] = field(default_factory=list)
    """Words that no label explains."""

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in `author`, as printed."""
        return split_names(self.author)

    @property
    def names_origin(self) -> bool:
        """Whether it says by whom or from where the text is, or has a label for it."""
        return bool(self.kinds & {"by", "source"})

    def merge(self, other: Information | None) -> Information:
        """This information with what only `other` says."""
        if other is None:
            return self
        return Information(
            self.first_line,
            self.end_line,
            self.date_text or other.date_text,
            self.author or other.author,
            self.source or other.source,
            self.kinds | other.kinds,
            other.parts | self.parts,
            [*self.empty, *other.empty],
            [*self.left, *other.left],
        )


def split_names(author: str | None) -> tuple[str, ...]:
    """The names in the printed `author`."""
    return tuple(name for part in _JOIN.split(author or "") if (name := part.strip()))


class _Label(NamedTuple):
    """A label in the text of a zone."""

    start: int
    end: int
    """Behind its colon, where it has one."""
    kind: str
    """`date`, `by`, `source`, `editor`; `other` for one that the site file does not know."""


def find_anchors(lines: Sequence[Line], words: Words) -> list[Anchor]:
    """All lines that print a date behind its label, in order; the date may stand in the next cell, behind a colon's."""
    texts = [line.text.lower() for line in lines]
    whole = "\n".join(texts)
    # A site has many labels for its date, a page one.
    labels = (word for word in words.date_words if word in whole)
    labelled = {at for word in labels for at, text in enumerate(texts) if word in text}
    return [anchor for at in sorted(labelled) if (anchor := _read_anchor(lines, at, words))]


def _read_anchor(lines: Sequence[Line], at: int, words: Words) -> Anchor | None:
    text = lines[at].marked or lines[at].text
    for label in _find_known(text, words):
        if label.kind != "date":
            continue
        rest, end = text[label.end :], at + 1
        colon = text[label.end - 1] in ":："
        first = at
        if _is_blank(rest) and end < len(lines) and lines[end].text in (":", "："):
            end, colon = end + 1, True
        if _is_blank(rest.strip(":：")) and end < len(lines):
            if is_short_date(lines[end].text, words):
                rest, end = lines[end].text, end + 1
            elif (columns := _find_columns(lines, at)) and is_short_date(lines[columns[at]].text, words):
                rest, first, end = lines[columns[at]].text, min(columns), max(columns.values()) + 1
        date_text, _ = _cut_date(rest)
        if len(date_text) <= _MAX_DATE and (colon or end > at + 1 or is_short_date(date_text, words)):
            return Anchor(first, end, date_text)
    return None


def _find_columns(lines: Sequence[Line], at: int) -> dict[int, int] | None:
    """Of each line in the table's row of line `at` the one below it, where the next row has as many cells of a line."""
    row = _list_row(lines, at)
    if len(row) < 2 or row[-1] + 1 >= len(lines) or lines[row[-1] + 1].path[:-2] != lines[at].path[:-2]:
        return None
    below = _list_row(lines, row[-1] + 1)
    is_table = [lines[cell].place[-1:] for cell in row] == [lines[cell].place[-1:] for cell in below]
    return dict(zip(row, below, strict=True)) if is_table else None


def _list_row(lines: Sequence[Line], at: int) -> list[int]:
    """The lines of the row of cells in which line `at` stands."""
    if not lines[at].place or not lines[at].place[-1].startswith(("td", "th")):
        return []
    own, first, end = lines[at].path[:-1], at, at + 1
    while first and at - first < _MAX_LINES and lines[first - 1].path[:-1] == own:
        first -= 1
    while end < len(lines) and end - at < _MAX_LINES and lines[end].path[:-1] == own:
        end += 1
    return list(range(first, end))


def _is_term(lines: Sequence[Line], at: int) -> bool:
    """True for a term or a table's head with its value right behind it."""
    if at < 0 or at + 1 >= len(lines) or not _is_value(lines[at]) or not _is_value(lines[at + 1]):
        return False
    cell, behind = _name_cell(lines[at]), _name_cell(lines[at + 1])
    return bool(cell and behind) and cell[:-1] == behind[:-1] and _TERMS.get(_name_tag(cell)) == _name_tag(behind)


def is_short_date(text: str, words: Words) -> bool:
    """True for what may be a date with or without a time of day, and nothing else."""
    has_digit = any(character.isdigit() for character in text)
    is_short = has_digit and len(text) <= _MAX_DATE and len(_LETTERS.findall(text)) <= _MAX_DATE_WORDS
    return is_short and not words.by_start.match(text) and not is_end_of_sentence(text)


def read_information(lines: Sequence[Line], anchor: Anchor, words: Words) -> Information:
    """What the lines of information around `anchor` say: those above it, on its own line, and those behind."""
    start, first, end = _find_zone(lines, anchor, words)
    found = _read_zone(lines, first, end, words)
    if start < first and not found.names_origin:
        found = found.merge(read_run(lines[:first], start, words))
        found.first_line = start
    return found


def _find_zone(lines: Sequence[Line], anchor: Anchor, words: Words) -> tuple[int, int, int]:
    """First line of the information around `anchor`, of what of it stands together, and the index behind its last."""
    first = anchor.first_line
    for at in range(anchor.first_line - 1, max(-1, anchor.first_line - 1 - _MAX_ABOVE), -1):
        if _stands_above(lines, at, words) and find_run_end(lines, at, anchor.first_line, words) == anchor.first_line:
            first = at
    # A category, or what else is no information, may stand between.
    top = next((at for at in range(first - 1, max(-1, first - _MAX_ABOVE), -1) if lines[at].heading), first - 1)
    start = next((at for at in range(top + 1, first) if _stands_above(lines, at, words)), first)
    while (
        _is_term(lines, first)
        and _is_term(lines, first - 2)
        and _name_cell(lines[first - 2]) == _name_cell(lines[first])
    ):
        first -= 2
    return min(start, first), first, _find_end(lines, first, anchor.end_line, words)


def read_head(
    lines: Sequence[Line], anchors: Sequence[Anchor], words: Words, among: Collection[int] | None = None
) -> Information | None:
    """The information around the first date of a page; what looks like a date behind it may be the foot's.

    Nothing is read where none of the lines `among` is one of it.
    """
    if not anchors:
        return None
    if among is not None:
        start, _, end = _find_zone(lines, anchors[0], words)
        if not any(start <= at < end for at in among):
            return Information(start, end)
    return read_information(lines, anchors[0], words)


def _stands_above(lines: Sequence[Line], at: int, words: Words) -> bool:
    """True for a line that begins information above the date; a title may begin with `By`, so that it needs more."""
    line = lines[at]
    found = _read_line(line, words)
    if found is None:
        return not line.heading and _is_origin(line)
    is_sure = any(mark in line.text for mark in ":：(（") or words.is_label_alone(line.text)
    # Below a heading no line is the title.
    near = [above for above in lines[max(0, at - _MAX_ABOVE) : at] if above.text][-_NEAR_HEADING:]
    is_sure = is_sure or any(above.heading for above in near)
    return found.kinds != {"by"} or is_sure or bool(_name_cell(line))


def read_run(lines: Sequence[Line], start: int, words: Words) -> Information | None:
    """The information in a row from line `start` on, tools between them left out; None where there is none."""
    end = _find_end(lines, start, start, words)
    return _read_zone(lines, start, end, words) if end > start else None


def _find_end(lines: Sequence[Line], first: int, end: int, words: Words) -> int:
    """Index behind the lines of information from line `end` on, which follow those from `first` on."""
    at, tools = end, 0
    cells = {cell for line in lines[first:end] if (cell := _name_cell(line))}
    while at < len(lines) and at - first < _MAX_LINES + tools:
        line, before = lines[at], lines[at - 1].text if first < at == end else ""
        is_beside = _name_cell(line) in cells
        if _read_line(line, words) is not None or (_is_origin(line) and (is_beside or _are_marks(lines[end:at]))):
            end, tools = at + 1, 0
        elif _is_value(line) and (
            words.is_label_alone(before) or (is_beside and (_has_label(line) or before.endswith((":", "："))))
        ):
            # A label that the site file does not know, or what stands behind one.
            end = at + 1
        elif first < at == end and is_beside and _is_term(lines, at):
            at, end = at + 1, at + 2
        elif tools < _MAX_TOOLS and is_tool(line, words):
            tools += 1
        else:
            break
        if end == at + 1 and (cell := _name_cell(line)):
            cells.add(cell)
        at += 1
    return end


def _name_cell(line: Line) -> Place:
    """Where a line stands, if it is a cell or an item among others of a kind; empty for any other line."""
    cell = (*line.place[:-1], _NUMBER.sub("", line.place[-1])) if line.place else ()
    return cell if cell and _name_tag(cell) in _CELLS else ()


def _name_tag(place: Place) -> str:
    return place[-1].split(".")[0].split("#")[0].split("@")[0]


def _has_label(line: Line) -> bool:
    """True for a line that begins with words and a colon."""
    return len(line.text) <= _MAX_BESIDE and _UNKNOWN.match(line.text.lstrip(_EDGE)) is not None


def _is_value(line: Line) -> bool:
    is_long = len(line.text) > _MAX_SHORT and line.text.endswith((".", "!", "?", "。"))
    return 0 < len(line.text) <= _MAX_VALUE and not is_long and not is_end_of_sentence(line.text)


def _is_bracket(line: Line) -> bool:
    """True for words in brackets alone: they may name the source."""
    text = line.text.strip(_EDGE)
    match = _IN_BRACKETS.fullmatch(text) if text.startswith(("(", "（")) else None
    return match is not None and _WORD.search(match["inside"]) is not None and _may_be_source(match["inside"])


def _may_be_source(words: str) -> bool:
    """True for words without a number, and for a site's domain, which may have one."""
    return not any(map(str.isdigit, words)) or is_publisher(words.strip())


def _are_marks(lines: Sequence[Line]) -> bool:
    """True for lines without a word, such as dashes between the items of information."""
    return not any(map(str.isalnum, "".join(line.text for line in lines)))


def _is_origin(line: Line) -> bool:
    """True for a line that names the source without a label: words in brackets, or a publisher."""
    return _is_bracket(line) or (not line.heading and is_publisher(line.text.strip(_EDGE)))


def find_run_end(lines: Sequence[Line], start: int, stop: int, words: Words) -> int:
    """Index behind the information, and the tools among it, that stands in a row from line `start` on."""
    at = start
    while at < stop:
        end = _find_end(lines[:stop], at, at, words)
        if end == at and not is_tool(lines[at], words):
            break
        at = max(end, at + 1)
    return at


def read_last(lines: Sequence[Line], start: int, end: int, words: Words) -> Information | None:
    """The information with which the text `lines[start:end]` ends; None where it ends without.

    What stands between and behind is the page's own: tools, and short lines that are no sentences.
    """
    first, stop = None, end
    for at in range(end - 1, max(start, end - _TAIL) - 1, -1):
        is_value = at > start and words.is_label_alone(lines[at - 1].text)
        if is_value or _read_line(lines[at], words) or (first is not None and _is_bracket(lines[at])):
            stop = at + 1 if first is None else stop
            first = at
        elif not (is_tool(lines[at], words) or (first is None and _is_beside(lines[at]))):
            break
    # What stands behind the last of it is the page's own.
    return None if first is None else _read_zone(lines, first, stop, words)


def find_last(lines: Sequence[Line], start: int, stop: int, words: Words) -> Information | None:
    """The first information behind the last sentence of a text, from line `start` on; None where there is none.

    Furniture may stand before and behind it, which says nothing of where the text ends.
    """
    first = end = None
    for at in range(start, stop):
        is_value = at > start and end == at and words.is_label_alone(lines[at - 1].text)
        if is_value or _read_line(lines[at], words) or _is_bracket(lines[at]):
            first, end = at if first is None else first, at + 1
        elif first is not None and not (is_tool(lines[at], words) or _is_beside(lines[at])):
            break
    found = None if first is None or end is None else _read_zone(lines, first, end, words)
    return found if found and found.kinds else None


def read_words(text: str, words: Words) -> Information:
    """What the words of an element say, with their labels or without."""
    return _Zone((Line(text),), 0, 1, words).read()


def is_information(line: Line, words: Words) -> bool:
    """True for a line that has a label of the site with its value, or a label alone."""
    return _read_line(line, words) is not None


def find_field(lines: Sequence[Line], at: int, fields: Collection[str], words: Words) -> range:
    """Line `at` where it has one of the `fields`, `author` or `source`, and no date; else empty.

    The next line belongs to it where it is its value.
    """
    is_label = words.is_label_alone(lines[at].text)
    end = at + 1 + is_label
    found = read_run(lines[at:end], 0, words) if is_label else _read_line(lines[at], words)
    is_one = found is not None and "date" not in found.kinds and any(getattr(found, name) for name in fields)
    return range(at, min(end, len(lines)) if is_one else at)


def is_tool(line: Line, words: Words) -> bool:
    """True for a line that is the page's furniture: views, font size, print, share."""
    if line.images:
        return all(image.small for image in line.images)
    if line.is_link and all(ACTION.match(link.href) for link in line.links):
        return True
    text = line.marked or line.text
    if words.is_furniture(line.text) or not any(map(str.isalnum, text)):
        return True
    if is_end_of_sentence(line.text) or len(line.text) > _MAX_VALUE:
        return False
    return all(_is_noise(piece.strip(_EDGE), words, ()) for piece in _CUT.split(text))


def _is_beside(line: Line) -> bool:
    return not line.images and len(line.text) <= _MAX_BESIDE and line.text[-1:] not in '.!?。！？”"]］'


def _read_line(line: Line, words: Words) -> Information | None:
    """What a line says by itself; None for one that has no label of the site, or is a sentence."""
    if line.said is None:
        line.said = (_read_alone(line, words),)
    return cast("Information | None", line.said[0])


def _read_alone(line: Line, words: Words) -> Information | None:
    text = line.marked or line.text
    if not text or line.figcaption or len(text) > _MAX_LINE:
        return None
    # Nearly every line in which the letters of a label stand has none.
    if not _has_known(text, words) and not _ends_in_publisher(line.text):
        return None
    found = _Zone((line,), 0, 1, words).read()
    if not found.kinds or any(map(is_end_of_sentence, found.left)):
        return None
    return found if sum(map(len, found.left)) <= _MAX_VALUE else None


@lru_cache(maxsize=2048)
def _has_known(text: str, words: Words) -> bool:
    """Whether a line has a label of the site: remembered, as pages share many."""
    return words.has_forms or bool(_read_known(text, words))


def _ends_in_publisher(text: str) -> bool:
    """True for `(From: China Daily)`: what its label means its value says."""
    if len(text) > _MAX_BESIDE or not _has_colon(text):
        return False
    _, _, value = text.replace("：", ":").rpartition(":")
    return is_publisher(value.strip(" .()（）"))


def _read_zone(lines: Sequence[Line], first: int, end: int, words: Words) -> Information:
    """What these lines of information say, together: a value may stand on another line than its label."""
    zone = _Zone(lines, first, end, words)
    found = zone.read()
    found.parts = dict(zone.list_parts())
    return found


class _Zone:
    """The text of lines of information, while it is cut."""

    def __init__(self, lines: Sequence[Line], first: int, end: int, words: Words) -> None:
        self.words = words
        joined = list(_list_joined(lines, first, end, words))
        self.lines = [lines[at] for at, _ in joined]
        self.numbers = [at for at, _ in joined]
        """Their indexes: a label may stand above its value, in another row."""
        self.text = "".join((lines[at].marked or lines[at].text) + joint for at, joint in joined)[:-1]
        self.found = Information(first, end)
        self.spans: list[tuple[int, int, Reason]] = []
        """Parts of the text that have a role; the others have that of the part before."""
        self.left: list[tuple[int, int]] = []
        """Pieces of the text that stand behind no label."""
        self.links = frozenset(
            link.text for line in self.lines for link in line.links if link.text and not line.is_link
        )

    def read(self) -> Information:
        """All of it but the parts of its lines."""
        labels = _find_labels(self.text, self.words)
        self._leave(0, labels[0].start if labels else len(self.text))
        for at, label in enumerate(labels):
            self._read_value(label, labels[at + 1].start if at + 1 < len(labels) else len(self.text))
        for start, end in self.left:
            self._read_left(start, end)
        return self.found

    def _read_value(self, label: _Label, end: int) -> None:
        kind = label.kind
        start = label.end + len(self.text[label.end : end]) - len(self.text[label.end : end].lstrip(_MARGIN))
        value = self.text[start:end]
        self.spans.append((label.start, end, _REASONS.get(kind, Reason.FIELD)))
        if kind == "date":
            date_text, size = _cut_date(value)
            self._take("date", date_text, label)
            self._leave(start + size, end)
        elif kind == "by":
            by: tuple[str, str | None, int] | None = _read_bracketed(value)
            if by is None:
                whole, size = self._cut_value(value)
                by = (*_split_publisher(whole), size)
            author, source, size = by
            self._take("by", author, label, source)
            self._leave(start + size, end)
        else:
            text, size = self._cut_value(value)
            if kind == "other" and self.found.source is None and is_publisher(text.rstrip(" )）")):
                kind, text = "source", text.rstrip(" )）")
                self.spans[-1] = (label.start, end, Reason.SOURCE)
            if kind == "other":
                size = _find_hard(value)
            else:
                self._take(kind, text, label)
            self._leave(start + size, end)

    def _take(self, kind: str, value: str, label: _Label, bracket: str | None = None) -> None:
        """Takes in a label; of two of a kind the first counts, and a source of its own label before one in brackets."""
        found = self.found
        if kind == "date" and not found.date_text:
            found.date_text = value
        elif kind == "by" and found.author is None:
            found.author = value or None
            found.source = found.source or bracket or None
        elif kind == "source" and "source" not in found.kinds:
            found.source = value or found.source
        if not value and bracket is None and kind != "editor":
            found.empty.append(_clean(self.text[label.start : label.end]))
        found.kinds.add(kind)

    def _cut_value(self, value: str) -> tuple[str, int]:
        """The value of a label, and how many characters of `value` it takes."""
        size = _find_hard(value)
        pieces = [(match.start(), match.end()) for match in re.finditer(rf"[^{SEAM}]+", value[:size])]
        taken = 0
        for start, end in pieces:
            piece, goes_on = value[start:end].strip(), _GOES_ON.search(value[:taken].rstrip())
            # Names are links, too, and the one behind an `and` is no tool.
            links = frozenset[str]() if goes_on else self.links
            if taken and (_is_noise(piece, self.words, links) or (not goes_on and not _GOES_ON.search(piece))):
                break
            taken = end
        text = _clean(value[:taken]).strip(_MARGIN)
        # Of `(Source: Xinhua)` the brackets hold the label, too.
        closed = text if any(mark in text for mark in "(（[［") else text.rstrip(")）]］ ")
        return (closed, taken) if _WORD.search(closed) else ("", 0)

    def _leave(self, start: int, end: int) -> None:
        """Puts the pieces of a part of the text aside that stand behind no label."""
        at = start
        for cut in [*_CUT.finditer(self.text, start, end), None]:
            stop = cut.start() if cut else end
            if self.text[at:stop].strip(_EDGE):
                self.left.append((at, stop))
            at = cut.end() if cut else end

    def _read_left(self, start: int, end: int) -> None:
        """A piece without a label: a source in brackets, a day, a tool; else it is left."""
        found, text = self.found, self.text[start:end].strip(_EDGE)
        bracket = _IN_BRACKETS.match(text)
        is_origin = bracket is not None and not self.words.is_furniture(text)
        if bracket and is_origin and found.source is None and _may_be_source(bracket["inside"]):
            found.source = _clean(bracket["inside"]) or None
            found.kinds.add("by")
            self.spans.append((start, end, Reason.BYLINE))
            behind = text[bracket.end() :]
            if behind.strip(_EDGE) and not self._is_noise(behind.strip(_EDGE)):
                found.left.append(_clean(behind))
        elif not self.words.updated and found.date_text is None and _DAY.fullmatch(text):
            found.date_text = text
            found.kinds.add("date")
            self.spans.append((start, end, Reason.DATE))
        elif named := _match_form(text, self.words):
            found.author = found.author or named.get("author") or None
            found.source = found.source or named.get("source") or None
            found.kinds.add("by")
            self.spans.append((start, end, Reason.BYLINE))
        elif found.source is None and is_publisher(text):
            found.source = text
            found.kinds.add("source")
            self.spans.append((start, end, Reason.SOURCE))
        elif self._is_noise(text):
            self.spans.append((start, end, Reason.TOOL))
        else:
            found.left.append(_clean(text))
            self.spans.append((start, end, Reason.NONE))

    def _is_noise(self, text: str) -> bool:
        return _is_noise(text, self.words, self.links)

    def list_parts(self) -> Iterator[tuple[int, list[tuple[str, Reason]]]]:
        """The words of each line and what they are."""
        reasons = [Reason.TOOL] * len(self.text)
        for start, end, reason in self.spans:
            reasons[start:end] = [reason] * (end - start)
        begin = 0
        for number, line in zip(self.numbers, self.lines, strict=True):
            text = line.marked or line.text
            parts: list[tuple[str, Reason]] = []
            for offset, character in enumerate(text):
                reason = reasons[begin + offset]
                if parts and (parts[-1][1] is reason or not character.isalnum()):
                    parts[-1] = parts[-1][0] + character, parts[-1][1]
                else:
                    parts.append((character, reason))
            yield number, [(_clean(words), reason) for words, reason in parts]
            begin += len(text) + 1


def _match_form(text: str, words: Words) -> dict[str, str] | None:
    """Author and source where `text` is of the form of a whole By line; a day is neither."""
    for form in words.by_forms:
        if match := form.match(text):
            named = {name: value.strip() for name, value in match.groupdict(default="").items()}
            return named if all(_WORD.search(value) for value in named.values() if value) else None
    return None


def _list_joined(lines: Sequence[Line], first: int, end: int, words: Words) -> Iterator[tuple[int, str]]:
    """The lines of a zone, each with what divides it from the next one: a colon where it is the label of that one."""
    below: set[int] = set()
    for at in range(first, end):
        columns = _find_columns(lines, at) if at not in below else None
        if columns and max(columns.values()) < end and _are_labels(lines, columns, words):
            for label, value in columns.items():
                yield label, ":"
                yield value, "\n"
            below.update((*columns, *columns.values()))
        elif at not in below:
            is_label = at + 1 < end and not lines[at].text.endswith((":", "：")) and _is_term(lines, at)
            yield at, ":" if is_label else "\n"


def _are_labels(lines: Sequence[Line], columns: Mapping[int, int], words: Words) -> bool:
    """True where one of the cells is the label of the day below it."""
    return any(
        words.is_label_alone(lines[label].text) and is_short_date(lines[value].text, words)
        for label, value in columns.items()
    )


def _find_labels(text: str, words: Words) -> Sequence[_Label]:
    """All labels of a zone's text, those of the site and others, in order."""
    return _find_remembered(text, words) if len(text) <= _MAX_LINE else _read_labels(text, words)


def _find_known(text: str, words: Words) -> list[_Label]:
    """The labels that the site file knows."""
    return [label for label in _find_labels(text, words) if label.kind != "other"]


def _read_labels(text: str, words: Words) -> Sequence[_Label]:
    known = _read_known(text, words)
    return sorted([*known, *_find_unknown(text, known, words)])


_find_remembered = lru_cache(maxsize=256)(_read_labels)
"""The whole page, its lines without furniture and the proof ask for the same few lines."""


def _read_known(text: str, words: Words) -> list[_Label]:
    candidates: list[tuple[_Label, bool]] = []
    for match in words.find_labels(text):
        if len(candidates) == _MAX_LABELS:
            break
        start, end = match.span()
        if _begins(text, start):
            if text[start:end] == "by" and _LEAD.search(text, 0, start):
                # `Sponsored by` is another label, `Original author` is none.
                continue
            if text[start].islower() and (phrase := _PHRASE.search(text, 0, start)):
                start = phrase.start("lead")
            if match.lastgroup == "date" and (behind := _PREPOSITION.match(text, end)):
                end = behind.end()
            colon = _COLON.match(text, end)
            candidates.append((_Label(start, colon.end() if colon else end, match.lastgroup or ""), bool(colon)))
    found: list[_Label] = []
    for at, (label, has_colon) in enumerate(candidates):
        following = (each.start for each, colon in candidates[at + 1 :] if colon)
        end = next(following, len(text))
        if _holds(label, text, end, words, has_colon=has_colon):
            found.append(label)
    return found


def _holds(label: _Label, text: str, end: int, words: Words, *, has_colon: bool) -> bool:
    """Whether the words of a label are one, by what follows."""
    # By its place alone nearly every `by` of a sentence is none; a label that is alone stands apart, too.
    if label.kind == "by" and not (has_colon or _is_apart(label, text)):
        return False
    is_alone = _is_alone(label, text)
    if label.kind == "editor" and not (has_colon or is_alone):
        return False
    value = text[label.end : end]
    if _has_colon(value) and (unknown := _UNKNOWN.search(value)):
        value = value[: _find_label_start(unknown, words)]
    first = _CUT.split(value.lstrip(_EDGE)[: 2 * _MAX_VALUE], maxsplit=1)[0].strip()
    if label.kind == "source" and not (has_colon or is_alone):
        return _is_apart(label, text) and is_publisher(first)
    if label.kind == "date":
        # `Published` in a cell, `in City` in the next: other words.
        is_before_day = not first or any(map(str.isdigit, first))
        return has_colon or (is_alone and is_before_day) or _NEAR_DIGIT.match(value) is not None
    if label.kind == "by":
        if _read_bracketed(value.lstrip(_MARGIN)) is not None:
            return True
        if not (has_colon or is_alone or value[:1].isspace()):
            return False
        if first and not has_colon:
            author, source = _split_publisher(first)
            return is_name(author) or (not author and source is not None)
    return len(first) <= _MAX_VALUE and not is_end_of_sentence(first)


def _has_colon(text: str) -> bool:
    """Whether a label may stand in `text` that the site file does not know."""
    return ":" in text or "：" in text


def _is_apart(label: _Label, text: str) -> bool:
    """True for a label that begins as one does; a preposition in a sentence has a small letter, and words before it."""
    before = text[: label.start].rstrip(" ")
    if text[label.start].isupper() or before[-1:] in ("", "\n", "|"):
        return True
    # `29 August 2015, by Li Xinyue`: an element of its own behind a mark.
    return before.endswith(SEAM) and before.rstrip(" " + SEAM)[-1:] in _EDGE


def _is_alone(label: _Label, text: str) -> bool:
    """True for a label that is all of its element."""
    before, behind = text[: label.start].rstrip(" "), text[label.end :].lstrip(" ")
    return (not before or before[-1] in f"\n|{SEAM}") and (not behind or behind[0] in f"\n|{SEAM}")


def _begins(text: str, at: int) -> bool:
    """True where a word begins, also one that is glued to what stands before it: `2014-09-01By`, `WeiSource:`."""
    if at == 0:
        return True
    before = text[at - 1]
    if not before.isalnum():
        return before not in "'’_@"
    return text[at].isupper() and (before.islower() or before.isdigit() or before >= "\u3400")


def _find_unknown(text: str, known: Sequence[_Label], words: Words) -> Iterator[_Label]:
    """The labels that the site file does not know: words before a colon."""
    if not _has_colon(text):
        return
    ends = [0, *(label.end for label in known)]
    for at, (begin, stop) in enumerate(zip(ends, [*(label.start for label in known), len(text)], strict=True)):
        for match in islice(_UNKNOWN.finditer(text, begin, stop), _MAX_LABELS):
            before = text[begin : match.start()]
            # What stands right behind a label of the site begins with its value.
            is_value = at > 0 and _is_blank(before)
            is_whole = not is_value and (_is_blank(before) or before.rstrip(" ")[-1] in _BOUNDS)
            start = match.start() if is_whole else _find_label_start(match, words)
            colon = _COLON.match(text, match.end())
            yield _Label(start, colon.end() if colon else match.end(), "other")


def _find_label_start(match: re.Match[str], words: Words) -> int:
    """Where the label begins whose words follow a value: the longest known furniture, else the last word."""
    # `WeiViews` are two words.
    starts = [match.start() + word.start() for word in _WORD_START.finditer(match[0])]
    return next((start for start in starts if words.is_furniture(match.string[start : match.end()] + ":")), starts[-1])


def _cut_date(value: str) -> tuple[str, int]:
    """What is printed for a date, and how many characters of `value` it takes."""
    lead = len(value) - len(value.lstrip(_MARGIN))
    if match := _DAY.match(value, lead):
        return _clean(match[0]), match.end()
    hard = _CUT.search(value, lead)
    size = hard.start() if hard else len(value)
    return _clean(value[lead:size]), size


def _read_bracketed(value: str) -> tuple[str, str, int] | None:
    """(author, source, size) of `NAME ( SOURCE )`, either of which may be missing; None for anything else."""
    match = _BRACKETED.match(value) if "(" in value or "（" in value else None
    if match is None:
        return None
    author, source = _clean(match["before"]).strip(_MARGIN), _clean(match["inside"])
    if (author and not is_names(author)) or (source and not _WORD.search(source)):
        return None
    return author, source, match.end()


def _split_publisher(value: str) -> tuple[str, str | None]:
    """(author, source) of `Li Xinyue, China Daily`, or of a publisher alone; no source where it names none."""
    author, _, source = value.rpartition(",")
    return (author.strip(), source.strip()) if is_publisher(source.strip()) else (value, None)


def is_names(text: str) -> bool:
    """True for what may be names of authors in front of brackets."""
    return len(text) <= _MAX_VALUE and not _NO_NAME.search(text + " ") and not _DIVIDED.search(text)


def is_name(text: str) -> bool:
    """True for names that nothing but their letters shows to be some."""
    if not _NAME.fullmatch(text) or _NO_NAME.search(text + " "):
        return False
    return all(word[0].isupper() or word >= "\u3400" or word.lower() == "and" for word in text.split())


def _is_noise(text: str, words: Words, links: Collection[str]) -> bool:
    """True for a tool, a number with what it counts, or marks."""
    if not any(map(str.isalnum, text)) or text in links or words.is_furniture(text):
        return True
    counted = any(map(str.isdigit, text)) and len(_WORD.findall(text)) <= _MAX_COUNTER_WORDS
    return (counted and len(text) <= _MAX_BESIDE) or len(text) == 1


def _is_blank(text: str) -> bool:
    return not text.strip(_EDGE)


def _find_hard(value: str) -> int:
    """How many characters of `value` stand before a sign that no value goes beyond."""
    hard = _HARD.search(value)
    return hard.start() if hard else len(value)


def _clean(text: str) -> str:
    return " ".join(text.replace(SEAM, " ").split())
