"""The manner of a site, from its site file: its words, its sections, and how its addresses are written.

Read apart from the reader's own code, so that a mistake of the reader cannot hide in the twin.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import harbincrawl

SHIPPED = Path(harbincrawl.__file__).parent / "sites"
"""The folder of the site files that come with harbincrawl."""
DEFAULT = "harbin-today"
_PROBE_DAY = date(2020, 9, 23)
_PAGE = re.compile(r"[^a-zA-Z\d{}]\{page\}")
SITE_MAP: dict[str, Any] = tomllib.loads((Path(__file__).parent / "site_map.toml").read_text("utf-8"))
"""What the twin of the usual site has beside its site file: sections, labels, menu, feature box."""


class Manner:
    """What the twin knows of a site."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Of the table of a site file."""
        sections, addresses = table["section"], table["addresses"]
        words = {"home": ["Home"], "updated": ["Updated"], "by": ["By"], **table.get("words", {})}
        pager = tuple(words.get("pager", ()))
        suffixes = tuple(table.get("title_suffixes", ())) or (table["title"],)
        owners = table.get("proof", {}).get("copyright") or [each for each in suffixes if "." in each]
        self.title = table["title"]
        self.base = table["base"]
        self.host = urlsplit(self.base).netloc
        """The site's own host."""
        self.aliases = tuple(table.get("aliases", ()))
        """Other hosts of the same pages."""
        self.scope = table.get("scope", "/")
        """The path of the home page."""
        self.page_size = table.get("page_size", 0) or 8
        """Lines on a list page."""
        self.paths = tuple(dict.fromkeys((*table.get("default_sections", ()), *(each["path"] for each in sections))))
        """The sections, those with default lists first."""
        self.labels = {each["path"]: each.get("label", "") for each in sections}
        """By path, the label that a reader can know, where there is one."""
        self.uncertain = frozenset(each["path"] for each in sections if not each.get("certain", True))
        """Paths whose label a reader takes from the page."""
        self.lists = {each["path"]: each["list"] for each in sections if each.get("list")}
        """By section, the path of its list's first page where that is its own."""
        self.first_list = addresses["first_list"]
        """How the first pages of other lists are written."""
        self.next_list = addresses.get("next_list", "")
        self.article = re.compile(addresses["article"], re.ASCII)
        """Addresses of articles."""
        self.article_form = SITE_MAP["article_forms"].get(table["name"]) or addresses["next_article"]
        """How those of further pages are written; the first one has neither the page nor the mark before it."""
        self.list = re.compile(addresses["list"], re.ASCII)
        """Addresses of lists."""
        self.words = words
        """As the site file has them."""
        self.home = words["home"][0]
        """The root of the breadcrumb."""
        self.by = next((word for word in words["by"] if "{" not in word), "By").rstrip(": ")
        """The first word of a By line."""
        self.by_forms = tuple(word for word in words["by"] if "{" in word)
        """The forms of whole By lines."""
        self.furniture = tuple(words.get("furniture", ()))
        """Lines that the site's pages have of their own."""
        self.at_end = words.get("stand") == "end"
        """Whether date, By line, source and editor may stand behind the text."""
        self.pager = pager[:4] if len(pager) >= 4 else None
        """First, previous, next and last in the site's own words, where it has four of them."""
        self.total = next(iter(words.get("total", ())), "")
        """The words before a list's total; empty where none are known."""
        self.suffixes = suffixes
        """Names at the end of document titles."""
        self.owner = "my399.com" if table["name"] == DEFAULT else owners[-1] if owners else self.title
        """Who stands in the notice of copyright."""

    def label_of(self, key: str) -> str:
        """The label of dates, `source` or `editor` lines; empty where there are none."""
        return str(next(iter(self.words.get(key, ())), "")).rstrip(": ")

    @property
    def updated(self) -> str:
        """The label of the date; empty where none is printed."""
        return self.label_of("updated")

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """(path, words) of the links that every page has."""
        labelled = [(self.list_path(path, 1), label) for path, label in self.labels.items() if label]
        return ((self.scope, self.home), *labelled[:8])

    def label(self, section: str) -> str:
        """What the breadcrumb of a page of `section` says."""
        return self.labels.get(section) or SITE_MAP["labels"].get(section) or section.rsplit("/", 1)[-1].capitalize()

    def true_section(self, section: str, printed: str | None) -> str:
        """What a reader can know: the file's label, else the `printed` breadcrumb label, else the path."""
        known = self.labels.get(section)
        return (known if known and section not in self.uncertain else printed or known) or section

    def list_path(self, section: str, page: int) -> str:
        if page == 1 and section in self.lists:
            return self.lists[section]
        return (self.next_list if page > 1 else self.first_list).format(section=section, page=page)

    def find_list(self, path: str) -> tuple[str, int] | None:
        """(section, page) of the list at `path`."""
        for section, own in self.lists.items():
            if path == own:
                return section, 1
        match = self.list.fullmatch(path)
        if match is None:
            return None
        named = match.groupdict()
        return named.get("section") or self.paths[0], int(named.get("page") or 1)

    def article_path(self, section: str, created: date, number: int, page: int = 1) -> str:
        text = self.id_text(number)
        path = self._address(section, created, self._day_form, text, page if page > 1 else None)
        if page == 1 and not self.article.fullmatch(path):
            return self._address(section, created, self._day_form, text, 1)
        return path

    def _address(self, section: str, day: date, day_form: str, text: str, page: int | None = None) -> str:
        form = self.article_form if page else _PAGE.sub("", self.article_form)
        return form.format(
            section=section, day=day.strftime(day_form), year=f"{day.year:04}", month=f"{day.month:02}",
            mday=f"{day.day:02}", number=text, page=page,
        )  # fmt: skip

    @cached_property
    def _id_form(self) -> str:
        """What stands before a number so that it may be an article's id: as few digits or letters as will do."""
        for form in ("{}", *(f"1{{:0{width}}}" for width in range(4, 20)), "a{}"):
            probe = self.article.fullmatch(self._probe(form.format(5370), self._day_form))
            if probe and probe["number"] == form.format(5370):
                return form
        raise ValueError(f"no number makes an id of {self.article.pattern}")

    @cached_property
    def _day_form(self) -> str:
        """How an address writes a day."""
        forms = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
        return next(form for form in forms if "day" not in self.article.groupindex or self._takes_day(form))

    def _takes_day(self, form: str) -> bool:
        probes = (self.article.fullmatch(self._probe(text, form)) for text in ("1", "10005370"))
        return any(probe and probe["day"] == _PROBE_DAY.strftime(form) for probe in probes)

    def _probe(self, text: str, day_form: str) -> str:
        return self._address(self.paths[0], _PROBE_DAY, day_form, text)

    def id_text(self, number: int) -> str:
        return self._id_form.format(number)


def read_manner(named: str = DEFAULT) -> Manner:
    """The manner of a site that comes with harbincrawl, or of a site file. Raises OSError, ValueError, KeyError."""
    path = Path(named) if named.endswith(".toml") or "/" in named else SHIPPED / f"{named}.toml"
    return Manner(tomllib.loads(path.read_text(encoding="utf-8")))


HARBIN = read_manner()
"""The usual site: what a twin is of where nothing else is said."""
