"""Every command calls a section by one label and counts the same articles in it, also where the site file has none."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlencode

import pytest

from tests.support.crawling import ask, crawl
from tests.support.forge import forge
from tests.support.twin import make_twin, serve
from tests.support.web_site import Site, running

SECTIONS = ("news", "travel/sights", "harbour/boats", "specials")
LABELS = {"news": "Harbin Today", "travel/sights": "Sights", "harbour/boats": "Boats", "specials": "Ice Festival"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section with a known path, one that the site's file does not know at all, one that pages name in two ways."""
    folder = tmp_path_factory.mktemp("labels") / "archive"
    twin = make_twin(31, 60, sections=SECTIONS)
    with serve(twin) as server:
        for story in twin.stories.values():
            story.label = LABELS[story.section_path]
            story.breadcrumb = story.section_path == "specials"
        # What a crawl reads first has no breadcrumb: these are called by their paths, others as the site's file says.
        wanted = [word for path in SECTIONS for word in ("--section-path", path)]
        crawl(folder, server, *wanted)
        assert {label for (label,) in ask(folder, "SELECT DISTINCT section FROM articles")} == {
            "Harbin Today", "travel/sights", "harbour/boats", "Wetland Festival"
        }  # fmt: skip
        for path in SECTIONS[1:3]:
            first, second, *_ = twin.listing(path)
            for story, label in ((first, LABELS[path]), (second, "Another name")):
                story.breadcrumb, story.label, story.title = True, label, f"{story.title} today"
                # Its list line is news, so the article is asked for again.
            crawl(folder, server, *wanted)
            labels = ask(folder, "SELECT DISTINCT section FROM articles WHERE section_path = ?", path)
            # Which of the two pages was read first is the crawl's business.
            assert len(labels) == 1
            assert labels[0][0] in (LABELS[path], "Another name")
    return folder


def run(archive: Path, *words: str) -> str:
    code, printed, told = forge().start(["--archive", str(archive), *words]).wait()
    assert code == 0, told
    return str(printed)


@pytest.mark.attack
def test_every_command_counts_a_section_alike_under_its_one_label(archive: Path, tmp_path: Path) -> None:
    bars = json.loads(run(archive, "stats", "--by", "section", "--json"))
    assert {bar["path"] for bar in bars} == set(SECTIONS)
    exported = [json.loads(line) for line in run(archive, "export", "-").splitlines()]
    run(archive, "export", str(tmp_path / "bundle"))
    card = (tmp_path / "bundle" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| `(.+?)` \| (\d+) \|", card, re.MULTILINE)
    facet = json.loads(run(archive, "search", "--copies", "--facet", "section", "--format", "json", ""))
    with running(archive) as site:
        shown = re.findall(r'section=([^"]+)"><bdi>([^<]+)</bdi></a> <span>(\d+)', unquote(site.ask("/sections").text))
        assert shown == [(bar["path"], bar["value"], str(bar["articles"])) for bar in bars]
        downloads = {bar["value"]: read_table(site, bar["value"]) for bar in bars}
    for bar in bars:
        path, label, count = bar["path"], bar["value"], bar["articles"]
        assert {record["section"] for record in exported if record["section_path"] == path} == {label}
        assert sum(record["section"] == label for record in exported) == count
        for name in (label, label.upper(), path):
            assert run(archive, "search", "--copies", "--count", "--section", name).strip() == str(count)
        assert (label, path, str(count)) in rows
        assert bar in facet
        assert [row["section"] for row in downloads[label]] == [label] * count


def read_table(site: Site, label: str) -> list[dict[str, str]]:
    text = site.ask(f"/search.csv?{urlencode({'copies': 1, 'section': label})}").text
    return list(csv.DictReader(io.StringIO(text)))
