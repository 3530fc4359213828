"""The layouts of an archive for people: what was learnt, as a site file has it, how well it fits."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.layouts import LayoutRow, Opinion, read_layouts, read_opinions
from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.page import explain_article
from harbincrawl.pages.html.line import Place, is_within
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.roles import Role
from harbincrawl.reread.pages import LayoutBook, make_template
from harbincrawl.sites import Site

from .learning import read_samples

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
_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]*", re.ASCII)
"""A class or an id that needs no escape, and no number: of these a place says only that they are there."""


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
    """A selector of the element of the text; None where its pages cannot be read."""
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
            fit = sum(template.look_at(sample.document.lines).fit for sample in samples.values()) / len(samples)
            text = write_selector(template.layout.text) or None
            places = tuple(_list_places(row, template.layout, samples, site))
        yield ListedLayout(
            number, row, records.get(key, 0), len(samples), fit, text, places, opinions.get(key)
        )  # fmt: skip


def _list_places(row: LayoutRow, layout: Layout, samples: Mapping[int, AskedPage], site: Site) -> Iterator[LearntPlace]:
    """The places of each role, those that most pages have first; of what stands around the text what holds it."""
    layouts = LayoutBook.make([row])
    on: Counter[tuple[Role, str]] = Counter()
    words: dict[tuple[Role, str], Counter[str]] = {}
    for asked in samples.values():
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
    steps = list(map(_write_step, place))
    first = next((at for at in reversed(range(len(steps))) if set(".#") & set(steps[at])), None)
    return " ".join(steps if first is None else steps[first : first + 1] if is_holder else steps[first:])


def _write_step(step: str) -> str:
    """`div.main`, `td:nth-child(2)`; its alignment and names that are no plain ones or have numbers are left out."""
    cell = _CELL.fullmatch(step)
    tag, names = (cell[1], cell[2]) if cell else (step[: len(step) - len("".join(_NAMES.findall(step)))], step)
    own = (name for name in _NAMES.findall(names) if name[0] in ".#" and _NAME.fullmatch(name[1:]))
    return tag + "".join(own) + (f":nth-child({cell[3]})" if cell else "")
