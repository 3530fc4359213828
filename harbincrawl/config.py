"""`config.toml` in the archive's directory: settings that are no flags, a table a part."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harbincrawl.errors import SettingsError

FILE = "config.toml"


def read_settings(archive: Path) -> dict[str, Any]:
    """All that the file says; empty where there is none. Raises SettingsError."""
    path = archive / FILE
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error


def read_table(archive: Path, name: str) -> Mapping[str, Any]:
    """The table `[name]`; empty where there is none. Raises SettingsError."""
    found = read_settings(archive).get(name, {})
    if not isinstance(found, dict):
        raise SettingsError(f"{archive / FILE}: {name} is no table: expected [{name}] with lines of name = value.")
    return found
