"""`harbincrawl completion`: what makes a shell complete commands, options, sections, fields and names."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from harbincrawl.cli.main import cli
from harbincrawl.cli.output.stream import note
from harbincrawl.cli.parsing import Group, option
from harbincrawl.disk import check_full
from harbincrawl.errors import DestinationError
from harbincrawl.files import write_whole

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_HARBINCRAWL_COMPLETE"
ZSH_LINES = "\n# harbincrawl\nfpath+=(~/.zfunc)\nautoload -Uz compinit && compinit\n"
"""What ~/.zshrc has to say for zsh to look where the script is."""

_shell = option("--shell", type=click.Choice(SHELLS), help="The shell; default: the one that the variable SHELL names.")


@click.group("completion", cls=Group)
def command() -> None:
    """Have your shell complete commands, options, sections, sources, authors, fields and saved searches.

    \b
    harbincrawl completion install
    harbincrawl completion print --shell zsh
    """


@command.command("print")
@_shell
def print_command(shell: str | None) -> None:
    """Print the script; changes nothing.

    \b
    harbincrawl completion print --shell fish
    """
    click.echo(make_script(shell or find_shell()))


@command.command("install")
@_shell
def install_command(shell: str | None) -> None:
    """Write the script where the shell looks for it; new shells complete.

    \b
    harbincrawl completion install
    """
    chosen = shell or find_shell()
    path = find_place(chosen, Path.home(), os.environ.get("XDG_DATA_HOME"), os.environ.get("XDG_CONFIG_HOME"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{make_script(chosen)}\n".encode())
        if chosen == "zsh":
            _add_lines(Path.home() / ".zshrc")
    except OSError as error:
        check_full(error, path)
        raise DestinationError(f"{error.filename or path} cannot be written ({error.strerror}).") from error
    needs = "; it needs the package bash-completion" if chosen == "bash" else ""
    note(f"written: {path} ({chosen}{needs}); open a new shell")


def find_shell() -> str:
    """The shell of the variable SHELL. Raises click.UsageError for one that is not known here."""
    name = Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise click.UsageError(f"Which shell? Give --shell {', '.join(SHELLS[:-1])} or {SHELLS[-1]}.")
    return name


def find_place(shell: str, home: Path, data: str | None, config: str | None) -> Path:
    """Where the shell looks for the script; `data` and `config` are XDG's folders, if they are set."""
    if shell == "bash":
        folder = Path(data) if data else home / ".local" / "share"
        return folder / "bash-completion" / "completions" / "harbincrawl"
    if shell == "zsh":
        return home / ".zfunc" / "_harbincrawl"
    folder = Path(config) if config else home / ".config"
    return folder / "fish" / "completions" / "harbincrawl.fish"


def make_script(shell: str) -> str:
    """The script, which asks harbincrawl what fits."""
    made = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell](cli, {}, "harbincrawl", VARIABLE)
    # Click's own `source` of bash runs bash to ask for its version, and prints a warning.
    return (made.source_template % made.source_vars()).strip()


def _add_lines(path: Path) -> None:
    before = path.read_text("utf-8") if path.exists() else ""
    if ZSH_LINES not in before:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(ZSH_LINES)
