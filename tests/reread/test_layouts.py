"""Layouts in an archive: learnt by crawls, the same by `rebuild` and whatever was killed, proven, and in doubt."""

from __future__ import annotations

import json
import signal
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.crawling import ask, change, crawl, execute, start_crawl
from tests.support.families import sample
from tests.support.furniture.kind import KINDS
from tests.support.purging import check
from tests.support.rebuilding import find_differences
from tests.support.system_skins import MANNER_SKINS
from tests.support.twin.changes import add, edit
from tests.support.twin.skins import SKINS
from tests.support.visited_sites import VisitedSite

KIND = {kind.name: kind for kind in KINDS}
SKIN = {**SKINS, **{skin.name: skin for skin in MANNER_SKINS}}


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, VisitedSite]]:
    """An archive of three visits to a site with a standing line."""
    folder = tmp_path_factory.mktemp("visited")
    site = VisitedSite(SKINS["cms"], [KIND["slogan below by"]])
    with site.serve() as server:
        crawl(folder, server.url, "--all")
        add(site.twin, 6)
        site.visit(1)
        crawl(folder, server.url, "--all")
        edit(site.twin, sorted(site.twin.stories)[10], "body")
        site.visit(2)
        report = crawl(folder, server.url, "--all", "--recheck", "all").report
    assert (report["new"], report["changed"]) == (0, 1)
    yield folder, site


def read_stored(folder: Path) -> dict[str, tuple[Any, ...]]:
    rows = ask(folder, "SELECT id, title, updated, author, source, body FROM articles")
    return {id: rest for id, *rest in rows}  # type: ignore[misc]


def read_truths(site: VisitedSite) -> dict[str, list[Any]]:
    return {
        id: [truth["title"], truth["updated"] and str(truth["updated"]), truth["author"], truth["source"],
             "\n\n".join(truth["body"]) or None]
        for id, truth in site.truths().items()
    }  # fmt: skip


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    return execute(folder, *arguments, code=code)[1]


def test_every_record_is_what_the_site_says_the_first_ones_too(visited: tuple[Path, VisitedSite]) -> None:
    folder, site = visited
    assert read_stored(folder) == read_truths(site)
    assert not ask(folder, "SELECT * FROM unaccounted WHERE kind != 'template'")
    assert not ask(folder, "SELECT id FROM articles WHERE layout IS NULL")
    assert ask(folder, "SELECT cause, count(*) FROM revisions GROUP BY 1") == [("crawl", 1)]
    # Whether a copy is known as one when it comes depends on what came with it.
    outcomes = "SELECT run, iif(outcome = 'duplicate', 'new', outcome), count(*) FROM outcomes GROUP BY 1, 2"
    assert ask(folder, outcomes) == [(1, "new", 60), (2, "new", 6), (3, "changed", 1), (3, "same", 65)]


def test_the_archive_is_whole(visited: tuple[Path, VisitedSite]) -> None:
    findings = check(visited[0])
    assert (findings.problems, findings.notes, findings.unproven) == ([], [], {})
    assert findings.proven["layouts"] == len(ask(visited[0], "SELECT * FROM layouts")) > 1


def test_layouts_are_learnt_at_the_fifth_and_the_twentieth_page_and_again_by_rebuild(
    visited: tuple[Path, VisitedSite], tmp_path: Path
) -> None:
    folder, _ = visited
    layouts = ask(folder, "SELECT pages, learnt, samples FROM layouts ORDER BY pages")
    assert [(pages, learnt, len(json.loads(samples))) for pages, learnt, samples in layouts] == [(5, 1, 5), (20, 1, 20)]
    # They are the first of the log, and what was read before they were learnt was read again.
    assert json.loads(layouts[1][2])[:5] == json.loads(layouts[0][2])
    assert ask(folder, "SELECT DISTINCT layout FROM frames") == [(20,)]
    assert find_differences(folder, tmp_path / "again") == []


