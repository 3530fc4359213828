"""What the Python API counts is what pandas counts in the frames that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harbincrawl import Archive, open_archive
from tests.support.corpus_cases import build_corpus

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    pytest.importorskip("pandas")
    with open_archive(build_corpus(tmp_path_factory.mktemp("corpus"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def articles(corpus: Archive) -> Any:
    """All articles with the day that counts go by."""
    frame = corpus.to_pandas()
    frame["day"] = frame["updated"].fillna(frame["created"])
    return frame


def test_stats(corpus: Archive, articles: Any) -> None:
    stats = corpus.stats().to_pandas().set_index("by")
    paths = stats.loc["section"].set_index("path")["articles"]
    assert paths.to_dict() == articles.groupby("section_path").size().to_dict()
    years = stats.loc["year"].dropna(subset="value").set_index("value")["articles"]
    assert years.to_dict() == articles.groupby(articles["day"].dt.strftime("%Y")).size().to_dict()
    assert stats.loc["year", "articles"].sum() - years.sum() == articles["day"].isna().sum() == 1
    sizes = articles["word_count"].map(lambda words: "0" if words == 0 else "1-99" if words < 100 else "100-299")
    lengths = stats.loc[["length"]].set_index("value")["articles"]
    assert lengths.to_dict() == sizes.value_counts().to_dict()


def test_hits_and_their_copies_are_all_articles_that_a_search_finds(corpus: Archive) -> None:
    hits, each = corpus.search("metro").to_pandas(), corpus.search("metro", copies=True).to_pandas()
    assert len(hits) + hits["copies"].map(len).sum() == len(each) == corpus.count("metro")
    assert set(hits["id"]).union(*hits["copies"]) == set(each["id"])
    assert (hits["score"] > 0).all()


def test_trends_are_hits_by_year(corpus: Archive) -> None:
    hits, every = corpus.search("metro").to_pandas(), corpus.search("").to_pandas()
    trends = corpus.trends("metro").to_pandas().set_index("period")
    for frame, column in ((hits, "hits"), (every, "articles")):
        years = frame["updated"].fillna(frame["created"]).dt.strftime("%Y").value_counts()
        assert trends[column].to_dict() == years.reindex(trends.index, fill_value=0).to_dict()
    assert (
        trends["per_1000"].dropna().to_list()
        == (1000 * trends["hits"] / trends["articles"]).dropna().round(2).to_list()
    )


def test_lines_and_words_are_places(corpus: Archive) -> None:
    lines = corpus.concordance("lantern").to_pandas()
    (count,) = corpus.words("lantern")
    assert (len(lines), lines["id"].nunique()) == (count.frequency, count.articles)
    by_year = corpus.words("lantern", by="year").to_pandas()
    years = lines["date"].dt.strftime("%Y").value_counts()
    assert by_year.dropna(subset="group").set_index("group")["frequency"].to_dict() == years.to_dict()


def test_duplicates_are_the_articles_that_name_an_original(corpus: Archive, articles: Any) -> None:
    copies = corpus.duplicates().to_pandas().set_index("id")
    named = articles.dropna(subset="duplicate_of").set_index("id")
    assert copies["duplicate_of"].to_dict() == named["duplicate_of"].to_dict()
    assert copies["similarity"].to_dict() == named["similarity"].to_dict()
