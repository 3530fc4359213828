"""Word lists of texts that are hardly any, or far too much."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.counting import count_texts


def test_one_article_of_one_word(tmp_path: Path) -> None:
    found = count_texts(tmp_path, ["Snow"])
    assert found.rows == (("snow", None, 1, 1e6, 1, 0, None),)
    assert count_texts(tmp_path / "pairs", ["Snow"], size=2).rows == ()


@pytest.mark.parametrize("texts", [(), ([],), ([""],), (["… — ?!"],), (["2020 100"],)])
def test_where_there_is_no_word_there_is_no_row(tmp_path: Path, texts: tuple[list[str], ...]) -> None:
    for by in (None, "year"):
        found = count_texts(tmp_path / str(by), *texts, by=by)
        assert (found.rows, found.different, found.whole.articles) == ((), 0, len(texts))


def test_chinese_and_endless_words_are_words(tmp_path: Path) -> None:
    found = count_texts(tmp_path, ["哈尔滨 冰雪节开幕。哈尔滨", "x" * 100_000])
    assert [row[:3] for row in found.rows] == [
        ("哈尔滨", None, 2), ("x" * 100_000, None, 1), ("冰雪节开幕", None, 1)
    ]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize("text", ["ab " * 700_000, "x" * 10_000_000, "a b\n" * 500_000, "é" * 5_000_000])
def test_megabytes_are_counted_in_seconds(tmp_path: Path, text: str) -> None:
    begin = time.process_time()
    assert count_texts(tmp_path, [text], size=2).whole.words == len(text.split())
    assert time.process_time() - begin < 20
