"""One setting: its name, type, bounds and meaning, and whether a value is one that it may have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Literal

from harbincrawl.text import clean, suggest

from . import PREFIX

AcceptedGaps = Mapping[str, int] | bool
"""By section the largest accepted gap, with its sign, or True for any; True for any gap of any section."""
Kind = Literal["whole number", "number", "boolean", "text", "list", "gaps", "bounds"]
_KINDS: dict[str, Kind] = {
    "int": "whole number",
    "float": "number",
    "bool": "boolean",
    "str": "text",
    "str | None": "text",
    "tuple[str, ...]": "list",
    "Mapping[str, int] | bool": "gaps",
    "Mapping[str, Mapping[str, float]] | None": "bounds",
}
FILLED = r".*\S.*"
"""Pattern of a text that is more than blanks."""
_USUAL: dict[Kind, dict[str, str]] = {
    "boolean": {"form": "true or false"},
    "list": {"form": "lines of text", "pattern": FILLED},
}
"""Details of the settings of a kind where they say nothing else."""
_LARGEST = 2**63 - 1
"""The largest integer of TOML and of SQLite."""
_MOST_ITEMS = 500
"""Of a list: each line of a page is compared with all words of a site."""
_SHOWN = 60


@dataclass(frozen=True)
class Table:
    """The settings of one table of a TOML file, as a frozen dataclass; those of its fields that `setting` makes."""

    TABLE: ClassVar[str]
    """Its name in the file; empty for what stands above all tables."""
    IS_REPEATED: ClassVar[bool] = False
    """True for an array of tables: `[[section]]`."""


@dataclass(frozen=True)
class Setting:
    """One setting. `attribute` is its field in the dataclass of its table."""

    table: str
    is_repeated: bool
    """Whether its table is an array of tables."""
    attribute: str
    kind: Kind
    default: Any
    """MISSING: it has to be given."""
    name: str
    meaning: str
    """One sentence."""
    least: float = 0
    most: float = _LARGEST
    """Of a number, and of the items of a list."""
    choices: tuple[str, ...] = ()
    """The only values that a text, or an item of a list, may have."""
    pattern: str | None = None
    """What a text, or an item of a list, must match as a whole; `form` says it in words."""
    form: str = "one line of text"
    inner: Mapping[str, Setting] = field(default_factory=dict, hash=False)
    """By name, the settings that each section may have of its own."""
    secret: bool = False
    """True: no message shows the value."""
    variable: str = ""
    """The name of its environment variable; empty: config.toml alone sets it."""
    flag: str | None = None

    @property
    def key(self) -> str:
        """`contact`, `notify.urls`."""
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        if self.kind in ("whole number", "number"):
            bounds = f", {self.least} or more" if self.most == _LARGEST else f" from {self.least} to {self.most}"
            return f"a {self.kind}{bounds}"
        return f"a list of {self.form}" if self.kind == "list" else self.form

    def convert(self, value: Any) -> Any:
        """`value`, as TOML gives it, as the field's own type. Raises ValueError, which says what is wrong with it."""
        if self.kind == "list":
            if not isinstance(value, list | tuple):
                raise self._refusal(value)
            most = int(min(self.most, _MOST_ITEMS))
            if len(value) > most:
                raise ValueError(f"{self.key}: expected {most} {self.form} at most, found {len(value):,}")
            for number, item in enumerate(value, 1):
                if not self._is_text(item):
                    raise self._refusal(item, f" item {number}")
            return tuple(value)
        if self.kind == "gaps" and isinstance(value, Mapping):
            for section, size in value.items():
                if not isinstance(size, int):
                    raise self._refusal(size, f" {section}")
            return value
        if self.kind == "bounds" and isinstance(value, Mapping):
            return {section: self._convert_bounds(section, own) for section, own in value.items()}
        if not self._is_sound(value):
            raise self._refusal(value)
        return float(value) if self.kind == "number" else value

    def convert_text(self, text: str) -> Any:
        """The same for the text of an environment variable: items between blanks, gaps as `news=76 music=true`."""
        readers: dict[Kind, Callable[[str], object]] = {
            "list": str.split, "whole number": int, "number": float, "gaps": _read_gaps, "bounds": json.loads
        }  # fmt: skip
        try:
            value = readers.get(self.kind, str)(text)
        except ValueError:
            raise self._refusal(text) from None
        return self.convert(value)

    def _convert_bounds(self, section: str, bounds: object) -> Mapping[str, Any]:
        if not isinstance(bounds, Mapping):
            raise self._refusal(bounds, f" {section}")
        for name, value in bounds.items():
            if name not in self.inner:
                hint = suggest(name, self.inner, otherwise=f"; known: {', '.join(self.inner)}")
                raise ValueError(f"{self.key} {section}: unknown key {show_value(name)}{hint}")
            self.inner[name].convert(value)
        return bounds

    def _is_sound(self, value: Any) -> bool:
        if self.kind == "text":
            return self._is_text(value)
        if self.kind == "bounds":
            return False
        if self.kind in ("boolean", "gaps"):
            return isinstance(value, bool)
        kinds = int if self.kind == "whole number" else int | float
        # Python takes True for 1; and a number that is none lies within no bounds.
        return not isinstance(value, bool) and isinstance(value, kinds) and self.least <= value <= self.most

    def _is_text(self, value: object) -> bool:
        if not isinstance(value, str) or clean(value) != value or not {"\n", "\t"}.isdisjoint(value):
            return False
        if self.choices:
            return value in self.choices
        return self.pattern is None or re.fullmatch(self.pattern, value) is not None

    def _refusal(self, value: object, where: str = "") -> ValueError:
        shown = "" if self.secret else f", found {show_value(value)}"
        hint = suggest(value, self.choices) if isinstance(value, str) else ""
        return ValueError(f"{self.key}{where}: expected {self.expected}{shown}{hint}")


def _read_gaps(text: str) -> AcceptedGaps:
    words = {"true": True, "false": False}
    if text in words:
        return words[text]
    pairs = (each.partition("=") for each in text.split())
    return {section: words[size] if size in words else int(size) for section, _, size in pairs}


def show_value(value: object) -> str:
    """A value as a message shows it: on one line, short, safe to print."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a very large number"
    shown = clean(json.dumps(value, ensure_ascii=False, default=str))
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def setting(default: Any, meaning: str, **details: Any) -> Any:
    """The field of a setting, MISSING as default where it has to be given; `details` are the others of `Setting`."""
    return field(default=default, metadata={"meaning": meaning, **details}, repr=not details.get("secret"))


def list_settings(table: type[Table]) -> list[Setting]:
    """The settings that the fields of `table` declare."""
    return [_make_setting(table, each) for each in fields(table) if each.metadata]


def _make_setting(table: type[Table], declared: Field[Any]) -> Setting:
    kind = _KINDS[str(declared.type)]
    details: dict[str, Any] = {"name": declared.name, **_USUAL.get(kind, {}), **declared.metadata}
    words = (table.TABLE, details["name"]) if table.TABLE else (details["name"],)
    details["inner"] = {
        each.name: _make_setting(table, each) for each in fields(table) if each.name in details.get("inner", ())
    }
    details.setdefault("variable", PREFIX + "_".join(words).upper())
    return Setting(table.TABLE, table.IS_REPEATED, declared.name, kind, declared.default, **details)
