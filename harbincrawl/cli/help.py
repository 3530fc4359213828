"""What `harbincrawl --help` says: the commands by what they are for, the archive in use, where to begin."""

from __future__ import annotations

import os
from pathlib import Path

import click

from harbincrawl.config import ARCHIVE_VARIABLE

from .parsing import Group

GROUPS = {
    "Daily": {
        "crawl": "walk the site's lists and fetch what is new",
        "search": "find articles",
        "show": "read one article, its revisions and its evidence",
        "watch": "saved searches, and what is new under each",
        "serve": "show the archive as a web site",
        "export": "write articles to a file or a dataset folder",
        "status": "the last runs, sections, failures and health",
    },
    "Research": {
        "stats": "count the archive by year, section, source, author",
        "trends": "count the hits of queries over time",
        "concordance": "list every place of a word, with its context",
        "keywords": "list what one part of the archive speaks of more",
        "words": "list words and n-grams, how often and how evenly spread",
        "collocations": "list the words that stand beside a word",
        "edits": "count how articles changed after publication",
        "similar": "list the articles that are like one",
        "duplicates": "list articles that are copies of others",
    },
    "Operate": {
        "schedule": "print systemd units or a crontab line",
        "notify": "who is told of runs; a test notice of each kind",
        "backup": "make a consistent copy, also while a crawl runs",
        "restore": "bring an archive back from a backup, proved whole",
        "verify": "prove that the archive is whole",
        "config": "every setting and where it comes from; whether all are sound",
    },
    "Rarely needed": {
        "demo": "try it all on an offline twin of the site",
        "prove": "hand over what a stranger needs to check one article",
        "sites": "the sites that are known; whether a site file is sound",
        "ingest": "take articles out of WARC files that others made",
        "rescue": "bring home what the Wayback Machine and Common Crawl kept",
        "explain": "how a page was read, line by line",
        "reparse": "read the captured pages again with today's parsers",
        "rebuild": "make the database anew from the WARC files",
        "offload": "move closed WARC files into a bucket",
        "purge": "delete articles for good",
    },
}
"""A line a command, so that the help needs none of their files."""
COMMANDS = tuple(name for commands in GROUPS.values() for name in commands)
MEANT = {
    "list": "search",
    "ls": "search",
    "find": "search",
    "grep": "search",
    "info": "status",
    "read": "show ID",
    "cite": "show ID --format cite",
    "proof": "prove ID",
    "diff": "show ID --diff",
    "history": "show ID --revisions",
    "open": "serve --open",
    "web": "serve --open",
    "check": "verify",
    "delete": "purge ID",
    "update": "crawl",
}
"""What is meant by words that people type."""


class HelpfulGroup(Group):
    """The group of all commands."""

    meant = MEANT

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] == "help":
            # `help search` is what people type who know other programs.
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        with formatter.section("Options, before the command or behind it"):
            formatter.write_dl([record for each in self.get_params(ctx) if (record := each.get_help_record(ctx))])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write(f"{describe_archive(ctx)}\nNew here? harbincrawl demo\n")


def describe_archive(ctx: click.Context) -> str:
    """Which archive is in use, one that is not there yet included."""
    folder = Path(ctx.params.get("archive") or os.environ.get(ARCHIVE_VARIABLE) or "archive")
    # The name of its database is not worth the import of all that reads it.
    return f"Archive in use: {folder.absolute()}{'' if folder.is_dir() else ' (not there yet)'}"
