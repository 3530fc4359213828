"""What README and docs/ show, compared by tests or written anew: examples, exit codes, help, settings, the picture.

`python -m tests.support.readme_examples` writes all of it anew, for review.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from click.testing import CliRunner

from harbincrawl.cli.main import COMMANDS, cli
from harbincrawl.config.schema import SETTINGS
from harbincrawl.config.setting import Setting
from harbincrawl.errors import ExitCode
from tests.support.forge import forge
from tests.support.picture import PICTURE, draw_picture, record_demo

HERE = Path(__file__).parents[2]
README = HERE / "README.md"
HELP = HERE / "docs" / "commands.md"
SETTINGS_PAGE = HERE / "docs" / "settings.md"
PAGES = [README, *(path for path in sorted((HERE / "docs").glob("*.md")) if path != HELP)]
"""Pages that may hold examples."""
_OPENING = (
    "What `harbincrawl COMMAND --help` says, but for `-h` and `--help` themselves. [Exit codes](operate.md#exit-codes)"
    " have a table. A test keeps this page true."
)
_HEADINGS = {
    "": "Above the first table",
    "notify": "`[notify]`: notifications",
    "seal": "`[seal]`: time stamps of seals",
    "dataset": "`[dataset]`: what datasets say of themselves",
    "health": "`[health]`: bounds of the health rules",
}
EXIT_CODES = re.compile(r"\| code \| meaning \|\n(?:\|.*\n)+")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?( UTC)?"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\b\d+(\.\d+)? ?s\b"), "N s"),
    (re.compile(r"-?\d+\.\d+"), "N.N"),
    (re.compile(r"harbincrawl-\d{14}"), "harbincrawl-TIME"),
    (re.compile(r"\d+(\.\d+)? ?(?:[KMG]i?B|[kKMG]B|bytes)\b"), "N bytes"),
    (re.compile(r"at byte\s\d+"), "at byte N"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SEAL"),
    # How many events the log has depends on how many batches two seconds made.
    (re.compile(r"\b\d+ records\b"), "N records"),
)


_FOLDER = "/srv/harbin"
"""What pages call the folder that their examples are run in."""
_IN_FOLDER = "os.chdir({folder!r}); os.environ.update(COLUMNS='100', NO_COLOR='1'); os.dup2(1, 2)"


def mask(text: str) -> str:
    """`text` without what differs from run to run: times, ports, sizes."""
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return re.sub(r"[ \t]+", " ", text).strip()


def find_commands(text: str) -> list[str]:
    """The command of every example, in order; all of them run on the demo's archive."""
    return [line[2:] for block in _BLOCK.findall(text) for line in block.splitlines() if line.startswith("$ ")]


def write_examples(text: str, folder: Path) -> str:
    """`text` with what its examples print in `folder`, one after the other."""

    def write(block: re.Match[str]) -> str:
        shown = (f"$ {command}\n{run_example(command, folder)}" for command in find_commands(block[0]))
        return "```console\n" + "".join(shown) + "```"

    return _BLOCK.sub(write, text)


def run_example(command: str, folder: Path) -> str:
    """What `command` prints, standard error included, on a terminal of 100 columns."""
    if command.startswith("harbincrawl ") and not set("|;&<>$*~`#") & set(command):
        started = forge().start(shlex.split(command)[1:], _IN_FOLDER.format(folder=str(folder)))
        return started.wait()[1].replace(str(folder), _FOLDER)
    shell = command.replace("harbincrawl", f"{sys.executable} -m harbincrawl", 1)
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S602 - the pages' own lines, as a person would paste them
        shell, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout.decode().replace(str(folder), _FOLDER)


def make_exit_codes() -> str:
    rows = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    return f"| code | meaning |\n|---|---|\n{rows}"


def make_help() -> str:
    """docs/commands.md: the help text of every command."""
    parts = [f"# Commands\n\n{_OPENING}\n"]
    runner = CliRunner()
    for name in ["", *COMMANDS]:
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # no archive is in use there
            shown = runner.invoke(cli, [*name.split(), "--help"], prog_name="harbincrawl", terminal_width=100).output
            shown = shown.replace(str(Path.cwd()), _FOLDER)
        shown = re.sub(r"  -h, --help +Show.*\n", "", shown).replace("\nOptions:\n\n", "\n")
        parts.append(f"## {name or 'harbincrawl'}\n\n{textwrap.indent(shown.strip(), '    ')}\n")
    return "\n".join(parts)


def make_settings() -> str:
    """docs/settings.md, from the schema: what stands above the tables stays."""
    parts = [SETTINGS_PAGE.read_text("utf-8").partition("\n## ")[0]]
    for table, heading in _HEADINGS.items():
        rows = [_make_row(each) for each in SETTINGS if each.table == table]
        head = "| key | meaning | expected | default | variable |\n|---|---|---|---|---|"
        parts.append("\n".join([f"## {heading}\n", head, *rows]) + "\n")
    return "\n".join(parts)


def _make_row(each: Setting) -> str:
    meaning = each.meaning + (" Secret." if each.secret else "") + (f" Flag: `{each.flag}`." if each.flag else "")
    default = "none" if each.default in (None, ()) or each.default is False else f"`{each.default}`"
    variable = f"`{each.variable}`" if each.variable else "none"
    return f"| `{each.name}` | {meaning} | {each.expected} | {default} | {variable} |"


def write_all(folder: Path) -> None:
    """Writes examples, tables, help texts and the picture anew, for review; what is as it was, times aside, is left."""
    texts = {PICTURE: draw_picture(record_demo(folder)), HELP: make_help(), SETTINGS_PAGE: make_settings()}
    for page in PAGES:
        texts[page] = EXIT_CODES.sub(make_exit_codes(), write_examples(page.read_text("utf-8"), folder))
    for path, text in texts.items():
        if mask(path.read_text("utf-8")) != mask(text):
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write_all(Path(made))
