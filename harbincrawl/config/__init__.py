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


def list_problems(archive: Path, environment: Mapping[str, str]) -> list[str]:
    """A sentence for everything that is wrong with the settings of `archive`, whatever they are for.

    A file that only its owner may read, for the secrets in it, is left to those who need a setting of it.
    """
    in_environment = any(name.startswith(PREFIX) and name != ARCHIVE_VARIABLE for name in environment)
    if not in_environment and not os.access(archive / FILE, os.R_OK):
        return []
    from .reader import read_settings

    return read_settings(archive, environment, must_read=False)[1]
