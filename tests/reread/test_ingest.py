"""Articles out of WARC files of others: the same records as a crawl's, whatever comes in which order."""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import FILE
from harbincrawl.archive.lock import hold
from harbincrawl.cli.main import main
from harbincrawl.reread import executor, intake, spans
from harbincrawl.reread.executor import open_executor
from harbincrawl.twin import Twin, changes, make_twin, serve
from tests.support.crawling import command, crawl
from tests.support.forge import wait_for
from tests.support.reread_cases import (
    SITE,
    capture,
    check_index,
    everything,
    present,
    response,
    rows,
    run_ingest,
    run_reparse,
    write,
)
from tests.support.warc_cases import make_record, make_response, read_warcio, sha1, verify_records

THEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture
def twin() -> Twin:
    return make_twin(5, 30, sections=("news", "gallery"))


def plain_story(twin: Twin) -> Any:
    return next(story for story in twin.stories.values() if story.page_count == 1 and story.printed_title)


def long_story(twin: Twin) -> Any:
    return next(story for story in twin.stories.values() if story.page_count > 2)


def run_wget(folder: Path, addresses: list[str]) -> None:
    """Captures the addresses in site.warc.gz."""
    (folder / "list").write_text("\n".join(addresses))
    subprocess.run(
        ["wget", "-q", "--compression=auto", "--warc-file", "site", "-P", "pages", "-i", "list"],
        cwd=folder,
        check=True,
        env=os.environ | {"no_proxy": "127.0.0.1"},
    )


def test_wget_and_the_crawl_give_the_same_records(tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("wget is not on the PATH")
    twin = make_twin(7, 80)
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
    assert (report.new + report.duplicate, report.exit_code) == (80, 0)
    assert {origin for (origin,) in rows(tmp_path / "ingested", "SELECT origin FROM captures")} == {"site.warc.gz"}
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
    assert {each.name: each.stat().st_size for each in (tmp_path / "a" / "warc").iterdir()} == sizes


def edited(twin: Twin, path: str, *edits: Any) -> list[bytes]:
    """Captures of a page a day apart, an edit between each two."""
    records = [capture(twin, path, THEN)]
    for day, edit in enumerate(edits, 1):
        edit()
        records.append(capture(twin, path, THEN + timedelta(days=day)))
    return records


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_the_newest_capture_is_the_present_whatever_the_order(
    tmp_path: Path, twin: Twin, order: tuple[int, ...]
) -> None:
    story = plain_story(twin)

    def edit() -> None:
        changes.edit(twin, story.number, "title")

    # The third capture shows what the second showed.
    records = edited(twin, story.path, edit, lambda: None, edit)
    files = [write(tmp_path / f"{at}.warc", record) for at, record in enumerate(records)]
    run_ingest(tmp_path / "all", *files)
    for at in order:
        run_ingest(tmp_path / "single", files[at])
    question = "SELECT revision, title, seen, replaced, cause, fingerprint FROM revisions ORDER BY revision"
    state = (
        "SELECT revision, title, first_seen, last_seen, last_changed, c.fetched_at, c.origin"
        " FROM articles AS a JOIN captures AS c ON c.id = a.capture"
    )
    assert rows(tmp_path / "single", question) == rows(tmp_path / "all", question)
    assert rows(tmp_path / "single", state) == rows(tmp_path / "all", state)
    assert [row[2] for row in rows(tmp_path / "all", question)] == ["2024-05-06T07:08:09Z", "2024-05-07T07:08:09Z"]
    ((revision, title, first, last, changed, captured, origin),) = rows(tmp_path / "all", state)
    assert (revision, title) == (3, story.title)
    assert (first, last, changed, captured) == (
        "2024-05-06T07:08:09Z", "2024-05-09T07:08:09Z", "2024-05-09T07:08:09Z", "2024-05-09T07:08:09Z",
    )  # fmt: skip
    assert origin == "3.warc"
    check_index(tmp_path / "single")
    assert run_reparse(tmp_path / "single").changed == 0


def test_older_captures_go_before_what_a_crawl_found(tmp_path: Path, twin: Twin) -> None:
    story = plain_story(twin)
    old = write(tmp_path / "old.warc", capture(twin, story.path, THEN))
    old_title = story.title
    changes.edit(twin, story.number, "title")
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "--all", "--no-warc")
        crawl(tmp_path / "a", server, "--all", "--recheck", "all", "--no-warc")
    before = rows(tmp_path / "a", f"SELECT first_seen, last_seen FROM articles WHERE number = {story.number}")
    # The host of the site itself is the site's in an archive of a twin, too.
    report = run_ingest(tmp_path / "a", old)
    assert (report.pages, report.older) == (1, 1)
    question = f"SELECT title, seen, cause FROM revisions WHERE number = {story.number}"
    assert rows(tmp_path / "a", question) == [(old_title, "2024-05-06T07:08:09Z", "crawl")]
    state = f"SELECT title, last_changed, last_seen FROM articles WHERE number = {story.number}"
    assert rows(tmp_path / "a", state) == [(story.title, *before[0])]
    check_index(tmp_path / "a")


