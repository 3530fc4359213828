"""Writing WACZ 1.1.1 files for replay tools: WARC files, their index and a list of pages."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from harbincrawl.disk import is_full, sync_folder
from harbincrawl.errors import WarcError, WarcFullError
from harbincrawl.files import check_output
from harbincrawl.text import time_text

from .feed import BLOCK
from .index import index_file, sort_lines
from .reader import check_name

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
    dest: Path, warc_files: Iterable[Path], pages: Iterable[WaczPage], *, created: datetime, software: str, title: str
) -> None:
    """Writes `dest` completely or not at all. The same arguments give the same bytes.

    `.open` files in `warc_files` are added up to their last complete record, with their final names. Memory use does
    not grow with the size of the files. Raises DestinationError, WarcError, WarcFullError.
    """
    part = dest.with_name(f"{dest.name}.part")
    check_output(dest)
    check_output(part)
    try:
        try:
            with zipfile.ZipFile(part, "w") as package:
                _fill_package(package, sorted(warc_files, key=_name_of), pages, created, software, title)
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
            part.replace(dest)
            sync_folder(dest.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if is_full(error):
            raise WarcFullError(dest.name, None, "no space left: free disk space and run again") from error
        raise WarcError(dest.name, None, f"cannot be written ({error.strerror})") from error


def _fill_package(
    package: zipfile.ZipFile, files: list[Path], pages: Iterable[WaczPage], created: datetime, software: str, title: str
) -> None:
    ends: dict[str, int] = {}
    for path in files:
        if check_name(_name_of(path)) in ends:
            raise WarcError(_name_of(path), None, "a WACZ cannot contain two files with the same name")
        ends[_name_of(path)] = 0
    resources: list[dict[str, object]] = []
    idx: list[bytes] = []
    index = _pack_index(sort_lines(_index_all(files, ends)), idx)
    # The index comes first: making it finds the end of the last complete record of each `.open` file.
    resources.append(_add_file(package, "indexes/index.cdx.gz", index))
    resources.append(_add_file(package, "indexes/index.idx", idx, packed=True))
    for path in files:
        name = _name_of(path)
        resources.append(_add_file(package, f"archive/{name}", _read(path, ends[name])))
    resources.append(_add_file(package, "pages/pages.jsonl", _list_pages(pages), packed=True))
    description = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": title,
        "software": software,
        "created": time_text(created),
        "resources": resources,
    }
    described = _add_file(package, "datapackage.json", [_dump(description, indent=2)], packed=True)
    digest = {"path": "datapackage.json", "hash": described["hash"]}
    _add_file(package, "datapackage-digest.json", [_dump(digest, indent=2)], packed=True)


def _add_file(
    package: zipfile.ZipFile, path: str, pieces: Iterable[bytes], *, packed: bool = False
) -> dict[str, object]:
    """Adds a file and returns its entry in datapackage.json. WARC files and index are stored for random access."""
    info = zipfile.ZipInfo(path, _ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    digest = hashlib.sha256()
    size = 0
    with package.open(info, "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}


def _index_all(files: list[Path], ends: dict[str, int]) -> Iterator[str]:
    for path in files:
        name = _name_of(path)
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


def _read(path: Path, end: int) -> Iterator[bytes]:
    left = end if path.suffix == ".open" else path.stat().st_size
    with path.open("rb") as stream:
        while left and (piece := stream.read(min(left, BLOCK))):
            left -= len(piece)
            yield piece


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


def _name_of(path: Path) -> str:
    return path.name.removesuffix(".open")


def _dump(value: object, indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "replace")
