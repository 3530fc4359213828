"""Settings of a backup: the command of `[notify]` would run for whoever wrote it, so a restore leaves it out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from harbincrawl.errors import BackupError
from harbincrawl.files import write_whole

_MAX_LINES = 100
"""Of the value of one key."""


def drop_command(path: Path) -> str | None:
    """Takes `command` of `[notify]` out of the settings in the file `path`; returns it as a line of TOML.

    None where there is no such command. Raises BackupError where it does not stand on lines of its own, OSError.
    """
    try:
        text = path.read_text("utf-8")
        settings = tomllib.loads(text)
    except (FileNotFoundError, ValueError):
        # What is no TOML is refused by every command, and nothing of it runs.
        return None
    notify = settings.get("notify")
    if not isinstance(notify, dict) or "command" not in notify:
        return None
    # JSON's texts and lists of them are TOML's, too.
    shown = f"command = {json.dumps(notify.pop('command'), ensure_ascii=False, default=str)}"
    lines = text.splitlines(keepends=True)
    for first in (at for at, line in enumerate(lines) if "command" in line):
        for last in range(first + 1, min(first + _MAX_LINES, len(lines)) + 1):
            rest = "".join(lines[:first] + lines[last:])
            if _load(rest) == _drop_empty(settings):
                write_whole(path, rest.encode())
                return shown
    raise BackupError(
        f"{shown} of [notify] does not stand on lines of its own in config.toml of the backup: write it so, or move "
        "the file away, and restore again."
    )


def _load(text: str) -> dict[str, Any] | None:
    try:
        return _drop_empty(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return None


def _drop_empty(settings: dict[str, Any]) -> dict[str, Any]:
    """Without empty tables: `[notify]` may stand there with nothing in it."""
    return {key: value for key, value in settings.items() if value != {}}
