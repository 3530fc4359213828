"""Every command there is, out of click's own tree, as calls that do something with a small archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from harbincrawl.cli.main import cli

SAMPLES: Mapping[str, Sequence[Sequence[str]]] = {
    "crawl": [["--site-url", "{url}", "--delay", "0"]],
    "schedule": [["--cron"], ["--systemd"], ["--serve"]],
    "sites check": [["harbin-today"]],
    "sites layouts": [[]],
    "ingest": [["--workers", "1", "{warc}"]],
    "rescue": [["--plan", "--api", "{url}/cdx", "--replay", "{url}/web/"]],
    "demo": [["--folder", "{new}"]],
    "search": [
        ["the"],
        ["the", "--format", "jsonl"],
        ["the", "--facet", "year"],
        ["the", "--count"],
    ],
    "watch add": [["city", "the", "section:news"]],
    "watch remove": [["all"]],
    "watch list": [[]],
    "watch run": [[], ["all", "--format", "jsonl"]],
    "show": [
        ["{id}"],
        ["{id}", "--format", "json"],
        ["{id}", "--raw"],
        ["{id}", "--revisions"],
        ["{id}", "--at", "2100"],
        ["{id}", "--captures"],
        ["{id}", "{id}", "--format", "csl"],
    ],
    "explain": [["{id}"]],
    "duplicates": [[], ["--csv"]],
    "serve": [["--base-path", "x"]],
    "stats": [[], ["--csv"]],
    "trends": [["the", "a"], ["the", "--by", "month", "--csv"], ["the", "--query", "city", "--json"]],
    "concordance": [["the", "--limit", "3"], ["the", "--sort", "left", "--csv"], ["the", "--json"]],
    "keywords": [["the", "--limit", "3"], ["the", "--against", "zzz"]],
    "words": [["--limit", "3"], ["the", "--size", "2", "--by", "section", "--csv"], ["--json"]],
    "collocations": [["the", "--limit", "3"], ["the", "--window", "2", "--least", "1", "--csv"]],
    "edits": [[], ["--csv"]],
    "similar": [["{id}"], ["{id}", "--csv"]],
    "prove": [["{id}", "{new}"], ["{id}", "{new}.zip", "--json"]],
    "export": [["-"], ["{new}.csv"], ["{new}"], ["{new}.wacz"]],
    "status": [[], ["--max-age", "2d"]],
    "verify": [["--workers", "1"], ["--quick"]],
    "backup": [["{new}"], ["{new}", "--offloaded"]],
    "offload": [["no-bucket"]],
    "restore": [["{backup}"]],
    "reparse": [["--workers", "1"], ["--apply", "--workers", "1"]],
    "rebuild": [["--workers", "1"]],
    "purge": [["--yes", "{id}"], ["--dry-run", "{id}"]],
    "config": [[]],
    "config check": [[]],
    "notify": [[]],
}
"""By command, its arguments, one list a call. {url}: a site, {warc}: a file of another archive, {new}: a path where
nothing is, {backup}: a backup, {id}: the number of an article. There is a
saved search `all`, which has something new. `serve` ends by itself only where it is told
nonsense, and there is no bucket to offload to."""


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
