"""The arguments of `scrapy crawl harbin_today`, read into the options that `harbincrawl crawl` takes as flags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from harbincrawl.config.reader import read_config
from harbincrawl.errors import OptionsError

from .options import Options


def read_arguments(arguments: Mapping[str, Any], settings: BaseSettings) -> Options:
    """The options of `-a archive=… -a sections=news,culture/music -a full=1 …`, the names of the flags.

    DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN of the settings are the crawl's delay and concurrency. Raises
    OptionsError for a value that makes no sense, SettingsError.
    """
    archive = Path(arguments.get("archive") or settings.get("HARBINCRAWL_ARCHIVE") or "archive")
    recheck = str(arguments.get("recheck") or "due")
    if recheck not in ("all", "due", "none"):
        raise OptionsError(f"recheck={recheck}: expected all, due or none.")
    try:
        options = Options(
            archive,
            _split_list(arguments.get("sections")),
            _split_list(arguments.get("section_paths")),
            all_sections=_is_true(arguments.get("all")),
            full=_is_true(arguments.get("full")),
            recheck=recheck,  # type: ignore[arg-type]
            since=date.fromisoformat(arguments["since"]) if arguments.get("since") else None,
            limit=int(arguments["limit"]) if arguments.get("limit") else None,
            site_url=arguments.get("site_url"),
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            warc=not _is_true(arguments.get("no_warc")),
        )
    except ValueError as error:
        raise OptionsError(f"a spider argument makes no sense: {error}.") from error
    return read_config(archive).fill(options)


def _split_list(value: object) -> tuple[str, ...]:
    return tuple(part.strip("/") for part in str(value or "").split(",") if part)


def _is_true(value: object) -> bool:
    return str(value or "").lower() in ("1", "true", "yes", "on")
