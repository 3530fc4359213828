"""Word lists and collocations from Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harbincrawl import Archive, Collocate, WordCount, open_archive
from harbincrawl.errors import FilterError
from harbincrawl.search.corpus.collocations import find_collocations
from harbincrawl.search.corpus.lists import count_words
from harbincrawl.search.filters import Filters
from tests.support.counting import build_signed


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_signed(tmp_path_factory.mktemp("signed"))) as opened:
        yield opened


def test_lists_and_collocations_are_those_of_the_commands(archive: Archive) -> None:
    with archive.reading() as connection:
        listed = count_words(connection, ["lan*"], Filters(sections=("news",)), by="author", size=2, least=2)
        beside = find_collocations(connection, "ice", Filters(until="2019"), window=(2, 2), sort="mi", least=3)
    rows = archive.words("lan*", section="news", by="author", size=2, least=2)
    assert rows == list(listed.rows) and isinstance(rows[0], WordCount)
    found = archive.collocations("ice", window=2, sort="mi", least=3, until="2019")
    assert found == list(beside.rows) and isinstance(found[0], Collocate)
    assert archive.collocations("ice", window=(2, 2), sort="mi", least=3, until="2019", limit=2) == found[:2]


def test_what_a_limit_cut_is_said(archive: Archive) -> None:
    every = archive.words(by="year")
    some = archive.words(by="year", limit=2)
    assert some == every[: len(some)]
    assert (some.is_cut, some.total, every.is_cut) == (True, len(every), False)
    beside = archive.collocations("ice", limit=1)
    assert beside.total == len(archive.collocations("ice")) > 1


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda archive: archive.words(size=6), FilterError, "expected 1 to 5"),
        (lambda archive: archive.words(by="month"), FilterError, "expected one of section, source, author, year"),
        (lambda archive: archive.words(sort="dp"), FilterError, "expected one of frequency, articles, word"),
        (lambda archive: archive.words(5), TypeError, "expected a text"),
        (lambda archive: archive.words(limit=-1), FilterError, "limit=-1"),
        (lambda archive: archive.words(lest=2), TypeError, "did you mean 'least'"),
        (lambda archive: archive.collocations("ice", window=99), FilterError, "expected 0 to 50"),
        (lambda archive: archive.collocations("ice", window=(1, 2, 3)), FilterError, "left, right"),
        (lambda archive: archive.collocations("ice", window="5"), TypeError, "window='5'"),
        (lambda archive: archive.collocations("ice", sort="t-score"), FilterError, "expected one of log-likelihood"),
        (lambda archive: archive.collocations("i*e"), FilterError, "wildcards inside a word"),
    ],
)
def test_mistakes_name_what_is_legal(archive: Archive, ask: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(archive)


def test_rows_go_into_frames(archive: Archive) -> None:
    pandas = pytest.importorskip("pandas")
    frame = archive.words(by="year").to_pandas()
    assert list(frame) == list(WordCount._fields)
    assert pandas.api.types.is_float_dtype(frame["dp"])
    assert list(archive.collocations("ice").to_pandas()) == list(Collocate._fields)
    # The shares of trends have their intervals there.
    assert {"low", "high"} <= set(archive.trends("metro").to_pandas())
