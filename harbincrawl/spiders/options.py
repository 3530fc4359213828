"""The options of a crawl: its flags, or the arguments of `scrapy crawl`, and the settings of the archive."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from harbincrawl.archive.origin import find_named_site
from harbincrawl.config import ARCHIVE_VARIABLE
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import CrawlSettings
from harbincrawl.errors import OptionsError
from harbincrawl.search.days import read_day_range
from harbincrawl.sites import Site, default_site
from harbincrawl.text import clean, is_loopback, nearest, suggest
from harbincrawl.version import name_agent
from harbincrawl.walk.articles import Recheck

_LISTS, _FLAGS = ("sections", "section_paths"), ("all", "full", "images")
ARGUMENTS = ("archive", *_LISTS, *_FLAGS, "recheck", "since", "limit", "site", "site_url")
"""What `-a NAME=VALUE` of `scrapy crawl` may name."""
_BOOLEANS = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("", "0", "false", "no", "off"), False)}
_PACE = {"delay": "DOWNLOAD_DELAY", "concurrency": "CONCURRENT_REQUESTS_PER_DOMAIN"}
"""Options, and the settings of Scrapy that are as good as their flags."""
_SECTION = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*){0,3}")


@dataclass(frozen=True)
class Options(CrawlSettings):
    """Everything that can be chosen about a crawl."""

    archive: Path
    sections: tuple[str, ...] = ()
    """Path prefixes of known sections; with no section of either kind, the site's default ones."""
    section_paths: tuple[str, ...] = ()
    """Path prefixes of sections that the site has, and its table here does not."""
    all_sections: bool = False
    full: bool = False
    """Read every list to its end."""
    recheck: Recheck = "due"
    since: date | None = None
    """Read no list further back than this day, and ask for no older article."""
    limit: int | None = None
    """Articles to ask for at most."""
    site_url: str | None = None
    """Origin that is read in place of the site's own."""
    images: bool = False
    wait: bool = False
    """Wait for another command that holds the archive, for however long."""
    site: Site = field(default_factory=default_site)
    """The site of the archive; `check_options` gives it its mirror."""

    @property
    def chosen_sections(self) -> tuple[str, ...]:
        """The sections to walk, each once, in order."""
        named = (*self.sections, *self.section_paths)
        if self.all_sections:
            named = (*(section.path for section in self.site.sections), *named)
        return tuple(dict.fromkeys(named or self.site.default_sections))

    @property
    def agent(self) -> str:
        """The User-Agent: who we are, and how to reach whoever runs this."""
        return name_agent(self.contact)

    @property
    def full_after(self) -> timedelta:
        """How old the last complete walk of a list may be before it is read to its end again."""
        return timedelta(days=self.full_after_days)

    def arguments(self) -> dict[str, Any]:
        """For the run record, which others may read: all options but for places on this machine."""
        left_out = ("archive", "site", "wait")
        options = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in left_out}
        options["since"] = self.since.isoformat() if self.since else None
        options["sections"] = list(self.chosen_sections)
        del options["section_paths"]
        return options


def read_arguments(arguments: Mapping[str, Any], settings: BaseSettings) -> Options:
    """The options of `-a archive=… -a sections=news,culture/music -a full=1 …`, the names of the flags.

    Without `archive`, HARBINCRAWL_ARCHIVE of the settings or the environment names it. Raises OptionsError for a name
    or a value that makes no sense, SettingsError, SiteFileError.
    """
    texts = {name: str(value or "") for name, value in arguments.items()}
    for name in texts:
        if name not in ARGUMENTS:
            hint = suggest(name, ARGUMENTS, otherwise=".")
            raise OptionsError(f'no spider argument "{clean(name)}"{hint} Known ones: {", ".join(ARGUMENTS)}.')
    for name in _FLAGS:
        if texts.get(name, "").lower() not in _BOOLEANS:
            raise OptionsError(f"{name}={clean(texts[name])}: expected 1 or 0.")
    recheck = texts.get("recheck") or "due"
    if recheck not in get_args(Recheck):
        raise OptionsError(f"recheck={clean(recheck)}: expected all, due or none.")
    named = texts.get("archive") or settings.get(ARCHIVE_VARIABLE) or os.environ.get(ARCHIVE_VARIABLE)
    archive = Path(named or "archive")
    sections, section_paths = (
        tuple(part.strip("/") for part in texts.get(name, "").split(",") if part) for name in _LISTS
    )
    all_sections, full, images = (_BOOLEANS[texts.get(name, "").lower()] for name in _FLAGS)
    project = SETTINGS_PRIORITIES["project"]
    try:
        # Both are numbers already where they were set in Python.
        pace = {
            option: float(settings[name]) if option == "delay" else int(settings[name])
            for option, name in _PACE.items()
            if (settings.getpriority(name) or 0) > project
        }
        options = Options(
            archive, sections, section_paths, all_sections=all_sections, full=full, recheck=recheck,  # type: ignore[arg-type]
            since=read_day_range(texts["since"])[0] if texts.get("since") else None,
            limit=int(texts["limit"]) if texts.get("limit") else None,
            site_url=texts.get("site_url") or None, images=images, site=find_named_site(archive, arguments.get("site")),
        )  # fmt: skip
    except ValueError as error:
        raise OptionsError(f"a spider argument makes no sense: {error}.") from error
    return read_config(archive, flags=pace).fill(options)


