"""Finds the sites that come with harbincrawl; reads site files strictly: the first mistake is named with its line."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from harbincrawl.config.document import Document, decode_text
from harbincrawl.config.reader import Reading
from harbincrawl.config.schema import Thresholds
from harbincrawl.config.setting import list_settings, show_value
from harbincrawl.errors import SiteFileError
from harbincrawl.text import clean, suggest

from . import DEFAULT_SITE
from .addresses import Address, AddressScheme
from .css import compile_selector
from .patterns import PathPattern
from .schema import ProofHabits, Section, SiteSettings
from .selectors import ArticleSelectors, ListSelectors, Selectors
from .site import Site
from .words import Words

FOLDER = Path(__file__).parent
SUFFIX = ".toml"
MOST_BYTES = 1_000_000
_TABLES = (SiteSettings, Section, AddressScheme, Words, ProofHabits, ArticleSelectors, ListSelectors, Thresholds)
_SETTINGS = tuple(each for table in _TABLES for each in list_settings(table))
_ARTICLE_GROUPS = ("section", "day", "year", "month", "mday", "number", "page")
_LIST_GROUPS = ("section", "page")
_DAY_GROUPS = {"year", "month", "mday"}


def list_sites() -> dict[str, Path]:
    """The site files that come with harbincrawl, by the site's name."""
    return {path.stem: path for path in sorted(FOLDER.glob(f"*{SUFFIX}"))}


@lru_cache(maxsize=8)
def find_site(name: str) -> Site:
    """The site called `name`. Raises SiteFileError where none comes with harbincrawl."""
    known = list_sites()
    if name not in known:
        hint = suggest(name, known, otherwise=f"; known: {', '.join(known)}, or give a FILE{SUFFIX}")
        raise SiteFileError(f'no site "{clean(name)}"{hint}')
    return read_site(known[name])


def default_site() -> Site:
    """The site that is meant where none is named."""
    return find_site(DEFAULT_SITE)


def choose_site(named: str) -> Site:
    """The site that `--site` names: one that comes with harbincrawl, or a file. Raises SiteFileError."""
    if named.endswith(SUFFIX) or "/" in named:
        return read_site(Path(named))
    return find_site(named)


def read_site(path: Path) -> Site:
    """The site of the file at `path`. Raises SiteFileError, which names file, line and reason."""
    try:
        # A link is what it leads to: somebody has named it.
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        text = decode_text(data, str(path))
    except ValueError as error:
        raise SiteFileError(str(error)) from None
    except OSError as error:
        raise SiteFileError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise SiteFileError(f"{path}: larger than {MOST_BYTES:,} bytes: no site file is")
    return parse_site(text, str(path))


def parse_site(text: str, name: str) -> Site:
    """The site of a site file's text; `name` is what messages call it. Raises SiteFileError."""
    try:
        document = Document(text, name)
    except ValueError as error:
        raise SiteFileError(str(error)) from None
    reading = Reading(_SETTINGS)
    reading.take_document(document)
    if reading.problems:
        raise SiteFileError(reading.problems[0])
    return _SiteReader(document, reading).read()


