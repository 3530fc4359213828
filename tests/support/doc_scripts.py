"""The Python of the documentation as scripts: each page's blocks one after the other, and the notebook."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from tests.support.notebook import list_cells

ROOT = Path(__file__).parents[2]
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
