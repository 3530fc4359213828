"""The Python of the documentation: each page's blocks and the notebook's as scripts, and the notebook run."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "research.ipynb"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
_PARSER = doctest.DocTestParser()


def read_block(block: str) -> str:
    """The lines of a block; of a session those that were typed, up to the one that raises."""
    if ">>>" not in block:
        return block
    typed = []
    for example in _PARSER.get_examples(block):
        if example.exc_msg is not None:
            break
        typed.append(example.source)
    return "".join(typed)


def list_scripts() -> dict[str, str]:
    """The script of each page that has Python, and of the notebook, by its name."""
    scripts = {}
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if blocks := _BLOCK.findall(path.read_text("utf-8")):
            scripts[path.name] = "\n".join(map(read_block, blocks))
    cells = (cell["source"] for cell in list_cells() if cell["cell_type"] == "code")
    return scripts | {"research.ipynb": "\n".join(cells)}


def list_cells() -> list[dict[str, Any]]:
    """The cells of the notebook, their texts joined."""
    cells: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def run_notebook(*, without: str = "") -> dict[str, Any]:
    """The names that the notebook leaves, run in the current folder; cells with the text `without` are left out."""
    names: dict[str, Any] = {}
    for cell in list_cells():
        if cell["cell_type"] == "code" and not (without and without in cell["source"]):
            exec(compile(cell["source"], str(NOTEBOOK), "exec"), names)  # noqa: S102 - its own cells
    return names