class _SiteReader:
    """What makes a site of settings that are sound each by itself; raises SiteFileError where they are not together."""

    def __init__(self, document: Document, reading: Reading) -> None:
        self.document = document
        self.reading = reading

    def read(self) -> Site:
        pick = self.reading.pick
        sections = tuple(Section(**pick(Section, number)) for number in range(len(self.document.values["section"])))
        addresses, words = AddressScheme(**pick(AddressScheme)), Words(**pick(Words))
        settings = {"default_sections": (sections[0].path,), **pick(SiteSettings)}
        settings["base"] = settings["base"].lower()
        self._check_settings(SiteSettings(**settings), [section.path for section in sections])
        self._check_addresses(addresses)
        self._check_forms(words)
        article, lists = ArticleSelectors(**pick(ArticleSelectors)), ListSelectors(**pick(ListSelectors))
        self._check_selectors(article)
        self._check_selectors(lists)
        site = Site(
            **settings,
            sections=sections,
            addresses=addresses,
            words=words,
            proof=ProofHabits(**pick(ProofHabits)),
            article_selectors=article,
            list_selectors=lists,
            thresholds=Thresholds(**pick(Thresholds)),
            text=self.document.text,
        )
        self._check_lists(site)
        return site

    def _check_settings(self, settings: SiteSettings, paths: list[str]) -> None:
        for number, path in enumerate(paths):
            if path in paths[:number]:
                self._refuse(f'section "{clean(path)}" is there twice', "section", number, "path")
        for path in settings.default_sections:
            if path not in paths:
                hint = suggest(path, paths)
                self._refuse(f'default_sections: no section "{clean(path)}"{hint}', "default_sections")
        if int(settings.base.partition("//")[2].partition(":")[2] or 0) > 65_535:
            self._refuse("base: expected a port up to 65535", "base")
        try:
            ZoneInfo(settings.time_zone)
        except (KeyError, ValueError, OSError):
            self._refuse(f"time_zone: no time zone is called {show_value(settings.time_zone)}", "time_zone")

    def _check_addresses(self, addresses: AddressScheme) -> None:
        article = self._check_pattern("article", addresses.article, _ARTICLE_GROUPS)
        lists = self._check_pattern("list", addresses.list, _LIST_GROUPS)
        if "number" not in article:
            self._refuse_address("article", "it has no group (?P<number>…), the article's id")
        if _DAY_GROUPS & article and (not article >= _DAY_GROUPS or "day" in article):
            self._refuse_address("article", "it needs either day, or year, month and mday")
        self._check_template("first_list", addresses.first_list, lists - {"page"})
        self._check_template("next_list", addresses.next_list, lists, "page")
        if addresses.next_article is not None:
            self._check_template("next_article", addresses.next_article, article, "page")

    def _check_pattern(self, key: str, pattern: str, known: tuple[str, ...]) -> frozenset[str]:
        """The names of the pattern's groups."""
        try:
            names = PathPattern(pattern).names
        except ValueError as error:
            self._refuse_address(key, clean(f"the pattern does not compile: {error}"))
        for group in sorted(names.difference(known)):
            hint = suggest(group, known, "{}", f"; known: {', '.join(known)}")
            self._refuse_address(key, f"unknown group {clean(group)}{hint}")
        return names

    def _check_template(self, key: str, template: str, groups: Iterable[str], needed: str | None = None) -> None:
        try:
            names = [name for _, name, *_ in string.Formatter().parse(template) if name is not None]
        except ValueError as error:
            self._refuse_address(key, str(error))
        for name in names:
            if name not in groups:
                hint = suggest(name, groups, "{{{}}}", f"; its pattern has {', '.join(sorted(groups)) or 'none'}")
                self._refuse_address(key, f"{{{clean(name)}}} is no group of its pattern{hint}")
        if needed and needed not in names:
            self._refuse_address(key, f"it needs {{{needed}}}")

    def _check_forms(self, words: Words) -> None:
        for form in words.by:
            bare = form.replace("{author}", "", 1).replace("{source}", "", 1)
            if "{" in bare or "}" in bare or not bare.strip():
                reason = "a form has {author}, {source} or both, each once, with words or brackets around"
                self._refuse(f"words.by: {show_value(form)}: {reason}", "words", "by")

    def _check_selectors(self, selectors: Selectors) -> None:
        for key, selector in (*selectors.named.items(), *(("drop", each) for each in selectors.dropped)):
            try:
                compile_selector(selector)
            except ValueError as error:
                reason = f"{show_value(selector)} is no CSS selector that can be used: {clean(str(error))}"
                self._refuse(f"{selectors.TABLE}.{key}: {reason}", selectors.TABLE, key)

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
                    self._refuse(f"section.list: {reason}", "section", number, "list")
                self._refuse_address(key, reason)

    def _refuse_address(self, key: str, reason: str) -> NoReturn:
        self._refuse(f"addresses.{key}: {reason}", "addresses", key)

    def _refuse(self, reason: str, *path: str | int) -> NoReturn:
        raise SiteFileError(f"{self.document.place(*path)}: {reason}")


def _describe_meaning(meaning: Address | None, site: Site, address: str) -> str:
    if not address[len(site.base) :].startswith(site.scope):
        return f"is outside the scope {site.scope}"
    if meaning is None:
        return "no pattern matches"
    return f"is read as {meaning.kind} {meaning.section_path or '-'}, page {meaning.page}"
