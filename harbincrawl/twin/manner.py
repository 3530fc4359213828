"""The manner of a site, from its site file: its words, its sections, and how its addresses are written.

Read apart from the reader's own code, so that a mistake of the reader cannot hide in the twin.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # private: addresses are written from their pattern
from typing import Any
from urllib.parse import urlsplit

SHIPPED = Path(__file__).parent.parent / "sites"
"""The folder of the site files that come with harbincrawl."""
DEFAULT = "harbin-today"
_PROBE_DAY = date(2020, 9, 23)
PLACES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "places.toml").read_text("utf-8"))
"""What the twin of the usual site has beside its site file: sections, labels, menu, feature box."""


@dataclass(frozen=True)
class Manner:
    """What the twin knows of a site; `table` is the whole site file."""

    name: str
    title: str
    base: str
    labels: Mapping[str, str]
    """By path, the label that a reader can know, where there is one."""
    uncertain: frozenset[str]
    """Paths whose label a reader takes from the page."""
    table: Mapping[str, Any] = field(repr=False)

    @property
    def host(self) -> str:
        """The site's own host."""
        return urlsplit(self.base).netloc

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other hosts of the same pages."""
        return tuple(self.table.get("aliases", ()))

    @property
    def scope(self) -> str:
        """The path of the home page."""
        return str(self.table.get("scope", "/"))

    @property
    def page_size(self) -> int:
        """Lines on a list page."""
        return int(self.table.get("page_size", 0)) or 8

    @property
    def paths(self) -> tuple[str, ...]:
        """The sections, those with default lists first."""
        first = tuple(self.table.get("default_sections", ()))
        return tuple(dict.fromkeys((*first, *(each["path"] for each in self.table["section"]))))

    @cached_property
    def _words(self) -> Mapping[str, Any]:
        words: dict[str, Any] = {"home": ["Home"], "updated": ["Updated"], "by": ["By"], **self.table.get("words", {})}
        return words

    @property
    def home(self) -> str:
        """The root of the breadcrumb."""
        return str(self._words["home"][0])

    @property
    def updated(self) -> str:
        """The label of the date; empty where none is printed."""
        return str(next(iter(self._words["updated"]), "")).rstrip(": ")

    @property
    def by(self) -> str:
        """The first word of a By line."""
        return str(next((word for word in self._words["by"] if "{" not in word), "By")).rstrip(": ")

    @property
    def by_forms(self) -> tuple[str, ...]:
        """The forms of whole By lines."""
        return tuple(word for word in self._words["by"] if "{" in word)

    def label_of(self, key: str) -> str:
        """The label of `source` or `editor` lines; empty where there are none."""
        return str(next(iter(self._words.get(key, ())), "")).rstrip(": ")

    @property
    def furniture(self) -> tuple[str, ...]:
        """Lines that the site's pages have of their own."""
        return tuple(self._words.get("furniture", ()))

    @property
    def at_end(self) -> bool:
        """Whether date, By line, source and editor may stand behind the text."""
        return self._words.get("stand") == "end"

    @property
    def pager(self) -> tuple[str, str, str, str] | None:
        """First, previous, next and last in the site's own words, where it has four of them."""
        words = tuple(self._words.get("pager", ()))
        return words[:4] if len(words) >= 4 else None

    @property
    def total(self) -> str:
        """The words before a list's total; empty where none are known."""
        return str(next(iter(self._words.get("total", ())), ""))

    @property
    def owner(self) -> str:
        """Who stands in the notice of copyright."""
        owners = self.table.get("proof", {}).get("copyright") or [name for name in self.suffixes if "." in name]
        return str(owners[-1] if self.name != DEFAULT else "my399.com") if owners else self.title

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Names at the end of document titles."""
        return tuple(self.table.get("title_suffixes", ())) or (self.title,)

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """(path, words) of the links that every page has."""
        labelled = [(self.list_path(path, 1), label) for path, label in self.labels.items() if label]
        return ((self.scope, self.home), *labelled[:8])

    def label(self, section: str) -> str:
        """What the breadcrumb of a page of `section` says."""
        return self.labels.get(section) or PLACES["labels"].get(section) or section.rsplit("/", 1)[-1].capitalize()

    def true_section(self, section: str, printed: str | None) -> str:
        """What a reader can know: the file's label, else the `printed` breadcrumb label, else the path."""
        known = self.labels.get(section)
        return (known if known and section not in self.uncertain else printed or known) or section

    @cached_property
    def article(self) -> re.Pattern[str]:
        """Addresses of articles."""
        return re.compile(self.table["addresses"]["article"], re.ASCII)

    @cached_property
    def list(self) -> re.Pattern[str]:
        """Addresses of lists."""
        return re.compile(self.table["addresses"]["list"], re.ASCII)

    @cached_property
    def _first_lists(self) -> Mapping[str, str]:
        return {each["path"]: each["list"] for each in self.table["section"] if each.get("list")}

    def list_path(self, section: str, page: int) -> str:
        """The path of page `page` of a section's list."""
        if page == 1 and section in self._first_lists:
            return self._first_lists[section]
        template = self.table["addresses"]["next_list" if page > 1 else "first_list"]
        return str(template.format(section=section, page=page))

    def find_list(self, path: str) -> tuple[str, int] | None:
        """(section, page) of the list at `path`."""
        for section, own in self._first_lists.items():
            if path == own:
                return section, 1
        match = self.list.fullmatch(path)
        if match is None:
            return None
        named = match.groupdict()
        return named.get("section") or self.paths[0], int(named.get("page") or 1)

    def article_path(self, section: str, created: date, number: int, page: int = 1) -> str:
        """The path of page `page` of an article."""
        text = self.id_text(number)
        path = self._address(section, created, self._day_form, text, page if page > 1 else None)
        if page == 1 and not self.article.fullmatch(path):
            return self._address(section, created, self._day_form, text, 1)
        return path

    def _address(self, section: str, day: date, day_form: str, text: str, page: int | None = None) -> str:
        values = {
            "section": section,
            "day": day.strftime(day_form),
            "year": f"{day.year:04}",
            "month": f"{day.month:02}",
            "mday": f"{day.day:02}",
            "number": text,
            **({} if page is None else {"page": str(page)}),
        }
        return _write(self._tree, values, {at: name for name, at in self.article.groupindex.items()})

    @cached_property
    def _tree(self) -> Any:
        return parser.parse(self.article.pattern, re.ASCII)

    @cached_property
    def _id_form(self) -> str:
        """What stands before a number so that it may be an article's id: as few digits or letters as will do."""
        body = _find_group(self._tree, self.article.groupindex["number"])
        start = _write(body, {}, {})
        wide = (f"1{{:0{width}}}" for width in range(4, 20))
        for form in ("{}", *wide, start + "{}", "a{}", "a-{}", start + "{:08}"):
            probe = self.article.fullmatch(self._probe(form.format(5370), self._day_form))
            if probe and probe["number"] == form.format(5370):
                return form
        raise ValueError(f"no number makes an id of {self.article.pattern}")

    @cached_property
    def _day_form(self) -> str:
        """How an address writes a day."""
        if "day" not in self.article.groupindex:
            return "%Y-%m-%d"
        text = _write(_find_group(self._tree, self.article.groupindex["number"]), {}, {})
        for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y/%m%d", "%Y-%m/%d", "%y%m%d", "%Y_%m_%d", "%Y.%m.%d"):
            probe = self.article.fullmatch(self._probe(text, form))
            if probe and probe["day"] == _PROBE_DAY.strftime(form):
                return form
        raise ValueError(f"no day is that of {self.article.pattern}")

    def _probe(self, text: str, day_form: str) -> str:
        return self._address(self.paths[0], _PROBE_DAY, day_form, text)

    def id_text(self, number: int) -> str:
        """The id of the story with this number."""
        return self._id_form.format(number)


