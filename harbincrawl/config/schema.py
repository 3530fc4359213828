"""Every setting there is: a dataclass a table of config.toml, with the type, bounds, default and meaning of each key.

docs/settings.md is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from harbincrawl.text import is_loopback_host

from . import PREFIX
from .setting import Table, list_settings, setting

RULES = tuple(
    """
    listing-lines section-total http-errors silence unread robots list-gap field-title field-date field-source
    field-body body-length shared-body shared-tail not-an-article template unaccounted disk database-size clock
    """.split()
)
"""The names of the health rules."""

_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)"
_TARGET = rf"(?:webhook\+)?https?://(?:[^\s/?#@]*@)?{_HOST}(?::\d+)?(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+"
_AUTHORITY = rf"https?://{_HOST}(?::\d{{1,5}})?(?:[/?]\S{{0,500}})?"
_SHARE = {"most": 1}


@dataclass(frozen=True, kw_only=True)
class CrawlSettings(Table):
    """How a crawl goes about it."""

    TABLE: ClassVar[str] = ""

    contact: str | None = setting(
        None, "The mail address or page of whoever runs the crawl, which the User-Agent names."
    )
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
        "Where runs are reported: a dead-man switch (http…), a webhook (webhook+http…), mail (mailto:ADDRESS).",
        pattern=_TARGET,
        form="http(s)://…, webhook+http(s)://… or mailto:ADDRESS",
        secret=True,
        variable=f"{PREFIX}NOTIFY",
        flag="--notify",
    )


@dataclass(frozen=True)
class Smtp(Table):
    """How to send mail."""

    TABLE: ClassVar[str] = "smtp"

    host: str = setting("localhost", "The mail server.", pattern=_HOST, form="a host name")
    port: int = setting(25, "Its port.", least=1, most=65_535)
    sender: str = setting(
        "harbincrawl@localhost",
        "The address that mail comes from.",
        name="from",
        pattern="[^@]+@[^@]+",
        form="a mail address",
    )
    user: str | None = setting(None, "The user name, where the server wants one.")
    password: str | None = setting(None, "The user's password.", secret=True)
    security: str = setting(
        "none",
        "How the connection is encrypted.",
        choices=("none", "starttls", "tls"),
        form="none, starttls or tls",
    )

    @property
    def shows_password(self) -> bool:
        """Whether a password would be sent to another machine without encryption."""
        return bool(self.user and self.password) and self.security == "none" and not is_loopback_host(self.host)


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

    pages: int = setting(30, "Fewer pages than this prove a share or a median only where chance cannot explain it.")
    chance: float = setting(1e-5, "A difference that is less likely than this is not explained by chance.", **_SHARE)
    drop: float = setting(
        0.15, "How far the share of articles with a title, date, source or body may fall below its past.", **_SHARE
    )
    least_title: float = setting(
        0.5, "The smallest share of articles with a title, as long as there is no past to compare with.", **_SHARE
    )
    least_date: float = setting(0.5, "The same of articles with a date.", **_SHARE)
    least_source: float = setting(0.3, "The same of articles with a source.", **_SHARE)
    least_body: float = setting(0.3, "The same of articles with a body.", **_SHARE)
    length_factor: float = setting(2.5, "How many times shorter or longer the median body may become.", least=1)
    shared: float = setting(
        0.1, "The share of a run's articles that may have one body, or end with the same paragraph.", **_SHARE
    )
    shared_articles: int = setting(5, "Fewer articles than this may always have that.")
    not_articles: float = setting(
        0.1, "The share of asked pages that may turn out to be no articles, above its past.", **_SHARE
    )
    unaccounted: float = setting(
        0.1, "How far the share of pages with unaccounted lines may rise above its past.", **_SHARE
    )
    errors: float = setting(0.2, "The share of asked addresses that may fail, above its past.", **_SHARE)
    shrink: float = setting(0.5, "The share of a section's total that may be gone since the last good runs.", **_SHARE)
    shrink_lines: int = setting(24, "Fewer lines than this may always go.")
    silence_days: int = setting(
        30, "How many days of runs it takes to know how long the site is silent now and then.", most=36_500
    )
    unread_factor: float = setting(3.0, "How many times its usual interval a list may go without being read.", least=1)
    disk_share: float = setting(
        0.05, "The share of the disk that has to be free; `disk_bytes` are enough on a large one.", **_SHARE
    )
    disk_bytes: int = setting(1_000_000_000, "The bytes that have to be free on a large disk.")
    database_bytes: int = setting(50_000_000_000, "The largest database.")
    database_factor: float = setting(3.0, "How many times more bytes an article may take than before.", least=1)
    accept_gap: Mapping[str, int] | bool = setting(
        False,
        "By section, how many lines fewer (below 0: more) a list may show than the site counts; `true`: any number.",
        form="a table of sections with whole numbers or true, or true for all sections",
    )
    ignore: tuple[str, ...] = setting((), "Rules that are not asked.", choices=RULES, form="names of health rules")


SETTINGS = tuple(
    each for table in (CrawlSettings, Notify, Smtp, SealSettings, Dataset, Thresholds) for each in list_settings(table)
)
"""Every setting, table by table."""
