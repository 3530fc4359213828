"""Articles out of WARC files of others: the same records as a crawl's, whatever comes in which order."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harbincrawl.cli.main import main
from tests.support.crawling import ask, crawl, execute
from tests.support.forge import PATIENCE
from tests.support.hostile_warcs import list_hostile
from tests.support.reread_cases import (
    SITE,
    THEN,
    capture,
    check_index,
    everything,
    plain_story,
    present,
    response,
    run_ingest,
    run_reparse,
    run_wget,
    write,
)
from tests.support.twin import Twin, make_twin, serve
from tests.support.warc_cases import make_record, make_response, read_warcio, sha1


def test_wget_and_the_crawl_give_the_same_records(tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("wget is not on the PATH")
    twin = make_twin(7, 40)
    addresses: list[str] = []
    for section in twin.sections:
        count = max(1, math.ceil(len(twin.listing(section)) / twin.page_size))
        addresses += [f"/{section}/" + (f"index_{page}.html" if page > 1 else "") for page in range(1, count + 1)]
    for story in twin.stories.values():
        addresses += [story.page_path(page) for page in range(1, story.page_count + 1)]
    random.Random(1).shuffle(addresses)
    with serve(twin, gzip=True) as server:
        crawl(tmp_path / "crawled", server, "--all", "--full")
        run_wget(tmp_path, [server.url + address for address in addresses])
        report = run_ingest(tmp_path / "ingested", tmp_path / "site.warc.gz", origin=server.url)
    assert present(tmp_path / "ingested") == present(tmp_path / "crawled")
    assert (report.new + report.duplicate, report.exit_code) == (40, 0)
    assert {origin for (origin,) in ask(tmp_path / "ingested", "SELECT origin FROM captures")} == {"site.warc.gz"}
    assert run_reparse(tmp_path / "ingested").changed == 0
    check_index(tmp_path / "ingested")


def test_our_own_warc_gives_our_own_records(tmp_path: Path) -> None:
    twin = make_twin(7, 40)
    with serve(twin) as server:
        crawl(tmp_path / "crawled", server, "--all", "--full")
        files = sorted((tmp_path / "crawled" / "warc").iterdir())
        run_ingest(tmp_path / "ingested", *files, origin=server.url)
        assert present(tmp_path / "ingested") == present(tmp_path / "crawled")
        before = everything(tmp_path / "crawled")
        assert run_ingest(tmp_path / "crawled", *files).pages == 0
        assert everything(tmp_path / "crawled") == before


def test_doing_it_again_changes_nothing(tmp_path: Path, twin: Twin) -> None:
    records = [capture(twin, story.page_path(page), THEN) for story in twin.stories.values()
               for page in range(1, story.page_count + 1)]  # fmt: skip
    lists = [capture(twin, "/news/", THEN), capture(twin, "/gallery/", THEN)]
    path = write(tmp_path / "site.warc", *records, *lists)
    first = run_ingest(tmp_path / "a", path)
    assert (first.new + first.duplicate, first.pages) == (30, len(records))
    before = everything(tmp_path / "a")
    sizes = {each.name: each.stat().st_size for each in (tmp_path / "a" / "warc").iterdir()}
    again = run_ingest(tmp_path / "a", path)
    assert (again.pages, again.lists, again.known) == (0, 0, len(records) + 2)
    assert everything(tmp_path / "a") == before
    grown = {each.name: each.stat().st_size for each in (tmp_path / "a" / "warc").iterdir()}
    assert {name: size for name, size in grown.items() if name in sizes} == sizes
    assert sum(grown.values()) - sum(sizes.values()) < 5_000, "it says that there was a run, and no more"


@pytest.mark.parametrize(
    "block", [b"", make_response(b""), b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n\r\n'], ids=["none", "200", "304"]
)
def test_revisits_stand_for_their_originals(tmp_path: Path, twin: Twin, block: bytes) -> None:
    story = plain_story(twin)
    body = twin.render(story.path).body
    original = response(f"{SITE}{story.path}", body, THEN, fields=(("WARC-Payload-Digest", sha1(body)),))
    named = (("WARC-Payload-Digest", sha1(body)), ("WARC-Refers-To-Date", "2024-05-06T07:08:09Z"))
    revisit = make_record(block, kind="revisit", target=f"{SITE}{story.path}", packed=False, fields=named)
    revisit = revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-06")
    run_ingest(tmp_path / "a", write(tmp_path / "a.warc", revisit, original))
    assert ask(tmp_path / "a", "SELECT first_seen, last_seen, revision FROM articles") == [
        ("2024-05-06T07:08:09Z", "2024-06-06T07:08:09Z", 1)
    ]
    for name in {name for (name,) in ask(tmp_path / "a", "SELECT warc FROM captures")}:
        heads = [head.statusline for _, _, head, _ in read_warcio(tmp_path / "a" / "warc" / name) if head is not None]
        assert heads
        assert all(head in ("200", "200 OK") for head in heads), "what is stored as a page says so"
    alone = run_ingest(tmp_path / "b", write(tmp_path / "b.warc", revisit))
    assert alone.refused["a revisit whose original is in none of the files"] == 1


@pytest.mark.parametrize("order", [("packed",), ("plain", "packed"), ("packed", "plain"), ("lying", "plain")])
def test_a_revisit_has_the_page_of_its_digest_whoever_packed_it_or_lies(
    tmp_path: Path, twin: Twin, order: tuple[str, ...]
) -> None:
    story, other = [one for one in twin.stories.values() if one.page_count == 1][:2]
    target, body = f"{SITE}{story.path}", twin.render(story.path).body
    named = (("WARC-Payload-Digest", sha1(body)),)
    originals = {
        "plain": response(target, body, THEN, fields=named),
        # Some tools take the digest of the page, not of what was sent.
        "packed": response(target, gzip.compress(body), THEN, "Content-Encoding: gzip", fields=named),
        "lying": response(f"{SITE}{other.path}", twin.render(other.path).body, THEN, fields=named),
    }
    head = make_response(b"", "Content-Encoding: br")
    revisit = make_record(head, kind="revisit", target=target, packed=False, fields=named)
    revisit = revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-06")
    run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *(originals[name] for name in order), revisit))
    found = ask(tmp_path / "a", f"SELECT last_seen FROM articles WHERE number = {story.number}")
    assert found == [("2024-06-06T07:08:09Z",)]
    hashes = ask(tmp_path / "a", f"SELECT DISTINCT body_hash FROM captures WHERE address = '{target}'")
    assert hashes == [(hashlib.sha256(body).hexdigest(),)]
    assert run_reparse(tmp_path / "a").same == len({"lying"} & set(order)) + 1


def test_what_is_no_page_of_the_site_does_no_harm_and_is_named(
    tmp_path: Path, twin: Twin, capsys: pytest.CaptureFixture[str]
) -> None:
    story = plain_story(twin)
    body = twin.render(story.path).body
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    bomb = gzip.compress(b"\0" * (20 << 20))
    climbing = (("WARC-Filename", "../../outside.warc.gz"),)
    records = [
        response(f"http://elsewhere.example{story.path}", body, THEN),
        response(f"http://e.my399.com.elsewhere.example{story.path}", body, THEN),
        response(f"{SITE}{story.path}", body, tomorrow),
        response(f"{SITE}{story.path}", bomb, THEN, "Content-Encoding: gzip"),
        make_record(b"", target=f"{SITE}{story.path}", packed=False, length=6 << 30),
        response(f"{SITE}/news/../../../etc/{story.path}", body, THEN),
        response(f"{SITE}{story.path}", body, THEN, fields=climbing),
        response(f"{SITE}/images/logo.png", b"png", THEN),
        response(f"{SITE}{story.path}", twin.sorry("/x"), THEN),
        make_record(b"HTTP/1.1 404 Not Found\r\n\r\n", target=f"{SITE}{story.path}", packed=False),
    ]
    # The record that claims gigabytes comes last: a plain file cannot be read past it.
    records.append(records.pop(4))
    path = write(tmp_path / "bad.warc", *records)
    around = sorted(tmp_path.iterdir())
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(tmp_path / "a"), "ingest", str(path)])
    assert ended.value.code == 3
    said = capsys.readouterr().out
    for reason in (
        "2 not taken: foreign host",
        "1 not taken: dated in the future",
        "1 not taken: oversized",
        "1 not taken: an address that leaves its folder",
        "1 not taken: a file name that leaves its folder",
        "1 not taken: neither an article nor a list",
        "1 not taken: no article: ",
        "1 not taken: HTTP 404",
        "1 not taken: damaged",
    ):
        assert reason in said
    assert ask(tmp_path / "a", "SELECT count(*) FROM articles") == [(0,)]
    # What stands where an article could stand is kept as evidence.
    assert ask(tmp_path / "a", "SELECT count(*) FROM captures") == [(1,)]
    assert sorted(tmp_path.iterdir()) == sorted([*around, tmp_path / "a"])


@pytest.mark.parametrize(("first", "stored"), [("The first page says all that there is to say.", 1), ("", 0)])
def test_a_page_of_several_may_show_nothing_but_not_all_of_them(tmp_path: Path, first: str, stored: int) -> None:
    stem = f"{SITE}/news/2020-01-01/77"

    def page(n: int, text: str) -> bytes:
        pager = f'{n}/2 <b>{n}</b> <a href="{stem}_2.html">下一页</a> <a href="{stem}_2.html">尾页</a>'
        return (
            '<html><body><p><a href="/">Home</a> &gt; <a href="/news/">Harbin Today</a></p><h1>A story</h1>'
            f"<p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p><p>{text}</p><p>{pager}</p></body></html>"
        ).encode()

    records = [response(f"{stem}.html", page(1, first), THEN), response(f"{stem}_2.html", page(2, ""), THEN)]
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *records))
    assert ask(tmp_path / "a", "SELECT body FROM articles") == [(first,)] * stored
    assert report.refused.get("no article: it shows neither text nor pictures", 0) == 1 - stored


MOST_MEMORY = 400 << 10
"""KB."""
RUN = """
import sys
from harbincrawl.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.attack
def test_hostile_files_are_held_in_bounded_memory(tmp_path: Path) -> None:
    paths = []
    for name, content in list_hostile():
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    arguments = ["--archive", str(tmp_path / "archive"), "ingest", "--json", "--workers", "1", *paths]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert len(json.loads(done.stdout)["files"]) == len(paths) > 60
    assert int(done.stderr.split()[-2]) < MOST_MEMORY
    execute(tmp_path / "archive", "verify", code=0)
