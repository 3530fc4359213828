"""The addresses of a site: patterns that read a path, and templates that write one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, ClassVar, NamedTuple

from harbincrawl.config.setting import Table, setting
from harbincrawl.identity import is_id

from .patterns import PathPattern

LONGEST_PATH = 500
"""Characters; a longer path is no page's, so that no pattern takes long over it."""
_LONGEST_BESIDE = 12
"""Characters of what stands around the number of a page: `_2`, `/page/2`, `-page-2`."""


class Address(NamedTuple):
    """What an address of the site means: a tuple, for a page has dozens and no other is made as fast."""

    kind: str
    """`article` or `listing`."""
    section_path: str
    """Empty for an article where the addresses name no section."""
    page: int
    id: str | None = None
    created: date | None = None


def _address(default: Any, meaning: str) -> Any:
    return setting(default, meaning, pattern=r"[/(\[\\].*", form='text that begins with "/"')


@dataclass(frozen=True)
class AddressScheme(Table):
    """How the addresses of articles and lists are written; all of them are paths with their leading slash."""

    TABLE: ClassVar[str] = "addresses"

    article: str = _address(
        MISSING,
        "A regular expression with the groups `number` and, where addresses have them, `section`, `day` (or `year`, "
        "`month` and `mday`) and `page`.",
    )
    list: str = _address(MISSING, "The same for lists, with `section` and `page`.")
    first_list: str = _address(MISSING, "Template of a list's page 1.")
    next_list: str = _address(MISSING, "Template of its further pages.")
    next_article: str | None = _address(None, "Template of an article's further pages; None where each has one.")

    @cached_property
    def article_pattern(self) -> PathPattern:
        """`article`, compiled."""
        return PathPattern(self.article)

    @cached_property
    def list_pattern(self) -> PathPattern:
        """`list`, compiled."""
        return PathPattern(self.list)

    @property
    def names_sections(self) -> bool:
        """Whether an article's address names its section."""
        return "section" in self.article_pattern.names

    def __getstate__(self) -> dict[str, str | None]:
        """Compiled patterns are not sent to other processes."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def read(self, path: str) -> Address | None:
        """What `path` means; None for anything but an article or a list."""
        return self._read_shared(path) if len(path) <= LONGEST_PATH else None

    @cached_property
    def _read_shared(self) -> Callable[[str], Address | None]:
        """Reads a path; remembered, for the pages of a site share most of their links."""
        return lru_cache(maxsize=4096)(self._find_out)

    def _find_out(self, path: str) -> Address | None:
        if (groups := self.article_pattern.read(path)) is not None:
            id, page = groups["number"], _read_number(groups.get("page"))
            if id is None or not is_id(id) or page < 1:
                return None
            if "year" in groups:
                created = legal_day(f"{groups['year']}-{groups['month']}-{groups['mday']}")
            else:
                created = legal_day(groups.get("day"))
            return Address("article", groups.get("section") or "", page, id, created)
        if (groups := self.list_pattern.read(path)) is not None:
            return Address("listing", groups.get("section") or "", max(1, _read_number(groups.get("page"))))
        return None

    def first_page(self, path: str) -> str:
        """The path of page 1 of the article whose page `path` is: without the page's number, or with a 1 in its place.

        What goes with the number is the shortest piece without which the path is that of page 1 of the same article.
        """
        pattern = self.article_pattern
        around = pattern.split(path, "page")
        if around is None:
            return path
        alone = (pattern.read(path) or {}) | {"page": None}
        before, behind = around
        for beside in range(_LONGEST_BESIDE):
            for cut in range(beside + 1):
                shorter = before[: max(0, len(before) - beside + cut)] + behind[cut:]
                if pattern.read(shorter) == alone:
                    return shorter
        one = f"{before}1{behind}"
        return one if pattern.read(one) else path

    def numbered_path(self, path: str, page: int) -> str | None:
        """`path`, which has the number of a page in it, with that of another one; None where it has none."""
        for pattern in (self.article_pattern, self.list_pattern):
            if around := pattern.split(path, "page"):
                return f"{around[0]}{page}{around[1]}"
        return None

    def list_path(self, section: str, page: int) -> str:
        """The path of page `page` of a section's list."""
        return (
            self.next_list.format(section=section, page=page) if page > 1 else self.first_list.format(section=section)
        )


def _read_number(page: str | None) -> int:
    """The number of a page, 1 where none is written; 0 for what is no number."""
    if not page:
        return 1
    return int(page) if page.isascii() and page.isdigit() else 0


def legal_day(text: str | None) -> date | None:
    """The day that an address names, as `2020-09-23`, `2020/9/23`, `20200923`, `2020/0923` or `200923`.

    None for one that is none.
    """
    try:
        if text is None:
            return None
        if len(text) == 10 and text[4] == "-":
            return date.fromisoformat(text)
        parts = re.findall(r"[0-9]+", text)
        if len(parts) != 3:
            digits = "".join(parts)
            parts = [digits[:-4], digits[-4:-2], digits[-2:]]
        year, month, day = map(int, parts)
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None
