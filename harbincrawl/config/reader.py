"""Reads settings strictly, with a sentence for everything that is wrong: those of a file, and all of an archive.

An archive's are in config.toml in its directory; the environment overrules it, and flags overrule both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from harbincrawl.errors import SettingsError
from harbincrawl.text import clean, nearest, suggest

from . import ARCHIVE_VARIABLE, FILE, PREFIX
from .document import Document, KeyPath, decode_text
from .schema import SETTINGS
from .setting import Setting, Table, show_value

_BY_KEY = {each.key: each for each in SETTINGS}

Filled = TypeVar("Filled", bound=Table)


class Value(NamedTuple):
    """A setting's value and where it comes from: `default`, `archive/config.toml line 3`, a variable or a flag."""

    value: Any
    source: str


class Reading:
    """What has been read so far of `settings`; a later value overrules an earlier one."""

    def __init__(self, settings: Sequence[Setting]) -> None:
        self.taken: list[tuple[str, Value]] = []
        """By key; behind the name of a repeated table is its number, from 0: `section.0.path`."""
        self.problems: list[str] = []
        """A sentence for everything that is wrong."""
        self.tables: set[str] = set()
        """Those of which anything is said."""
        self._settings = {(each.table, each.name): each for each in settings}
        self._repeated = {each.table: each.is_repeated for each in settings if each.table}
        """Whether a table is an array of tables, by its name."""
        required = [(each.table, each.name) for each in settings if each.default is MISSING]
        self._required = dict.fromkeys((*required, *(("", table) for table, _ in required if table)))
        """(table, name) of what has to be given: settings, and the tables that have some of them."""

    def take(self, key: str, setting: Setting, source: str, convert: Callable[[Any], Any], value: object) -> None:
        """Keeps a value of `setting` as the one of `key`, or notes what is wrong with it."""
        try:
            self.taken.append((key, Value(convert(value), source)))
        except ValueError as error:
            self.problems.append(f"{source}: {error}")
        else:
            self.tables.add(setting.table)

    def take_document(self, document: Document) -> None:
        """Takes all that a file says."""
        self._take_table(document, (), document.values)

    def pick(self, table: type[Table], *number: int) -> dict[str, Any]:
        """What is given of a table, by the names of its fields; `number` is that of a repeated table."""
        prefix = ".".join(map(str, (table.TABLE, *number)))
        keys = {f"{prefix}.{each.name}".lstrip("."): each.attribute for each in self._list_settings(table.TABLE)}
        return {keys[key]: found.value for key, found in self.taken if key in keys}

    def _list_settings(self, table: str) -> list[Setting]:
        return [each for each in self._settings.values() if each.table == table]

    def _take_table(self, document: Document, path: KeyPath, values: Mapping[str, Any]) -> None:
        table = str(path[0]) if path else ""
        self.tables.add(table)
        for name, value in values.items():
            where = (*path, name)
            if not path and name in self._repeated:
                for each, inner in self._list_tables(document, name, value):
                    self._take_table(document, each, inner)
            elif setting := self._settings.get((table, name)):
                self.take(".".join(map(str, where)), setting, document.place(*where), setting.convert, value)
            else:
                self.problems.append(f"{document.place(*where)}: {self._describe_unknown(table, name, value)}")
        for home, name in self._required:
            if home == table and name not in values:
                within = f"[{table}] " if table else ""
                self.problems.append(f'{document.place(*path)}: {within}"{name}" is missing')

    def _list_tables(self, document: Document, name: str, value: object) -> list[tuple[KeyPath, Mapping[str, Any]]]:
        """The tables that are the value of the table called `name`, each with its path."""
        place, shown = document.place(name), show_value(value)
        if not self._repeated[name]:
            if isinstance(value, dict):
                return [((name,), value)]
            self.problems.append(f"{place}: expected a table [{name}], found {shown}")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return [((name, number), each) for number, each in enumerate(value)]
        else:
            self.problems.append(f"{place}: expected tables [[{name}]], one at least, found {shown}")
        return []

    def _describe_unknown(self, table: str, name: str, value: object) -> str:
        """What is said of a key that is none."""
        is_table = not table and isinstance(value, dict)
        shown = f"table [{show_value(name)[1:-1]}]" if is_table else f"key {show_value(name)}"
        words = f"unknown {shown}" + (f" in [{table}]" if table else "")
        if home := next((each for each in self._settings.values() if each.name == name), None):
            where = f"in [{home.table}]" if home.table else "above the first table"
            return f'{words}; did you mean "{home.name}" {where}?'
        tables = {} if table else {each: f"[{each}]" for each in self._repeated}
        names = {} if is_table else {each.name: f'"{each.name}"' for each in self._list_settings(table)}
        near = nearest(name, [*tables, *names])
        if near is None:
            return f"{words}; known: {', '.join([*tables.values(), *names])}"
        return f"{words}; did you mean {(tables | names)[near]}?"


@dataclass(frozen=True)
class Config:
    """The settings of an archive. `given` has those that are not left to their defaults, by key."""

    given: Mapping[str, Value]

    def find(self, setting: Setting) -> Value:
        """The value of one setting, and where it comes from."""
        return self.given.get(setting.key) or Value(setting.default, "default")

    def fill(self, base: Filled) -> Filled:
        """`base` (`Notify()`, a site's thresholds, a crawl's options) with what is given of its table."""
        mine = [each for each in SETTINGS if each.table == base.TABLE and each.key in self.given]
        return replace(base, **{each.attribute: self.given[each.key].value for each in mine})


def read_config(
    archive: Path,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Config:
    """The settings of `archive`; `flags` are values by key. Raises SettingsError for the first thing that is wrong."""
    config, problems = read_settings(archive, environment, flags)
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
    """(The settings that make sense, a sentence for everything that is wrong).

    Raises SettingsError for a file that cannot be read; without `must_read`, one that may not be read counts as none.
    """
    reading = Reading(SETTINGS)
    path = archive / FILE
    data = _read_bytes(path, must_read=must_read)
    try:
        reading.take_document(Document(decode_text(data, str(path)), str(path)))
    except ValueError as error:
        reading.problems.append(str(error))
    _take_environment(reading, os.environ if environment is None else environment)
    for key, value in (flags or {}).items():
        setting = _BY_KEY[key]
        reading.take(key, setting, setting.flag or key, setting.convert, value)
    return Config(dict(reading.taken)), reading.problems


def _take_environment(reading: Reading, environment: Mapping[str, str]) -> None:
    known = {each.variable: each for each in SETTINGS if each.variable}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name == ARCHIVE_VARIABLE:
            continue
        if setting := known.get(name):
            reading.take(setting.key, setting, name, setting.convert_text, environment[name])
            continue
        # Without what all of them begin with, which would make all of them alike.
        hint = suggest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], f"{PREFIX}{{}}")
        reading.problems.append(f"unknown environment variable {clean(name)}{hint}")


def _read_bytes(path: Path, *, must_read: bool) -> bytes:
    """What the file holds; nothing where there is none."""
    try:
        with path.open("rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        if must_read or not isinstance(error, PermissionError):
            raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
        return b""
