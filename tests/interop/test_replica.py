"""A replica by Litestream: commits of a crawl reach a bucket and, from there, a copy that `serve` shows."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.errors import DatabaseError
from harbincrawl.operations.buckets import offload
from tests.support import buckets
from tests.support.buckets import Bucket, serve_bucket, set_environment, write_prelude
from tests.support.crawling import ask, crawl, records
from tests.support.field_tools import find_tool
from tests.support.forge import wait_for
from tests.support.purging import find_left, problems, run, sentences
from tests.support.twin import make_twin, serve
from tests.support.web_site import running

pytestmark = pytest.mark.interop

PLACES = "SELECT file FROM places ORDER BY 1"
CONFIG = """
dbs:
  - path: {path}
    replicas:
      - type: s3
        bucket: pile
        path: replica
        endpoint: {endpoint}
        region: us-east-1
        force-path-style: true
"""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket of a real server."""
    monkeypatch.setattr(buckets, "SERVER", find_tool("moto_server"))
    with serve_bucket() as bucket:
        set_environment(monkeypatch, bucket)
        monkeypatch.setenv("AWS_TIMEOUT", "10s")
        yield bucket


@contextmanager
def replicated(folder: Path, bucket: Bucket) -> Iterator[Path]:
    """`litestream replicate` of the archive in `folder`, until the block ends; its settings."""
    config = folder.with_suffix(".yml")
    config.write_text(CONFIG.format(path=folder / FILE, endpoint=bucket.url))
    with folder.with_suffix(".log").open("w") as sink:
        process = subprocess.Popen([find_tool("litestream"), "replicate", "-config", config], stdout=sink, stderr=sink)
        try:
            yield config
        finally:
            process.terminate()
            process.wait(20)


def refresh(config: Path, archive: Path, replica: Path) -> int:
    """Restores the database beside that of the replica and gives it its place, as docs/scale.md says; its articles."""
    new = replica / f"{FILE}.new"
    new.unlink(missing_ok=True)
    words = [find_tool("litestream"), "restore", "-config", config, "-o", new, archive / FILE]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return -1
    new.replace(replica / FILE)
    return len(ask(replica, "SELECT id FROM articles"))


def test_a_replica_follows_a_crawl_and_shows_pages_out_of_the_bucket(tmp_path: Path, bucket: Bucket) -> None:
    archive, replica = tmp_path / "archive", tmp_path / "replica"
    replica.mkdir()
    with serve(make_twin(7, 16, sections=("news", "civilization"))) as server:
        crawl(archive, server, "news")
        with replicated(archive, bucket) as config:
            stored = len(records(archive))
            wait_for(lambda: refresh(config, archive, replica) == stored, "the replica")
            with running(replica, prelude=write_prelude()) as site:
                assert site.json("/search.json")["total"] == stored
                crawl(archive, server, "civilization")
                offload(archive, "s3://pile/warc", progress=lambda *_: None)
                assert len(records(archive)) > stored
                all_places = ask(archive, PLACES)
                assert all_places
                wait_for(lambda: refresh(config, archive, replica) > 0 and ask(replica, PLACES) == all_places, "places")
                wait_for(lambda: site.json("/search.json")["total"] == len(records(archive)), "all articles")
                ((capture,),) = ask(replica, "SELECT max(capture) FROM articles")
                assert not (replica / "warc").exists()
                assert b"</html>" in site.ask(f"/captures/{capture}/page").body
            # What runs say of themselves stays where they ran; it is part of the log.
            shutil.copytree(archive / "warc", replica / "warc")
            assert problems(replica) == []
            number = max(records(archive))
            # Pages of others that name its title stay.
            record = records(archive)[number]
            words = [words for words in sentences(record) if words != record["title"]]
            # What the replica's tool holds open keeps the purge from its last step, as any reader does.
            with pytest.raises(DatabaseError, match="another program still reads"):
                run(archive, number)
        with lock.hold(archive, "test"), closing(open_writer(archive)):
            pass
        assert find_left(archive, words), "the replica's own folder has what was purged"
        shutil.rmtree(archive / f".{FILE}-litestream")
        assert find_left(archive, words) == []
    assert problems(archive) == []
