"""Reads a site file, strictly: the first thing that is wrong is named with its line."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from harbincrawl.config.schema import Thresholds
from harbincrawl.config.setting import list_settings, show_value
from harbincrawl.errors import SiteFileError, SpecialFileError
from harbincrawl.files import open_part
from harbincrawl.text import clean, nearest

from .addresses import Address, AddressScheme
from .patterns import PathPattern, find_pattern_problem
from .refusals import Place, Refusals
from .site import ProofHabits, Section, Site
from .words import Words

MOST_BYTES = 1_000_000
MOST_ITEMS = 500
"""Of a list: each line of a page is compared with all its words."""
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_SECTION = r"[^\s/?#{}]+(?:/[^\s/?#{}]+)*"
_TEXT = r".*\S.*"
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_ARTICLE_GROUPS = ("section", "day", "year", "month", "mday", "number", "page")
_LIST_GROUPS = ("section", "page")
_DAY_GROUPS = {"year", "month", "mday"}

_TEXTS = {
    "name": (r"[a-z0-9][a-z0-9-]{0,39}", 'small letters, digits and "-", such as "harbin-today"'),
    "title": (_TEXT, "one line of text"),
    "base": (rf"https?://{_HOST}(?::\d{{1,5}})?", "an origin such as http://www.example.com, with no slash at its end"),
    "scope": (r"/(?:[^\s?#]*/)?", 'a path that begins and ends with "/"'),
    "time_zone": (r"\S+", "the name of a time zone, such as Asia/Shanghai"),
    "stemmer": (r"porter|none", '"porter" or "none"'),
}
"""Keys with one text: a pattern of what they may hold, and it in words."""
_LISTS = {
    "aliases": (_HOST, "host names"),
    "languages": (r"[a-z]{2,3}(?:-[A-Za-z]+)?", "codes of languages such as en"),
    "default_sections": (_SECTION, "paths of sections"),
    "title_suffixes": (_TEXT, "lines of text"),
}
_REQUIRED = ("name", "title", "base", "section", "addresses")
_TABLES = ("addresses", "words", "proof", "health")
_TOP = (*_TEXTS, *_LISTS, "page_size", "counter", "section", *_TABLES)
_SECTION_KEYS, _ADDRESS_KEYS, _WORD_KEYS, _PROOF_KEYS = (
    tuple(each.name for each in fields(table)) for table in (Section, AddressScheme, Words, ProofHabits)
)
_THRESHOLDS = {each.name: each for each in list_settings(Thresholds)}


def read_site(path: Path) -> Site:
    """The site of the file at `path`. Raises SiteFileError, which names file, line and reason."""
    try:
        # A link is what it leads to: somebody has named it.
        with open_part(path.resolve()) as stream:
            data = stream.read(MOST_BYTES + 1)
    except SpecialFileError as error:
        raise SiteFileError(str(error)) from None
    except OSError as error:
        raise SiteFileError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise SiteFileError(f"{path}: larger than {MOST_BYTES:,} bytes: no site file is")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SiteFileError(f"{path} line {line}: not UTF-8: save the file as UTF-8") from None
    return parse_site(text, str(path))


def parse_site(text: str, name: str) -> Site:
    """The site of a site file's text; `name` is what messages call it. Raises SiteFileError."""
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise SiteFileError(f"{name}: not valid TOML: brackets are nested too deeply") from None
    except ValueError as error:
        words, line = str(error), text.count("\n") + 1
        if match := _PLACE.fullmatch(words):
            words, line = match[1], int(match[2] or text.rstrip().count("\n") + 1)
        raise SiteFileError(f"{name} line {line}: not valid TOML: {' '.join(clean(words).split())}") from None
    return _Reader(document, Refusals(name, text)).read()


