"""Samples: chosen by their seed alone, the same every time, the smaller within the larger."""

from __future__ import annotations

from pathlib import Path

import pytest

from harbincrawl.errors import DestinationError
from harbincrawl.export.job import run_job
from harbincrawl.export.selection import Sample
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import read_jsonl

ARTICLES = [
    {"number": number, "created": f"20{number % 20 + 10}-01-02", "section_path": ("news", "gallery")[number % 3 == 0]}
    for number in range(1, 201)
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("archive"), ARTICLES)


def sample(archive: Path, path: Path, size: int, seed: int = 0, **wanted: Filters) -> list[str]:
    receipt = run_job(archive, ExportJob(str(path), sample=Sample(size, seed), **wanted))  # type: ignore[arg-type]
    ids = [record["id"] for record in read_jsonl(path.read_bytes())]
    assert receipt.articles == len(ids) == len(set(ids))
    return ids


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(archive: Path, tmp_path: Path) -> None:
    one = sample(archive, tmp_path / "1.jsonl", 20, 7)
    assert sample(archive, tmp_path / "2.jsonl", 20, 7) == one
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert set(sample(archive, tmp_path / "3.jsonl", 20, 8)) != set(one)


def test_a_larger_sample_holds_the_smaller_in_the_order_of_the_export(archive: Path, tmp_path: Path) -> None:
    small, large = (sample(archive, tmp_path / "a.jsonl", size) for size in (10, 50))
    assert [name for name in large if name in small] == small
    assert len(sample(archive, tmp_path / "a.jsonl", 1000)) == 200


def test_a_sample_is_of_what_the_filters_leave(archive: Path, tmp_path: Path) -> None:
    chosen = sample(archive, tmp_path / "a.jsonl", 30, filters=Filters(sections=("gallery",), since="2015"))
    assert len(chosen) == 30
    assert all(int(name.partition(":")[2]) % 3 == 0 for name in chosen)


def test_each_article_is_as_likely_as_the_next(archive: Path, tmp_path: Path) -> None:
    """Of 40 samples of 20 of 200, each article is in 4 on average; chance leaves few above 11 and none at 20."""
    counts = dict.fromkeys((f"harbin-today:{number}" for number in range(1, 201)), 0)
    for seed in range(40):
        for name in sample(archive, tmp_path / "a.jsonl", 20, seed):
            counts[name] += 1
    assert max(counts.values()) < 16
    assert sum(count == 0 for count in counts.values()) < 15


def test_a_bundle_of_a_sample_says_so_and_is_the_same_twice(archive: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run_job(archive, ExportJob(str(tmp_path / name), sample=Sample(25, 3)))
    card = (tmp_path / "one" / "README.md").read_text()
    assert "a sample by chance of 200 articles, seed 3" in card
    assert "\n25 articles of [" in card
    assert (tmp_path / "one" / "SHA256SUMS").read_bytes() == (tmp_path / "two" / "SHA256SUMS").read_bytes()


def test_a_sample_follows_no_archive(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(DestinationError, match="--sample"):
        sample(archive, tmp_path / "a.jsonl", 5, filters=Filters(changed_since=0))
