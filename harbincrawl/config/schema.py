"""Every setting there is: a dataclass a table of config.toml, with the type, bounds, default and meaning of each key.

docs/settings.md is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from . import PREFIX
from .setting import Table, list_settings, setting

RULES = tuple(
    """
    listing-lines list-gap http-errors field-title field-date field-source field-body unaccounted silence disk
    """.split()
)
"""The names of the health rules."""

_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)"
_TARGET = rf"(?:webhook\+)?https?://(?:[^\s/?#@]*@)?{_HOST}(?::\d+)?(?:[/?#]\S*)?"
_AUTHORITY = rf"https?://{_HOST}(?::\d{{1,5}})?(?:[/?]\S{{0,500}})?"
_SHARE = {"most": 1}
_OF_SECTIONS = (
    "pages", "least_lines", "least_title", "least_date", "least_source", "least_body", "unaccounted", "silence_days",
)  # fmt: skip
"""The bounds that a section may have of its own."""


@dataclass(frozen=True, kw_only=True)
class CrawlSettings(Table):
    """How a crawl goes about it."""

    TABLE: ClassVar[str] = ""

    contact: str | None = setting(
        None, "The mail address or page of whoever runs the crawl, which the User-Agent names."
    )
    delay: float = setting(1.0, "Seconds between requests; below 1 on this machine only.", flag="--delay")
    concurrency: int = setting(1, "Requests at once; above 1 on this machine only.", least=1, flag="--concurrency")
    full_after_days: int = setting(
        30, "A list is read to its end again after so many days; with 0 by every run.", most=36_500
    )
    warc_max_bytes: int = setting(1_000_000_000, "A WARC file is closed at this size.", least=1)
    image_max_bytes: int = setting(20_000_000, "Larger pictures are not kept.")
    compiler: str | None = setting(None, "Who compiles the archive, as dataset cards and citations name them.")


@dataclass(frozen=True)
class Notify(Table):
    """Who is told of a run."""

    TABLE: ClassVar[str] = "notify"

    urls: tuple[str, ...] = setting(
        (),
        "Where runs are reported: a dead-man switch (http…) or a webhook (webhook+http…).",
        pattern=_TARGET,
        form="http(s)://… or webhook+http(s)://…",
        secret=True,
        variable=f"{PREFIX}NOTIFY",
        flag="--notify",
    )
    command: tuple[str, ...] = setting(
        (),
        "A program and its arguments, which get what a webhook gets, as JSON on standard input.",
        form="words, the program first",
        variable="",
    )


@dataclass(frozen=True)
class SealSettings(Table):
    """What is done with the seal of a run."""

    TABLE: ClassVar[str] = "seal"

    timestamp: tuple[str, ...] = setting(
        (),
        "Time stamp authorities (RFC 3161), five at most, that are asked to stamp the seal of each run.",
        pattern=_AUTHORITY,
        form="http(s)://… without a user name",
        most=5,
    )


@dataclass(frozen=True)
class Dataset(Table):
    """What the metadata of datasets say."""

    TABLE: ClassVar[str] = "dataset"

    share_license: str | None = setting(
        None,
        "The licence of datasets made by `export --share`, not of the texts.",
        pattern=r"[A-Za-z0-9][A-Za-z0-9.+-]*|https?://[^\s()<>\"]+",
        form="an identifier of SPDX such as CC-BY-4.0 or CC0-1.0, or the http(s) address of the terms",
    )


@dataclass(frozen=True)
class Thresholds(Table):
    """The bounds of the health rules; a site may have its own, which `[health]` moves. Shares are fractions of 1."""

    TABLE: ClassVar[str] = "health"

    pages: int = setting(5, "Fewer pages than this break no rule on a share.")
    least_lines: int = setting(1, "The fewest lines that a list may show of which lines are known.")
    least_title: float = setting(0.9, "The smallest share of a section's articles with a title.", **_SHARE)
    least_date: float = setting(0.8, "The same of articles with a date.", **_SHARE)
    least_source: float = setting(0.5, "The same of articles with a source.", **_SHARE)
    least_body: float = setting(0.8, "The same of articles with a body or pictures.", **_SHARE)
    unaccounted: float = setting(0.1, "The largest share of a run's pages with unaccounted lines.", **_SHARE)
    silence_days: int = setting(30, "The most days without a new article.", most=36_500)
    errors: float = setting(0.2, "The largest share of asked addresses that fail.", **_SHARE)
    disk_share: float = setting(
        0.05, "The share of the disk that has to be free; `disk_bytes` are enough on a large one.", **_SHARE
    )
    disk_bytes: int = setting(1_000_000_000, "The bytes that have to be free on a large disk.")
    accept_gap: Mapping[str, int] | bool = setting(
        False,
        "By section, how many lines fewer (below 0: more) a list may show than the site counts; `true`: any number.",
        form="a table of sections with whole numbers or true, or true for all sections",
    )
    sections: Mapping[str, Mapping[str, float]] | None = setting(
        None,
        "Bounds of single sections: `[health.sections.news]` with any of these keys up to `silence_days`.",
        form="a table of bounds for each section",
        inner=_OF_SECTIONS,
    )
    ignore: tuple[str, ...] = setting((), "Rules that are not asked.", choices=RULES, form="names of health rules")

    def of_section(self, path: str) -> Thresholds:
        """The bounds of one section."""
        own: dict[str, Any] = dict((self.sections or {}).get(path, {}))
        return replace(self, **own)

    def list_own(self, name: str) -> list[str]:
        """The sections that have a bound `name` of their own."""
        return [path for path, own in (self.sections or {}).items() if name in own]


SETTINGS = tuple(
    each for table in (CrawlSettings, Notify, SealSettings, Dataset, Thresholds) for each in list_settings(table)
)
"""Every setting, table by table."""