def read_manner(named: str = DEFAULT) -> Manner:
    """The manner of a site that comes with harbincrawl, or of a site file. Raises OSError, ValueError, KeyError."""
    path = Path(named) if named.endswith(".toml") or "/" in named else SHIPPED / f"{named}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    sections = table["section"]
    return Manner(
        table["name"],
        table["title"],
        table["base"],
        {each["path"]: each.get("label", "") for each in sections},
        frozenset(each["path"] for each in sections if not each.get("certain", True)),
        table,
    )


def _find_group(tree: Any, group: int) -> Any:
    for code, value in tree:
        if str(code) == "SUBPATTERN":
            if value[0] == group:
                return value[3]
            if found := _find_group(value[3], group):
                return found
        elif str(code).endswith("_REPEAT") and (found := _find_group(value[2], group)):
            return found
        elif str(code) == "BRANCH":
            for part in value[1]:
                if found := _find_group(part, group):
                    return found
    return None


def _write(tree: Any, values: Mapping[str, str], groups: Mapping[int, str]) -> str:
    """A text that `tree` matches with the groups as in `values`; what may be left out is, unless it has one of them."""
    made = ""
    for code, value in tree:
        kind = str(code)
        if kind == "LITERAL":
            made += chr(value)
        elif kind == "SUBPATTERN":
            name = groups.get(value[0] or 0, "")
            made += values[name] if name in values else _write(value[3], values, groups)
        elif kind.endswith("_REPEAT"):
            least, _, body = value
            # The last letter of `html?` is written, too.
            letter = len(body) == 1 and str(body[0][0]) == "LITERAL"
            wanted = letter or any(_find_group(body, at) for at, name in groups.items() if name in values)
            made += _write(body, values, groups) * max(least, int(wanted))
        elif kind == "BRANCH":
            parts = [part for part in value[1] if any(_find_group(part, at) for at in groups)] or value[1]
            made += _write(parts[0], values, groups)
        elif kind == "IN":
            made += _one_of(value)
        elif kind in ("ANY", "NOT_LITERAL"):
            made += "a"
    return made


def _one_of(parts: Any) -> str:
    """A character of a set."""
    text = "".join(
        chr(value) if str(code) == "LITERAL" else chr(value[0]) if str(code) == "RANGE" else "" for code, value in parts
    )
    if str(parts[0][0]) == "NEGATE":
        return next(letter for letter in "a0-_" if letter not in text)
    kinds = {str(value) for code, value in parts if str(code) == "CATEGORY"}
    return text[:1] or ("0" if kinds else "a")


HARBIN = read_manner()
"""The usual site: what a twin is of where nothing else is said."""
