"""Objects in buckets, `s3://bucket/key`: asked for by obstore, each request with a deadline, each answer bounded."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from .errors import BucketError, FileMissingError, MissingExtraError, OptionsError

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
PIECE = 8 << 20
"""Bytes of one request: a part of an upload, a range of a download."""
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_RETRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=45)}
"""With the library's own deadline of 30 seconds, a request that met it is tried once more."""
_CREDENTIALS = "169.254.169.254"
"""Where a machine of Amazon's has credentials; elsewhere nothing answers there."""


def is_address(text: str) -> bool:
    """Whether `text` names a place in a bucket and none on the disk."""
    return text.startswith(SCHEME)


def split_address(address: str) -> tuple[str, str]:
    """(bucket, key without slashes around it, empty for the whole bucket) of `address`.

    Raises OptionsError for what names no place in a bucket.
    """
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    key = key.strip("/")
    if not is_address(address) or not bucket or not key.isprintable() or {".", ".."} & set(key.split("/")):
        raise OptionsError(f"{address[:200]!r} is no place in a bucket: write s3://bucket/key.")
    return bucket, key


def join_address(prefix: str, name: str) -> str:
    """The address of `name` under `prefix`."""
    return f"{prefix.rstrip('/')}/{name}"


def read_range(address: str, begin: int, end: int) -> bytes:
    """The bytes of an object from `begin` up to `end`. Raises FileMissingError, BucketError."""
    with _ask(address) as (store, key):
        return bytes(store.get_range(key, start=begin, end=end))


def measure_object(address: str) -> int:
    """The size of an object in bytes. Raises FileMissingError, BucketError."""
    with _ask(address) as (store, key):
        return int(store.head(key)["size"])


def read_pieces(address: str, size: int) -> Iterator[bytes]:
    """The first `size` bytes of an object, a bounded request at a time. Raises FileMissingError, BucketError."""
    for begin in range(0, size, PIECE):
        yield read_range(address, begin, min(begin + PIECE, size))


def hash_object(address: str, size: int) -> str:
    """sha256 of the first `size` bytes of an object, read back. Raises FileMissingError, BucketError."""
    digest = hashlib.sha256()
    for piece in read_pieces(address, size):
        digest.update(piece)
    return digest.hexdigest()


def list_objects(prefix: str) -> list[tuple[str, int]]:
    """(address, size) of the objects under `prefix`; none where there are none. Raises BucketError."""
    bucket, _ = split_address(prefix)
    found: list[tuple[str, int]] = []
    with _ask(prefix) as (store, key):
        for batch in store.list(key or None):
            found += [(f"{SCHEME}{bucket}/{each['path']}", int(each["size"])) for each in batch]
    return sorted(found)


def put_file(path: Path, address: str) -> str:
    """Uploads a file and reads it back; returns its sha256. Raises BucketError unless every byte came back as it was.

    Nothing is seen at `address` until the upload is complete.
    """
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    with _ask(address) as (store, key):
        store.put(key, path, chunk_size=PIECE, max_concurrency=2)
    if (found := measure_object(address)) != size:
        raise BucketError(f"{address} has {found:,} bytes, {size:,} were expected.")
    if hash_object(address, size) != digest:
        raise BucketError(f"{address} gives other bytes than were sent (sha256).")
    return digest


def get_file(address: str, size: int, path: Path) -> str:
    """Downloads the first `size` bytes of an object into `path`, synced; returns their sha256.

    Raises FileMissingError, BucketError, OSError.
    """
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for piece in read_pieces(address, size):
            digest.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def delete_object(address: str) -> None:
    """Deletes an object; one that is not there is no error. Raises BucketError."""
    with _ask(address) as (store, key), suppress(FileNotFoundError):
        store.delete(key)


@contextmanager
def _ask(address: str) -> Iterator[tuple[S3Store, str]]:
    """The store of the bucket and the key of an object; what the library raises while they are used is typed."""
    store, key = _open_store(address)
    try:
        yield store, key
    except Exception as error:  # noqa: BLE001 - a library in Rust: it documents no common parent of its errors
        _raise_typed(error, address)


def _open_store(address: str) -> tuple[S3Store, str]:
    bucket, key = split_address(address)
    environment = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    for name, value in environment:
        # The library falls over these: a key that was read from a file easily has a line break at its end.
        if not value.isprintable() or (name in _ENDPOINTS and not value.startswith(("http://", "https://"))):
            what = "an address, such as https://s3.example.org" if name in _ENDPOINTS else "a value without line breaks"
            raise OptionsError(f"{name}: expected {what}.")
    return _make_store(bucket, environment), key


@lru_cache(maxsize=8)
def _make_store(bucket: str, environment: tuple[tuple[str, str], ...]) -> S3Store:
    """What asks for a bucket; the library reads the `environment` itself."""
    del environment
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise MissingExtraError("places in buckets need obstore: pip install 'harbincrawl[s3]'.") from error
    try:
        return S3Store(bucket, retry_config=_RETRIES)  # type: ignore[arg-type]
    except Exception as error:
        raise OptionsError(f"an AWS_ variable of the environment cannot be understood: {_shorten(error)}.") from error


def _raise_typed(error: Exception, address: str) -> NoReturn:
    """Raises FileMissingError for an object that is not there, else BucketError."""
    text = str(error)
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in text:
        raise FileMissingError(f"{address}: there is no such object.") from error
    reason = "there are no credentials: set AWS_ACCESS_KEY_ID" if _CREDENTIALS in text else _shorten(error)
    raise BucketError(f"{address}: {reason}.") from error


def _shorten(error: Exception) -> str:
    """What the library says without the address and the details below it, and the code of an answer in XML."""
    code = _CODE.search(str(error))
    about, _, printed = str(error).partition("\n")[0].partition(" - ")
    words = (printed or about).partition("<?xml")[0].rstrip(" :.")
    return " ".join([*words[:200].split(), *([code[1]] if code else [])])
