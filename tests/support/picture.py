"""docs/terminal.svg: what `make demo` prints, its second crawl, a search and a change, recorded as a picture."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[2] / "docs" / "terminal.svg"
_PATIENT = Path(__file__).with_name("patient")
WIDTH = 100
"""Columns."""
_SHOWN = (" --recheck all", " search ", " --diff")
"""The steps of the demo that are in the picture, each by a part of its command."""
_FORM = Path(__file__).with_suffix(".svg")
"""In place of rich's own form, which loads a font from another host."""


def record_demo(folder: Path) -> str:
    """Runs the demo in `folder`/demo; what it prints, in colour."""
    path = os.pathsep.join(filter(None, (str(_PATIENT), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "PYTHONPATH": path}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "harbincrawl", "demo"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    # On a slow machine a line now and then says how far a crawl is.
    return re.sub(r"^crawl: .*, \d+ of \d+\n", "", done.stdout.decode(), flags=re.MULTILINE)


def choose_steps(recorded: str) -> str:
    """The steps of a recorded demo that are in the picture, each with its command."""
    # What the demo says between its steps begins with a capital after a blank line.
    steps = re.findall(r"^\$ harbincrawl .*?(?=\n\n(?:\$|The |Done))", recorded, re.DOTALL | re.MULTILINE)
    return "\n\n".join(step.rstrip() for step in steps if any(part in step.partition("\n")[0] for part in _SHOWN))


def draw_picture(recorded: str) -> str:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), color_system="truecolor", highlight=False)
    console.print(Text.from_ansi(choose_steps(recorded)))
    return console.export_svg(title="make demo", code_format=_FORM.read_text("utf-8"), unique_id="terminal")
