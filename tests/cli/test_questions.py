"""Every question has one answer: on the command line, on the web and in Python; what is not legal is named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from harbincrawl import Archive, open_archive
from harbincrawl.api.questions import HELP, QUESTIONS
from harbincrawl.api.rows import Rows
from harbincrawl.cli.main import GROUPS
from harbincrawl.errors import FilterError
from harbincrawl.text import disarm
from tests.support.archives import MakeOnce
from tests.support.corpus_cases import build_corpus
from tests.support.edited_twins import crawl_edited
from tests.support.web_site import Site, running

Run = Callable[..., Any]
WITHOUT_COMMAND = ("captures", "revisions")
"""Questions that `show` prints."""


class Case(NamedTuple):
    """A question as it is asked."""

    name: str
    words: tuple[str, ...] = ()
    own: Mapping[str, Any] = MappingProxyType({})
    filters: Mapping[str, str] = MappingProxyType({})


CASES = [
    Case("stats"),
    Case("stats", ("metro",), {"by": "section"}, {"since": "2019"}),
    Case("stats", (), {"by": "month"}, {"section": "news", "status": "live"}),
    Case("trends", ("metro", "lan*"), {"by": "month", "smooth": 3}),
    Case("trends", ("title:metro",), {}, {"section": "news", "until": "2023"}),
    Case("trends", ("metro OR lan*", "the"), {"query": "lantern OR -section:gallery"}),
    Case("concordance", ("lantern",), {"sort": "right", "context": 30}),
    Case("concordance", ("met*",), {"query": "title:metro", "limit": 3}, {"section": "news"}),
    Case("keywords", ("metro",), {"least": 2, "limit": 4}),
    Case("keywords", (), {"against": "section:gallery", "limit": 5}, {"section": "news"}),
    Case("words", (), {"limit": 7}),
    Case("words", ("metro", "lan*"), {"by": "year", "sort": "word"}, {"section": "news"}),
    Case("words", (), {"size": 2, "least": 3, "sort": "articles", "query": "metro"}),
    Case("collocations", ("lantern",), {"window": 3, "sort": "logdice", "least": 1, "limit": 9}),
    Case("edits"),
    Case("edits", (), {}, {"section": "news"}),
    Case("similar", ("5",), {"limit": 4}),
    Case("duplicates"),
    Case("duplicates", (), {"kind": "near"}),
    Case("captures", (), {}, {"section": "news"}),
    Case("revisions"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def crawled(make_once: MakeOnce) -> Path:
    return make_once("crawled-edited", crawl_edited)


@pytest.fixture(scope="module")
def sites(corpus: Path, crawled: Path) -> Iterator[dict[Path, Site]]:
    with running(corpus) as one, running(crawled) as other:
        yield {corpus: one, crawled: other}


def choose(case: Case, corpus: Path, crawled: Path) -> Path:
    return crawled if case.name in ("edits", "captures", "revisions") else corpus


def ask(archive: Archive, case: Case) -> Rows[Any]:
    return getattr(archive, case.name)(*case.words, **case.own, **case.filters)  # type: ignore[no-any-return]


def write_options(case: Case) -> list[str]:
    """The words of a command line: filters are fields of the query, which some questions take behind --query."""
    fields = {name: f"{name}:{value}" for name, value in case.filters.items() if name not in ("since", "until")}
    days = [case.filters.get(name, "") for name in ("since", "until")]
    query = [case.own.get("query", ""), *fields.values(), *([f"date:{'..'.join(days)}"] if any(days) else [])]
    own = dict(case.own)
    has_option = any(each.name == "query" and not each.is_word for each in QUESTIONS[case.name].parameters)
    if has_option and any(query):
        own["query"] = " ".join(filter(None, query))
    found = [*case.words, *([] if has_option else filter(None, query))]
    for name, value in own.items():
        found += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return found


def write_address(case: Case, form: str) -> str:
    own = {name: "1" if value is True else value for name, value in case.own.items()}
    pairs = [("q", word) for word in case.words] + list({**own, **case.filters}.items())
    return f"/questions/{case.name}.{form}?{urlencode(pairs)}"


def as_cells(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Rows as CSV has them."""

    def write(value: Any) -> str:
        if isinstance(value, list | dict):
            return json.dumps(value, ensure_ascii=False)
        return "" if value is None else str(value)

    return [[write(value) for value in row.values()] for row in rows]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_is_the_same_at_every_door(
    case: Case, corpus: Path, crawled: Path, sites: dict[Path, Site], harbincrawl: Run
) -> None:
    folder = choose(case, corpus, crawled)
    with open_archive(folder) as archive:
        rows = ask(archive, case)
        values = rows.list_values()
        assert rows and len(values) == len(rows)
        assert len(rows.to_arrow()) == len(rows)
    page = sites[folder].ask(write_address(case, "json"))
    assert (page.status, page.json()) == (200, values)
    table = sites[folder].ask(write_address(case, "csv")).body.decode()
    safe = [{name: disarm(value) if isinstance(value, str) else value for name, value in row.items()} for row in values]
    assert list(csv.reader(io.StringIO(table))) == [rows.list_names(), *as_cells(safe)]
    assert sites[folder].ask(write_address(case, "html").replace(".html", "")).status == 200
    if case.name in WITHOUT_COMMAND:
        return
    told = harbincrawl("--archive", folder, case.name, *write_options(case), "--json")
    assert (told.code, json.loads(told.out)) == (0, values)
    table = harbincrawl("--archive", folder, case.name, *write_options(case), "--csv").out
    assert list(csv.reader(io.StringIO(table))) == [rows.list_names(), *as_cells(values)]


