"""The archives of a command line, one as a list of one: `--archive A --archive B`, or a folder of archives."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import click

from harbincrawl.archive.database.connection import FILE, raise_typed, read_archive
from harbincrawl.errors import ExitCode, HarbincrawlError, NotFoundError
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.choice import ArticleCondition, has_counted
from harbincrawl.search.facets import Bar, add_bars, count_facet
from harbincrawl.text import clean

from .output.stream import warn

R = TypeVar("R")


class OpenArchive(NamedTuple):
    """An archive that is read."""

    name: str
    """Its folder's name; with that of the folder above where two are called the same."""
    folder: Path
    connection: sqlite3.Connection
    site: str
    """The prefix of its ids."""


class Archives:
    """Those that could be opened, and what became of the others."""

    def __init__(self, opened: list[OpenArchive], failed: list[HarbincrawlError]) -> None:
        self.opened = opened
        self.failed = failed
        self.are_several = len(opened) + len(failed) > 1

    def ask(
        self, act: Callable[[OpenArchive], R], of: Sequence[OpenArchive] | None = None
    ) -> Iterator[tuple[OpenArchive, R]]:
        """What `act` gives of each archive (of those in `of`); one that turns out damaged is left out from then on.

        Where it is the only one, raises DatabaseError.
        """
        for each in list(self.opened if of is None else of):
            try:
                found = act(each)
            except sqlite3.Error as error:
                self.leave_out(each, error)
            else:
                yield each, found

    def leave_out(self, each: OpenArchive, error: sqlite3.Error) -> None:
        """Says that an archive turned out damaged, once, and asks it no more. Raises DatabaseError for the only one."""
        if not self.are_several:
            raise_typed(error, each.folder / FILE)
        if each not in self.opened:
            return
        self.opened.remove(each)
        try:
            raise_typed(error, each.folder / FILE)
        except HarbincrawlError as typed:
            warn(f"{each.name}: {typed}")
            self.failed.append(typed)

    def count_facets(
        self, choose: Callable[[OpenArchive], ArticleCondition], names: Iterable[str], *, copies: bool
    ) -> dict[str, list[Bar]]:
        """The values of each facet in all archives; `choose` says which articles of one."""

        def count(name: str) -> list[Bar]:
            bars = self.ask(lambda each: count_facet(each.connection, choose(each), name, copies=copies))
            return add_bars(name, (found for _, found in bars))

        return {name: count(name) for name in names}

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


def try_each(folders: Sequence[Path], act: Callable[[Path, str], R]) -> tuple[list[R], list[HarbincrawlError]]:
    """(what `act` gives of each archive, by its folder and name; errors of the others, which are named on stderr).

    Raises that of the last one where all failed.
    """
    found: list[R] = []
    failed: list[tuple[str, HarbincrawlError]] = []
    for folder, name in zip(folders, name_archives(folders), strict=True):
        try:
            found.append(act(folder, name))
        except HarbincrawlError as error:
            failed.append((name, error))
    # Where none answers, the last one is named by what ends the command.
    for name, reason in failed if found else failed[:-1]:
        warn(f"{name}: {reason}")
    if not found:
        raise failed[-1][1]
    return found, [reason for _, reason in failed]


@contextmanager
def open_archives(folders: Sequence[Path]) -> Iterator[Archives]:
    """Opens each for reading, one state of each; those that cannot be opened are named on stderr.

    Raises what opening the last one raised where none can be.
    """
    with ExitStack() as stack:

        def open_one(folder: Path, name: str) -> OpenArchive:
            connection = stack.enter_context(read_archive(folder))
            try:
                (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
            except sqlite3.Error as error:
                raise_typed(error, folder / FILE)
            return OpenArchive(name, folder, connection, str(site))

        yield Archives(*try_each(folders, open_one))


def run_each(folders: Sequence[Path], run: Callable[[Path, str], int]) -> int:
    """`run` on each archive, with its name; the exit code: AMISS if one failed, else the worst of theirs.

    NOTHING_FOUND counts only where it is that of all. Raises what the last one raised where all failed.
    """
    codes, failed = try_each(folders, run)
    if failed:
        return ExitCode.AMISS
    return max((code for code in codes if code != ExitCode.NOTHING_FOUND), default=ExitCode.NOTHING_FOUND)


def read_names(given: Sequence[str]) -> Iterator[str]:
    """The names that were given, - replaced by those that come in on standard input."""
    for name in given:
        if name != "-":
            yield name
            continue
        for line in sys.stdin.buffer:
            yield from line.decode("utf-8", "replace").split()


def check_name(connection: sqlite3.Connection, text: str) -> None:
    """Raises click.BadParameter for what names no article; in an archive with ids of other shapes any word may."""
    from harbincrawl.archive.naming import is_name  # no search needs it

    if not is_name(text) and not has_counted(connection):
        raise click.BadParameter(
            f"{clean(text)!r} names no article: expected a number, an id such as harbin-today:5370, or an address."
        )


def find_number(connection: sqlite3.Connection, text: str) -> int:
    """The internal number of the stored article that `text` names. Raises NotFoundError, click.BadParameter."""
    from harbincrawl.archive.naming import find_article
    from harbincrawl.archive.origin import read_mirrored

    check_name(connection, text)
    number = find_article(connection, text, read_mirrored(connection))
    if number is not None:
        return number
    raise NotFoundError(f"the archive has no article {clean(text)}.")


def _tidy(name: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "-" for each in name)[:80] or "-"