def test_a_gone_article_stays_gone_when_an_old_capture_comes(tmp_path: Path, twin: Twin) -> None:
    story = plain_story(twin)
    old = write(tmp_path / "old.warc", capture(twin, story.path, THEN))
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "--all")
        changes.remove(twin, story.number)
        crawl(tmp_path / "a", server, "--all", "--recheck", "all", code=3)
        crawl(tmp_path / "a", server, "--all", code=None)
        state = f"SELECT status, revision FROM articles WHERE number = {story.number}"
        assert rows(tmp_path / "a", state) == [("gone", 1)]
        run_ingest(tmp_path / "a", old)
    assert rows(tmp_path / "a", state) == [("gone", 1)]
    first = rows(tmp_path / "a", f"SELECT first_seen FROM articles WHERE number = {story.number}")
    assert first == [("2024-05-06T07:08:09Z",)]


def test_articles_of_several_pages_are_joined_in_any_order(tmp_path: Path, twin: Twin) -> None:
    story = long_story(twin)
    pages = [capture(twin, story.page_path(page), THEN + timedelta(seconds=page))
             for page in range(1, story.page_count + 1)]  # fmt: skip
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *reversed(pages)))
    truth = next(one for one in twin.truth() if one["number"] == story.number)
    body = rows(tmp_path / "a", "SELECT body FROM articles")
    assert body == [("\n\n".join(truth["body"]) or None,)]
    assert (report.pages, report.exit_code) == (story.page_count, 0)
    assert run_reparse(tmp_path / "a").same == 1


def test_an_article_without_one_of_its_pages_is_not_stored_short(tmp_path: Path, twin: Twin) -> None:
    story = long_story(twin)
    pages = [capture(twin, story.page_path(page), THEN) for page in range(1, story.page_count + 1) if page != 2]
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *pages))
    assert rows(tmp_path / "a", "SELECT count(*) FROM articles") == [(0,)]
    assert (report.refused["a page is missing"], report.exit_code) == (1, 3)
    # Nothing of it was written down: the whole may still come.
    assert rows(tmp_path / "a", "SELECT count(*) FROM captures") == [(0,)]


def test_lists_that_come_later_complete_what_is_there(tmp_path: Path, twin: Twin) -> None:
    story = next(one for one in twin.listing("news")[:8] if one.page_count == 1 and one.summary)
    run_ingest(tmp_path / "a", write(tmp_path / "a.warc", capture(twin, story.path, THEN)))
    assert rows(tmp_path / "a", "SELECT summary FROM articles") == [(None,)]
    run_ingest(tmp_path / "a", write(tmp_path / "l.warc", capture(twin, "/news/", THEN + timedelta(days=2))))
    (summary,) = rows(tmp_path / "a", "SELECT summary FROM articles")
    assert summary != (None,)
    assert rows(tmp_path / "a", "SELECT last_seen FROM articles") == [("2024-05-06T07:08:09Z",)]
    assert run_reparse(tmp_path / "a").changed == 0


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
    assert rows(tmp_path / "a", "SELECT first_seen, last_seen, revision FROM articles") == [
        ("2024-05-06T07:08:09Z", "2024-06-06T07:08:09Z", 1)
    ]
    for name in {name for (name,) in rows(tmp_path / "a", "SELECT warc FROM captures")}:
        heads = [head.statusline for _, _, head, _ in read_warcio(tmp_path / "a" / "warc" / name) if head is not None]
        assert heads
        assert all(head in ("200", "200 OK") for head in heads), "what is stored as a page says so"
    alone = run_ingest(tmp_path / "b", write(tmp_path / "b.warc", revisit))
    assert alone.refused["a revisit whose original is in none of the files"] == 1


