"""What a file gives of some tables of settings, read strictly: a sentence for everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any, NamedTuple

from harbincrawl.text import nearest

from .document import Document
from .lines import Path
from .setting import Setting, Table, show_value


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

    def _take_table(self, document: Document, path: Path, values: Mapping[str, Any]) -> None:
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

    def _list_tables(self, document: Document, name: str, value: object) -> list[tuple[Path, Mapping[str, Any]]]:
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