class _Reader:
    """One reading of a file; every method raises SiteFileError for what is wrong."""

    def __init__(self, document: Mapping[str, Any], refusals: Refusals) -> None:
        self.document = document
        self.text = refusals.text
        self.refuse = refusals.refuse
        self.refuse_unknown = refusals.refuse_unknown

    def read(self) -> Site:
        document = self.document
        for key in document:
            if key not in _TOP:
                self.refuse_unknown((key,), _TOP)
        for key in _TABLES:
            if not isinstance(document.get(key, {}), dict):
                self.refuse((key,), f"{key}: expected a table [{key}], found {show_value(document[key])}")
        for key in _REQUIRED:
            if key not in document:
                self.refuse((), f'"{key}" is missing')
        texts = {key: self._text(key) for key in _TEXTS if key in document}
        lists = {key: self._texts((key,), document[key], *_LISTS[key]) for key in _LISTS if key in document}
        self._check_zone(texts.setdefault("time_zone", "UTC"))
        sections = self._sections(document["section"])
        paths = [section.path for section in sections]
        for path in lists.setdefault("default_sections", (paths[0],)):
            if path not in paths:
                near = nearest(path, paths)
                hint = f'; did you mean "{near}"?' if near else ""
                self.refuse(("default_sections",), f'default_sections: no section "{clean(path)}"{hint}')
        texts["base"] = texts["base"].lower()
        if int(texts["base"].partition("//")[2].partition(":")[2] or 0) > 65_535:
            self.refuse(("base",), "base: expected a port up to 65535")
        given: dict[str, Any] = {"languages": ("en",), **texts, **lists}
        site = Site(
            **given,
            sections=sections,
            page_size=self._whole_number("page_size"),
            addresses=self._addresses(document["addresses"]),
            words=self._words(document.get("words", {})),
            proof=self._proof(document.get("proof", {})),
            counter=self._boolean(("counter",), document.get("counter", False)),
            thresholds=self._thresholds(document.get("health", {})),
            text=self.text,
        )
        self._check_lists(site)
        return site

    def _sections(self, value: Any) -> tuple[Section, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            self.refuse(("section",), "section: expected tables [[section]], one at least")
        made: dict[str, Section] = {}
        for number, each in enumerate(value):
            for key in each:
                if key not in _SECTION_KEYS:
                    self.refuse_unknown(("section", key), _SECTION_KEYS, "section", number)
            path = each.get("path", "")
            if not _is_text(path, _SECTION):
                reason = f"section {number + 1}: path: expected the path of a section, found {show_value(path)}"
                self.refuse(("section", "path"), reason, number)
            called = f'section "{clean(path)}"'
            if path in made:
                self.refuse(("section", "path"), f"{called} is there twice", number)
            label, first = each.get("label", ""), each.get("list")
            if not _is_text(label, ".*"):
                self.refuse(("section", "label"), f"{called}: label: expected one line of text", number)
            if first is not None and not _is_text(first, r"/[^\s?#]*"):
                self.refuse(("section", "list"), f'{called}: list: expected a path such as "/news/"', number)
            certain = self._boolean(("section", "certain"), each.get("certain", True), number)
            made[path] = Section(path, label, certain, first)
        return tuple(made.values())

    def _addresses(self, table: Mapping[str, Any]) -> AddressScheme:
        self._check_keys("addresses", table, _ADDRESS_KEYS)
        for key in ("article", "list", "first_list", "next_list"):
            if key not in table:
                self.refuse(("addresses",), f'[addresses] "{key}" is missing')
        for key, value in table.items():
            if not _is_text(value, r"[/(\[\\].*"):
                reason = f'addresses.{key}: expected text that begins with "/", found {show_value(value)}'
                self.refuse(("addresses", key), reason)
        article = self._pattern("article", table["article"], _ARTICLE_GROUPS)
        lists = self._pattern("list", table["list"], _LIST_GROUPS)
        if "number" not in article:
            self.refuse(("addresses", "article"), "addresses.article: it has no group (?P<number>…), the article's id")
        if _DAY_GROUPS & article and (not article >= _DAY_GROUPS or "day" in article):
            self.refuse(("addresses", "article"), "addresses.article: it needs either day, or year, month and mday")
        self._template("first_list", table["first_list"], lists - {"page"})
        self._template("next_list", table["next_list"], lists, "page")
        if "next_article" in table:
            self._template("next_article", table["next_article"], article, "page")
        return AddressScheme(**table)

    def _pattern(self, key: str, pattern: str, known: tuple[str, ...]) -> set[str]:
        """The names of the pattern's groups."""
        place = ("addresses", key)
        if problem := find_pattern_problem(pattern):
            self.refuse(place, f"addresses.{key}: {clean(problem)}")
        names = PathPattern(pattern).names
        for group in sorted(names):
            if group not in known:
                near = nearest(group, known)
                hint = f"; did you mean {near}?" if near else f"; known: {', '.join(known)}"
                self.refuse(place, f"addresses.{key}: unknown group {clean(group)}{hint}")
        return set(names)

    def _template(self, key: str, template: str, groups: Iterable[str], needed: str | None = None) -> None:
        place = ("addresses", key)
        try:
            parts = [(str(each[1]), *each[2:]) for each in string.Formatter().parse(template) if each[1] is not None]
        except ValueError as error:
            self.refuse(place, f"addresses.{key}: {error}")
        for name, form, conversion in parts:
            if form or conversion:
                self.refuse(place, f"addresses.{key}: expected {{{clean(name)}}} with nothing else in its brackets")
            if name not in groups:
                near = nearest(name, groups)
                known = ", ".join(sorted(groups)) or "none"
                hint = f"; did you mean {{{near}}}?" if near else f"; its pattern has {known}"
                self.refuse(place, f"addresses.{key}: {{{clean(name)}}} is no group of its pattern{hint}")
        if needed and needed not in {name for name, *_ in parts}:
            self.refuse(place, f"addresses.{key}: it needs {{{needed}}}")

    def _words(self, table: Mapping[str, Any]) -> Words:
        self._check_keys("words", table, _WORD_KEYS)
        made: dict[str, Any] = {}
        for key, value in table.items():
            if key != "stand":
                made[key] = self._texts(("words", key), value, _TEXT, "lines of text")
            elif value in ("above", "end"):
                made[key] = value
            else:
                self.refuse(("words", key), f'words.stand: expected "above" or "end", found {show_value(value)}')
        for form in made.get("by", ()):
            bare = form.replace("{author}", "", 1).replace("{source}", "", 1)
            if "{" in bare or "}" in bare or not bare.strip():
                reason = "a form has {author}, {source} or both, each once, with words or brackets around"
                self.refuse(("words", "by"), f"words.by: {show_value(form)}: {reason}")
        return Words(**made)

    def _proof(self, table: Mapping[str, Any]) -> ProofHabits:
        self._check_keys("proof", table, _PROOF_KEYS)
        made: dict[str, Any] = {}
        for key, value in table.items():
            place = ("proof", key)
            made[key] = (
                self._texts(place, value, _TEXT, "lines of text") if key == "copyright" else self._boolean(place, value)
            )
        return ProofHabits(**made)

    def _thresholds(self, table: Mapping[str, Any]) -> Thresholds:
        self._check_keys("health", table, tuple(_THRESHOLDS))
        made = {}
        for key, value in table.items():
            try:
                made[_THRESHOLDS[key].attribute] = _THRESHOLDS[key].convert(value)
            except ValueError as error:
                self.refuse(("health", key), str(error))
        return Thresholds(**made)

    def _check_lists(self, site: Site) -> None:
        """Every list address that the templates write has to be read back as that list."""
        for number, section in enumerate(site.sections):
            for page, key in ((1, "first_list"), (2, "next_list")):
                address = site.listing_address(section.path, page)
                meaning = site.read_address(address)
                if meaning is not None and meaning[:3] == ("listing", section.path, page):
                    continue
                reason = f'page {page} of section "{clean(section.path)}" is {address}, which '
                reason += _describe_meaning(meaning, site, address)
                if section.list is not None and page == 1:
                    self.refuse(("section", "list"), f"section.list: {reason}", number)
                self.refuse(("addresses", key), f"addresses.{key}: {reason}")

    def _text(self, key: str) -> str:
        value, (pattern, form) = self.document[key], _TEXTS[key]
        if not _is_text(value, pattern):
            self.refuse((key,), f"{key}: expected {form}, found {show_value(value)}")
        return str(value)

    def _texts(self, place: Place, value: Any, pattern: str, form: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.refuse(place, f"{'.'.join(place)}: expected a list of {form}, found {show_value(value)}")
        if len(value) > MOST_ITEMS:
            self.refuse(place, f"{'.'.join(place)}: expected {MOST_ITEMS} {form} at most, found {len(value):,}")
        for number, item in enumerate(value, 1):
            if not _is_text(item, pattern):
                self.refuse(place, f"{'.'.join(place)} item {number}: expected {form}, found {show_value(item)}")
        return tuple(value)

    def _boolean(self, place: Place, value: Any, section: int | None = None) -> bool:
        if not isinstance(value, bool):
            self.refuse(place, f"{'.'.join(place)}: expected true or false, found {show_value(value)}", section)
        return value

    def _whole_number(self, key: str) -> int:
        value: Any = self.document.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
            self.refuse((key,), f"{key}: expected a whole number from 0 to 10000, found {show_value(value)}")
        return value

    def _check_zone(self, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError):
            self.refuse(("time_zone",), f"time_zone: no time zone is called {show_value(zone)}")

    def _check_keys(self, table: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in values:
            if key not in known:
                self.refuse_unknown((table, key), known, table)


def _is_text(value: object, pattern: str) -> bool:
    return isinstance(value, str) and clean(value) == value and re.fullmatch(pattern, value) is not None


def _describe_meaning(meaning: Address | None, site: Site, address: str) -> str:
    if not address[len(site.base) :].startswith(site.scope):
        return f"is outside the scope {site.scope}"
    if meaning is None:
        return "no pattern matches"
    return f"is read as {meaning.kind} {meaning.section_path or '-'}, page {meaning.page}"
