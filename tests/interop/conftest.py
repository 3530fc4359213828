"""What the tests against other tools share."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known, so that `-m "not interop"` leaves these tests out."""
    config.addinivalue_line("markers", "interop: runs another tool of the field where it is installed")