def test_every_packing_of_body_and_file_is_read(tmp_path: Path, twin: Twin) -> None:
    stories = [story for story in twin.stories.values() if story.page_count == 1][:4]
    bodies = [twin.render(story.path).body for story in stories]
    parts = (bodies[1][:100], bodies[1][100:], b"")
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    records = [
        response(f"{SITE}{stories[0].path}", gzip.compress(bodies[0]), THEN, "Content-Encoding: gzip"),
        response(f"{SITE}{stories[1].path}", chunked, THEN, "Transfer-Encoding: chunked"),
        response(f"https://e.my399.com:443{stories[2].path}?from=timeline", bodies[2], THEN),
        response(f"{SITE}{stories[3].path}", bodies[3], THEN),
    ]
    plain = write(tmp_path / "plain.warc", *records)
    whole = write(tmp_path / "whole.warc.gz", gzip.compress(b"".join(records)))
    each = write(tmp_path / "each.warc.gz", *map(gzip.compress, records))
    for path in (plain, whole, each):
        run_ingest(tmp_path / path.stem, path)
        assert rows(tmp_path / path.stem, "SELECT number, title FROM articles ORDER BY number") == sorted(
            (story.number, story.title) for story in stories
        )
    assert present(tmp_path / "plain") == present(tmp_path / "whole.warc") == present(tmp_path / "each.warc")


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
    said = capsys.readouterr().err
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
    assert rows(tmp_path / "a", "SELECT count(*) FROM articles") == [(0,)]
    assert rows(tmp_path / "a", "SELECT count(*) FROM captures") == [(0,)]
    assert sorted(tmp_path.iterdir()) == sorted([*around, tmp_path / "a"])


def test_a_packed_record_of_gigabytes_is_refused_unread(tmp_path: Path, twin: Twin) -> None:
    story = plain_story(twin)
    head = make_record(b"", target=f"{SITE}{story.path}", packed=False, length=1 << 30)[:-4]
    huge = gzip.compress(head + b"\0" * (80 << 20), 1)
    good = gzip.compress(capture(twin, story.path, THEN))
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc.gz", huge, good))
    assert report.refused["oversized"] == 1
    assert report.new == 1


