"""Reads all settings at once: config.toml in the archive's directory, over it the environment, over both the flags."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from harbincrawl.errors import SettingsError
from harbincrawl.files import open_part
from harbincrawl.text import clean, suggest

from . import ARCHIVE_VARIABLE, FILE, PREFIX
from .document import Document, decode_text
from .reading import Reading, Value
from .schema import SETTINGS, Smtp
from .setting import Setting, Table

_BY_KEY = {each.key: each for each in SETTINGS}

Filled = TypeVar("Filled", bound=Table)


@dataclass(frozen=True)
class Config:
    """The settings of an archive. `given` has those that are not left to their defaults, by key."""

    given: Mapping[str, Value]

    def find(self, setting: Setting) -> Value:
        """The value of one setting, and where it comes from."""
        return self.given.get(setting.key) or Value(setting.default, "default")

    def fill(self, base: Filled) -> Filled:
        """`base` (`Smtp()`, a site's thresholds, a crawl's options) with what is given of its table."""
        mine = [each for each in SETTINGS if each.table == base.TABLE and each.key in self.given]
        return replace(base, **{each.attribute: self.given[each.key].value for each in mine})


def read_config(
    archive: Path,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
    *,
    must_read: bool = True,
) -> Config:
    """The settings of `archive`; `flags` are values by key. Raises SettingsError for the first thing that is wrong.

    Without `must_read`, a file that may not be read counts as none.
    """
    config, problems = read_settings(archive, environment, flags, must_read=must_read)
    if problems:
        raise SettingsError(problems[0])
    return config


def read_settings(
    archive: Path,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
    *,
    must_read: bool = True,
) -> tuple[Config, list[str]]:
    """As `read_config`, but raises nothing: (the settings that make sense, a sentence for everything that is wrong)."""
    reading = Reading(SETTINGS)
    path = archive / FILE
    try:
        if text := _read_text(path, must_read=must_read):
            reading.take_document(Document(text, str(path)))
    except ValueError as error:
        reading.problems.append(str(error))
    _take_environment(reading, os.environ if environment is None else environment)
    for key, value in (flags or {}).items():
        setting = _BY_KEY[key]
        reading.take(key, setting, setting.flag or key, setting.convert, value)
    config = Config(dict(reading.taken))
    reading.problems += _list_mail_problems(reading, config)
    return config, reading.problems


def _take_environment(reading: Reading, environment: Mapping[str, str]) -> None:
    known = {each.variable: each for each in SETTINGS}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name == ARCHIVE_VARIABLE:
            continue
        if setting := known.get(name):
            reading.take(setting.key, setting, name, setting.convert_text, environment[name])
            continue
        # Without what all of them begin with, which would make all of them alike.
        hint = suggest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], f"{PREFIX}{{}}")
        reading.problems.append(f"unknown environment variable {clean(name)}{hint}")


def _list_mail_problems(reading: Reading, config: Config) -> Iterator[str]:
    smtp = config.fill(Smtp())
    if smtp.shows_password:
        source = config.given["smtp.password"].source
        yield (
            f"{source}: smtp.password: would be sent unencrypted to {smtp.host}: "
            f'set smtp.security to "starttls" or "tls"'
        )
    for key, (value, source) in reading.taken:
        is_mail = key == "notify.urls" and any(each.startswith("mailto:") for each in value)
        if is_mail and Smtp.TABLE not in reading.tables:
            yield f"{source}: notify.urls: mailto: needs a table [smtp] in {FILE} that says how to send mail"


def _read_text(path: Path, *, must_read: bool) -> str:
    """The file's text; empty where there is no file. Raises ValueError, which says why it cannot be read."""
    try:
        with open_part(path) as stream:
            return decode_text(stream.read(), str(path))
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        if must_read or not isinstance(error, PermissionError):
            raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
        return ""
