"""The layouts of an archive for people: what was learnt, as a site file has it, how well it fits."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from harbincrawl.archive.layouts import LayoutRow, Opinion, read_layouts, read_opinions
from harbincrawl.evidence import find_sources, read_charset, read_source
from harbincrawl.pages.article.page import explain_article
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.line import Place, fold, is_within
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.roles import Role
from harbincrawl.reread.book import LayoutBook, make_template
from harbincrawl.sites import Site

from .learning import Sample, read_samples

_SELECTED = 5
"""Pages on which a selector has to find the text."""
_PLACES = 6
"""Of a role, at most."""
_LEAST = 0.1
"""Part of the pages that have a role at a place."""
_AROUND = (Role.PAGER, Role.BOX, Role.FURNITURE, Role.MENU, Role.FOOT)
_ROLES = (Role.TITLE, Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR, Role.CAPTION, Role.CREDIT, *_AROUND)
"""Those whose places are listed."""
_CELL = re.compile(r"(t[dh])((?:[.#@].*?)?)(\d+)")
"""A cell of a table, with its number."""
_NAMES = re.compile(r"[.#@][^.#@]+")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
"""A class or an id that needs no escape."""


class LearntPlace(NamedTuple):
    """Where pages of the template have lines of a role."""

    role: Role
    selector: str
    on: int
    """On how many of the pages that the layout was learnt from."""
    example: str
    """The words that most of them have there."""


@dataclass(frozen=True, slots=True)
class ListedLayout:
    """A layout as it is listed."""

    number: int
    """The first is 1."""
    row: LayoutRow
    records: int
    """Wordings that it read."""
    read: int
    """Of the pages that it was learnt from, how many can still be read."""
    fit: float | None
    """Mean part of the lines of these of which it says something; None where none of them can be read."""
    text: str | None
    """The selector of the element of the text; None where none finds it on these pages."""
    places: tuple[LearntPlace, ...]
    opinion: Opinion | None
    """What reading pages without it says."""


def list_layouts(connection: sqlite3.Connection, folder: Path, site: Site) -> Iterator[ListedLayout]:
    """All layouts, in the order of what they were learnt from."""
    records = {(frame, layout): count for frame, layout, count in connection.execute(
        "SELECT f.frame, f.layout, count(*) FROM (SELECT capture FROM articles UNION ALL SELECT capture FROM revisions)"
        " AS w JOIN frames AS f ON f.capture = w.capture GROUP BY 1, 2"
    )}  # fmt: skip
    opinions = read_opinions(connection)
    for number, row in enumerate(read_layouts(connection), 1):
        key = row.frame, row.pages
        samples = read_samples(connection, folder, site, row.samples)
        fit, text, places = None, None, tuple[LearntPlace, ...]()
        if row.layout is not None and samples:
            template = make_template(row.layout)
            fit = mean(template.look_at(sample.asked.document.lines).fit for sample in samples.values())
            text = _find_text(connection, folder, samples, template.layout)
            places = tuple(_list_places(row, template.layout, samples, site))
        yield ListedLayout(
            number, row, records.get(key, 0), len(samples), fit, text, places, opinions.get(key)
        )  # fmt: skip


def _find_text(
    connection: sqlite3.Connection, folder: Path, samples: Mapping[int, Sample], layout: Layout
) -> str | None:
    pages = []
    for capture, sample in [*samples.items()][:_SELECTED]:
        lines = [line.text for line in sample.asked.document.lines if is_within(line.place, layout.text)]
        stored = read_source(folder, find_sources(connection, capture)[0])
        html = decode_page(stored.body, read_charset(stored.http_headers))
        pages.append((html, max(lines, key=len, default="")))
    return find_selector(layout.text, pages)


def _list_places(row: LayoutRow, layout: Layout, samples: Mapping[int, Sample], site: Site) -> Iterator[LearntPlace]:
    """The places of each role, those that most pages have first; of what stands around the text what holds it."""
    layouts = LayoutBook.make([row])
    on: Counter[tuple[Role, str]] = Counter()
    words: dict[tuple[Role, str], Counter[str]] = {}
    for sample in samples.values():
        asked = sample.asked
        _, roles = explain_article(asked.document, asked.address, site, asked.today, layouts=layouts)
        found: dict[tuple[Role, str], str] = {}
        for at, text, reason in roles.parts():
            place = roles.lines[at].place
            is_around = reason.role in _AROUND and not is_within(place, layout.text)
            key = reason.role, write_selector(place, is_holder=is_around)
            if text:
                found.setdefault(key, text)
        on.update(found.keys())
        for key, text in found.items():
            words.setdefault(key, Counter())[text] += 1
    for role in _ROLES:
        own = [(key, count) for key, count in on.most_common() if key[0] is role and count >= _LEAST * len(samples)]
        for key, count in own[:_PLACES]:
            yield LearntPlace(role, key[1], count, words[key].most_common(1)[0][0])


def write_selector(place: Place, *, is_holder: bool = False) -> str:
    """A place by its last element with a class or an id, and those in it but for a holder; without one, by all."""
    steps = [_write_step(step, named=True) for step in place]
    first = next((at for at in reversed(range(len(steps))) if set(".#") & set(steps[at])), None)
    return " ".join(steps if first is None else steps[first : first + 1] if is_holder else steps[first:])


def find_selector(place: Place, pages: Sequence[tuple[str, str]]) -> str | None:
    """The shortest selector of one element of each page, which has some words; None where there is none.

    `pages` are the HTML and the words of each. Numbers in classes and ids are no part of a place: what cannot be found
    by its names is looked for without.
    """
    trees = [(BeautifulSoup(html, "lxml"), words) for html, words in pages]
    found = (
        selector
        for selector in _list_selectors(place)
        if all(_is_holder(tree.select(selector, limit=2), words) for tree, words in trees)
    )
    return next(found, None)


def _list_selectors(place: Place) -> Iterator[str]:
    for named in (True, False):
        steps = [_write_step(step, named=named) for step in place]
        yield from (" ".join(steps[first:]) for first in reversed(range(len(steps))))


def _is_holder(elements: Sequence[Tag], words: str) -> bool:
    return len(elements) == 1 and words in fold(elements[0].get_text())


def _write_step(step: str, *, named: bool) -> str:
    """`div.main`, `td:nth-child(2)`; its alignment and names that are no plain ones are left out."""
    cell = _CELL.fullmatch(step)
    tag, names = (cell[1], cell[2]) if cell else (step[: len(step) - len("".join(_NAMES.findall(step)))], step)
    own = (name for name in _NAMES.findall(names) if name[0] in ".#" and _NAME.fullmatch(name[1:]))
    return tag + "".join(own if named else ()) + (f":nth-child({cell[3]})" if cell else "")
