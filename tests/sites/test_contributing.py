"""What CONTRIBUTING says of a third site is done, with the texts of that page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl, execute
from tests.support.forge import forge
from tests.support.twin import make_twin, serve
from tests.support.twin.manner import read_manner

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
_FILE = re.compile(r"`otter-bay\.toml`[^`]*?\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    text = PAGE.read_text(encoding="utf-8")
    match = _FILE.search(text[text.index("## A third site") :])
    assert match is not None
    (tmp_path / "otter-bay.toml").write_text(match[1], encoding="utf-8")
    return tmp_path / "otter-bay.toml"


def test_the_site_of_the_walkthrough_is_sound_crawled_whole_and_remembered(site: Path, tmp_path: Path) -> None:
    assert forge().start(["sites", "check", str(site)]).wait() == (0, "Otter Bay Courier: 2 sections\n", "")
    twin = make_twin(4, 60, manner=read_manner(str(site)))
    archive = tmp_path / "otter"
    with serve(twin) as server:
        crawl(archive, server, "--all", "--site", str(site))
        check_whole(archive, twin)
        site.rename(site.with_suffix(".gone"))
        again = crawl(archive, server, "--all").report
        assert (again["new"], again["known"], again["failed"]) == (0, 60, 0)
        other = crawl(archive, server, "--site", "harbin-today", code=2)
    assert "holds the site otter-bay, not harbin-today" in other.words


def test_a_site_file_may_change_its_words_and_no_addresses(site: Path, tmp_path: Path) -> None:
    twin = make_twin(4, 20, manner=read_manner(str(site)))
    archive = tmp_path / "otter"
    text = site.read_text(encoding="utf-8")
    with serve(twin) as server:
        crawl(archive, server, "--all", "--site", str(site))
        site.write_text(text.replace('"Desk"', '"Desk", "Edited by"'), encoding="utf-8")
        reparse = ["--archive", str(archive), "reparse", "--site", str(site)]
        before = ask(archive, "SELECT DISTINCT parser FROM articles")
        assert forge().start(reparse).wait()[0] == 0
        assert ask(archive, "SELECT DISTINCT parser FROM articles") == before
        assert forge().start([*reparse, "--apply"]).wait()[0] == 0
        parsers = ask(archive, "SELECT DISTINCT parser FROM articles")
        site.write_text(text.replace("/n(?P<number>", "/n?(?P<number>"), encoding="utf-8")
        refused = crawl(archive, server, "--site", str(site), code=2)
    assert len(parsers) == 1 and parsers != before
    assert "was made with other addresses of otter-bay" in refused.words


@pytest.mark.attack
def test_a_site_without_a_stemmer_is_searched_for_words_as_they_are_written(site: Path, tmp_path: Path) -> None:
    archive = tmp_path / "otter"
    text = site.read_text(encoding="utf-8")

    def count(word: str) -> int:
        return int(execute(archive, "search", "--count", word)[1] or 0)

    with serve(make_twin(4, 40, manner=read_manner(str(site)))) as server:
        crawl(archive, server, "--all", "--site", str(site))
        stemmed = count("sculptor")
        site.write_text('stemmer = "none"\n' + text, encoding="utf-8")
        crawl(archive, server, "--site", str(site))
    assert count("sculptors") == stemmed > count("sculptor")
