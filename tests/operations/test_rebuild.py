"""`rebuild`: the log alone gives the database that the commands made, and readers see one or the other."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import DRAFT, FILE
from harbincrawl.archive.decisions import TOLD
from harbincrawl.operations.purge import purge
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.pages.version import PARSER
from harbincrawl.warc.captures import pack_record
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import list_files
from tests.support.crawling import ask, change, crawl, crawl_command, execute, launch, records
from tests.support.families import sample
from tests.support.forge import forge
from tests.support.other_archives import serve_face
from tests.support.purging import check, find_left, sentences
from tests.support.rebuilding import find_differences, rebuild_copy
from tests.support.rescue_cases import make_past, run_rescue
from tests.support.runs import tell
from tests.support.twin import Twin, changes, make_twin, serve
from tests.support.twin.manner import read_manner

_SAYS = (["export", "-"], ["export", "-", "--revisions"], ["status"])


@pytest.fixture(scope="module")
def site() -> Twin:
    return make_twin(21, 18, sections=("news", "gallery"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, site: Twin) -> Path:
    """Visits with edits, pictures, a gone article, a box on all pages, and the purge of one that others link."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(site, gzip=True) as server:
        crawl(folder, server, "news", "gallery", "--images")
        live = [number for number, story in site.stories.items() if not story.gone and story.listed]
        for number in live[:4]:
            changes.edit(site, number, "body")
        changes.edit(site, live[5], "title")
        changes.edit(site, live[6], "white space")
        changes.remove(site, live[7])
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
        changes.change_feature_box(site)
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
        purge(folder, [str(live[8])], copies=False, everywhere=True, progress=lambda *_: None)
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
    return folder


def run(archive: Path, *words: str, prelude: str = "") -> tuple[int, str, str]:
    return execute(archive, *words, prelude=prelude)


def says(archive: Path) -> list[str]:
    """What commands print of the archive, but for the time of now, the room on the disk and that of the database."""
    now = r"\d+ (second|minute|hour)s? ago|[\d,.]+ [MGT]B (free|database)"
    return [re.sub(now, "", run(archive, *words)[1]) for words in _SAYS]


def make_again(archive: Path, *, give_up: bool = False) -> list[str]:
    done = rebuild(archive, give_up=give_up, progress=lambda *_: None, workers=1)
    return done.unread


def lose_database(archive: Path) -> None:
    for path in archive.glob(f"{FILE}*"):
        path.unlink()


def test_the_log_alone_gives_all_that_there_was(archive: Path, tmp_path: Path) -> None:
    assert find_differences(archive, tmp_path / "made") == []
    before = says(archive)
    lose_database(archive)
    shutil.rmtree(archive / "media")
    code, said, _ = run(archive, "rebuild")
    assert (code, "made anew: " in said) == (0, True), said
    assert says(archive) == before
    assert check(archive).problems == []


@pytest.mark.parametrize(("parser", "lost"), [("7", False), (PARSER, True)])
def test_what_another_reader_left_unaccounted_is_no_loss(archive: Path, parser: str, lost: bool) -> None:
    versions = "json_set(versions, '$.parser', ?)"
    tell(archive, f"UPDATE runs SET report = NULL, versions = {versions} WHERE run = 1", parser)
    tell(archive, "INSERT INTO unaccounted SELECT 1, a.url, 'line', 'Of old.', a.capture FROM articles AS a"
         " JOIN captures AS c ON c.id = a.capture WHERE c.run = 1 LIMIT 1")  # fmt: skip
    found = check(archive)
    assert bool(found.problems) == lost
    assert (("unexplained lines" in found.unproven), make_again(archive) != []) == (not lost, lost)


@pytest.mark.attack
def test_a_database_of_another_day_or_of_rubbish_is_replaced(archive: Path) -> None:
    before = says(archive)
    for rubbish in (b"", b"no database", (archive / FILE).read_bytes()[:5000], bytes(20_000)):
        for path in archive.glob(f"{FILE}-*"):
            path.unlink()
        (archive / FILE).write_bytes(rubbish)
        assert make_again(archive) == []
        assert says(archive) == before


@pytest.mark.parametrize("at", sample([2, *range(2), *range(3, 8)], 8))
def test_killed_at_any_moment_it_leaves_the_old_one_or_the_new_one(archive: Path, at: int) -> None:
    before = says(archive)
    change(archive, "UPDATE articles SET title = 'Old'")
    old = says(archive)
    running = launch(archive, "rebuild", "--workers", "1")
    time.sleep(0.05 + 0.08 * at)
    running.send(signal.SIGKILL)
    running.wait()
    assert says(archive) in (before, old)
    assert make_again(archive) == []
    assert says(archive) == before
    assert not (archive / DRAFT).exists()


