"""`harbincrawl serve`: the archive as a web site."""

from __future__ import annotations

import os
import re
import socket

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import note
from harbincrawl.cli.parsing import Command, option
from harbincrawl.serve.server import make_settings, open_browser, serve
from harbincrawl.text import is_loopback_host


@click.command("serve", cls=Command)
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0: all.")
@option("--port", type=click.IntRange(0, 65535), default=8399, show_default=True, help="0: any free one.")
@option("--open", "shown", is_flag=True, help="Open it in your browser.")
@option("--base-path", default="", metavar="PATH", help="Path below which a proxy shows it: /archive.")
@option("--allow-host", multiple=True, metavar="NAME", help="A host name that it answers to; repeatable.")
@option(
    "--behind-proxy",
    is_flag=True,
    help="Believe X-Forwarded-Host and X-Forwarded-Proto.",
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
    """Show the archive as a web site, read-only, without accounts, cookies or scripts. Ctrl-C ends it.

    \b
    harbincrawl serve --open
    harbincrawl serve --base-path /harbin --allow-host www.example.org --behind-proxy
    """
    # A bucket that stalls must not hold a thread for long: others ask, too.
    os.environ.setdefault("AWS_TIMEOUT", "3s")
    settings = make_settings(host, base_path, allow_host, is_behind_proxy=behind_proxy)

    def started(address: str) -> None:
        note(f"{options.archive} is shown at {address} (Ctrl-C ends it)")
        if not is_loopback_host(host) and not behind_proxy:
            there = re.sub("//(0\\.0\\.0\\.0|\\[::\\])", f"//{socket.gethostname()}", address)
            note(f"whoever reaches this machine can read it at {there}: there is no password and no encryption")
        if shown:
            open_browser(address)

    return serve(options.archive, settings, host, port, started)
