"""The log of version 1.0 that every later version rebuilds: how it was made, and what it has to give."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.support.clocks import DAY, set_clock
from tests.support.crawling import NEWS_AND_GALLERY, crawl, execute
from tests.support.twin import changes, make_twin, serve

FOLDER = Path(__file__).parents[1] / "data" / "log-1.0"
LOG, EXPORT, PROOF, KNOWN = "warc", "export.jsonl", "proof.zip", "known.json"


def run(archive: Path, *arguments: str | Path) -> str:
    """What a command prints that ends with 0."""
    return execute(archive, *arguments, code=0)[1]


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of an export, less the version of the reader: later ones read the pages of this log, too."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{key: value for key, value in record.items() if key != "parser"} for record in records]


def make_log(folder: Path) -> None:
    """Three crawls, edits and an article that goes between them, a purge, a proof, an export of what is left."""
    twin = make_twin(10, 9, sections=("news", "gallery"))
    edited, purged, *others = (story.number for story in twin.listing("news"))
    with tempfile.TemporaryDirectory() as temporary, serve(twin, gzip=True) as server:
        archive = Path(temporary, "archive")
        crawl(archive, server, *NEWS_AND_GALLERY, prelude=set_clock(-3 * DAY))
        for field in ("title", "body"):
            changes.edit(twin, edited, field)
        changes.remove(twin, others[0])
        for days in (2, 1):
            prelude = set_clock(-days * DAY)
            crawl(archive, server, *NEWS_AND_GALLERY, "--recheck", "all", code=None, prelude=prelude)
        run(archive, "purge", str(purged), "--yes")
        run(archive, "prove", str(edited), "--revision", "1", folder / PROOF)
        run(archive, "export", folder / EXPORT)
        seal = json.loads(run(archive, "status", "--json"))["seal"]
        shutil.copytree(archive / "warc", folder / LOG, ignore=lambda _, names: [n for n in names if ".warc" not in n])
    known = {"seal": seal, "edited": edited, "purged": twin.stories[purged].title, "gone": others[0]}
    (folder / KNOWN).write_text(json.dumps(known) + "\n", "utf-8")


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    make_log(FOLDER)
    sys.stdout.write(f"{FOLDER}: {sum(path.stat().st_size for path in FOLDER.rglob('*') if path.is_file())} bytes\n")
