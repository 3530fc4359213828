"""Settings of a backup: those that send something or name somebody act for whoever made it, so they are left off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.config import FILE
from harbincrawl.config.reader import Value, read_settings
from harbincrawl.config.schema import SETTINGS
from harbincrawl.config.setting import Setting, show_value
from harbincrawl.files import write_whole
from harbincrawl.operations.notify import hide_target

LEFT = f"{FILE}.from-backup"
"""Beside the new archive's settings: the backup's own, of which some are left off."""
_BY_KEY = {each.key: each for each in SETTINGS}


class RestoredSettings(NamedTuple):
    """What became of the settings of a backup."""

    acting: Mapping[str, str] = {}
    """Those that act, by key, as they may be shown: secrets are not."""
    problem: str = ""
    """Why none of them can be used; empty: they can."""
    are_off: bool = False
    """Whether these are left off; all of them are in `LEFT`."""


def settle_settings(folder: Path, *, with_settings: bool) -> RestoredSettings:
    """Leaves off the acting settings of the backup that was copied into `folder`, unless `with_settings`.

    Where there are any, or a mistake, the file is renamed to `LEFT`; what does not act is written anew. Raises OSError.
    """
    path = folder / FILE
    config, problems = read_settings(folder, {})
    acting = {
        key: _show(_BY_KEY[key], found.value)
        for key, found in config.given.items()
        if _BY_KEY[key].acts and found.value != _BY_KEY[key].default
    }
    if with_settings or not (acting or problems):
        return RestoredSettings(acting)
    path.rename(folder / LEFT)
    if problems:
        return RestoredSettings(acting, problems[0].replace(str(path), FILE, 1), are_off=True)
    if kept := {key: found for key, found in config.given.items() if not _BY_KEY[key].acts}:
        write_whole(path, _write_toml(kept).encode())
    return RestoredSettings(acting, are_off=True)


def _show(setting: Setting, value: Any) -> str:
    if setting.table == "notify":
        return ", ".join(map(hide_target, value))
    return "(hidden)" if setting.secret else show_value(value)


def _write_toml(given: Mapping[str, Value]) -> str:
    lines = [f"# As the backup had it, without what acts: that is in {LEFT}."]
    table = ""
    # The order of the schema: what belongs to no table comes first.
    for setting in (each for each in SETTINGS if each.key in given):
        if setting.table != table:
            table = setting.table
            lines += ["", f"[{table}]"]
        lines.append(f"{setting.name} = {_write_value(given[setting.key].value)}")
    return "\n".join(lines) + "\n"


def _write_value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(key)} = {_write_value(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_write_value, value))}]"
    # JSON's numbers, texts and booleans are TOML's, too.
    return json.dumps(value)
