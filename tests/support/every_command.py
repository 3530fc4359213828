"""Every command there is, out of click's own tree, as calls that do something with a small archive."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from harbincrawl.cli.main import cli

SAMPLES: Mapping[str, Sequence[Sequence[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""By command, its arguments, one list a call."""


@dataclass(frozen=True)
class Call:
    """The words of a call behind `harbincrawl --archive DIR`."""

    words: tuple[str, ...]
    needs_archive: bool = True
    """False for `restore`, which makes one."""

    def __str__(self) -> str:
        return " ".join(self.words)


def list_commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """(path, command) of all commands below `group`, the groups among them included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from list_commands(command, (*before, name))


def list_calls() -> list[Call]:
    """A call of each command in all its samples, with --json where there is one, and with --help.

    Fails for a command without a sample.
    """
    calls = [Call(("--help",)), Call(("--version",))]
    for path, command in list_commands(cli):
        calls.append(Call((*path, "--help")))
        if isinstance(command, click.Group):
            continue
        samples = [tuple(each) for each in SAMPLES[" ".join(path)]]
        if any("--json" in option.opts for option in command.params):
            samples.append(("--json", *samples[0]))
        calls += [Call((*path, *each), path != ("restore",)) for each in samples]
    return calls
