"""`harbincrawl stats` as it is called, and its charts as files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from harbincrawl.charts.shapes import PAGE
from harbincrawl.cli.commands import stats
from harbincrawl.cli.main import GlobalOptions
from tests.support.archives import build_archive

Stats = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Stats:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    articles = [
        {"title": "A", "author": f"Name {n}", "created": f"20{19 + n // 10}-0{n % 9 + 1}-01", "body": "w " * 10}
        for n in range(20)
    ]
    articles.append({"title": "<b> & \x1b[31m", "section_path": "gallery", "section": "Photos <&>", "status": "gone"})
    folder = build_archive(tmp_path / "archive", articles)

    def call(*arguments: str) -> str:
        stats.command.main(list(arguments), standalone_mode=False, obj=GlobalOptions(folder, False, False))
        return capsys.readouterr().out

    return call


def test_a_section_that_no_article_has_is_told_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build_archive(tmp_path / "archive", [{"section_path": "gallery"}])
    stats.command.main(["--section", "galery"], standalone_mode=False, obj=GlobalOptions(folder, False, False))
    assert capsys.readouterr().err == 'no article has the section "galery"; did you mean "gallery"?\n'


def test_people_get_totals_and_charts(run: Stats) -> None:
    out = run()
    assert out.startswith("21 articles, 2019-01-01 to 2024-05-01, 200 words, 0 copies, 1 gone\n")
    assert "\n6 more" in out
    assert "      JFMAMJJASOND\n2019  █" in out
    assert max(map(len, out.splitlines()[1:])) <= 60


@pytest.mark.parametrize(
    ("words", "articles"),
    [("--author=Name 3", 1), ("--section=gallery", 1), ("--until=2019", 10), ("--status=gone", 1)],
)
def test_filters_are_those_of_search(run: Stats, words: str, articles: int) -> None:
    found = json.loads(run("--json", words))
    assert found["articles"] == articles
    assert (found["section"][0]["path"] == "gallery") == (words in ("--section=gallery", "--status=gone"))


def test_programs_get_every_value(run: Stats) -> None:
    found = json.loads(run("--json"))
    assert (found["articles"], found["gone"], len(found["author"])) == (21, 1, 21)
    assert {"value": "2019", "count": 10} in found["year"]
    rows = run("--csv", "--by", "year").splitlines()
    assert rows == ["chart,value,count", "year,2019,10", "year,2020,10", "year,2024,1"]


def test_an_svg_is_well_formed_and_says_the_same(run: Stats, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    assert run("--plot", str(path)) == ""
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Photos <&>", "2019", "6 more", "Articles by month"} <= set(words)


def test_a_picture_fits_a_page_however_many_bars_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = [{"author": f"Name {n}", "source": f"Source {n}", "section_path": f"s/{n}"} for n in range(90)]
    options = GlobalOptions(build_archive(tmp_path / "archive", articles), False, False)
    plot = tmp_path / "a.svg"
    stats.command.main(["--top", "0", "--plot", str(plot)], standalone_mode=False, obj=options)
    capsys.readouterr()
    drawing = ET.fromstring(plot.read_text())  # noqa: S314 - our own file
    assert 700 < float(drawing.attrib["height"]) <= PAGE
    words = [element.text or "" for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "Articles by length in words" in words
    assert sum(word.endswith(" more") for word in words) == 3


def test_two_sections_of_one_label_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles = [{"section_path": path, "section": "Festival"} for path in ("a/wf", "b", "a/wf")]
    articles.append({"section_path": "news", "section": "News"})
    options = GlobalOptions(build_archive(tmp_path / "archive", articles), False, False)
    stats.command.main(["--by", "section"], standalone_mode=False, obj=options)
    shown = capsys.readouterr().out
    assert [line.split("  ")[0].strip() for line in shown.splitlines()[4:]] == [
        "Festival (a/wf)",
        "Festival (b)",
        "News",
    ]
