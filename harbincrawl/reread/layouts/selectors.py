"""Places of a template as CSS selectors, as a site file has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Tag

from harbincrawl.pages.html.line import Place, fold

_CELL = re.compile(r"(t[dh])((?:[.#@].*?)?)(\d+)")
"""A cell of a table, with its number."""
_NAMES = re.compile(r"[.#@][^.#@]+")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
"""A class or an id that needs no escape."""


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
