"""Trends, concordances and keywords are what pandas computes from an export of the same archive."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harbincrawl.cli.main import cli
from tests.support.corpus_cases import build_corpus, cut_texts

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_corpus(tmp_path_factory.mktemp("corpus"))


def run(archive: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def read_frame(archive: Path, *words: str) -> Any:
    """The hits of a search as a frame of pandas, with the words of each."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(json.loads(run(archive, "search", *words, "--limit", "0", "--format", "json"))["hits"])
    captions = frame["images"].map(lambda images: "\n".join(each["caption"] for each in images if each["caption"]))
    frame["text"] = frame["title"].fillna("") + "\n" + frame["body"].fillna("") + "\n" + captions
    frame["words"] = list(cut_texts(dict(enumerate(frame["text"]))).values())
    frame["day"] = pandas.to_datetime(frame["updated"].fillna(frame["created"]))
    return frame


@pytest.mark.filterwarnings("default")
def test_trends(archive: Path) -> None:
    every, hits = read_frame(archive), read_frame(archive, "title:metro", "-title:ice")
    articles = every.groupby(every["day"].dt.strftime("%Y-%m")).size()
    found = hits.groupby(hits["day"].dt.strftime("%Y-%m")).size()
    told = json.loads(run(archive, "trends", "title:metro -title:ice", "--by", "month", "--json"))
    for row in told:
        assert row["articles"] == articles.get(row["period"], 0)
        assert row["hits"] == found.get(row["period"], 0)
    assert sum(row["articles"] for row in told) == articles.sum()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("word", ["metro", "lantern", "ete", "哈尔滨"])
def test_concordance(archive: Path, word: str) -> None:
    words = read_frame(archive)["words"].explode()
    lines = json.loads(run(archive, "concordance", word, "--json"))
    assert len(lines) == (words == word).sum() > 0


@pytest.mark.filterwarnings("default")
def test_keywords(archive: Path) -> None:
    part = read_frame(archive, "--section", "gallery")["words"].explode().value_counts()
    other = read_frame(archive, "--section", "news", "tram")["words"].explode().value_counts()
    words = ("section:gallery", "--against", "section:news tram")
    told = json.loads(run(archive, "keywords", *words, "--limit", "0", "--json"))
    counts, others = Counter(part.to_dict()), Counter(other.to_dict())
    a, b = counts.total(), others.total()
    assert {each["word"] for each in told} == {
        word
        for word in counts
        if counts[word] / a > others[word] / b and counts[word] + others[word] >= 5 and not word.isdigit()
    }
    for each in told:
        n, m = counts[each["word"]], others[each["word"]]
        plain = 2 * (n * math.log(n * (a + b) / a / (n + m)) + (m * math.log(m * (a + b) / b / (n + m)) if m else 0))
        assert (each["frequency"], each["against_frequency"]) == (n, m)
        assert each["log_likelihood"] == pytest.approx(plain, abs=0.006)
