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
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from urllib.parse import urlsplit

from .errors import BucketError, FileMissingError, MissingExtraError, OptionsError
from .text import is_loopback

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
PIECE = 8 << 20
"""Bytes of one request: a part of an upload, a range of a download."""
MOST_OBJECTS = 100_000
"""Of one listing; a place with more is refused."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_LONGEST_KEY = 1024
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_SECONDS = re.compile(r"(\d{1,5})s?", re.ASCII)
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_SERVER = re.compile(
    r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?(?:/[!-~]*)?", re.ASCII | re.IGNORECASE
)
_TRIES = 3
_CREDENTIALS = "169.254.169.254"
"""Where a machine of Amazon's has credentials; elsewhere nothing answers there."""


class Address(NamedTuple):
    """The parts of `s3://bucket/key`."""

    bucket: str
    key: str
    """Without a slash at its begin or end; empty for the whole bucket."""


class FoundObject(NamedTuple):
    """An object of a listing."""

    address: str
    size: int


def is_address(text: str) -> bool:
    """Whether `text` names a place in a bucket and none on the disk."""
    return text.startswith(SCHEME)


def split_address(address: str) -> Address:
    """The parts of `address`. Raises OptionsError for what names no place in a bucket."""
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    key = key.strip("/")
    parts = key.split("/") if key else []
    if not is_address(address) or not bucket:
        raise OptionsError(f"{address[:200]!r} is no place in a bucket: write s3://bucket/key.")
    if not _BUCKET.fullmatch(bucket):
        raise OptionsError(
            f"{address[:200]!r} names no bucket, which has 3 to 63 small letters, digits, hyphens and dots, and begins"
            " and ends with a letter or digit: write s3://bucket/key."
        )
    if len(key.encode("utf-8", "replace")) > _LONGEST_KEY or not key.isprintable() or {"", ".", ".."} & set(parts):
        raise OptionsError(f"{address[:200]!r} names no object: its parts must be printable, not empty, `.` or `..`.")
    return Address(bucket, key)


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


def list_objects(prefix: str) -> list[FoundObject]:
    """The objects under `prefix`, by address; none where there are none. Raises BucketError."""
    bucket = split_address(prefix).bucket
    found: list[FoundObject] = []
    with _ask(prefix) as (store, key):
        for batch in store.list(key or None):
            found += [FoundObject(f"{SCHEME}{bucket}/{each['path']}", int(each["size"])) for each in batch]
            if len(found) > MOST_OBJECTS:
                break
    if len(found) > MOST_OBJECTS:
        raise BucketError(f"{prefix} has more than {MOST_OBJECTS:,} objects: name a folder in it.")
    return sorted(found)


def put_file(path: Path, address: str) -> str:
    """Uploads a file and reads it back; returns its sha256. Raises BucketError unless every byte came back as it was.

    Nothing is seen at `address` until the upload is complete.
    """
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    try:
        with _ask(address) as (store, key):
            store.put(key, path, chunk_size=PIECE, max_concurrency=2)
    except FileMissingError as error:
        # An upload asks for no object that is there: this server has no buckets.
        raise BucketError(f"{address}: the server answers 404 to an upload: check {_ENDPOINTS[1]}.") from error
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
    for name, value in os.environ.items():
        # The library falls over a line break, which a key that was read from a file easily has at its end.
        if name.startswith("AWS_") and not value.isprintable():
            raise OptionsError(f"{name} has a line break or another sign that cannot be printed: set it without.")
    endpoint = _read_endpoint()
    allowed = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
    if endpoint is not None and urlsplit(endpoint).scheme == "http" and not allowed:
        if not is_loopback(endpoint):
            raise OptionsError(
                f"{endpoint} is plain http, where anyone on the way can read and change what is sent: "
                "name an https endpoint, or set AWS_ALLOW_HTTP=true."
            )
        allowed = True
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return _make_store(bucket, endpoint, region, allowed, read_deadline()), key


def read_deadline() -> float:
    """Seconds that one request may take: AWS_TIMEOUT, else 30. Raises OptionsError."""
    text = os.environ.get("AWS_TIMEOUT", "30s")
    match = _SECONDS.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise OptionsError(f"AWS_TIMEOUT is {text[:40]!r}: write a number of seconds, such as 30s.")
    return int(match[1])


def _read_endpoint() -> str | None:
    """The server that is asked; None: Amazon's. Raises OptionsError: the library falls over what is no address."""
    name, endpoint = next(((name, value) for name in _ENDPOINTS if (value := os.environ.get(name))), ("", None))
    match = _SERVER.fullmatch(endpoint or "")
    if endpoint is not None and (match is None or int(match["port"] or 0) >= 1 << 16):
        raise OptionsError(f"{name} is {endpoint[:200]!r}: write the server's address, such as https://s3.example.org.")
    return endpoint


@lru_cache(maxsize=8)
def _make_store(bucket: str, endpoint: str | None, region: str, allow_http: bool, deadline: float) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise MissingExtraError("places in buckets need obstore: pip install 'harbincrawl[s3]'.") from error
    more = {"endpoint": endpoint} if endpoint else {}
    try:
        return S3Store(
            bucket,
            region=region,
            client_options={
                "timeout": timedelta(seconds=deadline),
                "connect_timeout": timedelta(seconds=min(deadline, 10)),
                "allow_http": allow_http,
            },
            # A request that met its deadline is tried once more, one that was refused at once a few times.
            retry_config={"max_retries": _TRIES - 1, "retry_timeout": timedelta(seconds=1.5 * deadline)},
            **more,  # type: ignore[arg-type]
        )
    except Exception as error:
        reason = str(error).partition("\n")[0][:200]
        raise OptionsError(f"an AWS_ variable of the environment cannot be understood: {reason}") from error


def _raise_typed(error: Exception, address: str) -> NoReturn:
    """Raises FileMissingError for an object that is not there, else BucketError: one sentence, without XML."""
    text = str(error)
    found = (_STATUS.search(text), _CODE.search(text))
    answer = " ".join(each[1] for each in found if each is not None)
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in answer:
        raise FileMissingError(f"{address}: there is no such object.") from error
    if _CREDENTIALS in text:
        reason = (
            "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for"
            " a bucket that everybody may read"
        )
    elif answer:
        reason = f"the server answers {answer}"
    elif "error sending request" in text:
        reason = f"{_read_endpoint() or 'its server'} cannot be reached, or does not answer within {read_deadline()} s"
    else:
        reason = f"the answer breaks off ({' '.join(text.split(chr(10))[0].split())[:200]})"
    raise BucketError(f"{address}: {reason}.") from error