def test_a_question_has_its_help_and_its_place_in_the_list(harbincrawl: Run) -> None:
    assert [*GROUPS["Research"], *WITHOUT_COMMAND] == list(QUESTIONS)
    for name, question in QUESTIONS.items():
        assert question.help and question.columns
        assert {each.name for each in question.parameters if not each.is_word} <= HELP.keys()
        if name not in WITHOUT_COMMAND:
            shown = " ".join(harbincrawl(name, "--help").out.split())
            assert " ".join(question.help.split("\n")[0].split()) in shown


MISTAKES: list[tuple[list[str], int, str]] = [
    (["trends"], 2, "trends of what? For example: harbincrawl trends metro"),
    (["concordance"], 2, "concordance of what?"),
    (["similar"], 2, "similar of what?"),
    (["similar", "99999"], 9, "the archive has no article 99999."),
    (["words", "--sort", "words"], 2, "'words' is not one of"),
    (["words", "--size", "9"], 2, "expected 1 to 5"),
    (["trends", "metro", "--smooth", "1000"], 2, "expected 1 to 120"),
    (["concordance", "met*ro"], 2, "wildcards inside a word are not supported"),
    (["keywords"], 9, "choose a part of the archive, by a query or a filter"),
    (["collocations", "lantren"], 9, "no article has lantren; did you mean lantern"),
    (["stats", "section:galery"], 9, 'no article has the section "galery"; did you mean "gallery"?'),
]


@pytest.mark.parametrize(("words", "code", "message"), MISTAKES, ids=str)
def test_what_cannot_be_answered_is_said(
    words: list[str], code: int, message: str, corpus: Path, harbincrawl: Run
) -> None:
    told = harbincrawl("--archive", corpus, *words)
    assert told.code == code
    assert message in told.err
    assert not told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("concordance", "the", "--limit", "3"), " lines (limit=3); all: --limit 0"),
        (("keywords", "metro", "--least", "2", "--limit", "4"), " words tested among the first; by chance alone"),
        (("keywords", "metro", "--least", "2", "--limit", "0"), " of these\n"),
    ],
)
def test_what_is_left_out_is_said_with_how_to_have_it(
    words: tuple[str, ...], said: str, corpus: Path, harbincrawl: Run
) -> None:
    assert said in harbincrawl("--archive", corpus, *words).err


WRONG: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda a: a.concordance("x", sort="up"), FilterError, "sort: 'up' is none of newest, oldest, left, right"),
    (lambda a: a.words(limit=-1), FilterError, "limit: -1 is not a whole number from 0 on."),
    (lambda a: a.collocations("x", window=0), FilterError, "a window of 0,0 words"),
    (lambda a: a.stats(section=[]), FilterError, "section=[] leaves no article"),
    (lambda a: a.stats(sektion="news"), TypeError, "there is no filter 'sektion': filters are section"),
    (lambda a: a.similar(99999), KeyError, "the archive has no article 99999"),
    (lambda a: a.count(since="soon"), FilterError, "'soon' is not a date"),
    (lambda a: a[99999], KeyError, "the archive has no article 99999: expected a number (5370)"),
]


@pytest.mark.parametrize(("act", "kind", "message"), WRONG)
def test_python_says_what_is_legal(
    act: Callable[[Any], Any], kind: type[Exception], message: str, corpus: Path
) -> None:
    with open_archive(corpus) as archive, pytest.raises(kind) as raised:
        act(archive)
    assert message in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/questions/concordance?q=x&sort=up", "sort: &#39;up&#39; is none of"),
        ("/questions/words?limit=many", "&#39;many&#39; is not a whole number"),
        ("/questions/stats?since=2019-13", "2019-13"),
        ("/questions/similar?q=99999", "the archive has no article"),
        ("/questions/stats?section=galery", "no article has the section"),
    ],
)
def test_a_page_says_what_is_wrong_beside_its_form(
    path: str, message: str, corpus: Path, sites: dict[Path, Site]
) -> None:
    answer = sites[corpus].ask(path)
    assert answer.status == (200 if "galery" in path else 400)
    assert message in answer.text
    assert "<form" in answer.text


def test_a_page_without_words_asks_for_them(corpus: Path, sites: dict[Path, Site]) -> None:
    assert sites[corpus].ask("/questions/trends").status == 200
    assert sites[corpus].ask("/questions/trends.json").status == 400
    assert sites[corpus].ask("/questions/nothing").status == 404
