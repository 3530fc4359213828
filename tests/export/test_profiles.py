"""What the profiles leave of the texts: counts of words, and no five successive words of any body."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from tests.support.archives import build_archive
from tests.support.export_cases import read_jsonl

BODY = "Harbin opened its new ice park today. The park of ice is large."


def features(folder: Path, **wanted: Any) -> list[dict[str, Any]]:
    run_job(folder, ExportJob(str(folder / "a.jsonl"), **({"profile": "features"} | wanted)))
    return read_jsonl((folder / "a.jsonl").read_bytes())


def test_features_count_words_pairs_and_lengths(tmp_path: Path) -> None:
    found, *_ = features(build_archive(tmp_path, [{"body": f"{BODY}\n\nEnd."} for _ in range(5)]))
    tokens = {item["term"]: item["count"] for item in found["tokens"]}
    assert (tokens["ice"], tokens["harbin"], tokens["park"]) == (2, 1, 2)
    assert found["bigrams"] == [{"term": term, "count": 1} for term in ("ice is", "ice park", "large end", "the park")]
    assert (found["characters"], found["paragraphs"]) == (len(BODY) + 6, 2)
    assert not {"body", "summary", "body_hash", "minhash"} & set(found)


def test_a_title_that_repeats_a_body_is_left_out(tmp_path: Path) -> None:
    titles = ["Harbin opened its new ice", "the new ICE park today!", "Large is the park of ice", "Its new ice park"]
    images = [{"url": "http://e.my399.com/1.jpg", "file_name": "opened its new ice park.jpg"}]
    articles = [{"title": title, "body": None, "images": images} for title in titles]
    found = features(build_archive(tmp_path, [*articles, {"title": "Other", "body": BODY}]))
    assert [article["title"] for article in found] == [None, "the new ICE park today!", titles[2], titles[3], "Other"]
    assert found[0]["images"][0]["file_name"] is None
