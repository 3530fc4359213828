"""A dataset bundle: writing it, data by year, card, descriptors, chart and checksums, and checking one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from harbincrawl.charts.drawings import draw_heat_map
from harbincrawl.charts.files import as_svg
from harbincrawl.charts.shapes import Drawing
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import CrawlSettings, Dataset
from harbincrawl.errors import DestinationError
from harbincrawl.export.files import open_sink, write_atomic_folder
from harbincrawl.export.formats.jsonl import JsonLinesWriter
from harbincrawl.export.formats.parquet import ParquetWriter, load_pyarrow
from harbincrawl.export.profiles import read_profile
from harbincrawl.export.selection import Selection
from harbincrawl.export.task import Task
from harbincrawl.files import check_folder, make_file_name, read_sha256
from harbincrawl.text import count_text

from .about import describe_dataset
from .deposits import as_bibtex, describe_datacite, describe_zenodo
from .descriptors import describe_croissant, describe_package
from .summary import DataFile, Summary, read_summary
from .texts import compare_bundles, write_card, write_text

DATA = "data"
FORMS = ("jsonl", "parquet")
"""The formats of the data: the names of its folders, and the endings of their files."""
SUMS = "SHA256SUMS"
CHART = "coverage.svg"
PARTS = (
    DATA, SUMS, CHART, "README.md", "datapackage.json", "croissant.json", "datacite.json", ".zenodo.json",
    "CITATION.cff", "citation.bib", "CHANGES.md",
)  # fmt: skip
"""The names in a bundle. A folder with any other name in it is not replaced."""


_ROWS = 45
"""Most rows of the chart: so many fit a printed page."""


def write(task: Task, selection: Selection) -> int:
    """Writes the bundle and returns the number of its articles. Raises DestinationError, MissingExtraError."""
    assert task.archive is not None  # noqa: S101 - a bundle is of one archive
    job, fields = task.job, task.fields
    config = read_config(task.archive, must_read=False)
    load_pyarrow()
    check_destination(task.destination)
    reduce = read_profile(task.profile, selection, share=job.share, titles=job.titles)
    with write_atomic_folder(task.destination) as folder:
        for form in FORMS:
            (folder / DATA / form).mkdir(parents=True)
        files: list[DataFile] = []
        for year, numbers in selection.years().items():
            # A folder for each: readers take a folder as one table, if all of it is of one format.
            jsonl, parquet = (
                folder / DATA / form / make_file_name("articles", year, ending=f".{form}") for form in FORMS
            )
            with open_sink(jsonl, None) as sink:
                columns, lines = ParquetWriter(parquet, fields), JsonLinesWriter(sink, fields)
                for batch in map(reduce, selection.numbered(numbers)):
                    columns.write(batch)
                    lines.write(batch)
                    task.progress(len(batch["id"]))
                columns.close()
                lines.close()
            for path in (jsonl, parquet):
                memory = columns.memory if path is parquet else 0
                name = path.relative_to(folder).as_posix()
                files.append(DataFile(name, len(numbers), path.stat().st_size, read_sha256(path), memory))
        compiler, license = config.fill(CrawlSettings()).compiler, config.fill(Dataset()).share_license
        summary = read_summary(selection, task.profile, job.share, fields, files, compiler, license)
        about = describe_dataset(summary)
        texts = {
            "README.md": write_card(about, summary),
            "datapackage.json": write_json(describe_package(about, summary)),
            "croissant.json": write_json(describe_croissant(about, summary)),
            "datacite.json": write_json(describe_datacite(about, summary)),
            ".zenodo.json": write_json(describe_zenodo(about)),
            "CITATION.cff": write_text("CITATION.cff", summary, about=about),
            "citation.bib": as_bibtex(about),
            "CHANGES.md": compare_bundles(folder, job.previous, summary),
            **({CHART: as_svg(draw_coverage(summary))} if summary.months else {}),
        }
        for name, text in texts.items():
            # With line feeds on every system.
            (folder / name).write_bytes(text.encode("utf-8"))
        (folder / SUMS).write_bytes(write_sums(folder).encode("utf-8"))
    return selection.count


def draw_coverage(summary: Summary) -> Drawing:
    """The articles by month and section; the summary has at least one month."""
    months = [month for _, month, _ in summary.months]
    names = list(dict.fromkeys(section.label for section in summary.sections))
    rest = names[_ROWS - 1 :] if len(names) > _ROWS else []
    more = f"{len(rest)} more sections"
    counts: Counter[tuple[str, str]] = Counter()
    for label, month, count in summary.months:
        counts[more if label in rest else label, month] += count
    return draw_heat_map(
        f"Articles by section and month ({summary.date}), {min(months)} to {max(months)}",
        "articles a month",
        [name for name in names if name not in rest] + ([more] if rest else []),
        counts,
    )


def check_destination(destination: Path) -> None:
    """Raises DestinationError if `destination` is a file, or a folder that is not a bundle."""
    check_folder(destination)
    if not destination.exists():
        return
    if foreign := sorted(path.name for path in destination.iterdir() if path.name not in PARTS):
        raise DestinationError(f"{destination} contains {foreign[0]}, so it is not a bundle: name a new folder.")


def write_sums(folder: Path) -> str:
    """The checksums of all files in `folder`, sorted by name, for `sha256sum -c`."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{read_sha256(folder / name)}  {name}\n" for name in names if name != SUMS)


def write_json(value: Any) -> str:
    """Indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


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
        twin = path.replace("jsonl", "parquet")
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
