"""The arguments of `scrapy crawl harbin_today`, read into the options that `harbincrawl crawl` takes as flags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from harbincrawl.archive.origin import find_named_site
from harbincrawl.config import ARCHIVE_VARIABLE
from harbincrawl.config.reader import read_config
from harbincrawl.errors import OptionsError
from harbincrawl.search.days import read_day_range
from harbincrawl.spiders.options import Options
from harbincrawl.text import clean, suggest

NAMES = (
    "archive", "sections", "section_paths", "all", "full", "recheck", "since", "limit", "site", "site_url", "images",
)  # fmt: skip
"""What `-a NAME=VALUE` may name."""
_BOOLEANS = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("", "0", "false", "no", "off"), False)}


def read_arguments(arguments: Mapping[str, Any], settings: BaseSettings) -> Options:
    """The options of `-a archive=… -a sections=news,culture/music -a full=1 …`, the names of the flags.

    DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN of the settings are the crawl's delay and concurrency; without
    `archive`, HARBINCRAWL_ARCHIVE of the settings or the environment names the archive. Raises OptionsError for a name
    or a value that makes no sense, SettingsError, SiteFileError.
    """
    for name in arguments:
        if name not in NAMES:
            hint = suggest(name, NAMES, otherwise=".")
            raise OptionsError(f'no spider argument "{clean(name)}"{hint} Known ones: {", ".join(NAMES)}.')
    named = arguments.get("archive") or settings.get(ARCHIVE_VARIABLE) or os.environ.get(ARCHIVE_VARIABLE)
    archive = Path(named or "archive")
    recheck = str(arguments.get("recheck") or "due")
    if recheck not in ("all", "due", "none"):
        raise OptionsError(f"recheck={clean(recheck)}: expected all, due or none.")
    try:
        options = Options(
            archive,
            _split_list(arguments.get("sections")),
            _split_list(arguments.get("section_paths")),
            all_sections=_read_boolean(arguments, "all"),
            full=_read_boolean(arguments, "full"),
            recheck=recheck,  # type: ignore[arg-type]
            since=read_day_range(str(arguments["since"]))[0] if arguments.get("since") else None,
            limit=int(arguments["limit"]) if arguments.get("limit") else None,
            site_url=arguments.get("site_url"),
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            images=_read_boolean(arguments, "images"),
            site=find_named_site(archive, arguments.get("site")),
        )
    except ValueError as error:
        raise OptionsError(f"a spider argument makes no sense: {error}.") from error
    return read_config(archive).fill(options)


def _split_list(value: object) -> tuple[str, ...]:
    return tuple(part.strip("/") for part in str(value or "").split(",") if part)


def _read_boolean(arguments: Mapping[str, Any], name: str) -> bool:
    value = str(arguments.get(name) or "").lower()
    if value not in _BOOLEANS:
        raise OptionsError(f"{name}={clean(value)}: expected 1 or 0.")
    return _BOOLEANS[value]
