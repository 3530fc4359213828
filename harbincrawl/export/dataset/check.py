"""Checking a bundle: all files exist, match their checksums, and both formats contain the same articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from harbincrawl.errors import DestinationError
from harbincrawl.export.formats.parquet import load_pyarrow
from harbincrawl.files import read_sha256
from harbincrawl.text import count_text

from .bundle import SUMS


def read_problems(folder: Path) -> list[str]:
    """What is wrong, one text each; empty for an intact bundle. Raises DestinationError if it is not a bundle."""
    sums, descriptor = folder / SUMS, folder / "datapackage.json"
    # Others made the folder, and what its own files name is read only where it is a file in it.
    existing = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_real(path)}
    if not {sums.name, descriptor.name} <= existing:
        raise DestinationError(f"{folder} is not a bundle: it has no {SUMS} or no datapackage.json.")
    problems = list(_check_sums(folder, sums, existing))
    try:
        resources = {resource["path"]: resource for resource in json.loads(descriptor.read_bytes())["resources"]}
    except (ValueError, KeyError, TypeError) as error:
        return [*problems, f"datapackage.json cannot be read ({error})"]
    for path, resource in sorted(resources.items()):
        if path in existing:
            problems += _check_file(folder, path, resource)
    for path in sorted(path for path in resources if path.endswith(".jsonl")):
        twin = path.removesuffix("jsonl") + "parquet"
        if not problems and twin in resources and _read_jsonl_ids(folder / path) != _read_parquet_ids(folder / twin):
            problems.append(f"{path} and {twin} contain different articles")
    return problems


def _is_real(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _check_sums(folder: Path, sums: Path, existing: Set[str]) -> Iterator[str]:
    named: set[str] = set()
    for line in sums.read_text("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        named.add(name)
        if name not in existing:
            yield f"{name} is missing"
        elif read_sha256(folder / name) != digest:
            yield f"{name} does not match its checksum in {SUMS}"
    for name in sorted(existing - named - {SUMS}):
        yield f"{name} has no checksum in {SUMS}"


def _check_file(folder: Path, path: str, resource: dict[str, Any]) -> Iterator[str]:
    size = (folder / path).stat().st_size
    if size != resource["bytes"]:
        yield f"{path} has {count_text(size, 'byte')}, but {resource['bytes']:,} in datapackage.json"
    if path.endswith(".jsonl"):
        try:
            rows = _count_lines(folder / path, resource)
        except ValueError as error:
            yield f"{path} cannot be read ({error})"
            return
        if rows != resource["rows"]:
            yield f"{path} has {count_text(rows, 'row')}, but {resource['rows']:,} in datapackage.json"


def _count_lines(path: Path, resource: dict[str, Any]) -> int:
    names = [field["name"] for field in resource["schema"]["fields"]]
    count = 0
    with path.open(encoding="utf-8") as file:
        for count, line in enumerate(file, 1):
            if list(json.loads(line)) != names:
                raise ValueError(f"line {count} has other fields than its schema")
    return count


def _read_jsonl_ids(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["id"] for line in file]


def _read_parquet_ids(path: Path) -> list[str]:
    ids: list[str] = load_pyarrow().parquet.read_table(path, columns=["id"])["id"].to_pylist()
    return ids
