"""`harbincrawl demo`."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click

from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import DestinationError
from harbincrawl.files import check_full
from harbincrawl.text import count_text
from harbincrawl.twin import changes
from harbincrawl.twin.server import serve
from harbincrawl.twin.site import make_twin

MARK = ".made-by-harbincrawl-demo"
SEED = 286549
ARTICLES = 120
EDITED = 3506
"""Documents show this article of that seed."""


@click.command("demo", cls=Command)
@option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder of the demo, made anew.",
)
def command(folder: Path) -> int:
    """Crawl an offline twin of the site, search it and export it; needs no network."""
    began = time.monotonic()
    _make_folder(folder)
    archive = folder / "archive"
    twin = make_twin(SEED, ARTICLES)
    with serve(twin) as url:
        _say(f"A twin of the site, {ARTICLES} invented articles, answers at {url}.")
        crawl = ["crawl", "--all", "--site-url", url, "--delay", "0"]
        _run(archive, *crawl)
        _say("\nThe site goes on: three new articles, one number corrected in silence, another feature box.")
        changes.edit(twin, EDITED)
        changes.add(twin, 2, "news")
        changes.add(twin, 1, "civilization")
        _run(archive, *crawl, "--recheck", "all")
    _say("\nThe twin is off; from here on the archive answers.")
    _run(archive, "search", "snow", "OR", "ice", "--limit", "3")
    _run(archive, "show", str(EDITED), "--diff")
    _run(archive, "export", str(folder / "articles.jsonl"))
    _run(archive, "export", str(folder / "articles.csv"))
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    _say(
        f"\nDone in {time.monotonic() - began:.0f} s: {count_text(count, 'article')} crawled, one edit found and kept "
        "as a revision, searched and exported.\n"
        f"  {archive}/articles.db       the archive: any SQLite tool opens it\n"
        f"  {archive}/warc/             what the twin really sent\n"
        f"  {folder}/articles.jsonl, articles.csv\n"
        f"Go on with: harbincrawl --archive {archive} search WORDS\n"
        f"The real site: harbincrawl crawl\n"
        f"Look at it: harbincrawl --archive {archive} serve --open\n"
        f"Delete the folder {folder.absolute()} to be rid of the demo."
    )
    return 0


def _make_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise DestinationError(f"{folder} is no demo of ours and is not touched: give --folder another name.")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        check_full(error, folder)
        raise DestinationError(f"{folder} cannot be made: {error.strerror}.") from error


def _say(text: str) -> None:
    click.echo(text)
    sys.stdout.flush()  # the commands print there, too


def _run(archive: Path, *arguments: str) -> None:
    """Runs a command as a person would, showing it first."""
    shown = shlex.join(["harbincrawl", "--archive", str(archive), *arguments])
    _say(f"\n$ {shown}")
    done = subprocess.run([sys.executable, "-m", "harbincrawl", "--archive", str(archive), *arguments], check=False)
    if done.returncode != 0:
        raise click.exceptions.Exit(done.returncode)  # it said why
