"""Selectors of a site file: elements that a person names where the reader goes wrong on the site's pages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar

from harbincrawl.config.setting import Table, setting

_FORM = "a CSS selector"


def _selector(meaning: str) -> str | None:
    selector: str | None = setting(None, meaning, form=_FORM)
    return selector


def _drop() -> tuple[str, ...]:
    dropped: tuple[str, ...] = setting(
        (), "Elements that are no part of the page: boxes, buttons, comments.", form="CSS selectors", most=20
    )
    return dropped


@dataclass(frozen=True)
class Selectors(Table):
    """The selectors of one kind of page."""

    @cached_property
    def named(self) -> dict[str, str]:
        """By key, those that are given, but for what is dropped."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "drop"}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def dropped(self) -> tuple[str, ...]:
        """Those of what is dropped."""
        found: tuple[str, ...] = getattr(self, "drop", ())
        return found

    @cached_property
    def is_given(self) -> bool:
        """Whether there is any."""
        return bool(self.named or self.dropped)


@dataclass(frozen=True)
class ArticleSelectors(Selectors):
    """Elements of an article's page."""

    TABLE: ClassVar[str] = "article"

    text: str | None = _selector("The text: all elements that match; what stands outside is head or furniture.")
    drop: tuple[str, ...] = _drop()
    title: str | None = _selector("The title: the words of the first element that matches.")
    updated: str | None = _selector("The same of the printed date.")
    author: str | None = _selector("The same of the author.")
    source: str | None = _selector("The same of the source.")
    section: str | None = _selector("The same of the section's label, where the file names none.")


@dataclass(frozen=True)
class ListSelectors(Selectors):
    """Elements of a list's page."""

    TABLE: ClassVar[str] = "list"

    item: str | None = _selector("The items: each element that matches is one.")
    drop: tuple[str, ...] = _drop()