def check_options(options: Options) -> Options:
    """`options` in their normal form. Raises OptionsError for what makes no sense."""
    options = replace(options, sections=find_sections(options.sections, options.site))
    for path in options.section_paths:
        if not is_section_path(path):
            raise OptionsError(f"--section-path {path!r}: expected a path prefix such as news or culture/music.")
    if options.site_url is not None:
        options = replace(options, site_url=read_origin(options.site_url))
    options = replace(options, site=replace(options.site, mirror=options.site_url))
    if not 0 <= options.delay < math.inf or options.concurrency < 1:
        raise OptionsError("--delay must be a number of seconds, 0 or more, and --concurrency at least 1.")
    if options.limit is not None and options.limit < 0:
        raise OptionsError(f"--limit {options.limit}: expected 0 or more.")
    if (options.delay < 1 or options.concurrency > 1) and not is_loopback(options.site_url or ""):
        raise OptionsError(
            "--delay below 1 and --concurrency above 1 are for loopback hosts only (--site-url http://127.0.0.1:…): "
            "the site is small and is asked gently."
        )
    return options


def is_section_path(path: str) -> bool:
    """Whether `path` can be the path prefix of a section: `news`, `culture/music`."""
    return _SECTION.fullmatch(path) is not None


def find_sections(names: Iterable[str], site: Site, *, keeps_others: bool = False) -> tuple[str, ...]:
    """The paths of the sections that `names` mean, each once: paths, labels, what several paths begin with.

    Several may stand in one name, with commas between. Raises OptionsError for what the site's table does not have;
    with `keeps_others` only where it resembles one that it has.
    """
    found: dict[str, None] = {}
    for name in names:
        for part in (name,) if _find_section(name, site) else name.split(","):
            paths = _find_section(part, site)
            found |= dict.fromkeys(paths or [_name_other(part.strip(), site, is_kept=keeps_others)])
    return tuple(found)


def _find_section(name: str, site: Site) -> list[str]:
    path, label = name.strip().strip("/"), name.strip().casefold()
    known = [section.path for section in site.sections]
    return (
        [each for each in known if each == path]
        or [section.path for section in site.sections if section.label and section.label.casefold() == label]
        or [each for each in known if path and each.startswith(f"{path}/")]
    )


def _name_other(name: str, site: Site, *, is_kept: bool) -> str:
    near = nearest(name, [text for section in site.sections for text in (section.path, section.label) if text])
    if is_kept and not near and is_section_path(name):
        return name
    hint = f'; did you mean "{near}"?' if near else "."
    other = "" if near else "; another one: harbincrawl crawl --section-path PATH"
    raise OptionsError(f'no section "{clean(name)}"{hint} Known sections: harbincrawl status{other}')


def read_origin(text: str) -> str:
    """The origin that --site-url names, in its normal form. Raises OptionsError for what is none."""
    try:
        parts = urlsplit(text.strip())
        # As Scrapy writes them: what it asks for has to begin with this origin.
        host = parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError as error:
        raise OptionsError(f"--site-url {text!r} is no address: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise OptionsError(f"--site-url {text!r}: expected an origin such as http://127.0.0.1:8000.")
    if parts.username or parts.password:
        raise OptionsError("--site-url must not carry a user name or a password.")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