def test_an_archive_of_another_origin_refuses_and_a_held_one_says_who_holds_it(
    tmp_path: Path, twin: Twin, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.warc", capture(twin, plain_story(twin).path, THEN))
    command = ["--archive", str(tmp_path / "a"), "ingest", str(path)]

    def run(*more: str) -> tuple[Any, str]:
        with pytest.raises(SystemExit) as ended:
            main([*command, *more])
        return ended.value.code, capsys.readouterr().err

    assert run()[0] == 0
    assert run("--site-url", "http://127.0.0.1:8000")[0] == 2
    assert run("--site-url", "no address")[0] == 2
    assert run(str(tmp_path / "missing.warc"))[0] == 2
    with hold(tmp_path / "a", "crawl news"):
        code, said = run()
    assert (code, "crawl news" in said) == (5, True)
    assert rows(tmp_path / "a", "SELECT kind, outcome FROM runs") == [("ingest", "complete")]


def make_files_of_all_kinds(folder: Path, twin: Twin) -> tuple[str, list[Path]]:
    """WARC files of a crawl of ours (its origin), of wget, packed by record, as a whole, plain, damaged; revisits."""
    files = []
    with serve(twin, gzip=True) as server:
        crawl(folder / "crawled", server, "--all", "--full")
        if shutil.which("wget") is not None:
            run_wget(folder, [server.url + story.path for story in twin.stories.values()][:20])
            files.append(folder / "site.warc.gz")
    files += (folder / "crawled" / "warc").iterdir()
    for day, name in enumerate(("each.warc.gz", "whole.warc.gz", "plain.warc", "damaged.warc.gz"), 1):
        moment = THEN + timedelta(days=day)
        for number in [number for number, story in twin.stories.items() if not story.gone][day::7]:
            changes.edit(twin, number, "title")
        records = [capture(twin, "/news/", moment), capture(twin, "/gallery/", moment)]
        for story in twin.stories.values():
            records += [capture(twin, story.page_path(page), moment) for page in range(1, story.page_count + 1)]
        story = plain_story(twin)
        named = (("WARC-Payload-Digest", sha1(twin.render(story.path).body)),)
        revisit = make_record(b"", kind="revisit", target=f"{SITE}{story.path}", packed=False, fields=named)
        records.insert(day * 5, revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-0%d" % day))
        packed = [gzip.compress(one) if name.startswith(("each", "damaged")) else one for one in records]
        if name.startswith("damaged"):
            packed[20] = packed[20][:100] + b"damage" + packed[20][106:]
            packed[-1] = packed[-1][:-50]
        data = b"".join(packed)
        files.append(write(folder / name, gzip.compress(data) if name.startswith("whole") else data))
    # The newest first, so that others are older.
    return server.url, [files[-1], *files[:-1]]


def read_copies(archive: Path) -> list[tuple[Any, ...]]:
    """The records of the archive's WARC in their order, without ids, places and the date of the file."""
    left_out = ("warc-record-id", "warc-warcinfo-id", "warc-concurrent-to", "warc-refers-to", "warc-filename")
    found = []
    for path in sorted((archive / "warc").iterdir()):
        for kind, fields, _, content in read_warcio(path):
            if kind != "warcinfo":
                kept = {name: value for name, value in fields.items() if name.lower() not in left_out}
                kept = {name: value for name, value in kept.items() if "-refers-to-file" not in name.lower()}
                found.append((kind, kept, content))
    return found


def read_export(archive: Path, target: Path) -> list[dict[str, Any]]:
    subprocess.run(command(archive, "export", str(target)), check=True, stderr=subprocess.DEVNULL)
    found = [json.loads(line) for line in target.read_text().splitlines()]
    for one in found:
        del one["capture"]["warc"], one["capture"]["offset"]
    return found


def test_any_number_of_processes_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twin: Twin) -> None:
    origin, files = make_files_of_all_kinds(tmp_path, twin)
    monkeypatch.setattr(executor, "FEW", 0)
    monkeypatch.setattr(spans, "SPAN", 20_000)
    monkeypatch.setattr(spans, "LIMIT", 100_000)
    monkeypatch.setattr(intake, "BATCH", 10)
    columns = "id, run, address, fetched_at, status, etag, last_modified, digest, body_hash, origin, first_page"
    for folder in (tmp_path / "1", tmp_path / "2"):
        with open_executor(int(folder.name)) as processes:
            report = run_ingest(folder, *files, executor=processes, origin=origin)
        assert min(report.changed, report.same, report.older) > 5
        assert report.refused["damaged"] == 2
    one, two = tmp_path / "1", tmp_path / "2"
    question = "SELECT outcome, exit_code, json_remove(report, '$.seconds') FROM runs"
    assert rows(one, question) == rows(two, question)
    assert rows(one, f"SELECT {columns} FROM captures") == rows(two, f"SELECT {columns} FROM captures")
    assert rows(one, "SELECT number, change FROM articles") == rows(two, "SELECT number, change FROM articles")
    assert everything(one) == everything(two)
    assert read_copies(one) == read_copies(two)
    assert read_export(one, tmp_path / "1.jsonl") == read_export(two, tmp_path / "2.jsonl")
    check_index(two)


def test_lists_are_read_first_and_their_revisits_too(tmp_path: Path, twin: Twin) -> None:
    story = next(one for one in twin.listing("news")[:8] if one.page_count == 1 and one.summary)
    body = twin.render("/news/").body
    named = (("WARC-Payload-Digest", sha1(body)),)
    revisit = make_record(b"", kind="revisit", target=f"{SITE}/news/", packed=False, fields=named)
    revisit = revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-06")
    records = (capture(twin, story.path, THEN), revisit, capture(twin, "/news/", THEN))
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *records))
    assert (report.lists, report.records, report.exit_code) == (2, 1, 0)
    assert rows(tmp_path / "a", "SELECT summary IS NULL FROM articles") == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_ingest_that_was_ended_early_is_taken_up_again(tmp_path: Path, number: signal.Signals) -> None:
    twin = make_twin(5, 500, sections=("news", "gallery"))
    path = write(
        tmp_path / "site.warc",
        *(capture(twin, story.page_path(page), THEN)
          for story in twin.stories.values() for page in range(1, story.page_count + 1)),
    )  # fmt: skip
    run_ingest(tmp_path / "whole", path)
    archive = tmp_path / "a"
    process = subprocess.Popen(command(archive, "ingest", str(path)), stderr=subprocess.PIPE)
    wait_for(lambda: (archive / FILE).exists() and count(archive) > 0, "a first batch")
    process.send_signal(number)
    process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert 0 < count(archive) < 500
    assert run_ingest(archive, path).exit_code == 0
    question = "SELECT number, title, first_seen, last_seen, revision FROM articles ORDER BY number"
    assert rows(archive, question) == rows(tmp_path / "whole", question)
    assert present(archive) == present(tmp_path / "whole")
    for file in (archive / "warc").iterdir():
        assert list(verify_records(file)) == []
    check_index(archive)


def count(archive: Path) -> int:
    try:
        found: int = rows(archive, "SELECT count(*) FROM articles")[0][0]
    except sqlite3.OperationalError:
        # It is being made.
        return 0
    return found
