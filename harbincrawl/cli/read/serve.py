"""`harbincrawl serve`: the archive as a web site."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from harbincrawl.errors import MissingExtraError

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0: all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=8399, show_default=True, help="0: any free one.")
@click.option("--open", "shown", is_flag=True, help="Open it in your browser.")
@click.option("--base-path", default="", metavar="PATH", help="The path below which a proxy shows it: /archive.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="A host name it is asked for under; repeatable.")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Believe X-Forwarded-Host and X-Forwarded-Proto; only behind a proxy that sets them.",
)
@click.help_option("-h", "--help")
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

    Read-only, without accounts, cookies or scripts. It listens on this machine alone unless --host says otherwise;
    Ctrl-C ends it.

    \b
    harbincrawl serve --open
    harbincrawl serve --port 8080 --base-path /harbin --allow-host news.example.org --behind-proxy
    """
    if find_spec("jinja2") is None:
        raise MissingExtraError("serve needs Jinja2: pip install 'harbincrawl[web]'.")
    from harbincrawl.serve.server import make_settings, open_browser, serve

    settings = make_settings(host, base_path, allow_host, is_behind_proxy=behind_proxy)

    def started(address: str) -> None:
        if not options.quiet:
            click.echo(f"{options.archive} is shown at {address} (Ctrl-C ends it)", err=True)
        if shown:
            open_browser(address)

    return serve(options.archive, settings, host, port, started)