def test_what_cannot_be_read_is_named_and_the_old_one_stays(archive: Path) -> None:
    name, offset, number = ask(
        archive, 'SELECT c.warc, c."offset", a.number FROM articles AS a JOIN captures AS c ON c.id = a.capture'
        " WHERE c.warc IS NOT NULL AND c.id NOT IN (SELECT capture FROM lost_captures) ORDER BY a.number DESC LIMIT 1",
    )[0]  # fmt: skip
    path = archive / "warc" / name
    data = bytearray(path.read_bytes())
    data[offset + 60] ^= 0xFF
    path.write_bytes(data)
    before = says(archive)
    code, said, _ = run(archive, "rebuild")
    assert code == 7 and f"lost: {number}: its pages cannot be read" in said, said
    assert "nothing was changed" in said
    assert says(archive) == before
    assert make_again(archive, give_up=True) != []
    assert make_again(archive) == [], "the log keeps what the database knew"
    assert says(archive)[:2] == before[:2]
    assert make_again(archive, give_up=True) == []


@pytest.mark.parametrize("lost", sample(["a file amid the log", "an event", "the last file"]))
def test_what_the_log_has_lost_is_named_and_the_old_one_stays(archive: Path, lost: str) -> None:
    paths = list(list_files(archive / "warc").values())
    if lost == "an event":
        records = (each for each in list_records(paths[-1]) if isinstance(each, RecordSummary))
        data = bytearray(paths[-1].read_bytes())
        data[next(each.offset for each in records if each.event == "decided") + 60] ^= 0xFF
        paths[-1].write_bytes(data)
    else:
        paths[-1 if lost == "the last file" else 1].unlink()
    before = says(archive)
    code, said, _ = run(archive, "rebuild")
    assert code == 7 and "lost: " in said and "nothing was changed" in said, said
    assert says(archive) == before
    assert make_again(archive, give_up=True) != []
    assert make_again(archive) == [], "all rows are told again"
    assert says(archive)[:2] == before[:2]


def test_files_of_others_are_no_log(tmp_path: Path) -> None:
    folder = tmp_path / "foreign"
    (folder / "warc").mkdir(parents=True)
    (folder / "warc" / "other-00001.warc.gz").write_bytes(
        pack_record([("WARC-Type", "metadata"), ("WARC-Date", "2026-01-01T00:00:00Z")], b"x: y\r\n").data
    )
    code, _, said = run(folder, "rebuild")
    assert (code, said.count("\n")) == (2, 1) and "its WARC files tell of no run" in said, said
    assert not (folder / FILE).exists()


@pytest.mark.parametrize("at", sample([3, *range(3), *range(4, 6)], 6))
def test_a_purge_that_was_killed_is_ended_or_had_not_begun(archive: Path, at: int) -> None:
    number = max(records(archive))
    words = sentences(records(archive)[number])
    running = launch(archive, "purge", "--yes", "--everywhere", number)
    time.sleep(0.05 + 0.06 * at)
    running.send(signal.SIGKILL)
    running.wait()
    lose_database(archive)
    assert make_again(archive) == []
    is_there = ask(archive, f"SELECT count(*) FROM articles WHERE number = {number}")[0][0]
    is_purged = ask(archive, f"SELECT count(*) FROM purged WHERE number = {number}")[0][0]
    assert is_there + is_purged == 1
    stems = [name.partition(".")[0].partition("-p")[0] for name in list_names(archive) if "-purge-" not in name]
    assert len(set(stems)) == len(stems), "of each file there is one version"
    if is_purged:
        assert find_left(archive, words) == []
    assert check(archive).problems == []


def list_names(archive: Path) -> list[str]:
    return sorted(path.name for path in (archive / "warc").iterdir())


def list_tables() -> Iterator[tuple[str, list[str]]]:
    """The tables that the log tells, as docs/evidence.md has them."""
    text = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
    for line in text.split("| table | columns, the key first |\n|---|---|\n")[1].split("\n\n")[0].splitlines():
        name, columns = line.strip("| ").split(" | ")
        yield name.strip("`"), re.findall(r"`(\w+)`", re.sub(r" \([^)]*\)", "", columns))


def test_the_documentation_says_what_the_log_tells() -> None:
    assert dict(list_tables()) == {name: list(table.columns) for name, table in TOLD.items()}


