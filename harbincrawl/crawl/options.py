"""What a crawl is told: flags first, then the environment, then config.toml in the archive's directory."""

from __future__ import annotations

import ipaddress
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harbincrawl.errors import OptionsError
from harbincrawl.sites import HARBIN_TODAY, Site
from harbincrawl.walk.articles import Recheck

_SECTION = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*){0,3}")
_KEYS = frozenset(("contact", "full_after_days", "warc_max_bytes", "image_max_bytes"))


@dataclass(frozen=True)
class Options:
    """Everything a crawl is told."""

    archive: Path
    sections: tuple[str, ...] = ()
    """Path prefixes; empty: the site's default ones."""
    all_sections: bool = False
    full: bool = False
    recheck: Recheck = "due"
    since: date | None = None
    limit: int | None = None
    """Articles to ask for at most."""
    site_url: str | None = None
    """Origin that is read in place of the site's own."""
    delay: float = 1.0
    """Seconds between two requests."""
    concurrency: int = 1
    warc: bool = True
    images: bool = False
    contact: str | None = None
    """An address or page of whoever runs the crawl, for the User-Agent."""
    full_after_days: int = 30
    warc_max_bytes: int = 1_000_000_000
    image_max_bytes: int = 20_000_000

    @property
    def site(self) -> Site:
        """The site, with its mirror."""
        return replace(HARBIN_TODAY, mirror=self.site_url)

    @property
    def chosen_sections(self) -> tuple[str, ...]:
        """The sections to walk, each once, in order."""
        if self.all_sections:
            return tuple(dict.fromkeys((*(section.path for section in HARBIN_TODAY.sections), *self.sections)))
        return tuple(dict.fromkeys(self.sections or HARBIN_TODAY.default_sections))

    def arguments(self) -> dict[str, Any]:
        """For the run record: what was told, paths and dates as text."""
        told = asdict(self)
        told["archive"], told["since"] = str(self.archive), self.since.isoformat() if self.since else None
        told["sections"] = list(self.chosen_sections)
        return told


def check_options(options: Options) -> Options:
    """`options` in their normal form. Raises OptionsError for what makes no sense."""
    for section in options.sections:
        if not _SECTION.fullmatch(section):
            raise OptionsError(f"{section!r} is no section: expected a path prefix such as news or culture/music.")
    if options.site_url is not None:
        options = replace(options, site_url=read_origin(options.site_url))
    if not 0 <= options.delay < math.inf or options.concurrency < 1:
        raise OptionsError("--delay must be a number of seconds, 0 or more, and --concurrency at least 1.")
    if options.limit is not None and options.limit < 0:
        raise OptionsError(f"--limit {options.limit}: expected 0 or more.")
    if (options.delay < 1 or options.concurrency > 1) and not _is_loopback(options.site_url):
        raise OptionsError(
            "--delay below 1 and --concurrency above 1 are for loopback hosts only (--site-url http://127.0.0.1:…): "
            "the site is small and is asked gently."
        )
    return options


def read_origin(text: str) -> str:
    """The origin that --site-url names, in its normal form. Raises OptionsError for what is none."""
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError as error:
        raise OptionsError(f"--site-url {text!r} is no address: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise OptionsError(f"--site-url {text!r}: expected an origin such as http://127.0.0.1:8000.")
    if parts.username or parts.password:
        raise OptionsError("--site-url must not carry a user name or a password.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _is_loopback(origin: str | None) -> bool:
    host = urlsplit(origin).hostname if origin else None
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_config(archive: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Settings that are no flags: config.toml in the archive's directory, overruled by HARBINCRAWL_*.

    Raises OptionsError where the file cannot be read or a value is of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    path = archive / "config.toml"
    told: dict[str, Any] = {}
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise OptionsError(f"{path} cannot be read: {error}.") from error
    found = {name: value for name, value in told.items() if name in _KEYS}
    for name in _KEYS:
        if (value := environment.get(f"HARBINCRAWL_{name.upper()}")) is not None:
            found[name] = value
    for name in _KEYS - {"contact"}:
        if name in found:
            try:
                found[name] = int(found[name])
            except (TypeError, ValueError):
                raise OptionsError(f"{name} = {found[name]!r}: expected a whole number.") from None
    if "contact" in found and (not isinstance(found["contact"], str) or not found["contact"].isprintable()):
        raise OptionsError("contact: expected one line of text, a mail address or a page.")
    return found
