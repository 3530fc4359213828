"""Writing a dataset bundle: data by year, dataset card, descriptors, chart and checksums."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from harbincrawl.charts.drawings import draw_heat_map
from harbincrawl.charts.files import as_svg
from harbincrawl.charts.shapes import Drawing
from harbincrawl.errors import DestinationError
from harbincrawl.export.fields import Profile
from harbincrawl.export.files import open_sink, write_atomic_folder
from harbincrawl.export.formats.choice import map_batches
from harbincrawl.export.formats.jsonl import JsonLinesWriter
from harbincrawl.export.formats.parquet import ParquetWriter, load_pyarrow
from harbincrawl.export.profiles import read_profile
from harbincrawl.export.selection import Selection
from harbincrawl.fields import Field
from harbincrawl.files import check_folder, make_file_name, read_sha256

from .card import write_card
from .changes import compare_bundles
from .croissant import describe_croissant
from .datapackage import describe_package
from .summary import DataFile, Summary, read_summary
from .texts import write_text

DATA = "data"
SUMS = "SHA256SUMS"
CHART = "coverage.svg"
PARTS = (DATA, SUMS, CHART, "README.md", "datapackage.json", "croissant.json", "CITATION.cff", "CHANGES.md")
"""The names in a bundle. A folder with any other name in it is not replaced."""


_ROWS = 45
"""Most rows of the chart: so many fit a printed page."""


def write_bundle(
    selection: Selection,
    destination: Path,
    *,
    profile: Profile,
    fields: Sequence[Field],
    share: bool = False,
    titles: bool = False,
    previous: Path | None = None,
    compiler: str | None = None,
    license: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the bundle and returns the number of its articles. Raises DestinationError, MissingExtraError."""
    load_pyarrow()
    check_destination(destination)
    transform = read_profile(profile, selection, share=share, titles=titles)
    with write_atomic_folder(destination) as folder:
        (folder / DATA).mkdir()
        files: list[DataFile] = []
        for year, numbers in selection.years().items():
            jsonl, parquet = (
                folder / DATA / make_file_name("articles", year, ending=ending) for ending in (".jsonl", ".parquet")
            )
            with open_sink(jsonl, None) as sink:
                columns, lines = ParquetWriter(parquet, fields), JsonLinesWriter(sink, fields)
                for batch in map_batches(transform, selection.numbered(numbers)):
                    columns.write(batch)
                    lines.write(batch)
                    progress(len(batch["id"]))
                columns.close()
                lines.close()
            for path in (jsonl, parquet):
                memory = columns.memory if path is parquet else 0
                files.append(
                    DataFile(f"{DATA}/{path.name}", len(numbers), path.stat().st_size, read_sha256(path), memory)
                )
        summary = read_summary(selection, profile, share, fields, files, compiler, license)
        texts = {
            "README.md": write_card(summary),
            "datapackage.json": write_json(describe_package(summary)),
            "croissant.json": write_json(describe_croissant(summary)),
            "CITATION.cff": write_text("CITATION.cff", summary),
            "CHANGES.md": compare_bundles(folder, previous, summary),
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
