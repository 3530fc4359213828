"""A dataset bundle: writing it, data by year, card, descriptors and checksums, and checking one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from harbincrawl.config.reader import read_settings
from harbincrawl.config.schema import CrawlSettings, Dataset
from harbincrawl.errors import DestinationError, MissingExtraError
from harbincrawl.export.files import open_sink, write_atomic_folder
from harbincrawl.export.formats.csv import CsvWriter
from harbincrawl.export.formats.jsonl import JsonLinesWriter
from harbincrawl.export.formats.parquet import ParquetWriter, load_pyarrow
from harbincrawl.export.profiles import read_profile
from harbincrawl.export.selection import Batch, Selection
from harbincrawl.export.task import RowWriter, Task
from harbincrawl.files import check_folder, make_file_name, read_sha256

from .card import write_texts
from .croissant import describe_croissant
from .summary import DataFile, read_summary

DATA = "data"
SUMS = "SHA256SUMS"
CROISSANT = "croissant.json"
PARTS = (DATA, SUMS, CROISSANT, "README.md", "CITATION.cff")
"""The names in a bundle. A folder with any other name in it is not replaced."""
_HASH = b'"articles/fingerprint"'
"""What the descriptor of each bundle names but of those to share."""


def write(task: Task, selection: Selection) -> int:
    """Writes the bundle and returns the number of its articles. Raises DestinationError."""
    job = task.job
    config, _ = read_settings(task.archive, must_read=False)
    check_destination(task.destination, share=job.share)
    reduce = read_profile(task.profile, selection, share=job.share, titles=job.titles)
    with write_atomic_folder(task.destination) as folder:
        files = list(_write_data(task, selection, folder, reduce))
        compiler, license = config.fill(CrawlSettings()).compiler, config.fill(Dataset()).share_license
        summary = read_summary(selection, task.profile, job.share, task.fields, files, compiler, license)
        croissant = json.dumps(describe_croissant(summary), ensure_ascii=False, indent=2) + "\n"
        for name, text in {**write_texts(summary), CROISSANT: croissant}.items():
            # With line feeds on every system.
            (folder / name).write_bytes(text.encode("utf-8"))
        (folder / SUMS).write_bytes(write_sums(folder).encode("utf-8"))
    return selection.count


def list_forms() -> tuple[str, ...]:
    """The formats of the data: the names of its folders, and the endings of their files."""
    try:
        load_pyarrow()
    except MissingExtraError:
        return ("jsonl", "csv")
    return ("jsonl", "csv", "parquet")


def _write_data(task: Task, selection: Selection, folder: Path, reduce: Callable[[Batch], Batch]) -> Iterator[DataFile]:
    forms = list_forms()
    for form in forms:
        # A folder for each: readers take a folder as one table, if all of it is of one format.
        (folder / DATA / form).mkdir(parents=True)
    for year, numbers in selection.years().items():
        paths = [folder / DATA / form / make_file_name("articles", year, ending=f".{form}") for form in forms]
        with ExitStack() as stack:
            writers = [_open_writer(task, path, stack) for path in paths]
            for batch in map(reduce, selection.numbered(numbers)):
                for writer in writers:
                    writer.write(batch)
                task.progress(len(batch["id"]))
            for writer in writers:
                writer.close()
        for path in paths:
            name = path.relative_to(folder).as_posix()
            yield DataFile(name, len(numbers), path.stat().st_size, read_sha256(path))


def _open_writer(task: Task, path: Path, stack: ExitStack) -> RowWriter:
    if path.suffix == ".parquet":
        return ParquetWriter(path, task.fields)
    sink = stack.enter_context(open_sink(path, None))
    return CsvWriter(sink, task.fields) if path.suffix == ".csv" else JsonLinesWriter(sink, task.fields)


def check_destination(destination: Path, *, share: bool) -> None:
    """Raises DestinationError if `destination` is a file, a folder that is no bundle, or, unless `share`, a shareable
    bundle.
    """
    check_folder(destination)
    if not destination.exists():
        return
    if foreign := sorted(path.name for path in destination.iterdir() if path.name not in PARTS):
        raise DestinationError(f"{destination} contains {foreign[0]}, so it is not a bundle: name a new folder.")
    descriptor = destination / CROISSANT
    if not share and descriptor.is_file() and _HASH not in descriptor.read_bytes():
        raise DestinationError(
            f"{destination} is a shareable bundle, and is not replaced by one with more in it: name another folder, or"
            " give --share again."
        )


def write_sums(folder: Path) -> str:
    """The checksums of all files in `folder`, sorted by name, for `sha256sum -c`."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{read_sha256(folder / name)}  {name}\n" for name in names if name != SUMS)
