"""Settings: one schema, and one reader of config.toml, the environment (HARBINCRAWL_*) and flags.

Here is only what every start needs: the schema costs 5 ms, and most archives have no settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FILE = "config.toml"
"""In the archive's directory."""
PREFIX = "HARBINCRAWL_"
"""What the names of our environment variables begin with."""
ARCHIVE_VARIABLE = f"{PREFIX}ARCHIVE"
"""Names the archive's directory where --archive does not: it leads to config.toml, so it cannot be in there."""


def check_settings(archive: Path, environment: Mapping[str, str]) -> None:
    """Raises SettingsError where the settings of `archive` are wrong, whatever they are for.

    A file that only its owner may read, for the secrets in it, is left to those who need a setting of it.
    """
    in_environment = any(name.startswith(PREFIX) and name != ARCHIVE_VARIABLE for name in environment)
    if in_environment or os.access(archive / FILE, os.R_OK):
        from .reader import read_config

        read_config(archive, environment, must_read=False)