def test_layouts_are_listed_as_a_site_file_has_them(visited: tuple[Path, VisitedSite]) -> None:
    folder, _ = visited
    listed = json.loads(run(folder, "sites", "layouts", "--json"))
    assert [(each["learnt_at"], each["pages"], each["run"], each["text"]) for each in listed] == [
        (5, 5, 1, "div#text"), (20, 20, 1, "div#text"),
    ]  # fmt: skip
    assert all(each["fit"] > 0.9 and each["reason"] is None for each in listed)
    # Each wording is read by one of them.
    assert sum(each["records"] for each in listed) == 67
    places = {(each["role"], each["selector"], each["of"]) for each in listed[1]["places"]}
    assert {("title", "div#main dl dt", 20), ("furniture", "table.top", 20)} <= places
    article = tomllib.loads(run(folder, "sites", "layouts").rpartition("# 2:")[2].partition("\n")[2])
    assert article == {"article": {"text": "div#text"}}


def test_a_template_that_is_read_otherwise_without_its_layout_is_in_doubt(visited: tuple[Path, VisitedSite]) -> None:
    folder, site = visited
    # Without its layout each page of it has the standing line as a paragraph.
    ((template, asked, differ),) = ask(
        folder, "SELECT frame, count(*), sum(opinion = 'body') FROM frames WHERE opinion IS NOT NULL GROUP BY frame"
    )
    assert (asked, differ) == (11, 11)
    fields = {"frame": template, "learnt_at": 20, "asked": 11, "differ": 11, "fields": {"body": 11}}
    status = json.loads(run(folder, "status", "--json"))
    (doubt,) = status["templates"]
    assert fields.items() <= doubt.items()
    assert "11 of 11 pages are read otherwise without the layout (body 11)" in run(folder, "status")
    assert [each["in_doubt"] for each in json.loads(run(folder, "sites", "layouts", "--json"))] == [False, True]
    assert "# in doubt: 11 of 11 pages" in run(folder, "sites", "layouts")
    # It is one row of the run that found it, of no page's share, and breaks no rule.
    assert [row[1:] for row in ask(folder, "SELECT address, run, kind, capture FROM unaccounted")] == [
        (1, "template", None)
    ]
    ((report,),) = ask(folder, "SELECT report FROM runs WHERE run = 1")
    assert (json.loads(report)["unaccounted"]["pages"], status["health"]["broken"]) == (0, [])
    id = sorted(site.truths())[20]
    both = json.loads(run(folder, "explain", id, "--json"))["doubt"]["fields"]["body"]
    assert [line for line in both["alone"] if line not in both["layout"]] == ["A city that keeps its windows lit"]
    assert "its template is in doubt: --json has both readings" in run(folder, "explain", id)


FORGED = {
    "another layout": "UPDATE layouts SET layout = replace(layout, '\"on\":', '\"xx\":') || ' '",
    "another digest": "UPDATE layouts SET digest = printf('%064d', 7) WHERE pages = 5",
    "other samples": "UPDATE layouts SET samples = json_remove(samples, '$[3]') WHERE pages = 20",
    "another run": "UPDATE layouts SET learnt = 3 WHERE pages = 20",
    "none": "DELETE FROM layouts WHERE pages = 20",
    "a frame of others": "UPDATE frames SET frame = 'f' WHERE capture IN (SELECT capture FROM frames LIMIT 30)",
    "an opinion": "UPDATE frames SET opinion = '' WHERE opinion != ''",
}


@pytest.mark.parametrize("name", sample(FORGED))
def test_forged_layouts_are_named(visited: tuple[Path, VisitedSite], tmp_path: Path, name: str) -> None:
    run(visited[0], "backup", str(tmp_path / "copy"))
    change(tmp_path / "copy", FORGED[name])
    findings = check(tmp_path / "copy")
    assert findings.problems
    assert {each.kind for each in findings.problems} <= {"layouts", "frames"}, findings.problems