def test_no_event_has_words_of_a_page(archive: Path) -> None:
    words = [each for (each,) in ask(archive, "SELECT title FROM articles UNION SELECT title FROM listed")]
    words += [body.split("\n\n")[0] for (body,) in ask(archive, "SELECT body FROM articles WHERE body IS NOT NULL")]
    words += [each for (each,) in ask(archive, "SELECT summary FROM listed WHERE summary IS NOT NULL")]
    paths = list_files(archive / "warc").values()
    records = [each for path in paths for each in list_records(path) if isinstance(each, RecordSummary)]
    told = "".join(each.text or "" for each in records if each.event not in (None, "conversion"))
    assert len(told) > 10_000
    assert [each for each in words if len(each) > 12 and each in told] == []


@pytest.mark.attack
def test_what_was_rescued_is_made_again(tmp_path: Path) -> None:
    past = make_past(stories=8)
    with serve_face(past.face) as url:
        run_rescue(tmp_path / "archive", url)
    assert find_differences(tmp_path / "archive", tmp_path / "made") == []
    with serve(past.twin) as server:
        crawl(tmp_path / "archive", server, "news", "gallery", code=None)
    assert find_differences(tmp_path / "archive", tmp_path / "made again") == []


@pytest.mark.attack
@pytest.mark.parametrize("order", [-1, 1])
def test_files_that_were_ingested_in_any_order_are(crawled: Path, tmp_path: Path, order: int) -> None:
    ((origin,),) = ask(crawled, "SELECT value FROM facts WHERE name = 'site_url'")
    for path in sorted((crawled / "warc").iterdir())[::order]:
        run(tmp_path / "archive", "ingest", "--site-url", origin, str(path))
    assert find_differences(tmp_path / "archive", tmp_path / "made") == []
    assert check(tmp_path / "archive").problems == []


@pytest.mark.parametrize(("skin", "manner"), sample([("split", "jilin-china"), ("phone", None), ("tables", None)]))
def test_other_pages_and_another_site_too(tmp_path: Path, skin: str, manner: str | None) -> None:
    more = {} if manner is None else {"manner": read_manner(manner)}
    twin = make_twin(5, 18, skins=(skin,), **more)
    words = ("--all", "--site", manner) if manner else ("--all",)
    with serve(twin) as server:
        crawl(tmp_path / "archive", server, *words, code=None)
        for number in [number for number, story in twin.stories.items() if story.listed][:4]:
            changes.edit(twin, number, "body")
        crawl(tmp_path / "archive", server, *words, "--recheck", "all", code=None)
    assert find_differences(tmp_path / "archive", tmp_path / "made") == []


def test_a_lost_database_is_named_and_no_crawl_begins_another_archive_beside_its_log(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with serve(make_twin(5, 10, sections=("news",))) as server:
        crawl(archive, server)
        before = records(archive)
        for path in archive.glob(f"{FILE}*"):
            path.unlink()
        names = sorted(path.name for path in (archive / "warc").iterdir())
        for words in (crawl_command(archive, server.url)[3:], *(
            ["--archive", str(archive), *each] for each in (["status"], ["verify"], ["search", "x"], ["export", "-"])
        )):  # fmt: skip
            code, out, said = forge().start(words).wait()
            assert (code, out) == (7, "")
            assert said.startswith(f"harbincrawl: {archive / FILE} is missing, but {archive / 'warc'} has WARC files: ")
            assert f"`harbincrawl --archive {archive} rebuild`" in said
    assert sorted(path.name for path in (archive / "warc").iterdir()) == names
    execute(archive, "rebuild", code=0)
    assert records(archive) == before


@pytest.mark.attack
def test_readers_see_no_error_meanwhile(archive: Path) -> None:
    running = launch(archive, "rebuild", "--workers", "1")
    codes = set()
    with closing(sqlite3.connect(f"file:{archive / FILE}?mode=ro", uri=True)) as reader:
        counts = set()
        while running.is_alive():
            codes.add(run(archive, "search", "the", "--count")[0])
            counts |= set(reader.execute("SELECT count(*) FROM articles"))
    assert running.wait()[0] == 0
    assert (codes, len(counts)) == ({0}, 1)


def test_saved_searches_stay(archive: Path) -> None:
    assert run(archive, "watch", "add", "mine", "the")[0] == 0
    before = run(archive, "watch", "list")[1]
    lose_database(archive)
    assert make_again(archive) == []
    assert run(archive, "watch", "list")[1] == before != ""


def test_a_purge_takes_no_row_and_no_word_of_another_article(archive: Path, tmp_path: Path) -> None:
    lost = ask(archive, "SELECT count(*) FROM lost_captures")[0][0]
    unkept = ask(archive, "SELECT count(*) FROM captures WHERE warc IS NULL AND status = 200")[0][0]
    assert lost and unkept, "the box is on pages of others"
    assert rebuild_copy(archive, tmp_path / "made").unread == []
    query = "SELECT number, title, body FROM articles ORDER BY 1"
    assert ask(tmp_path / "made", query) == ask(archive, query)
