"""A backup in a bucket: uploaded file by file, each read back and checked, and downloaded again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, USER, check_version, raise_typed
from harbincrawl.buckets import (
    delete_object,
    get_file,
    join_address,
    list_objects,
    put_file,
    put_json,
    read_range,
    split_address,
)
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.disk import private_folder
from harbincrawl.errors import BackupError, NoArchiveError
from harbincrawl.files import check_part
from harbincrawl.operations.buckets.notes import claim
from harbincrawl.text import time_text

from .copy import FOLDERS, BackupReceipt, MissingFileError, Progress, Salvage, copy_database, copy_user, list_copied
from .owner import BEGUN, MOST_BYTES, NOTE, Owner, check_begun_by, check_continued, read_owner

WRITERS = "writers"
"""Beside a backup: who is writing it."""
_FOLDERS = tuple(f"{folder}/" for folder in FOLDERS)


def upload_archive(
    archive: Path, connection: sqlite3.Connection, prefix: str, now: datetime, salvage: Salvage, progress: Progress
) -> BackupReceipt:
    """Copies the archive, open in `connection`, to `prefix`; its database comes last, and then the mark of a backup.

    A copy of the database is made in the folder for temporary files first. Raises MissingFileError, BackupError,
    BucketError, HeldError, DatabaseError, NoSpaceError, OSError.
    """
    split_address(prefix)
    # Twice: before anything is written there, and when no other backup can write there any more.
    _check_owner(archive, connection, prefix, list_backup(prefix))
    doing = f"another backup is written to {prefix}"
    with claim(join_address(prefix, WRITERS), now, doing), private_folder() as staging:
        there = list_backup(prefix)
        _check_owner(archive, connection, prefix, there)
        owner = read_owner(connection)
        if join_address(prefix, NOTE) not in there:
            put_json({"archive": owner.id}, join_address(prefix, BEGUN))
        articles, placed, files = copy_database(connection, staging)
        kept = 0
        for done, name in enumerate(files):
            progress(done, len(files), name)
            kept += _upload(archive, name, join_address(prefix, name), there, staging, salvage)
        if (archive / SETTINGS).is_file():
            put_file(archive / SETTINGS, join_address(prefix, SETTINGS))
        if copy_user(archive, staging):
            put_file(staging / USER, join_address(prefix, USER))
        elif join_address(prefix, USER) in there:
            delete_object(join_address(prefix, USER))
        put_file(staging / f"{FILE}.part", join_address(prefix, FILE))
        made = {"harbincrawl": "backup", "made": time_text(now), "articles": articles, "owner": asdict(owner)}
        put_json(made, join_address(prefix, NOTE))
        delete_object(join_address(prefix, BEGUN))
        # Purged files must not stay; the database that referred to them is replaced by now. A copy of what was
        # offloaded since is the only other one: it stays.
        written = {*files, *(f"warc/{name}" for name in placed)}
        for address in there:
            name = address.removeprefix(prefix.rstrip("/") + "/")
            if name.startswith(_FOLDERS) and name not in written:
                delete_object(address)
    return BackupReceipt(articles, len(files), 0, kept, len(placed))


def list_backup(prefix: str) -> dict[str, int]:
    """Sizes of the objects of a backup, by address. Raises BucketError."""
    claims = join_address(prefix, WRITERS) + "/"
    return {found.address: found.size for found in list_objects(prefix) if not found.address.startswith(claims)}


def download_archive(prefix: str, staging: Path, progress: Progress) -> BackupReceipt:
    """Copies the backup at `prefix` into the folder `staging`. Raises what `restore` raises."""
    split_address(prefix)
    sizes = list_backup(prefix)
    database = join_address(prefix, FILE)
    if database not in sizes:
        raise NoArchiveError(f"no backup in {prefix}: expected {database}.")
    part = staging / f"{FILE}.part"
    get_file(database, sizes[database], part)
    try:
        with closing(sqlite3.connect(f"{part.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            check_version(connection, database)
            articles, placed, files = list_copied(connection)
    except sqlite3.Error as error:
        raise_typed(error, part)
    for done, name in enumerate(files):
        progress(done, len(files), name)
        (staging / name).parent.mkdir(exist_ok=True)
        address = join_address(prefix, name)
        if address not in sizes:
            raise BackupError(f"{prefix} is incomplete: {name} is missing.")
        get_file(address, sizes[address], staging / name)
    for name in (SETTINGS, USER):
        if (address := join_address(prefix, name)) in sizes:
            get_file(address, sizes[address], staging / name)
    part.replace(staging / FILE)
    return BackupReceipt(articles, len(files), 0, 0, len(placed))


def _check_owner(archive: Path, connection: sqlite3.Connection, prefix: str, there: dict[str, int]) -> None:
    note, begun = join_address(prefix, NOTE), join_address(prefix, BEGUN)
    if note in there:
        try:
            owner = json.loads(read_range(note, 0, min(there[note], MOST_BYTES)))["owner"]
            other = Owner(owner["id"], owner["site"], owner["created"], tuple(owner["run"]), owner["seal"])
        except (ValueError, TypeError, LookupError) as error:
            raise BackupError(f"whose backup {prefix} is cannot be read: name another folder of the bucket.") from error
        check_continued(archive, connection, other, prefix)
    elif begun in there:
        text = read_range(begun, 0, min(there[begun], MOST_BYTES)) if there[begun] else b""
        check_begun_by(archive, read_owner(connection), text, prefix)
    elif there:
        raise BackupError(f"{prefix} is neither empty nor a backup: name another folder of the bucket.")


def _upload(archive: Path, name: str, address: str, there: dict[str, int], staging: Path, salvage: Salvage) -> bool:
    """Uploads a file, unless one of its size is there: closed files never change. Returns whether it was there."""
    whole = archive / name
    # The writer may rename the file between the first two checks; then the third one finds it.
    for path in (whole, whole.with_name(f"{whole.name}.open"), whole):
        try:
            if path.suffix == ".open":
                # Of a file that is still written, what its whole records say so far.
                check_part(path)
                shutil.copyfile(path, staging / path.name)
                salvage(staging)
                path = staging / whole.name
            check_part(path)
            if path.stat().st_size == there.get(address):
                return True
            put_file(path, address)
            return False
        except FileNotFoundError:
            continue
    raise MissingFileError(name)