@pytest.mark.attack
def test_an_ingest_learns_in_the_order_of_the_log_with_any_workers(
    visited: tuple[Path, VisitedSite], tmp_path: Path
) -> None:
    folder, site = visited
    files, origin = sorted(map(str, (folder / "warc").iterdir())), read_origin(folder)
    run(tmp_path / "one", "ingest", *files, "--site-url", origin, "--workers", "1")
    run(tmp_path / "two", "ingest", *files, "--site-url", origin, "--workers", "2")
    assert read_stored(tmp_path / "one") == read_truths(site)
    found = ask(tmp_path / "one", "SELECT * FROM layouts"), ask(tmp_path / "one", "SELECT * FROM frames")
    assert found == (ask(tmp_path / "two", "SELECT * FROM layouts"), ask(tmp_path / "two", "SELECT * FROM frames"))
    assert check(tmp_path / "one").problems == []
    assert find_differences(tmp_path / "one", tmp_path / "again") == []


def read_origin(folder: Path) -> str:
    ((origin,),) = ask(folder, "SELECT value FROM facts WHERE name = 'site_url'")
    return str(origin)


@pytest.mark.attack
def test_a_purged_sample_leaves_the_layout_and_other_records(visited: tuple[Path, VisitedSite], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(visited[0], "backup", str(copy))
    ((address,),) = ask(
        copy,
        "SELECT address FROM captures WHERE id = (SELECT json_extract(samples, '$[3]') FROM layouts WHERE pages = 5)",
    )
    number = address.rpartition("/")[2].removesuffix(".html")
    before = read_stored(copy)
    layouts = ask(copy, "SELECT pages, digest, layout FROM layouts")
    run(copy, "purge", number, "--yes")
    findings = check(copy)
    assert findings.problems == []
    assert any("can no longer be learnt again" in reason for reason in findings.unproven["layouts"])
    run(copy, "reparse", "--apply")
    assert ask(copy, "SELECT pages, digest, layout FROM layouts") == layouts
    del before[number]
    assert read_stored(copy) == before


def test_a_layout_whose_sample_is_damaged_stays_and_is_unproven(
    visited: tuple[Path, VisitedSite], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    run(visited[0], "backup", str(copy))
    ((name, offset),) = ask(
        copy, "SELECT warc, \"offset\" FROM captures, layouts WHERE id = json_extract(samples, '$[3]') AND pages = 5"
    )
    with (copy / "warc" / name).open("r+b") as stream:
        stream.seek(offset + 200)
        stream.write(bytes(8))
    assert any("can no longer be learnt again" in reason for reason in check(copy).unproven["layouts"])


@pytest.mark.attack
@pytest.mark.parametrize("moment", [0.5, 0.9, 1.5])
def test_a_killed_crawl_ends_as_one_that_was_not(tmp_path: Path, moment: float) -> None:
    site = VisitedSite(SKINS["html5"], [KIND["hotline below by"]])
    with site.serve() as server:
        running = start_crawl(tmp_path / "killed", server, "--all")
        time.sleep(moment)
        running.send(signal.SIGKILL)
        running.wait()
        assert check(tmp_path / "killed").problems == []
        crawl(tmp_path / "killed", server.url, "--all")
    assert read_stored(tmp_path / "killed") == read_truths(site)
    assert check(tmp_path / "killed").problems == []


@pytest.mark.attack
def test_a_redesign_is_read_rightly(tmp_path: Path) -> None:
    site = VisitedSite(SKIN["blog"], [KIND["hotline below by"]])
    with site.serve() as server:
        crawl(tmp_path, server.url, "--all")
        add(site.twin, 6)
        site.visit(1, skin=SKIN["forum"])
        crawl(tmp_path, server.url, "--all", "--recheck", "all")
        add(site.twin, 2)
        site.visit(2)
        assert crawl(tmp_path, server.url, "--all", "--recheck", "all").report["health"]["broken"] == []
    assert read_stored(tmp_path) == read_truths(site)
    assert check(tmp_path).problems == []
