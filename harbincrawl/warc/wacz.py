"""Writing WACZ 1.1.1 files for replay tools: WARC files, their index and a list of pages."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from harbincrawl.errors import BucketError, WarcError
from harbincrawl.files import check_output, replace_synced
from harbincrawl.places import BucketFile, Place, measure_place, open_place
from harbincrawl.text import time_text

from .feed import BLOCK, read_range
from .index import index_file
from .names import name_place
from .reader import check_name
from .writer import make_error

VERSION = "1.1.1"
_LINES_PER_MEMBER = 300
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class WaczPage:
    """A page in the page list of a WACZ file."""

    url: str
    """As fetched: the WARC-Target-URI of its capture."""
    ts: datetime
    """When it was fetched, with a time zone."""
    title: str
    text: str | None = None
    """Its text, for the search of the replay tool."""


def write_wacz(
    dest: Path,
    warc_files: Iterable[Place],
    pages: Iterable[WaczPage],
    *,
    created: datetime,
    software: str,
    title: str,
    description: str = "",
) -> None:
    """Writes `dest` completely or not at all. The same arguments give the same bytes.

    `.open` files are added up to their last complete record, with their final names.
    The index is held in memory, the files are not. Raises DestinationError, WarcError, WarcFullError, BucketError.
    """
    about = {"title": title, **({"description": description} if description else {})}
    about |= {"software": software, "created": time_text(created)}
    part = dest.with_name(f"{dest.name}.part")
    check_output(dest)
    check_output(part)
    try:
        with replace_synced(part, dest):
            with zipfile.ZipFile(part, "w") as package:
                _fill_package(package, sorted(warc_files, key=name_place), pages, about)
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
    except OSError as error:
        raise make_error(error, dest.name, None) from error


def _fill_package(
    package: zipfile.ZipFile,
    warc_files: list[Place],
    pages: Iterable[WaczPage],
    about: dict[str, str],
) -> None:
    files: dict[str, Place] = {}
    for path in warc_files:
        if check_name(name_place(path)) in files:
            raise WarcError(name_place(path), None, "a WACZ cannot contain two files with the same name")
        files[name_place(path)] = path
    ends: dict[str, int] = {}
    resources: list[dict[str, object]] = []
    idx: list[bytes] = []
    index = _pack_index(iter(sorted(set(_index_all(files, ends)))), idx)
    # The index comes first: making it finds the ends of `.open` files.
    resources.append(_add_file(package, "indexes/index.cdx.gz", index))
    resources.append(_add_file(package, "indexes/index.idx", idx, packed=True))
    for name, path in sorted(files.items()):
        resources.append(_add_warc(package, f"archive/{name}", path, ends.get(name, 0)))
    resources.append(_add_file(package, "pages/pages.jsonl", _list_pages(pages), packed=True))
    whole = {"profile": "data-package", "wacz_version": VERSION, **about, "resources": resources}
    described = _add_file(package, "datapackage.json", [_dump(whole, indent=2)], packed=True)
    digest = {"path": "datapackage.json", "hash": described["hash"]}
    _add_file(package, "datapackage-digest.json", [_dump(digest, indent=2)], packed=True)


def _add_file(
    package: zipfile.ZipFile, path: str, pieces: Iterable[bytes], *, packed: bool = False
) -> dict[str, object]:
    """Adds a file and returns its entry in datapackage.json. What is not `packed` is stored for random access."""
    # Its size is in its head, before its content: with a head of ZIP64 "just in case", ReplayWeb.page cannot open it.
    with tempfile.TemporaryFile() as spool:
        spool.writelines(pieces)
        size = spool.tell()
        spool.seek(0)
        return _add_pieces(package, path, iter(lambda: spool.read(BLOCK), b""), size, packed=packed)


def _add_warc(package: zipfile.ZipFile, inner: str, path: Place, end: int) -> dict[str, object]:
    size = end if path.suffix == ".open" else measure_place(path)
    with open_place(path) as stream:
        added = _add_pieces(package, inner, read_range(stream, path.name, 0, size), size, packed=False)
    if isinstance(path, BucketFile) and path.sha256 and added["hash"] != f"sha256:{path.sha256}":
        raise BucketError(
            f"{path} gives other bytes than were uploaded (sha256), so nothing was written: harbincrawl verify says "
            "what is broken."
        )
    return added


def _add_pieces(
    package: zipfile.ZipFile, path: str, pieces: Iterable[bytes], size: int, *, packed: bool
) -> dict[str, object]:
    info = zipfile.ZipInfo(path, _ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    info.file_size = size
    digest = hashlib.sha256()
    with package.open(info, "w") as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}


def _index_all(files: Mapping[str, Place], ends: dict[str, int]) -> Iterator[str]:
    """The lines of all `files`; `ends` gets where their last records end."""
    for name, path in files.items():
        for line, end in index_file(path, name):
            ends[name] = end
            if line:
                yield line


def _pack_index(lines: Iterator[str], idx: list[bytes]) -> Iterator[bytes]:
    """The lines in gzip members of 300 lines; `idx` gets the first key and place of each (cdxj-gzip-1.0)."""
    idx.append(b"!meta 0 " + _dump({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}))
    offset = 0
    for first in lines:
        rest = [line for _, line in zip(range(_LINES_PER_MEMBER - 1), lines, strict=False)]
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        member = packer.compress("".join([first, *rest]).encode()) + packer.flush()
        place = {"offset": offset, "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
        key, moment, _ = first.split(" ", 2)
        idx.append(f"{key} {moment} ".encode() + _dump(place))
        offset += len(member)
        yield member


def _list_pages(pages: Iterable[WaczPage]) -> Iterator[bytes]:
    pages = iter(pages)
    first = next(pages, None)
    has_text = first is not None and first.text is not None
    yield _dump({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": has_text})
    for page in chain([] if first is None else [first], pages):
        moment = time_text(page.ts)
        identity = hashlib.sha256(f"{page.url} {moment}".encode()).hexdigest()[:22]
        line = {"id": identity, "url": page.url, "ts": moment, "title": page.title}
        yield _dump(line | ({"text": page.text} if page.text is not None else {}))


def _dump(value: object, indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "replace")
