"""Checks of WARC files and pictures: broken or missing files and records, and files that nothing refers to."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from harbincrawl.errors import WarcError
from harbincrawl.sites import Site
from harbincrawl.text import count_text
from harbincrawl.warc.checks import BrokenRecord, SoundRecord, check_records
from harbincrawl.warc.reader import find_file

from .findings import Findings, Note, Problem

WARC_MEND = (
    "restore it from a backup of the archive; else harbincrawl verify --mend, and the next crawl fetches it again"
)
OLD_MEND = "restore it from a backup of the archive"
MEDIA_MEND = "harbincrawl verify --mend, then harbincrawl crawl --images"
_MOST_NAMED = 50

Progress = Callable[[int, int], None]
Rows = dict[int, list[tuple[int, str, str | None]]]
"""By offset, (id, address, digest) of the captures at that offset."""


def check_captures(
    folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings, progress: Progress
) -> None:
    """Checks that the record of each capture is complete and has its digest; with `quick` only the file sizes."""
    current = {capture for (capture,) in connection.execute("SELECT capture FROM articles WHERE capture IS NOT NULL")}
    current |= {
        page
        for page, first in connection.execute("SELECT id, first_page FROM captures WHERE first_page IS NOT NULL")
        if first in current
    }
    names = [name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")]
    on_disk = {path.name.removesuffix(".open") for path in (folder / "warc").glob("*.warc*")}
    files = sorted(on_disk | set(names))
    for done, name in enumerate(files):
        progress(done, len(files))
        rows: Rows = {}
        for capture, address, offset, digest in connection.execute(
            'SELECT id, address, "offset", digest FROM captures WHERE warc = ?', (name,)
        ):
            rows.setdefault(offset, []).append((capture, address, digest))
            findings.checked["captures"] += 1
        findings.broken_captures |= _check_file(folder / "warc", name, rows, findings)
    if not findings.broken_captures:
        return
    # A revisit is broken if its original is, and both have the same digest.
    broken = json.dumps(sorted(findings.broken_captures))
    for capture, address in connection.execute(
        "SELECT id, address FROM captures WHERE id IN (SELECT value FROM json_each(?1)) OR digest IN"
        " (SELECT digest FROM captures WHERE id IN (SELECT value FROM json_each(?1)) AND status = 200)",
        (broken,),
    ).fetchall():
        findings.broken_captures.add(capture)
        meaning = site.read_address(address)
        if capture in current and meaning is not None and meaning.number is not None:
            findings.stale_captures.add(meaning.number)


def _check_file(folder: Path, name: str, rows: Rows, findings: Findings) -> set[int]:
    """Checks one file; returns the ids of the captures that cannot be read."""
    try:
        path = find_file(folder, name)
    except WarcError as error:
        findings.problems.append(Problem("warc", f"warc/{name}", error.reason, WARC_MEND))
        return {capture for many in rows.values() for capture, _, _ in many}
    findings.checked["files"] += 1
    wrong: dict[int, str] = {}
    if findings.quick:
        size = path.stat().st_size
        wrong = {offset: f"the file has only {size} bytes" for offset in rows if offset >= size}
    else:
        sound: dict[int, SoundRecord] = {}
        try:
            for record in check_records(path):
                if isinstance(record, BrokenRecord):
                    wrong[record.offset] = record.reason
                else:
                    sound[record.offset] = record
        except WarcError as error:
            wrong[0] = error.reason
        findings.checked["records"] += len(sound)
        for offset, many in rows.items():
            if offset not in wrong:
                fault = _find_fault(sound.get(offset), many)
                if fault is not None:
                    wrong[offset] = fault
    for count, offset in enumerate(sorted(wrong)):
        if count == _MOST_NAMED:
            findings.problems.append(
                Problem("warc", f"warc/{name}", count_text(len(wrong) - count, "more broken record"), OLD_MEND)
            )
            break
        addresses = ", ".join(sorted({address for _, address, _ in rows.get(offset, [])}))
        what = wrong[offset] + (f": the capture of {addresses}" if addresses else "")
        mend = WARC_MEND if addresses else OLD_MEND
        findings.problems.append(Problem("warc", f"warc/{name} at byte {offset}", what, mend))
    return {capture for offset in wrong for capture, _, _ in rows.get(offset, [])}


def _find_fault(record: SoundRecord | None, rows: list[tuple[int, str, str | None]]) -> str | None:
    if record is None:
        return "no complete record begins here"
    if record.type not in ("response", "revisit"):
        return None if record.removed else f"expected a response or revisit record, found {record.type}"
    if any(digest is not None and record.digest is not None and digest != record.digest for _, _, digest in rows):
        return f"the digest of the record is {record.digest}, but that of its row is different"
    return None


def check_leftovers(folder: Path, connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Reports files that nothing refers to and files of killed runs; `held`: a run is writing now."""
    named = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    for path in sorted((folder / "warc").glob("*")):
        if path.suffix == ".open":
            if not held:
                what = "left by a killed run: the next crawl salvages it"
                findings.notes.append(Note("leftover", f"warc/{path.name}", what))
        elif path.name.endswith((".part", ".tmp")):
            findings.notes.append(Note("leftover", f"warc/{path.name}", "an unfinished file: you may delete it"))
        elif path.name not in named:
            findings.notes.append(Note("leftover", f"warc/{path.name}", "no capture refers to it"))


def check_media(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the file of each picture exists and has the hash in its name."""
    named = {name for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL")}
    for name in sorted(named):
        path = folder / "media" / name
        findings.checked["media"] += 1
        if "/" in name or not path.is_file():
            what = "it is missing"
        elif not findings.quick and _hash_file(path) != path.stem:
            what = "its content does not match the hash in its name"
        else:
            continue
        findings.broken_media.add(name)
        findings.problems.append(Problem("media", f"media/{name}", what, MEDIA_MEND))
    for path in sorted((folder / "media").glob("*")):
        if path.is_file() and path.name not in named:
            findings.notes.append(Note("leftover", f"media/{path.name}", "no article refers to it"))


def _hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
