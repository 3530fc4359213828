"""WARC files, their index and a list of pages in one WACZ 1.1.1 file that replay tools open as it is."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from harbincrawl.errors import WarcError, WarcFullError

from .feed import BLOCK
from .index import index_file, sort_lines
from .reader import check_name
from .writer import is_full, sync_folder

VERSION = "1.1.1"
_LINES = 300
_THEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a reader of the archive may start from."""

    url: str
    """As fetched: the WARC-Target-URI of its capture."""
    ts: datetime
    """When it was fetched, aware."""
    title: str
    text: str | None = None
    """Its words, for search in the replay tool."""


def write_wacz(
    dest: Path, warc_files: Iterable[Path], pages: Iterable[Page], *, created: datetime, software: str, title: str
) -> None:
    """Writes `dest` whole or not at all; the same arguments give the same bytes.

    `warc_files` may be `.open`: they go in up to their last whole record, under their final names. Pages keep their
    order. Nothing is held in memory but a piece of a file and a run of index lines. Raises WarcError, WarcFullError.
    """
    part = dest.with_name(f"{dest.name}.part")
    try:
        try:
            with zipfile.ZipFile(part, "w") as package:
                _fill(package, sorted(warc_files, key=_name_of), pages, created, software, title)
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
            part.replace(dest)
            sync_folder(dest.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if is_full(error):
            raise WarcFullError(dest.name, None, "no space left: make room and run again") from error
        raise WarcError(dest.name, None, f"cannot be written ({error.strerror})") from error


def _fill(
    package: zipfile.ZipFile, files: list[Path], pages: Iterable[Page], created: datetime, software: str, title: str
) -> None:
    ends: dict[str, int] = {}
    for path in files:
        if check_name(_name_of(path)) in ends:
            raise WarcError(_name_of(path), None, "two files of that name cannot be in one WACZ")
        ends[_name_of(path)] = 0
    resources: list[dict[str, object]] = []
    idx: list[bytes] = []
    index = _pack_index(sort_lines(_index_all(files, ends)), idx)
    # The index comes first, because its making finds where each file that is still written ends.
    resources.append(_add(package, "indexes/index.cdx.gz", index))
    resources.append(_add(package, "indexes/index.idx", idx, packed=True))
    for path in files:
        name = _name_of(path)
        resources.append(_add(package, f"archive/{name}", _read(path, ends[name])))
    resources.append(_add(package, "pages/pages.jsonl", _list_pages(pages), packed=True))
    description = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": title,
        "software": software,
        "created": _format(created),
        "resources": resources,
    }
    described = _add(package, "datapackage.json", [_dump(description, indent=2)], packed=True)
    digest = {"path": "datapackage.json", "hash": described["hash"]}
    _add(package, "datapackage-digest.json", [_dump(digest, indent=2)], packed=True)


def _add(package: zipfile.ZipFile, path: str, pieces: Iterable[bytes], *, packed: bool = False) -> dict[str, object]:
    """Adds a file and describes it. WARC and packed index stay as they are, so that a reader can jump into them."""
    info = zipfile.ZipInfo(path, _THEN)
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
    """The lines in gzip members of 300; `idx` gets the first key of each and its place (format cdxj-gzip-1.0)."""
    idx.append(b"!meta 0 " + _dump({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}))
    offset = 0
    for first in lines:
        rest = [line for _, line in zip(range(_LINES - 1), lines, strict=False)]
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


def _list_pages(pages: Iterable[Page]) -> Iterator[bytes]:
    pages = iter(pages)
    first = next(pages, None)
    has_text = first is not None and first.text is not None
    yield _dump({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": has_text})
    for page in chain([] if first is None else [first], pages):
        moment = _format(page.ts)
        identity = hashlib.sha256(f"{page.url} {moment}".encode()).hexdigest()[:22]
        line = {"id": identity, "url": page.url, "ts": moment, "title": page.title}
        yield _dump(line | ({"text": page.text} if page.text is not None else {}))


def _name_of(path: Path) -> str:
    return path.name.removesuffix(".open")


def _format(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dump(value: object, indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "replace")
