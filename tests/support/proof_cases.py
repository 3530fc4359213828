"""Archives of all kinds, proofs of their articles, and the verifier as a stranger runs it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.origin import read_site
from harbincrawl.operations.proof import verify_proof
from harbincrawl.operations.proof.folder import Proof, make_proof
from tests.support import purging
from tests.support.crawling import NEWS_AND_GALLERY, ask, crawl
from tests.support.other_archives import serve_face
from tests.support.reread_cases import capture, run_ingest, write
from tests.support.rescue_cases import make_past, run_rescue
from tests.support.twin import changes, make_twin, serve

WORDINGS = "SELECT number, revision FROM articles UNION SELECT number, revision FROM revisions ORDER BY 1, 2"


class Case(NamedTuple):
    """A wording of an article."""

    archive: Path
    number: int
    revision: int


def make_crawled(folder: Path) -> None:
    """Three crawls of a mirror: edits, other feature boxes, articles of several pages; one article was purged."""
    twin = make_twin(31, 24, sections=("news", "gallery"))
    dice = random.Random(31)
    with serve(twin, gzip=True) as server:
        crawl(folder, server, *NEWS_AND_GALLERY)
        for number in dice.sample(sorted(twin.stories), 8):
            changes.edit(twin, number, "body", dice=dice)
        changes.change_feature_box(twin)
        crawl(folder, server, *NEWS_AND_GALLERY, "--recheck", "all")
        crawl(folder, server, *NEWS_AND_GALLERY, "--recheck", "all")
    ((number,),) = ask(folder, "SELECT min(number) FROM articles WHERE number NOT IN (SELECT number FROM revisions)")
    purging.run(folder, number)


def make_rescued(folder: Path) -> None:
    """Articles that an archive of others kept, in several wordings."""
    past = make_past(7, 10, 3)
    with serve_face(past.face) as url:
        run_rescue(folder, url)


def make_ingested(folder: Path) -> None:
    """Articles out of a WARC file that others made, some in two wordings."""
    twin, moment = make_twin(33, 14, sections=("news",)), datetime(2024, 5, 6, 8, tzinfo=UTC)
    found = []
    for _ in range(2):
        for story in twin.stories.values():
            for page in range(1, story.page_count + 1):
                moment += timedelta(seconds=5)
                found.append(capture(twin, story.page_path(page), moment))
        for number in sorted(twin.stories)[:4]:
            changes.edit(twin, number, "body", dice=random.Random(number))
    file = write(folder.with_name(f"{folder.name}.warc"), *found)
    run_ingest(folder, file)
    file.unlink()


MAKERS = {"crawled": make_crawled, "rescued": make_rescued, "ingested": make_ingested}


def list_cases(archive: Path) -> list[Case]:
    return [Case(archive, number, revision) for number, revision in ask(archive, WORDINGS)]


def prove(case: Case, kept: str | None = None, stamps: dict[str, list[bytes]] | None = None) -> Proof:
    with closing(open_reader(case.archive)) as connection:
        site = read_site(connection)
        return make_proof(case.archive, connection, site, case.number, case.revision, stamps or {}, kept)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    """Writes a proof, or what somebody made of one."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def judge(folder: Path, kept: str = "") -> tuple[int, str]:
    """(exit code, reason) of the verifier, in this process."""
    try:
        whole, part = verify_proof.verify(folder, kept)
        return (0, "") if whole else (3, "anchored in part" if part else "not anchored")
    except SystemExit as ended:
        return 1, str(ended.code)
    except Exception as error:  # noqa: BLE001 - as the script itself, which ends with 1 then
        return 1, repr(error)


def run_verifier(folder: Path, *arguments: str) -> tuple[int, str]:
    """(exit code, what it prints): the script, run by Python alone on a folder or a ZIP file, without this project."""
    script = folder / "verify_proof.py" if folder.is_dir() else Path(verify_proof.__file__)
    command = [sys.executable, "-I", "-S", str(script), str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={}, cwd="/")
    return done.returncode, done.stdout + done.stderr


def read_seals(files: dict[str, bytes]) -> list[str]:
    return [each["seal"] for each in json.loads(files["proof.json"])["seals"]]


def take_sample(cases: list[Case], count: int) -> list[Case]:
    return random.Random(1).sample(cases, min(count, len(cases)))
