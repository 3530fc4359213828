"""What no record says any more is given up by name: an archive with one damaged record is whole again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.cli.main import main
from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import read_article
from harbincrawl.records import Article
from harbincrawl.reread import pages
from harbincrawl.warc.inventory import RecordSummary, list_records
from tests.support.crawling import ask, change, crawl
from tests.support.families import sample
from tests.support.twin import Server, Twin, changes, make_twin, serve
from tests.support.warc_cases import read_warcio


@dataclass
class Crawled:
    """An archive of three runs, and the site that it was crawled from."""

    archive: Path
    server: Server
    twin: Twin
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """A command of ours in this process, its JSON."""
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(self.archive), *arguments, "--json"])
        code = ended.value.code
        return int(code or 0), json.loads(self.capsys.readouterr().out)

    def find(self, sql: str) -> tuple[Path, int]:
        """The place of the first capture that a condition on `captures` gives."""
        ((name, offset),) = ask(
            self.archive, f'SELECT warc, "offset" FROM captures AS c WHERE {sql} ORDER BY id LIMIT 1'
        )
        return self.archive / "warc" / name, offset


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("site") / "archive"
    twin = make_twin(11, 14, sections=("news",))
    with serve(twin) as server:
        crawl(folder, server, "--images")
        live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
        for number in live[:3]:
            changes.edit(twin, number, "body")
        crawl(folder, server, "--all", "--recheck", "all")
        crawl(folder, server, "--recheck", "all")
        yield folder, server, twin


@pytest.fixture
def crawled(site: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Crawled:
    folder, server, twin = site
    return Crawled(shutil.copytree(folder, tmp_path / "archive"), server, twin, capsys)


def list_all(path: Path) -> list[RecordSummary]:
    return [record for record in list_records(path) if isinstance(record, RecordSummary)]


def damage(path: Path, offset: int, how: str) -> None:
    data = bytearray(path.read_bytes())
    end = min([record.offset for record in list_all(path) if record.offset > offset], default=len(data))
    if how == "flip":
        data[(offset + end) // 2] ^= 0x55
    elif how == "zeros":
        data[offset:end] = bytes(end - offset)
    else:
        del data[(offset + end) // 2 :]
    path.write_bytes(data)


def first_of(kind: str) -> Callable[[Crawled], tuple[Path, int]]:
    def find(crawled: Crawled) -> tuple[Path, int]:
        path = min((crawled.archive / "warc").iterdir())
        return path, [record.offset for record in list_all(path) if record.type == kind][3 if kind == "request" else 0]

    return find


KINDS: dict[str, Callable[[Crawled], tuple[Path, int]]] = {
    "an article page": lambda it: it.find("id IN (SELECT capture FROM articles)"),
    "a page of several": lambda it: it.find("first_page IN (SELECT capture FROM articles)"),
    "a page of a revision": lambda it: it.find("id IN (SELECT capture FROM revisions)"),
    "a list page": lambda it: it.find("address LIKE '%/news/' AND status = 200"),
    "a deeper list page": lambda it: it.find("address LIKE '%index_2.html' AND status = 200"),
    "robots.txt": lambda it: it.find("address LIKE '%robots.txt'"),
    "the original of a 304": lambda it: it.find("address IN (SELECT address FROM captures WHERE status = 304)"
                                                " AND status = 200"),
    "a 304": lambda it: it.find("status = 304"),
    "a picture": lambda it: it.find("address LIKE '%.jpg'"),
    "a 404": lambda it: it.find("status = 404"),
    "a request": first_of("request"),
    "the head of a file": first_of("warcinfo"),
    "a note": first_of("metadata"),
}  # fmt: skip


def repair(crawled: Crawled) -> None:
    """Gives up what is lost, and crawls what it has the next crawl ask for."""
    code, done = crawled.run("rebuild", "--give-up")
    assert (code, done["made"], done["lost"] != []) == (3, True, True)
    crawl(crawled.archive, crawled.server, code=None)


def test_what_fills_the_place_of_a_purged_record_is_checked(crawled: Crawled) -> None:
    ((id,),) = ask(crawled.archive, "SELECT id FROM articles ORDER BY number LIMIT 1")
    assert crawled.run("purge", id, "--yes")[0] == 0
    damage(*crawled.find("id IN (SELECT capture FROM lost_captures)"), "flip")
    code, found = crawled.run("verify")
    assert (code, found["damaged"]) == (7, {"warc": 1})
    code, done = crawled.run("rebuild", "--give-up")
    assert (code, done["made"]) == (3, True)
    assert crawled.run("verify")[0] == 0


def test_the_repair_that_is_printed_works_as_it_is(crawled: Crawled) -> None:
    damage(*KINDS["an article page"](crawled), "flip")
    _, found = crawled.run("verify")
    assert crawled.run("rebuild")[0] == 7
    give_up, crawling = found["repair"].split(", then ")
    code, done = crawled.run(*give_up.split()[1:])
    assert (code, [each for each in done["lost"] if "can be out of date" in each]) == (3, [])
    assert crawled.run(*crawling.split()[1:], "--delay", "0")[0] == 0
    assert crawled.run("verify")[0] == 0


HOW = ("flip", "zeros", "cut")
"""Ways to damage a record."""


@pytest.mark.parametrize(
    ("kind", "how"),
    sample(((kind, HOW[turn % 3]) for turn, kind in enumerate(KINDS)), 5),
)
def test_what_is_given_up_leaves_a_whole_archive(crawled: Crawled, kind: str, how: str) -> None:
    path, offset = KINDS[kind](crawled)
    damage(path, offset, how)
    code, found = crawled.run("verify")
    assert (code, found["whole"]) == (7, False)
    assert all(problem["kind"] == "warc" for problem in found["problems"]), found["problems"]
    before = ask(crawled.archive, "SELECT id, title, body FROM articles ORDER BY 1")
    assert crawled.run("rebuild")[1]["made"] is False
    crawled.run("rebuild", "--give-up")
    code, found = crawled.run("verify")
    assert (code, found["problems"]) == (0, [])
    assert ask(crawled.archive, "SELECT id, title, body FROM articles ORDER BY 1") == before
    crawl(crawled.archive, crawled.server, code=None)
    code, found = crawled.run("verify")
    assert (code, found["problems"]) == (0, [])
    # The rebuild and the crawl are runs with seals of their own, behind those of the three runs.
    assert found["seals"]["hold"] > 3
    # Other tools read the file to its end; of a file cut within its first record nothing is left.
    assert (kind, how) == ("the head of a file", "cut") or len(read_warcio(path)) > 0
    articles = ask(crawled.archive, "SELECT count(*) FROM articles WHERE status = 'live'")[0][0]
    assert found["proven"]["articles"] >= articles - found["unproven"].get("articles", {}).get("evidence damaged", 0)


@pytest.mark.parametrize(("file", "at"), sample(product((0, 2), (0, 5, -2, -1)), 3))
def test_of_a_record_that_is_cut_out_no_word_is_lost(crawled: Crawled, file: int, at: int) -> None:
    path = sorted((crawled.archive / "warc").iterdir())[file]
    offsets = [*(record.offset for record in list_all(path)), path.stat().st_size]
    data, begin, end = path.read_bytes(), offsets[:-1][at], offsets[1:][at]
    path.write_bytes(data[:begin] + data[end:])
    before = ask(crawled.archive, "SELECT id, title, body FROM articles ORDER BY 1")
    assert crawled.run("verify")[0] == 7
    assert crawled.run("rebuild", "--give-up")[0] == 3
    crawl(crawled.archive, crawled.server, code=None)
    code, found = crawled.run("verify")
    assert (code, found["problems"]) == (0, [])
    assert ask(crawled.archive, "SELECT id, title, body FROM articles ORDER BY 1") == before


@pytest.mark.attack
def test_what_was_kept_of_a_lost_page_is_what_its_row_has_to_say(crawled: Crawled) -> None:
    damage(*KINDS["an article page"](crawled), "flip")
    crawled.run("rebuild", "--give-up")
    code, found = crawled.run("verify")
    assert (code, found["unproven"]["articles"]) == (0, {"evidence damaged": 1})
    where = "capture IN (SELECT capture FROM lost_captures)"
    before = ask(crawled.archive, f"SELECT id, title, body FROM articles WHERE {where}")
    change(crawled.archive, f"UPDATE articles SET title = 'Forged' WHERE {where}")
    found = crawled.run("verify")[1]
    assert ("articles", before[0][0], "title") in {tuple(problem.values()) for problem in found["problems"]}
    assert crawled.run("rebuild")[0] == 0
    assert ask(crawled.archive, f"SELECT id, title, body FROM articles WHERE {where}") == before
    assert crawled.run("verify")[0] == 0


def test_no_row_goes_because_the_reader_of_today_refuses_its_page(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(crawled.archive, "SELECT * FROM articles ORDER BY number")
    ((number, url),) = ask(crawled.archive, "SELECT number, url FROM articles WHERE revision = 1 ORDER BY 1 LIMIT 1")

    def refuse(text: str, address: str, *given: Any, **more: Any) -> Article:
        if address == url:
            raise NotAnArticle(address, "no heading")
        return read_article(text, address, *given, **more)

    monkeypatch.setattr(pages, "read_article", refuse)
    code, found = crawled.run("verify", "--workers", "1")
    assert code == 7
    assert ("articles", str(number), "no article as it is read today (no heading)") in {
        tuple(problem.values()) for problem in found["problems"]
    }
    assert crawled.run("rebuild", "--workers", "1")[0] == 7
    assert ask(crawled.archive, "SELECT * FROM articles ORDER BY number") == before
    assert ask(crawled.archive, f"SELECT count(*) FROM images WHERE number = {number}")[0][0] > 0


def test_a_file_that_is_gone_is_captured_anew(crawled: Crawled) -> None:
    min((crawled.archive / "warc").iterdir()).unlink()
    assert crawled.run("verify")[0] == 7
    repair(crawled)
    code, found = crawled.run("verify")
    assert (code, found["problems"]) == (0, [])
    assert found["proven"]["articles"] == found["checked"]["articles"]
