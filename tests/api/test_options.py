"""What an argument may not be is said at once, and what it may be, too."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl import Archive, FilterOptions, open_archive
from harbincrawl.api.options import read_filters
from harbincrawl.errors import FilterError
from harbincrawl.search.filters import FILTERS, Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import build_corpus


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_corpus(tmp_path_factory.mktemp("corpus"))) as opened:
        yield opened


MISTAKES: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda a: a.count(section="galery"), FilterError,
     'no section "galery"; did you mean "gallery"? Known sections: culture/music, gallery, news.'),
    (lambda a: a.articles(section=["news", "sport"]), FilterError,
     'no section "sport". Known sections: culture/music, gallery, news.'),
    (lambda a: a.keywords(section="news", against={"section": "galery"}), FilterError, 'no section "galery"'),
    (lambda a: a.to_pandas(section="galery"), FilterError, 'no section "galery"'),
    (lambda a: a.count(since="2019-13"), FilterError, "'2019-13' is not a date: expected 2019, 2019-05, 2019-05-30"),
    (lambda a: a.count(until="soon"), FilterError, "'soon' is not a date: expected 2019"),
    (lambda a: a.count(seen_since="x"), FilterError, "'x' is not a date"),
    (lambda a: a.count(status="lost"), FilterError, "'lost' is not a status: expected one of live, gone, unknown."),
    (lambda a: a.count(date="printed"), FilterError, "'printed' is not a date: expected one of updated, created."),
    (lambda a: a.count(changed_since=-1), FilterError, "changed_since=-1: expected a whole number from 0 on."),
    (lambda a: a.count(changed_since=2**64), FilterError, "expected a whole number from 0 on to 9223372036854775807."),
    (lambda a: a.count(ids=[]), FilterError, "ids=[] leaves no article: expected at least one value"),
    (lambda a: a.count(since=2019), TypeError, "since=2019: expected a text such as '2020', '2020-05' or '2020-05-31'"),
    (lambda a: a.count(section=7), TypeError, "section=7: expected a text or several: 'a', ['a', 'b']."),
    (lambda a: a.count(sources=["Xinhua", 7]), TypeError, "sources=7: expected a text or several"),
    (lambda a: a.count(author=b"Li"), TypeError, "author=b'Li': expected a text or several"),
    (lambda a: a.count(id=2.5), TypeError, "id=2.5: expected an id or several: 5370, 'harbin-today:5370'."),
    (lambda a: a.count(changed="yes"), TypeError, "changed='yes': expected True or False."),
    (lambda a: a.count(exact=1), TypeError, "exact=1: expected True or False."),
    (lambda a: a.count(query=7), TypeError, "query=7: expected a text."),
    (lambda a: a.count("x", query="y"), TypeError, "count() was given two queries: expected one."),
    (lambda a: a.count(7), TypeError, "query=7: expected a text."),
    (lambda a: a.count(sektion="news"), TypeError, "there is no filter 'sektion'; did you mean 'section'?"),
    (lambda a: a.search("x", limits=3), TypeError, "there is no filter 'limits'; did you mean 'limit'?"),
    (lambda a: a.search("x", bogus=3), TypeError, "there is no filter 'bogus'. Filters are sections, sources, authors"),
    (lambda a: a.trends("x", query="y"), TypeError, "there is no filter 'query'"),
    (lambda a: a.search("x", limit=-1), FilterError, "limit=-1: expected a whole number from 0 on, or None for all"),
    (lambda a: a.search("x", limit="3"), TypeError, "limit='3': expected a whole number from 0 on, or None for all"),
    (lambda a: a.search("x", limit=True), TypeError, "limit=True: expected a whole number"),
    (lambda a: a.search("x", copies="no"), TypeError, "copies='no': expected True or False."),
    (lambda a: a.search("x", sort="newst"), FilterError,
     "sort='newst': did you mean 'newest'? expected one of best, newest, oldest."),
    (lambda a: a.search(None), TypeError, "query=None: expected a text."),
    (lambda a: a.concordance("x", sort="up"), FilterError, "sort='up': expected one of newest, oldest, left, right."),
    (lambda a: a.concordance("x", context=0), FilterError, "context=0: expected a whole number from 1 on."),
    (lambda a: a.concordance("x", limit=2.0), TypeError, "limit=2.0: expected a whole number from 0 on, or None"),
    (lambda a: a.concordance(7), TypeError, "word=7: expected a text."),
    (lambda a: a.trends("x", by="day"), FilterError, "by='day': expected one of month, year."),
    (lambda a: a.trends(), TypeError, "trends() was given no query: expected one or several"),
    (lambda a: a.trends(["a", "b"]), TypeError, "query=['a', 'b']: expected a text."),
    (lambda a: a.trends("x", smooth=0), FilterError, "smooth=0: expected a whole number from 1 on."),
    (lambda a: a.trends("x", smooth=1000), FilterError, "expected 1 to 120."),
    (lambda a: a.words(by="day"), FilterError, "by='day': expected one of section, source, author, year."),
    (lambda a: a.words(sort="words"), FilterError, "sort='words': did you mean 'word'? expected one of frequency,"),
    (lambda a: a.words(size=9), FilterError, "expected 1 to 5"),
    (lambda a: a.words(7), TypeError, "word=7: expected a text."),
    (lambda a: a.collocations("x", sort="ll"), FilterError, "sort='ll': expected one of log-likelihood, mi, logdice"),
    (lambda a: a.collocations("x", window=(1, 2, 3)), FilterError, "window=(1, 2, 3): expected a number of words"),
    (lambda a: a.collocations("x", window="3"), TypeError, "window='3': expected a whole number from 0 on."),
    (lambda a: a.edits(sektion="news"), TypeError, "there is no filter 'sektion'; did you mean 'section'?"),
    (lambda a: a.keywords(least="5"), TypeError, "least='5': expected a whole number from 1 on."),
    (lambda a: a.articles("up"), FilterError, "order='up': expected one of newest, oldest, number, change."),
    (lambda a: a.records("newst"), FilterError, "order='newst': did you mean 'newest'? expected"),
    (lambda a: a.to_dataframe("panda"), FilterError, "kind='panda': did you mean 'pandas'? expected one of"),
    (lambda a: a.similar(5, limit=0), FilterError, "limit=0: expected a whole number from 1 on."),
    (lambda a: a[99999], KeyError, "the archive has no article 99999: expected a number (5370), an id (harbin-today"),
    (lambda a: a["sport:5"], KeyError, "the archive has no article 'sport:5': expected a number (5370), an id"),
    (lambda a: a.similar("x"), KeyError, "the archive has no article 'x': expected a number (5370), an id"),
    (lambda a: a[2.5], TypeError, "2.5 names no article: expected a number (5370), an id (harbin-today:5370)"),
    (lambda a: a[None], TypeError, "None names no article: expected a number (5370)"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "kind", "message"), MISTAKES)
def test_a_mistake_is_one_line_that_says_what_is_legal(
    archive: Archive, ask: Callable[[Any], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=re.escape(message)) as raised:
        ask(archive)
    assert "\n" not in str(raised.value)


def test_a_source_or_an_author_that_no_article_has_is_a_warning_at_the_line_that_asks(archive: Archive) -> None:
    for ask in (lambda name: archive.count(source=name), lambda name: list(archive.articles(source=name)),
                lambda name: archive.search("metro", sources=["chinadaily.com.cn", name])):  # fmt: skip
        name = f"chinadialy.com.cn{'x' * len(archive._met)}"
        with pytest.warns(UserWarning, match=f'no article has the source "{name}"') as caught:
            ask(name)
        assert [each.filename for each in caught] == [__file__]


def test_names_that_articles_have_pass_in_every_form(archive: Archive) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for names in ("culture", "Culture/Music", "Harbin Today", ("news", "gallery"), {"gallery"}, iter(["news"])):
            assert archive.count(section=names) > 0
        # The site has a section of that name, and no article of it is stored.
        assert archive.count(section="Photo Gallery") == archive.count(section="travel/sights") == 0


def test_none_is_not_given() -> None:
    names = [name for name in FilterOptions.__annotations__ if name != "query"]
    assert read_filters(dict.fromkeys(names)) == Filters()


def test_days_are_texts_dates_and_times() -> None:
    moment = datetime.fromisoformat("2024-05-01T23:30:00+00:00")
    assert read_filters({"since": moment, "until": date(2024, 5, 2)}) == Filters(since="2024-05-01", until="2024-05-02")
    assert read_filters({"seen_since": moment}) == Filters(seen_since="2024-05-01T23:30:00Z")


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4),
    st.lists(st.one_of(st.text(max_size=4), st.integers(), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2), st.datetimes(), st.dates(),
    st.sampled_from(["2019", "2019-05-30", "live", "news", "created", object(), 2**63, -(2**63) - 1]),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from([*(each.field for each in FILTERS), "section", "bogus", "query"]), ODD, max_size=3)
)
def test_any_value_of_any_filter_gives_articles_or_one_clear_error(options: dict[str, Any]) -> None:
    try:
        filters = read_filters(options)
    except (TypeError, FilterError) as error:
        assert "expected" in str(error) or "Filters are" in str(error)
    else:
        assert isinstance(filters, Filters)


@pytest.mark.attack
@given(options=st.dictionaries(
    st.sampled_from([*(each.field for each in FILTERS if each.reach != "inside"), "section", "query"]), ODD, max_size=3
))  # fmt: skip
def test_any_value_counts_or_is_refused(archive: Archive, options: dict[str, Any]) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert 0 <= archive.count(**options) <= 60
    except (TypeError, FilterError) as error:
        assert re.search("expected|Known sections|no date", str(error)), str(error)


def test_in_an_empty_archive_no_section_is_unknown(tmp_path: Any) -> None:
    with open_archive(build_archive(tmp_path)) as empty:
        assert empty.count(section="galery") == 0
