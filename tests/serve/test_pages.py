"""What the pages show, and that their other forms say the same."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from click.testing import CliRunner
from lxml import etree

from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import cli
from harbincrawl.fields import KEYS
from tests.support.archives import build_archive
from tests.support.crawling import execute
from tests.support.web_site import Site, running

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = (
    "/", "/search", "/search?q=snow", "/search?q=snow&sort=oldest&copies=1", "/search?q=nothingatall",
    "/search?since=2015&until=2015", "/articles/harbin-today:4", "/articles/harbin-today:8/revisions",
    "/articles/harbin-today:8/revisions/1..2", "/articles/harbin-today:8/revisions/1",
    "/articles/harbin-today:4/captures", "/articles/harbin-today:4?q=snow&section=news", "/captures/1",
    "/sections", "/authors", "/sources", "/status",
    "/questions/trends?q=snow&q=metro", "/questions/concordance?q=snow&sort=left", "/questions/keywords?since=2015",
    "/questions/edits", "/questions/similar",
)  # fmt: skip


def command(archive: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_as_html_with_its_language_one_heading_and_its_landmarks(site: Site, path: str) -> None:
    reply = site.ask(path)
    assert reply.status == 200, reply.text
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="en">' in reply.text
    assert reply.text.count("<h1") == 1
    assert all(part in reply.text for part in ("<main", "<nav", "<header", "<footer", 'class="skip"'))
    assert "style=" not in reply.text
    assert "<script" not in reply.text


@pytest.mark.parametrize("query", ["snow", "snow OR metro", "title:about -trade", "", '"ice festival"'])
def test_table_and_feed_of_a_search_are_what_the_command_writes(site: Site, small: Path, query: str) -> None:
    words = ["search", *query.split(), "--limit", "0"]
    address = urlencode({"q": query})
    assert site.ask(f"/search.csv?{address}").text == command(small, *words, "--format", "csv")
    ids = [
        entry.findtext(f"{ATOM}id")
        for entry in etree.fromstring(site.ask(f"/search.atom?{address}").body).iter(f"{ATOM}entry")
    ]
    told = command(small, *words, "--sort", "newest", "--format", "ids").split()
    assert ids == [f"tag:e.my399.com,2000:{each}" for each in told[:50]]


def test_the_filters_have_the_names_and_the_meaning_of_the_options(site: Site, small: Path) -> None:
    options = ["--section", "news", "--source", "xinhua", "--author", "li na", "--since", "2012", "--until", "2018-05"]
    told = command(small, "search", "--limit", "0", "--format", "ids", *options).split()
    asked = site.json("/search.json?section=news&source=xinhua&author=li+na&since=2012&until=2018-05")
    assert [hit["id"] for hit in asked["hits"]] == told[:20]
    assert asked["total"] == len(told) > 0


@pytest.mark.parametrize("query", ["snow", "the snow (city", "-id:7 about", ""])
def test_a_page_of_hits_says_of_itself_what_the_command_says(site: Site, small: Path, query: str) -> None:
    page = site.json(f"/search.json?{urlencode({'q': query})}")
    told = json.loads(command(small, "search", query, "--json", "--limit", str(len(page["hits"]))))
    for key in ("query", "total", "page"):
        assert page[key] == told[key], key
    assert len(page["hits"]) > 1
    assert [{key: hit[key] for key in KEYS} for hit in page["hits"]] == told["hits"]


def test_pages_give_every_hit_once(site: Site) -> None:
    address, seen = "/search.json?q=words", []
    while address:
        page = site.json(address)
        seen += [hit["id"] for hit in page["hits"]]
        assert page["total"] == 59
        address = page["next"]
    assert len(seen) == len(set(seen)) == 59
    page = site.ask("/search?q=words&page=2").text
    assert "21–40 of 59" in page and 'start="21"' in page
    assert "/search?q=words&amp;page=3" in page and 'rel="prev" href="/search?q=words"' in page
    assert site.ask("/search?q=words&page=4").status == site.ask("/search?page=x").status == 404


def test_facets_and_orders_lead_to_their_hits(site: Site) -> None:
    page = html.unescape(site.ask("/search?q=snow").text)
    for value, path, name in re.findall(
        r'<li><a href="(/search[^"]+)"><bdi>([^<]+)</bdi></a> <span>(\d+)</span>', page
    ):
        assert site.json(value.replace("/search?", "/search.json?"))["total"] == int(name), path
    assert 'href="/search?q=snow&section=culture/music"' in page.replace("%2F", "/")
    assert 'href="/search?q=snow&sort=newest">newest' in page
    narrowed = html.unescape(site.ask("/search?q=snow&section=news").text)
    assert 'href="/search?q=snow">all</a>' in narrowed


def test_an_article_is_its_record_as_json_and_can_be_cited(site: Site, small: Path) -> None:
    assert site.json("/articles/harbin-today:4.json") == json.loads(command(small, "show", "4", "--format", "json"))
    assert site.ask("/articles/harbin-today:4.bib").text == command(small, "show", "4", "--format", "bibtex")
    assert site.ask("/articles/harbin-today:4.csl").json() == json.loads(command(small, "show", "4", "--format", "csl"))
    page = site.ask("/articles/harbin-today:4").text
    assert "/articles/harbin-today:44" in page


@pytest.mark.parametrize("path", [
    "/articles/99", "/articles/jilin:4", "/articles/x", "/articles/harbin-today:8/revisions/1..9",
    "/articles/harbin-today:8/revisions/x",
    "/captures/99", "/captures/x", "/media/x", f"/media/{'b' * 64}", "/media/..%2farticles.db", "/nothing", "/index",
    "/style.css", "/api", "/query", "/watches", "/feed.atom", "/days/05-01", "/outside/page",
    "/articles/harbin-today:8.ris",
])  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(site: Site, path: str) -> None:
    reply = site.ask(path)
    assert reply.status == 404
    assert "<h1>Nothing here</h1>" in reply.text


def test_two_revisions_are_compared_word_by_word(site: Site) -> None:
    page = site.ask("/articles/harbin-today:8/revisions/1..2").text
    assert "Words on <del>rain</del><ins>snow</ins> and" in page


def test_the_status_has_the_numbers_of_the_command_and_not_the_place_of_the_archive(site: Site, small: Path) -> None:
    told = json.loads(command(small, "status", "--json"))
    page = site.ask("/status").text
    assert f"{told['articles']} articles · {told['gone']} gone" in page
    assert str(small) not in page


def test_a_wrong_value_is_answered_by_the_form_and_what_is_expected(site: Site) -> None:
    for query, said in (("since=then&q=snow", "is not a date"), ("sort=upwards", "newest"), ("status=x", "gone")):
        reply = site.ask(f"/search?{query}")
        assert reply.status == 400 and said in reply.text, query
        assert site.ask(f"/search.json?{query}").status == 400
    page = site.ask("/search?since=then&q=snow").text
    assert 'value="then"' in page and 'name="q" type="search" value="snow"' in page
    assert site.ask("/search.json?unknown=1&since=&author=").status == 200


def test_an_empty_archive_says_what_to_do(tmp_path: Path) -> None:
    with running(build_archive(tmp_path / "archive")) as site:
        for path in PAGES:
            assert site.ask(path).status in (200, 404), path
        page = site.ask("/").text
        assert "The archive is empty" in page and "<code>harbincrawl crawl</code>" in page
        assert str(tmp_path) not in page
        etree.fromstring(site.ask("/search.atom").body)
        assert site.json("/search.json")["total"] == 0


@pytest.mark.parametrize(("name", "content", "code", "words"), [
    ("missing", None, 2, "no archive in"), ("missing/deep", None, 2, "no archive in"),
    ("file/in", "file", 2, "no archive in"),
    ("file", "file", 2, "is a file"), ("empty", "folder", 2, "crawl` makes one"), ("a b", "folder", 2, "--archive '"),
    ("folder", "database is a folder", 2, "no archive in"), ("junk", "junk", 7, "file is not a database"),
    ("zero", "", 7, "is not a harbincrawl archive"), ("damaged", "damaged", 7, "rebuild` makes it anew"),
    ("esc\x1b[31m\u202e", "folder", 2, "no archive in"),
])  # fmt: skip
def test_where_there_is_no_archive_it_says_so_in_a_line_and_ends_as_other_commands_do(
    tmp_path: Path, name: str, content: str | None, code: int, words: str
) -> None:
    folder = tmp_path / name
    if content == "file":
        (tmp_path / "file").write_text("no folder")
    elif content == "damaged":
        build_archive(folder, [{"number": 1}])
        with (folder / FILE).open("r+b") as stream:
            size = stream.seek(0, 2)
            stream.seek(100)
            stream.write(b"\xa5" * (size - 100))
    elif content is not None:
        folder.mkdir()
        if content == "database is a folder":
            (folder / FILE).mkdir()
        elif content != "folder":
            (folder / FILE).write_text(content)
    for words_of_command in (("serve", "--port", "0"), ("search", "snow")):
        ended, printed, said = execute(folder, *words_of_command)
        assert (ended, printed) == (code, ""), said
        assert words in said and "Traceback" not in said
        assert not set(said) & {"\x1b", "\u202e"}
        assert content == "file" or said.startswith("harbincrawl: ")
        assert name == "file" or said.count("\n") == 1


def read_bars(page: str) -> list[tuple[str, str, float]]:
    """(address, label, height) of each bar."""
    found = re.findall(r'<a href="([^"]+)" title="[^"]*" aria-label="([^"]+)">.*?height="([\d.]+)"', page)
    return [(html.unescape(address), label, float(height)) for address, label, height in found]


@pytest.mark.parametrize("query", ["q=snow", "section=news", "since=2015"])
def test_a_bar_has_as_many_hits_as_it_says(site: Site, query: str) -> None:
    bars = read_bars(site.ask(f"/search?{query}&copies=1").text)
    assert len(bars) > 5
    for address, label, height in bars:
        total = site.json(address.replace("/search?", "/search.json?"))["total"]
        assert int(label.split()[1]) == total
        assert (height > 0) == (total > 0)
    assert max(height for _, _, height in bars) == 100


def test_within_a_year_bars_are_its_months_and_lead_back(site: Site) -> None:
    page = site.ask("/search?since=2014&until=2014").text
    bars = read_bars(page)
    assert [label.split(":")[0] for _, label, _ in bars][:2] == ["January 2014", "February 2014"]
    assert len(bars) == 12 and 'href="/search">all years</a>' in page
    assert bars[4][0] == "/search?since=2014-05&until=2014-05"


SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "support" / "atom.rng"))
FEEDS = ("/search.atom", "/search.atom?q=snow&section=news&sort=oldest")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(build_archive(tmp_path_factory.mktemp("empty") / "archive", [])) as started:
        yield started


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("kind", ["site", "hostile", "empty"])
def test_every_feed_is_of_the_schema(feed: str, kind: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(kind)
    site: Site = found[0] if kind == "hostile" else found
    reply = site.ask(feed)
    assert reply.status == 200
    SCHEMA.assertValid(etree.fromstring(reply.body))


def test_a_feed_has_the_fifty_newest_entries_with_every_part_that_atom_asks_for(site: Site) -> None:
    feed = etree.fromstring(site.ask("/search.atom").body)
    link = feed.find(f"{ATOM}link[@rel='self']")
    assert link is not None and link.attrib["href"] == f"http://127.0.0.1:{site.port}/search.atom"
    assert feed.findtext(f"{ATOM}id") == "tag:e.my399.com,2000:harbin-today/search.atom"
    entries = list(feed.iter(f"{ATOM}entry"))
    assert len(entries) == len({entry.findtext(f"{ATOM}id") for entry in entries}) == 50
    for entry in entries:
        assert all(entry.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author", "link"))
        assert entry.findtext(f"{ATOM}updated") == "2024-06-01T08:00:00Z"


ENDLESS = {
    "500 equal words": "snow " * 500,
    "7,000 letters": "x" * 7000,
    "400 brackets": "(" * 400 + "snow" + ")" * 400,
    "900 words": " ".join(f"w{at}" for at in range(900)),
    "300 beginnings": " OR ".join(f"{'abcdefghij'[at % 10]}{at}*" for at in range(300)),
    "1,000 dashes": "-" * 1000 + "snow",
    "one phrase": '"' + "snow ice " * 400 + '"',
    "a NEAR of many": "NEAR(" + " ".join(f"w{at}" for at in range(400)) + ", 900)",
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("path", ["/search", "/questions/trends", "/questions/concordance", "/questions/keywords"])
def test_an_endless_query_has_a_page_within_the_limit_that_does_not_echo_it(site: Site, kind: str, path: str) -> None:
    query = ENDLESS[kind]
    begin = time.monotonic()
    reply = site.ask(f"{path}?q={quote_plus(query)}")
    # Three times the limit: this machine may do much else.
    assert time.monotonic() - begin < 15
    assert reply.status in (200, 400, 504)
    text = html.unescape(reply.text)
    assert text.count(query.strip()) + text.count(quote_plus(query.strip())) < 40
    assert len(reply.body) < 400_000
