"""sqlite-utils, loaded without what it would load for itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def load_database_class() -> type[Database]:
    """The class `Database`.

    Where pandas is installed, sqlite-utils loads it, for a third of a second, only to know the type of its timestamps,
    which this project never stores. A program that has loaded pandas before, or sqlite-utils, keeps them as they are.
    """
    is_hidden = "pandas" not in sys.modules
    if is_hidden:
        # This is how Python is told that a module is not there.
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        from sqlite_utils import Database
    finally:
        if is_hidden:
            del sys.modules["pandas"]
    return Database
