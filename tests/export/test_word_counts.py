"""The three counts that go by the name of words are those that docs/research.md tells apart."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.articles.states import article_values
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.concordance import Concordance
from harbincrawl.corpus.keywords import find_keywords
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.records import Article
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive

PAGE = (Path(__file__).parents[2] / "docs" / "research.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"^\| \*(.+)\* \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
TEXT, (BY_BLANKS, TOKENS, WORDS) = EXAMPLE[0], map(int, EXAMPLE[1:])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    picture = {"url": None, "caption": "A seat", "credit": "Lu Wenpeng/HLJnews"}
    articles = [{"title": "Seats", "body": TEXT, "images": [picture]}, {"title": "Other", "body": "Snow."}]
    return build_archive(tmp_path / "archive", articles)


def test_the_word_count_of_a_record_is_what_stands_between_blanks_in_its_body() -> None:
    article = Article(
        "1", "http://e.my399.com/1.html", "News", "news", "Seats", None, None, None, (), None, (TEXT,), (), "1"
    )
    assert article_values(article, 1, "")["word_count"] == len(TEXT.split()) == BY_BLANKS


def test_tokens_are_letters_and_digits_of_the_body_and_each_character_of_chinese(archive: Path, tmp_path: Path) -> None:
    run_job(archive, ExportJob(str(tmp_path / "features.jsonl"), profile="features"))
    rows = [json.loads(line) for line in (tmp_path / "features.jsonl").read_text("utf-8").splitlines()]
    (tokens,) = (row["tokens"] for row in rows if row["id"].endswith(":1"))
    assert sum(each["count"] for each in tokens) == TOKENS
    assert {"zoë", "s", "café", "3", "000", "哈", "尔", "滨"} <= {each["term"] for each in tokens}


def test_words_are_those_of_title_body_and_captions_without_credits(archive: Path) -> None:
    with closing(open_reader(archive)) as connection:
        found = find_keywords(connection, Filters(query="title:seats"), least=1)
        # One in the title, two in the caption.
        assert found.part == (1, WORDS + 3)
        listed = {each.word for each in found.words}
        assert {"zoe", "cafe", "哈尔滨"} <= listed
        assert not listed & {"3", "000", "lu", "wenpeng", "hljnews", "zoë"}
        # What is listed is a word that concordance finds as often.
        for each in found.words:
            assert len(list(Concordance(connection, each.word, Filters()))) == each.frequency
