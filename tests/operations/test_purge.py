"""Take-downs: nothing of the article is left in any file, and nothing of it ever comes back."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader, open_writer
from harbincrawl.archive.media import write_media
from harbincrawl.archive.saved import make_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.cli.main import main
from harbincrawl.errors import DamagedError, NotFoundError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.operations.purge.evidence import RecordSearch, make_plan
from harbincrawl.operations.purge.marks import make_marks
from harbincrawl.operations.purge.pictures import Pictures
from harbincrawl.search.filters import Filters
from tests.support.crawling import ask, check_whole, crawl, listing_requests, records
from tests.support.purging import check, find_left, problems, run, sentences
from tests.support.sites import HARBIN_TODAY
from tests.support.trees import read_tree
from tests.support.twin import Twin, changes, make_twin, serve
from tests.support.warc_cases import ADDRESS, MOMENT, make_exchange, make_writer, read_warcio


@pytest.fixture
def twin() -> Twin:
    return make_twin(7, 40)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one crawl of that site."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(7, 40)) as server:
        crawl(folder, server, "--all")
    return folder


@pytest.fixture
def target(twin: Twin) -> int:
    """The newest article of all, which the feature box of every page may show."""
    return int(twin.listing("news")[0].number)


def test_nothing_of_it_is_left_and_nothing_comes_back(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin, gzip=True) as server:
        crawl(tmp_path, server, "--all")
        before = records(tmp_path)[target]
        changes.edit(twin, target, "body")
        changes.change_feature_box(twin)
        crawl(tmp_path, server, "--all", "--recheck", "all")
        words = list(dict.fromkeys([*sentences(before), *sentences(records(tmp_path)[target])]))
        assert len(find_left(tmp_path, words)) == len(words), "the test sees them where they are"
        done = run(tmp_path, target, everywhere=True)
        assert (done.ids, done.copies) == ([str(target)], [])
        assert done.records >= 4
        assert find_left(tmp_path, words) == []
        assert problems(tmp_path) == []
        check_whole(tmp_path)
        server.clear()
        again = crawl(tmp_path, server, "--all", "--recheck", "all")
        assert not any(f"/{target}." in request.path for request in server.requests)
        assert target not in records(tmp_path)
        # Boxes of other pages name it still, and are found by its address.
        assert all(word in f"{before['title']} {before['summary']}" for word in find_left(tmp_path, words))
        assert again.report["sections"]["news"]["gap"] == 0
        server.clear()
        quiet = crawl(tmp_path, server, "--all")
        assert quiet.report["wanted"] == 0
        assert len([path for path in listing_requests(server) if path.startswith("/news")]) == 1
        assert run(tmp_path, target, everywhere=True).others > 0
        assert find_left(tmp_path, words) == []
    check_whole(tmp_path)


@pytest.mark.attack
def test_boxes_of_others_stay_and_leave_all_others_proven(tmp_path: Path) -> None:
    twin = make_twin(1, 60, sections=("news",))
    target = int(twin.listing("news")[0].number)
    with serve(twin) as server:
        crawl(tmp_path, server)
        before = records(tmp_path)
        words = sentences(before[target])
        assert check(tmp_path).proven["layouts"] > 0
        done = run(tmp_path, target, copies=True)
        unproven = "SELECT count(*) FROM articles WHERE capture IN (SELECT capture FROM lost_captures)"
        assert records(tmp_path) == {number: one for number, one in before.items() if str(number) not in done.ids}
        assert (done.others, ask(tmp_path, unproven)) == (60 - len(done.ids), [(0,)])
        said = f"{before[target]['title']} {before[target]['summary']}"
        left = find_left(tmp_path, words)
        assert left and all(word in said for word in left), "boxes have its title and teaser, and nothing else of it"
        found = check(tmp_path)
        assert (found.problems, found.unproven.get("articles")) == ([], None)
        changes.add(twin, 5, "news")
        crawl(tmp_path, server, "--recheck", "all")
        assert check(tmp_path).problems == []
        assert ask(tmp_path, "SELECT count(*) FROM captures WHERE warc IS NULL AND address LIKE '%.html'") == [(0,)]
        others = run(tmp_path, target, everywhere=True).others
        assert ask(tmp_path, unproven) == [(others,)]
        assert find_left(tmp_path, words) == []
        assert check(tmp_path).problems == []


def test_a_dry_run_lists_titles_and_records_and_changes_nothing(
    archive: Path, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    title = records(archive)[target]["title"]
    before = read_tree(archive)

    def call(*words: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "purge", str(target), *words])
        assert ended.value.code == 0
        said = capsys.readouterr()
        return said.out, said.err

    out, _ = call("--dry-run")
    assert out.splitlines()[0] == f'would purge {target} ("{title}")'
    few = json.loads(call("--dry-run", "--json")[0])
    many = json.loads(call("--dry-run", "--everywhere", "--json")[0])
    assert few["others"] == many["others"] != []
    named = out.splitlines()[-1].partition(" would stay: ")[2].partition(" and ")[0].split(", ")
    assert named == list(map(str, few["others"][:10]))
    assert 0 < len(few["records"]) < len(many["records"])
    # Whoever reads a database in use leaves -shm and -wal beside it.
    after = {path: what for path, what in read_tree(archive).items() if not path.endswith(("-shm", "-wal"))}
    assert after == {path: what for path, what in before.items() if not path.endswith(("-shm", "-wal"))}
    out, err = call("--everywhere", "--yes")
    count = len(many["others"])
    assert f"{count} other articles will be unproven" in err
    assert f"unproven now: {count} other articles" in out
    assert len(many["records"]) == int(re.findall(r"(\d+) captured records", out)[0])


@pytest.mark.attack
def test_what_was_said_to_a_304_goes_with_its_page(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
        crawl(tmp_path, server, "--all", "--recheck", "all")
    path = twin.stories[target].path

    def tell() -> list[tuple[str, bool]]:
        """Type of each record of the page, and whether it still says something."""
        return [
            (kind, "warc-removed" not in fields)
            for file in sorted((tmp_path / "warc").iterdir())
            for kind, fields, _, _ in read_warcio(file)
            if fields.get("warc-target-uri", "").endswith(path)
        ]

    assert tell() == [(kind, True) for kind in ("request", "response", "request", "metadata", "revisit")]
    run(tmp_path, target)
    assert tell() == [("metadata", False)] * 5
    kept = [record for file in (tmp_path / "warc").iterdir() for record in read_warcio(file)]
    assert [fields for kind, fields, _, _ in kept if kind == "metadata" and "warc-refers-to" in fields], "others stay"
    assert problems(tmp_path) == []


def test_a_tombstone_tells_who_follows_the_changes(archive: Path, tmp_path: Path, target: int) -> None:
    (cursor,) = ask(archive, "SELECT max(change) FROM articles")[0]
    run(archive, target)
    receipt = run_job(archive, ExportJob(str(tmp_path / "x.jsonl"), filters=Filters(changed_since=cursor)))
    last = json.loads((tmp_path / "x.jsonl").read_text().splitlines()[-1])
    assert last == {"id": f"harbin-today:{target}", "status": "purged", "change": "purged"}
    assert receipt.purged == 1
    assert receipt.cursor > cursor


def test_a_copy_that_stays_is_named_and_goes_when_asked(archive: Path) -> None:
    links = ask(archive, "SELECT number, original FROM duplicates WHERE similarity = 1.0")
    assert links, "the twin tells one story twice"
    number, original = links[0]
    done = run(archive, original)
    assert done.copies == [str(number)]
    assert done.exit_code == 3
    assert run(archive, number).exit_code in (0, 3)
    assert not {number, original} & records(archive).keys()


def test_copies_go_together(archive: Path) -> None:
    number, original = ask(archive, "SELECT number, original FROM duplicates WHERE similarity = 1.0")[0]
    words = sentences(records(archive)[original])
    done = run(archive, number, copies=True)
    assert {str(number), str(original)} <= set(done.ids)
    assert done.others or find_left(archive, words) == []


def test_twice_is_once_and_an_unknown_article_is_told(archive: Path, target: int) -> None:
    run(archive, target)
    done = run(archive, target)
    assert (done.records, done.exit_code) == (0, 0)
    with pytest.raises(NotFoundError, match="999999"):
        run(archive, 999999)


@pytest.mark.attack
def test_it_is_never_ingested_again(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "--all")
        crawl(tmp_path / "b", server, "news")
        before = records(tmp_path / "a")[target]
    run(tmp_path / "a", target)
    files = [str(path) for path in (tmp_path / "b" / "warc").iterdir()]
    with pytest.raises(SystemExit):
        main(["-q", "--archive", str(tmp_path / "a"), "ingest", "--site-url", server.url, *files])
    assert target not in records(tmp_path / "a")
    left = find_left(tmp_path / "a", sentences(before))
    assert all(word in f"{before['title']} {before['summary']}" for word in left), "boxes of other pages name it"


def test_the_command_takes_ids_and_addresses(
    archive: Path, twin: Twin, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    second = twin.listing("news")[1].number
    address = records(archive)[second]["url"]
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "purge", f"harbin-today:{target}", address, "--json", "--yes"])
    assert ended.value.code in (0, 3)
    assert json.loads(capsys.readouterr().out)["purged"] == sorted([target, second])
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "purge", "nonsense", "--yes"])
    assert ended.value.code == 2


def test_without_a_terminal_it_wants_to_be_told_that_it_is_meant(
    archive: Path, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "purge", str(target)])
    assert ended.value.code == 2
    assert "without a terminal to ask on, give --yes" in capsys.readouterr().err
    assert target in records(archive)


def test_a_damaged_file_cannot_be_purged(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange(ADDRESS))
    data = bytearray((tmp_path / place.file).read_bytes())
    data[place.offset + 40] ^= 0xFF
    (tmp_path / place.file).write_bytes(data)
    search = RecordSearch(make_marks(["8200"], [], HARBIN_TODAY), Pictures(), MOMENT)
    with pytest.raises(DamagedError, match=f"{place.file} at byte {place.offset}.*cannot be purged"):
        make_plan([tmp_path / place.file], search, lambda *_: None)


def test_pictures_go_unless_another_article_shows_them(archive: Path, target: int) -> None:
    own, shared = (write_media(archive, data, "jpg") for data in (b"own", b"shared"))
    other = next(number for number in records(archive) if number != target)
    with closing(open_writer(archive)) as connection:
        for number, place, name in ((target, 98, own), (target, 99, shared), (other, 99, shared)):
            url = f"http://e.my399.com/{name}"
            row = (number, place, url, name)
            connection.execute("INSERT INTO images(number, position, url, media) VALUES (?,?,?,?)", row)
    run(archive, target)
    assert [path.name for path in (archive / "media").iterdir()] == [shared]


def test_saved_searches_that_quote_it_are_named_and_stay(
    archive: Path, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    title = str(records(archive)[target]["title"])
    words = title.split()
    searches = {
        "title": title.upper(),
        "id": f"harbin-today:{target}",
        "address": records(archive)[target]["url"],
        "other": '"no such words"',
        "word": words[0],
        "number": f"{target}0",
    }
    with closing(open_reader(archive)) as connection, change_user(archive) as user:
        for name, query in searches.items():
            quoted = query if name in ("word", "other") else f'"{query}"'
            save_search(user, make_search(connection, name, quoted, {}, datetime.now(UTC)))
    with pytest.raises(SystemExit):
        main(["--archive", str(archive), "purge", str(target), "--yes", "--json"])
    said = capsys.readouterr()
    assert '"searches": [\n    "address",\n    "id",\n    "title"\n  ]' in said.out
    for name in ("address", "id", "title"):
        assert f"a saved search asks for it; harbincrawl watch remove {name}\n" in said.err
