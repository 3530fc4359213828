"""Reads all settings at once: config.toml in the archive's directory, over it the environment, over both the flags."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from harbincrawl.errors import SettingsError
from harbincrawl.files import open_part
from harbincrawl.text import clean, nearest

from . import ARCHIVE_VARIABLE, FILE, PREFIX
from .schema import SETTINGS
from .setting import Setting, Table, show_value

_BY_KEY = {each.key: each for each in SETTINGS}
_BY_NAME = {(each.table, each.name): each for each in SETTINGS}
_TABLES = tuple(dict.fromkeys(each.table for each in SETTINGS if each.table))
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)

Filled = TypeVar("Filled", bound=Table)


class Value(NamedTuple):
    """A setting's value and where it comes from: `default`, `archive/config.toml line 3`, a variable or a flag."""

    value: Any
    source: str


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
    reading = _Reading()
    path = archive / FILE
    reading.take_file(str(path), _read_text(path, reading.problems, must_read=must_read))
    reading.take_environment(os.environ if environment is None else environment)
    for key, value in (flags or {}).items():
        setting = _BY_KEY[key]
        reading.take(setting, setting.flag or key, setting.convert, value)
    reading.check_mail()
    return Config(reading.given), reading.problems


class _Reading:
    """What has been read so far; a later value overrules an earlier one."""

    def __init__(self) -> None:
        self.given: dict[str, Value] = {}
        self.problems: list[str] = []
        """A sentence for everything that is wrong."""
        self.tables: set[str] = set()
        """Tables of which anything is said."""
        self.by_mail: list[str] = []
        """Where mail is asked for."""

    def take(self, setting: Setting, source: str, convert: Callable[[Any], Any], value: object) -> None:
        try:
            self.given[setting.key] = Value(convert(value), source)
        except ValueError as error:
            self.problems.append(f"{source}: {error}")
            return
        self.tables.add(setting.table)
        if setting.key == "notify.urls" and any(each.startswith("mailto:") for each in self.given[setting.key].value):
            self.by_mail.append(source)

    def take_file(self, name: str, text: str) -> None:
        document = _parse(name, text, self.problems)

        @cache
        def lines() -> dict[tuple[str, ...], int]:
            from .lines import find_lines

            return find_lines(text)

        def place(*path: str) -> str:
            return f"{name} line {lines().get(path, 1)}"

        for key, value in document.items():
            if key in _TABLES and isinstance(value, dict):
                self.tables.add(key)
                for inner, each in value.items():
                    self._take_key(key, inner, each, place(key, inner))
            elif key in _TABLES:
                self.problems.append(f"{place(key)}: expected a table [{key}], found {show_value(value)}")
            else:
                self._take_key("", key, value, place(key))

    def _take_key(self, table: str, name: str, value: object, source: str) -> None:
        setting = _BY_NAME.get((table, name))
        if setting is not None:
            self.take(setting, source, setting.convert, value)
        else:
            self.problems.append(f"{source}: {_describe_unknown(table, name, is_table=isinstance(value, dict))}")

    def take_environment(self, environment: Mapping[str, str]) -> None:
        known = {each.variable: each for each in SETTINGS}
        for name in sorted(environment):
            if not name.startswith(PREFIX) or name == ARCHIVE_VARIABLE:
                continue
            if name in known:
                self.take(known[name], name, known[name].convert_text, environment[name])
                continue
            # Without what all of them begin with, which would make all of them alike.
            near = nearest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known])
            hint = f"; did you mean {PREFIX}{near}?" if near else ""
            self.problems.append(f"unknown environment variable {clean(name)}{hint}")

    def check_mail(self) -> None:
        if self._sends_password_in_clear():
            source = self.given["smtp.password"].source
            self.problems.append(
                f"{source}: smtp.password: would be sent unencrypted to {self._find('smtp.host')}: "
                f'set smtp.security to "starttls" or "tls"'
            )
        if "smtp" not in self.tables:
            self.problems += [
                f"{source}: notify.urls: mailto: needs a table [smtp] in {FILE} that says how to send mail"
                for source in self.by_mail
            ]

    def _find(self, key: str) -> Any:
        given = self.given.get(key)
        return given.value if given else _BY_KEY[key].default

    def _sends_password_in_clear(self) -> bool:
        has_password = self._find("smtp.user") and self._find("smtp.password")
        return bool(has_password) and self._find("smtp.security") == "none" and not is_loopback(self._find("smtp.host"))


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine, whatever a name server says."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _describe_unknown(table: str, name: str, *, is_table: bool) -> str:
    """What is said of a key that is none."""
    shown = f"[{show_value(name)[1:-1]}]" if is_table and not table else show_value(name)
    words = f"unknown {'table' if is_table and not table else 'key'} {shown}" + (f" in [{table}]" if table else "")
    home = next((each for each in SETTINGS if each.name == name), None)
    if home is not None:
        where = f"in [{home.table}]" if home.table else "above the first table"
        return f'{words}; did you mean "{home.name}" {where}?'
    siblings = [each.name for each in SETTINGS if each.table == table]
    names = [*(_TABLES if not table else ()), *(() if is_table and not table else siblings)]
    near = nearest(name, names)
    if near is None:
        return f"{words}; known: {', '.join(f'[{each}]' if each in _TABLES and not table else each for each in names)}"
    return f"{words}; did you mean " + (f"[{near}]?" if near in _TABLES and not table else f'"{near}"?')


def _read_text(path: Path, problems: list[str], *, must_read: bool) -> str:
    """The file's text without a byte order mark; empty where there is no file, or a problem was noted."""
    try:
        with open_part(path) as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        if must_read or not isinstance(error, PermissionError):
            problems.append(f"{path}: cannot be read: {error.strerror}")
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(f"{path} line {line}: not UTF-8 (byte 0x{data[error.start]:02x}): save the file as UTF-8")
        return ""


def _parse(name: str, text: str, problems: list[str]) -> dict[str, Any]:
    """The document; empty where it is no TOML, which is noted."""
    if not text:
        return {}
    import tomllib  # costs 5 ms, and few archives have the file

    try:
        return tomllib.loads(text)
    except RecursionError:
        problems.append(f"{name}: not valid TOML: brackets are nested too deeply")
    except ValueError as error:
        words, line = str(error), None
        if match := _PLACE.fullmatch(words):
            words, line = match[1], int(match[2] or text.rstrip().count("\n") + 1)
        where = f"{name} line {line}" if line else name
        problems.append(f"{where}: not valid TOML: {' '.join(clean(words).split())}")
    return {}
