"""CSS selectors, found in a time that grows with the page alone: site files are written by strangers, and so are pages.

Each part of a selector is the set of the elements that match it. XPath, which parsel makes of selectors, does not end
within 20 s for `b ~ b` on a page of 10,000 elements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cssselect.parser import Tree
    from lxml import etree

_LONGEST = 200
"""Characters of a selector; what a browser copies has some 100."""
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _found, _given: True,
    "=": lambda found, given: found == given,
    "!=": lambda found, given: found != given,
    "~=": lambda found, given: given in found.split(),
    "|=": lambda found, given: found == given or found.startswith(f"{given}-"),
    "^=": lambda found, given: bool(given) and found.startswith(given),
    "$=": lambda found, given: bool(given) and found.endswith(given),
    "*=": lambda found, given: bool(given) and given in found,
}
"""What an attribute's value has to be, by the sign between its name and the value that is given."""


@lru_cache(maxsize=256)
def parse_selector(selector: str) -> tuple[Tree, ...]:
    """The parts of a selector that stand between commas. Raises ValueError, which says what is wrong."""
    # Loaded for the few site files that have any.
    from cssselect import SelectorError, parse

    if len(selector) > _LONGEST:
        raise ValueError(f"it has more than {_LONGEST} characters")
    try:
        found = parse(selector)
    except SelectorError as error:
        raise ValueError(str(error)) from None
    if any(each.pseudo_element for each in found):
        raise ValueError("pseudo-elements such as ::before are no elements")
    trees = tuple(each.parsed_tree for each in found)
    for tree in trees:
        Elements(()).find(tree)
    return trees


class Elements:
    """The elements of a page."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self.all = [(each, each.getparent()) for root in roots for each in root.iter("*")]
        """Each with its parent, in the order of the page."""

    def select(self, selector: str) -> list[etree._Element]:
        """The elements that match a sound selector, in the order of the page."""
        found = {each for tree in parse_selector(selector) for each in self.find(tree)}
        return [each for each, _ in self.all if each in found]

    def find(self, tree: Tree) -> set[etree._Element]:
        """The elements that match what `parse_selector` gives. Raises ValueError for what cannot be looked for."""
        from cssselect import parser as css

        if isinstance(tree, css.Element):
            if tree.namespace not in (None, "*"):
                raise ValueError("HTML has no namespaces")
            name = (tree.element or "*").lower()
            return {each for each, _ in self.all if name in ("*", each.tag)}
        found = self.find(tree.selector)
        if isinstance(tree, css.CombinedSelector):
            return self.find(tree.subselector) & self._find_related(found, tree.combinator)
        if isinstance(tree, css.Hash):
            return {each for each in found if each.get("id") == tree.id}
        if isinstance(tree, css.Class):
            return {each for each in found if tree.class_name in each.get("class", "").split()}
        if isinstance(tree, css.Attrib):
            name, given, compare = tree.attrib.lower(), _read_value(tree), _OPERATORS[tree.operator]
            values = ((each, each.get(name)) for each in found)
            return {each for each, value in values if value is not None and compare(_fold(value, tree.flag), given)}
        if isinstance(tree, css.Negation):
            return found - self.find(tree.subselector)
        if isinstance(tree, css.Matching | css.SpecificityAdjustment):
            return found & {each for part in tree.selector_list for each in self.find(part)}
        if isinstance(tree, css.Pseudo | css.Function):
            return found & self._find_numbered(tree)
        raise ValueError(":has() is not among what can be looked for")

    def _find_related(self, found: set[etree._Element], combinator: str) -> set[etree._Element]:
        """What stands to any of `found` as the combinator says."""
        related: set[etree._Element] = set()
        last: dict[etree._Element | None, bool] = {}
        """By parent, whether its last child, or any child so far, is among those that were found."""
        for each, parent in self.all:
            if combinator in " >":
                if parent in found or (combinator == " " and parent in related):
                    related.add(each)
                continue
            if last.get(parent):
                related.add(each)
            last[parent] = each in found or (combinator == "~" and last.get(parent, False))
        return related

    def _find_numbered(self, tree: Any) -> set[etree._Element]:
        """What `:first-child`, `:nth-of-type(2)` and the like say."""
        from cssselect.parser import Function, parse_series

        is_function = isinstance(tree, Function)
        name = tree.name if is_function else tree.ident
        step, start = 0, 1
        end, _, kind = name.partition("-")
        if is_function and end == "nth":
            end, kind = ("last", kind.removeprefix("last-")) if kind.startswith("last-") else ("first", kind)
            try:
                step, start = parse_series(tree.arguments)
            except ValueError:
                raise ValueError(f":{name}() wants a number, odd, even or a form such as 2n+1") from None
        elif is_function:
            kind = ""
        if kind not in ("child", "of-type") or end not in ("first", "last", "only"):
            raise ValueError(f":{name} is not among what can be looked for")
        counts: Counter[tuple[etree._Element | None, str]] = Counter()
        places: list[tuple[etree._Element, int, tuple[etree._Element | None, str]]] = []
        for each, parent in self.all:
            row = parent, each.tag if kind == "of-type" else ""
            counts[row] += 1
            places.append((each, counts[row], row))
        if end == "only":
            return {each for each, _, row in places if counts[row] == 1}
        ways = ((each, place if end == "first" else counts[row] + 1 - place) for each, place, row in places)
        return {each for each, place in ways if _is_in_series(place, step, start)}


def _is_in_series(place: int, step: int, start: int) -> bool:
    """True where `place` is `step` times any number, 0 included, and `start`."""
    away = place - start
    return away == 0 if step == 0 else away % step == 0 and away // step >= 0


def _read_value(tree: Any) -> str:
    return _fold(tree.value.value or "", tree.flag) if tree.value is not None else ""


def _fold(value: str, flag: str | None) -> str:
    return value.lower() if flag == "i" else value
