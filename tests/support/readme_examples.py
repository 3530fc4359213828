"""The README's examples and the help texts of docs/commands.md: run, compared, or written anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from harbincrawl.cli.main import COMMANDS, cli

HERE = Path(__file__).parents[2]
README = HERE / "README.md"
HELP = HERE / "docs" / "commands.md"
_BLOCK = re.compile(r"```console\n\$ (?P<command>harbincrawl[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?( UTC)?"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\b\d+(\.\d+)? ?s\b"), "N s"),
    (re.compile(r"-?\d+\.\d+"), "N.N"),
    (re.compile(r"harbincrawl-\d{14}"), "harbincrawl-TIME"),
    (re.compile(r"\d+(\.\d+)? ?(?:[KMG]i?B|[kKMG]B|bytes)\b"), "N bytes"),
)


def mask(text: str) -> str:
    """`text` without what differs from run to run: times, ports, sizes."""
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return re.sub(r"[ \t]+", " ", text).strip()


def find_examples(text: str) -> list[tuple[str, str]]:
    """(command, printed output) of every example that runs on the demo's archive."""
    return [
        (match["command"], match["output"])
        for match in _BLOCK.finditer(text)
        if "--archive demo/archive" in match["command"]
    ]


def make_demo(folder: Path) -> None:
    """The demo in `folder`/demo."""
    subprocess.run([sys.executable, "-m", "harbincrawl", "demo"], cwd=folder, check=True, capture_output=True)


def run_example(command: str, folder: Path) -> str:
    """What `command` prints, standard error included, on a terminal of 100 columns."""
    shell = command.replace("harbincrawl", f"{sys.executable} -m harbincrawl", 1)
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S602 - the README's own lines, as a person would paste them
        shell, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout.decode()


def make_help() -> str:
    """docs/commands.md: the help text of every command."""
    opening = "What each command says of itself (`harbincrawl COMMAND --help`). A test keeps this page true."
    parts = [f"# Commands\n\n{opening}\n"]
    for name in ["", *COMMANDS]:
        words = [name, "--help"] if name else ["--help"]
        shown = CliRunner().invoke(cli, words, prog_name="harbincrawl", terminal_width=100).output
        parts.append(f"## harbincrawl {name}".rstrip() + f"\n\n```\n{shown.rstrip()}\n```\n")
    return "\n".join(parts)


def write_all(folder: Path) -> None:
    """Writes the outputs of README and docs/commands.md anew, for review."""
    make_demo(folder)
    text = README.read_text("utf-8")
    for command, output in find_examples(text):
        shown = run_example(command, folder)
        text = text.replace(f"$ {command}\n{output}```", f"$ {command}\n{shown.rstrip()}\n```")
    README.write_text(text, "utf-8")
    HELP.write_text(make_help(), "utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        write_all(Path(made))
