"""Rescues from our own `serve`: the same exports as those of the archive that is served, but for who captured what."""

from __future__ import annotations

import json
import random
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import OptionsError
from harbincrawl.rescue.report import RescueReport
from harbincrawl.rescue.sources import choose_source
from harbincrawl.twin import changes, make_twin, serve
from harbincrawl.warc.heads import digest_of
from tests.rescue.test_rescue import check_sums, verify
from tests.support.archives import build_archive
from tests.support.clocks import DAY, set_clock
from tests.support.crawling import ask, crawl
from tests.support.forge import forge
from tests.support.mementos import NEWS, hold
from tests.support.other_archives import serve_face
from tests.support.rescue_cases import Past, run_rescue, stored_wordings
from tests.support.web_site import running

OWN = {"capture", "first_seen", "last_seen"}
"""Keys of who captured an article, and when."""
STATUS = {"status"}
"""Goes by what the site itself answered and listed: of what it never showed to an archive it is `unknown`."""


def crawl_past(archive: Path, stories: int, rounds: int, seed: int = 7, *, gzip: bool = True) -> None:
    """Crawls a site as it was on several days: articles are new, edited, moved, gone; at last nothing is otherwise."""
    twin = make_twin(seed, stories, sections=("news", "gallery"))
    dice = random.Random(seed)
    with serve(twin, gzip=gzip) as server:
        for at in range(rounds + 1):
            numbers = [number for number in sorted(twin.stories) if not twin.stories[number].gone]
            if 0 < at < rounds:
                for number in dice.sample(numbers, len(numbers) // 2):
                    changes.edit(twin, number, dice.choice(["body", "title", "author"]), dice=dice)
                # Of several pages is one, and one is gone at last.
                changes.edit(twin, max(numbers, key=lambda number: twin.stories[number].page_count), "body", dice=dice)
                changes.remove(twin, numbers[at])
                changes.move(
                    twin, numbers[-at], "gallery" if twin.stories[numbers[-at]].section_path == "news" else "news"
                )
                changes.add(twin)
                changes.change_feature_box(twin)
            clock = set_clock((at - rounds - 1) * 30 * DAY)
            crawl(archive, server, "--all", "--recheck", "all", prelude=clock, code=None)


def export(archive: Path, *words: str) -> dict[tuple[str, int], dict[str, Any]]:
    """The records of an export by id and revision."""
    target = archive.parent / f"{archive.name}-{secrets.token_hex(4)}.jsonl"
    code, _, said = forge().start(["--archive", str(archive), "export", str(target), *words]).wait()
    assert code == 0, said
    records = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return {(record["id"], record["revision"]): record for record in records}


def check_alike(one: Path, other: Path) -> int:
    """Fails where the exports differ in more than who captured what when; the number of records compared."""
    compared = 0
    for words, allowed in (((), OWN | STATUS), (("--revisions",), OWN | STATUS | {"cause"})):
        first, second = export(one, *words), export(other, *words)
        assert first.keys() == second.keys()
        for key, record in first.items():
            differing = {name for name in record if record[name] != second[key][name]}
            assert differing <= allowed, (key, differing)
            assert second[key].get("status", "unknown") == "unknown"
            compared += 1
    return compared


def rescue_served(archive: Path, target: Path) -> RescueReport:
    with running(archive) as site:
        report = run_rescue(target, "", named=f"http://127.0.0.1:{site.port}")
        again = run_rescue(target, "", named=f"http://127.0.0.1:{site.port}/")
    check_sums(report)
    assert (report.exit_code, report.sums["failed"], report.digests_differ) == (0, 0, 0)
    assert report.listed == report.sums["found"]
    assert (again.listed, again.fetched, again.sums) == (0, 0, report.sums)
    return report


def test_a_rescue_from_serve_has_the_same_exports(tmp_path: Path) -> None:
    crawl_past(tmp_path / "own", stories=6, rounds=2)
    report = rescue_served(tmp_path / "own", tmp_path / "rescued")
    assert report.sums["repeats"] > 0
    assert check_alike(tmp_path / "own", tmp_path / "rescued") > 8
    moments = "SELECT address, fetched_at, digest FROM captures WHERE status = 200 AND first_page IS NULL"
    assert set(ask(tmp_path / "rescued", moments)) <= set(ask(
        tmp_path / "own", "SELECT address, fetched_at, digest FROM captures"
    ))  # fmt: skip
    verify(tmp_path / "rescued")


@pytest.mark.attack
@pytest.mark.parametrize("seed", range(6))
def test_years_of_changes_come_over_whole_and_over_again(tmp_path: Path, seed: int) -> None:
    crawl_past(tmp_path / "own", stories=24, rounds=5, seed=seed, gzip=seed % 2 == 0)
    assert ask(tmp_path / "own", "SELECT count(*) FROM articles WHERE status = 'gone'")[0][0] > 0
    rescue_served(tmp_path / "own", tmp_path / "rescued")
    assert check_alike(tmp_path / "own", tmp_path / "rescued") > 50
    verify(tmp_path / "rescued")
    # What was rescued is served with the moments of the first archive, and can be rescued once more.
    rescue_served(tmp_path / "rescued", tmp_path / "third")
    assert check_alike(tmp_path / "own", tmp_path / "third") > 50


def test_a_list_is_read_by_its_keys_and_each_body_comes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harbincrawl.rescue.lists.LIMIT", 3)
    archive = build_archive(tmp_path / "own")
    for day in range(1, 10):
        hold(archive, f"202401{day:02}080000", NEWS, f"<p>{day // 2}</p>".encode())
    hold(archive, "20240110080000", NEWS, b"", status=304, digest=digest_of(b"<p>4</p>"))
    with running(archive) as site:
        report = run_rescue(tmp_path / "rescued", "", named=f"http://127.0.0.1:{site.port}/cdx")
    check_sums(report)
    assert (report.sums["found"], report.sums["fetched"], report.sums["repeats"]) == (10, 5, 5)
    assert (report.requests, report.digests_differ) == (4 + 5, 0)


def test_what_is_served_below_a_path_is_named_with_a_slash_at_its_end(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "own")
    hold(archive, "20240101080000", NEWS)
    with running(archive, "--base-path", "/news") as site:
        for at, written in enumerate(("news/", "news/web/cdx", "news/cdx")):
            report = run_rescue(tmp_path / str(at), "", named=f"http://127.0.0.1:{site.port}/{written}")
            assert (report.sums["found"], report.sums["fetched"]) == (1, 1)


def test_lists_of_the_same_second_count_as_captured_before_an_article(tmp_path: Path) -> None:
    past = Past(twin := make_twin(0, 24, sections=("news", "gallery")))
    story = next(each for each in twin.listing("gallery") if not each.printed_title)
    pages = [f"/gallery/{'' if page == 1 else f'index_{page}.html'}" for page in range(1, 4)]
    for title in (story.title, "What the list calls it now"):
        story.title = title
        changes.change_feature_box(twin)
        for path in pages:
            past.capture_path(path)
            past.moment -= timedelta(seconds=7)
        past.capture(story.number)
        past.pass_days(30)
    with serve_face(past.face) as url:
        run_rescue(tmp_path / "archive", url)
    titles = [wording["title"] for wording in stored_wordings(tmp_path / "archive")[story.number]]
    assert titles == [past.said[story.number][0]["title"], "What the list calls it now"]
    printed = forge().start(["--archive", str(tmp_path / "archive"), "reparse", "--json"]).wait()[1]
    assert json.loads(printed)["changed"] == 0


@pytest.mark.parametrize(("named", "api", "replay"), [
    ("http://news.example", "http://news.example/web/cdx", "http://news.example/web/"),
    ("http://news.example:8399/", "http://news.example:8399/web/cdx", "http://news.example:8399/web/"),
    ("https://news.example/a/harbin/", "https://news.example/a/harbin/web/cdx", "https://news.example/a/harbin/web/"),
    ("https://news.example/coll/cdx", "https://news.example/coll/cdx", "https://news.example/coll/"),
])  # fmt: skip
def test_the_address_of_a_site_stands_for_its_list(named: str, api: str, replay: str) -> None:
    source = choose_source(named, None, None, None)
    assert (source.name, source.api, source.replay) == (api, api, replay)


def test_an_address_without_a_host_is_refused() -> None:
    with pytest.raises(OptionsError, match="expected an address"):
        choose_source("http:///", None, None, None)
