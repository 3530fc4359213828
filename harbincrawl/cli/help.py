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
        "show": "read articles, revisions, captured pages",
        "watch": "saved searches, what is new under each",
        "serve": "the archive as a web site",
        "export": "articles to a file or a dataset folder",
        "status": "runs, sections, failures, health",
    },
    "Research": {
        "stats": "articles by year, section, source, author",
        "trends": "hits of queries over time",
        "concordance": "every place of a word, with its context",
        "keywords": "words that one part has more often",
        "words": "words and n-grams, how often, how even",
        "collocations": "words beside a word",
        "edits": "how articles changed after publication",
        "similar": "articles like one",
        "duplicates": "articles that are copies of others",
    },
    "Operate": {
        "schedule": "print systemd units or a crontab line",
        "notify": "who is told of runs",
        "backup": "a consistent copy",
        "restore": "an archive out of a backup, verified",
        "verify": "prove that the archive is whole",
        "config": "every setting and where it comes from",
    },
    "Rarely needed": {
        "demo": "try it all on an offline twin of the site",
        "prove": "what a stranger needs to check one article",
        "sites": "known sites, site files, layouts",
        "ingest": "articles out of WARC files of others",
        "rescue": "what the Wayback Machine and Common Crawl kept",
        "explain": "how a page was read, line by line",
        "reparse": "captured pages with today's reader",
        "rebuild": "the database anew from the WARC files",
        "offload": "closed WARC files into a bucket",
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
