"""Several archives on one command line: `--archive A --archive B`, or a folder of archives."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import click

from harbincrawl.archive.database.connection import FILE, open_reader, raise_typed
from harbincrawl.errors import ExitCode, HarbincrawlError, NoArchiveError
from harbincrawl.text import clean

R = TypeVar("R")


class OpenArchive(NamedTuple):
    """One of several archives."""

    name: str
    """Its folder's name; with that of the folder above where two are called the same."""
    folder: Path
    connection: sqlite3.Connection
    site: str
    """The prefix of its ids."""


class Archives:
    """Those that could be opened, and what became of the others."""

    def __init__(self, opened: list[OpenArchive]) -> None:
        self.opened = opened
        self.failed: list[HarbincrawlError] = []

    def fail(self, name: str, error: HarbincrawlError) -> None:
        """Says on stderr that an archive does not answer; the others do."""
        click.echo(clean(f"harbincrawl: {name}: {error}"), err=True)
        self.failed.append(error)

    def ask(
        self, act: Callable[[OpenArchive], R], of: Sequence[OpenArchive] | None = None
    ) -> Iterator[tuple[OpenArchive, R]]:
        """What `act` gives of each archive (of those in `of`); one that turns out damaged is left out from then on."""
        for each in list(self.opened if of is None else of):
            try:
                found = act(each)
            except sqlite3.Error as error:
                self.leave_out(each, error)
            else:
                yield each, found

    def leave_out(self, each: OpenArchive, error: sqlite3.Error) -> None:
        """Says on stderr that an archive turned out damaged, once, and asks it no more."""
        if each not in self.opened:
            return
        self.opened.remove(each)
        try:
            raise_typed(error, each.folder / FILE)
        except HarbincrawlError as typed:
            self.fail(each.name, typed)

    def end(self, code: int) -> int:
        """The exit code of a command that ended with `code`: AMISS where an archive did not answer."""
        return ExitCode.AMISS if self.failed else code


def list_archives(folders: Sequence[Path]) -> list[Path]:
    """The archives in `folders`: each is one, or holds some in its folders, by name."""
    found: list[Path] = []
    for folder in folders:
        # A restore that was killed leaves a hidden folder with half an archive.
        inner = [] if (folder / FILE).exists() else sorted(path.parent for path in folder.glob(f"[!.]*/{FILE}"))
        found += inner or [folder]
    named: dict[Path, Path] = {}
    for folder in found:
        # A link to an archive is no other one.
        named.setdefault(folder.resolve(), folder)
    return list(named.values())


def name_archives(folders: Sequence[Path]) -> list[str]:
    """A name for each archive, none like another: letters, digits, `.`, `-`, `_`."""
    # As it is called here, also where it is a link; `.` and `..` are called nothing.
    paths = [folder.absolute() if folder.name not in ("", "..") else folder.resolve() for folder in folders]
    names = [_tidy(path.name) for path in paths]
    names = [
        _tidy(f"{path.parent.name}-{name}") if names.count(name) > 1 else name
        for path, name in zip(paths, names, strict=True)
    ]
    return [f"{name}-{names[:at].count(name) + 1}" if name in names[:at] else name for at, name in enumerate(names)]


@contextmanager
def open_archives(folders: Sequence[Path]) -> Iterator[Archives]:
    """Opens each for reading, one state of each; those that cannot be opened are named on stderr.

    Raises what opening the last one raised where none can be.
    """
    from harbincrawl.fields import SITE_NAME

    with ExitStack() as stack:
        archives = Archives([])
        for folder, name in zip(folders, name_archives(folders), strict=True):
            try:
                connection = stack.enter_context(closing(open_reader(folder)))
                try:
                    connection.execute("BEGIN")
                    (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
                except sqlite3.Error as error:
                    raise_typed(error, folder / FILE)
            except HarbincrawlError as error:
                archives.fail(name, error)
            else:
                archives.opened.append(OpenArchive(name, folder, connection, str(site)))
        if not archives.opened:
            raise archives.failed[-1] if archives.failed else NoArchiveError("no archive was named.")
        yield archives


def run_each(folders: Sequence[Path], run: Callable[[Path, str], int]) -> int:
    """`run` on each archive, with its name; the exit code: AMISS if one failed, else the worst of theirs.

    NOTHING_FOUND counts only where it is that of all. Raises what the last one raised where all failed.
    """
    codes: list[int] = []
    failed: list[HarbincrawlError] = []
    for folder, name in zip(folders, name_archives(folders), strict=True):
        try:
            codes.append(run(folder, name))
        except HarbincrawlError as error:
            click.echo(clean(f"harbincrawl: {name}: {error}"), err=True)
            failed.append(error)
    if not codes:
        raise failed[-1]
    if failed:
        return ExitCode.AMISS
    found = [code for code in codes if code != ExitCode.NOTHING_FOUND]
    return max(found, default=ExitCode.NOTHING_FOUND)


def _tidy(name: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "-" for each in name)[:80] or "-"
