"""The notebook of the documentation, run cell after cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[2] / "docs" / "research.ipynb"


def list_cells() -> list[dict[str, Any]]:
    """Its cells, their texts joined."""
    cells: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def run_notebook(*, without: str = "") -> dict[str, Any]:
    """The names that it leaves, run in the current folder; cells with the text `without` are left out."""
    names: dict[str, Any] = {}
    for cell in list_cells():
        if cell["cell_type"] == "code" and not (without and without in cell["source"]):
            exec(compile(cell["source"], str(NOTEBOOK), "exec"), names)  # noqa: S102 - its own cells
    return names
