"""The archive from Python."""

from __future__ import annotations

import pydoc
from datetime import date, timedelta
from typing import Any

import pytest

import harbincrawl
from harbincrawl import api as reading
from harbincrawl.api import Archive, open_archive
from harbincrawl.errors import MissingExtraError, NoArchiveError
from harbincrawl.records import Image
from harbincrawl.search.filters import KEYS
from tests.support.export_cases import hard_archive, stored_records


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return open_archive(hard_archive(tmp_path_factory.mktemp("archive")))


def test_iterating_gives_articles_in_order_of_their_days(archive: Archive) -> None:
    assert [int(article.id) for article in archive] == [205, 202, 201, 203, 204]
    assert len(archive) == 5


def test_an_article_is_what_the_page_said(archive: Archive) -> None:
    article = archive["harbin-today:202"]
    assert article == archive[202] == archive["202"]
    assert (article.updated, article.created) == (date(2012, 12, 31), date(2014, 1, 2))
    assert article.body == ("First paragraph.", "- a list, it seems", "# no heading", "2020. A year begins.")
    assert article.authors == ("Wang Wei", "Li Na")
    assert article.images[1] == Image(None, "Words\twith a tab")
    assert archive[203].body == ()


@pytest.mark.parametrize("identity", ["harbin-today:1", 1, "nonsense", ""])
def test_no_such_article_is_a_key_error(archive: Archive, identity: int | str) -> None:
    with pytest.raises(KeyError):
        archive[identity]


def test_search_and_filters_are_those_of_the_command(archive: Archive) -> None:
    assert [int(article.id) for article in archive.search("paragraph", copies=True)] == [204, 202]
    assert [int(article.id) for article in archive.search("paragraph", copies=True, until="2013")] == [202]
    assert [int(article.id) for article in archive.articles(status="gone")] == [203]
    assert archive.count(sections=("gallery",), query="caption") == 1
    with pytest.raises(TypeError):
        archive.count(colour="red")


def test_records_are_those_of_export(archive: Archive) -> None:
    assert list(archive.records()) == stored_records(archive.folder)


def test_no_archive_is_told() -> None:
    with pytest.raises(NoArchiveError):
        open_archive("/nonexistent")


def test_without_a_library_for_frames_one_is_named(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="pip install pandas"):
        archive.to_dataframe()


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_data_frame_has_a_row_an_article_and_days_that_are_days(archive: Archive, kind: Any) -> None:
    pytest.importorskip(kind)
    frame = archive.to_dataframe(kind, status="live")
    assert list(frame.columns) == list(KEYS)
    assert list(frame["id"]) == [f"harbin-today:{number}" for number in (205, 202, 201, 204)]
    assert [day.year for day in frame["created"][1:]] == [2014, 2013, 2020]
    assert frame["first_seen"][0].utcoffset() == timedelta(0)


def test_a_with_block_closes_the_archive(archive: Archive) -> None:
    with open_archive(archive.folder) as opened:
        assert opened.count() == 5
    with pytest.raises(Exception, match="closed"):
        opened.count()


def test_help_of_the_package_shows_what_is_loaded_later() -> None:
    text = pydoc.plain(pydoc.render_doc(harbincrawl))
    assert "open_archive(" in text and "class Article(" in text
