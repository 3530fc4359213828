"""Selectors of a site file on a page: its lines, marked with the elements that they stand in.

Only pages of a site with selectors are made a tree: to read them takes three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from lxml import etree

from harbincrawl.sites.css import select_elements
from harbincrawl.sites.selectors import Selectors

from .collector import LineCollector
from .decode import decode_page
from .document import Document, DroppedLine, Selection, read_page
from .elements import BLOCKS, CELLS
from .line import Line, Mark

_OWN_LINES = frozenset(("text", "item"))
"""Keys of elements that stand on lines of their own, and of which all count."""
_MOST_ELEMENTS = 5_000
"""Of a page that selectors are looked for on; those of news have some hundreds."""
_EVENTS = ("start", "end", "comment", "pi")
_NAME = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)


class _MarkingCollector(LineCollector):
    """A collector that knows in which elements of the tree its lines stand."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[etree._Element] = []
        """Of each line, the innermost block around it."""
        self.dropped: list[tuple[DroppedLine, etree._Element]] = []
        self._element: etree._Element = None
        self._open: list[Mark] = []
        self._touched: dict[Mark, None] = {}
        """What was open since the line at hand began."""

    def enter(self, element: etree._Element, marks: Sequence[Mark]) -> None:
        """An element begins, with what stands in it before its first child."""
        if any(mark.key in _OWN_LINES for mark in marks):
            self.end_line()
        self.start(element.tag, element.attrib)
        self._open += marks
        self._touched.update(dict.fromkeys(marks))
        if self._element is None or element.tag in BLOCKS:
            self._element = element
        if element.text:
            self.data(element.text)

    def leave(self, element: etree._Element, marks: Sequence[Mark]) -> None:
        """An element ends."""
        if any(mark.key in _OWN_LINES for mark in marks):
            self.end_line()
        for mark in marks:
            self._open.remove(mark)
            if not self._pieces:
                self._touched.pop(mark, None)
        self.end(element.tag)
        if element.tag in BLOCKS and element.getparent() is not None:
            self._element = element.getparent()

    def end_line(self) -> None:
        """As the other, and marks the line."""
        first = len(self.lines)
        super().end_line()
        for line in self.lines[first:]:
            line.marks = tuple(self._touched)
        self._touched = dict.fromkeys(self._open)
        # Lines of options come without an end.
        self.elements += [self._element] * (len(self.lines) - len(self.elements))

    def set_aside(self, element: etree._Element) -> _MarkingCollector:
        """A collector for the lines of an element that is dropped; of a block the break in the lines stays."""
        if element.tag in BLOCKS:
            self.start(element.tag, element.attrib)
            self.end(element.tag)
        aside = _MarkingCollector()
        aside._path, aside._place, aside._element = self._path, self._place, element
        return aside

    def keep_dropped(self, aside: _MarkingCollector, selector: str) -> None:
        """Notes the lines of an element that was dropped, before the line that follows it."""
        aside.end_line()
        at = len(self.lines) + any(not piece.isspace() for piece in self._pieces)
        dropped = (DroppedLine(line, selector, at) for line in aside.lines)
        self.dropped += zip(dropped, aside.elements, strict=True)

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of what comes is shown."""
        return self._hidden > 0


class _Selected(NamedTuple):
    """What a page has of what the selectors name."""

    lines: _MarkingCollector
    values: dict[str, str]
    problems: dict[str, str]


def select_page(html: str | bytes | Document, address: str, selectors: Selectors) -> Document:
    """The page `html` as `read_page` reads it, with what `selectors` find; of a Document the lines were read already.

    Where no selector finds anything, the lines are those that are read without any. Raises PageTooLargeError.
    """
    page = read_page(html, address)
    if page is html or not selectors.is_given:
        return page
    found = _select(decode_page(html) if isinstance(html, bytes) else str(html), selectors)
    if found is None:
        return page
    lines, dropped = found.lines.lines, [each for each, _ in found.lines.dropped]
    if not dropped and not any(line.marks for line in lines):
        return replace(page, selection=Selection(problems=found.problems))
    if _count_letters(each.line for each in dropped) > _count_letters(lines):
        found.problems["drop"] = "it takes over half of the letters of the page"
    selection = Selection(found.values, found.problems, dropped, page if dropped else None)
    return replace(page, lines=lines, selection=selection)


def name_elements(html: str, selectors: Selectors) -> tuple[list[str], list[str]]:
    """In CSS, the element of each line that `select_page` gives, and of each that it drops."""
    found = _select(html, selectors)
    if found is None:
        return [], []
    return list(map(_name, found.lines.elements)), [_name(element) for _, element in found.lines.dropped]


def _select(html: str, selectors: Selectors) -> _Selected | None:
    """None for what is no page."""
    if "<" not in html:
        return None
    # With its coding given, nothing that the page says of it counts.
    parser = etree.HTMLParser(encoding="utf-8")
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    # What stands behind `</html>` is a tree of its own.
    roots = [root, *(each for each in root.itersiblings() if isinstance(each.tag, str))]
    if sum(1 for root in roots for _ in root.iter("*")) > _MOST_ELEMENTS:
        return _Selected(_collect(roots, {}, {}), {}, dict.fromkeys(selectors.named, "the page has too many elements"))
    dropped = {element: each for each in reversed(selectors.dropped) for element in select_elements(roots, each)}
    found, problems = {}, {}
    for key, selector in selectors.named.items():
        elements = select_elements(roots, selector)
        left = [each for each in elements if not _is_within(each, dropped)]
        if left:
            found[key] = left if key in _OWN_LINES else left[:1]
        else:
            problems[key] = "all its elements are dropped" if elements else "no element matches it"
    lines = _collect(roots, found, dropped)
    values = {key: _read_words(each[0], dropped) for key, each in found.items() if key not in _OWN_LINES}
    for key in found:
        if not (values[key] if key in values else any(line.is_marked(key) for line in lines.lines)):
            problems[key] = "its element shows no words"
    return _Selected(lines, {key: words for key, words in values.items() if words}, problems)


def _is_within(element: etree._Element, others: Mapping[etree._Element, str]) -> bool:
    return element in others or any(each in others for each in element.iterancestors())


def _read_words(element: etree._Element, dropped: Mapping[etree._Element, str]) -> str:
    return " ".join(line.text for line in _collect([element], {}, dropped).lines if line.text)


def _collect(
    roots: Sequence[etree._Element],
    found: Mapping[str, Sequence[etree._Element]],
    dropped: Mapping[etree._Element, str],
) -> _MarkingCollector:
    """The lines of `roots`: the tree is reported to a collector as the parser reports a page."""
    marks: dict[etree._Element, list[Mark]] = {}
    for key, elements in found.items():
        for number, element in enumerate(elements):
            marks.setdefault(element, []).append(Mark(key, number))
    main = _MarkingCollector()
    target, away = main, None
    for event, element in chain.from_iterable(etree.iterwalk(root, _EVENTS) for root in roots):
        if event == "start":
            if target is main and element in dropped and not main.is_hidden:
                target, away = main.set_aside(element), element
            target.enter(element, marks.get(element, ()) if target is main else ())
            continue
        if event == "end":
            target.leave(element, marks.get(element, ()) if target is main else ())
            if element is away:
                main.keep_dropped(target, dropped[element])
                target, away = main, None
        if element.tail and element not in roots:
            target.data(element.tail)
    main.end_line()
    return main


def _count_letters(lines: Iterator[Line] | Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _name(element: etree._Element | None) -> str:
    """The path to an element in CSS: each step its name with its id, or its classes, or its place in a row."""
    steps = []
    while element is not None:
        tag = str(element.tag)
        id, classes = element.get("id", ""), list(filter(_NAME.fullmatch, element.get("class", "").split()))
        if _NAME.fullmatch(id):
            steps.append(f"{tag}#{id}")
        elif classes:
            steps.append(".".join((tag, *classes[:2])))
        elif tag in CELLS:
            place = 1 + sum(1 for each in element.itersiblings(preceding=True) if isinstance(each.tag, str))
            steps.append(f"{tag}:nth-child({place})")
        elif tag not in ("html", "body") or not steps:
            steps.append(tag)
        element = element.getparent()
    return " > ".join(reversed(steps))
