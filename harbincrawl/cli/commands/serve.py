"""`harbincrawl serve`: the archive as a web site."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click

from harbincrawl.cli.archives import try_each
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import note
from harbincrawl.cli.parsing import Command, option
from harbincrawl.serve.app import App
from harbincrawl.serve.application import Settings
from harbincrawl.serve.gate import PREFIX
from harbincrawl.serve.server import make_settings, open_app, open_browser, serve, serve_many
from harbincrawl.text import is_loopback_host


@click.command("serve", cls=Command)
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0: all of them.")
@option("--port", type=click.IntRange(0, 65535), default=8399, show_default=True, help="0: any free one.")
@option("--open", "shown", is_flag=True, help="Open it in your browser.")
@option("--base-path", default="", metavar="PATH", help="The path below which a proxy shows it: /archive.")
@option("--allow-host", multiple=True, metavar="NAME", help="A host name it is asked for under; repeatable.")
@option(
    "--behind-proxy",
    is_flag=True,
    help="Believe X-Forwarded-Host and X-Forwarded-Proto; only behind a proxy that sets them.",
)
@click.pass_obj
def command(
    options: GlobalOptions,
    host: str,
    port: int,
    shown: bool,
    base_path: str,
    allow_host: tuple[str, ...],
    behind_proxy: bool,
) -> int:
    """Show the archive as a web site: search, articles, revisions, captured pages, trends, feeds.

    Of several archives, each is at /a/NAME/, named by its folder; the front page searches all of them.

    Read-only, without accounts, cookies or scripts. It listens on this machine alone unless --host says otherwise;
    Ctrl-C ends it.

    \b
    harbincrawl serve --open
    harbincrawl --archive harbin --archive jilin serve
    harbincrawl serve --base-path /harbin --allow-host www.example.org --behind-proxy
    """
    # A bucket that stalls must not hold a thread for long: others ask, too.
    os.environ.setdefault("AWS_TIMEOUT", "3s")
    settings = make_settings(host, base_path, allow_host, is_behind_proxy=behind_proxy)

    apps: dict[str, App] = {}
    folders = options.folders

    def started(address: str) -> None:
        # One that cannot be opened was named before.
        count = f"{len(apps):,} of {len(folders):,}" if len(apps) < len(folders) else f"{len(apps):,}"
        shown_as = f"{count} archives are" if len(folders) > 1 else f"{folders[0]} is"
        note(f"{shown_as} shown at {address} (Ctrl-C ends it)")
        if not is_loopback_host(host) and not behind_proxy:
            there = re.sub("//(0\\.0\\.0\\.0|\\[::\\])", f"//{socket.gethostname()}", address)
            note(f"whoever reaches this machine can read it at {there}: there is no password and no encryption")
        if shown:
            open_browser(address)

    if len(folders) == 1:
        return serve(folders[0], settings, host, port, started)
    with ExitStack() as stack:
        apps |= open_apps(folders, settings, stack)
        return serve_many(apps, settings, host, port, started)


def open_apps(folders: Sequence[Path], settings: Settings, stack: ExitStack) -> dict[str, App]:
    """What answers for each archive, by its name; one that cannot be opened is named, and the others are shown.

    Raises what opening the last one raised where none can be.
    """

    def open_one(folder: Path, name: str) -> tuple[str, App]:
        own = settings._replace(base=f"{settings.base}{PREFIX}{name}")
        return name, stack.enter_context(closing(open_app(folder, own)))

    return dict(try_each(folders, open_one)[0])
