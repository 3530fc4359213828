"""A revision as a page that citations lead to: what it said, the response that showed it, the seal over that."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import cli
from harbincrawl.fields import KEYS
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import Site, running

PAGE = "/articles/harbin-today:8"
ADDRESS = "http://e.my399.com/news/2024-05-01/8.html"
SAID = ("2024-06-01T08:00:01Z", "2024-06-02T08:00:02Z", "2024-06-03T08:00:03Z")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article of three revisions by different authors, each with its response, run and seal."""
    picture = {"url": "http://e.my399.com/a.png", "caption": "A sledge", "credit": "Xinhua", "file_name": "a.png"}
    folder = build_archive(
        tmp_path_factory.mktemp("cited") / "archive",
        [
            {"number": 8, "revision": 3, "title": "Snow closes schools", "author": "Li Na and Ann Bo",
             "images": [picture], "body": ["Snow fell on Monday.", "Schools stay closed.", "Buses run."],
             "first_seen": SAID[0], "last_seen": "2024-06-09T08:00:09Z", "last_changed": SAID[2]},
            {"number": 9, "title": "Snow again", "body": "Other words."},
        ],
        revisions=[
            {"number": 8, "revision": 1, "title": "Snow falls", "author": None,
             "body": ["Snow fell on Sunday.", "Buses run."],
             "seen": SAID[0], "replaced": SAID[1], "updated": "2024-05-01", "source": "chinadaily.com.cn"},
            {"number": 8, "revision": 2, "title": "Snow falls", "author": "Li Na", "seen": SAID[1], "replaced": SAID[2],
             "body": ["Snow fell on Monday.", "Trams stopped.", "Buses run."], "updated": "2024-05-01",
             "source": "chinadaily.com.cn", "images": [picture | {"caption": "A tram"}]},
        ],
    )  # fmt: skip
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for run, seen in enumerate(SAID, 1):
            connection.execute(
                "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions, seal)"
                " VALUES (?, 'crawl', ?, ?, 'complete', '{}', '{}', ?)",
                (run, seen, f"{seen[:11]}09:00:00Z", f"{run}{'f' * 63}"),
            )
            capture = add_capture(connection, {
                "address": ADDRESS, "fetched_at": seen, "run": run, "body_hash": str(run), "warc": "a.warc.gz",
                "digest": f"sha256:{run}{'d' * 63}",
            })  # fmt: skip
            table = "articles" if run == 3 else "revisions"
            connection.execute(
                f"UPDATE {table} SET first_capture = ?1, capture = ?1 WHERE number = 8 AND revision = ?2",
                (capture, run),
            )
        connection.execute("INSERT INTO timestamps VALUES (2, 'http://tsa.example', '2024-06-02T10:00:10Z', 'AAAA')")
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def read_text(page: str) -> list[str]:
    """The paragraphs of a page, without those of earlier revisions."""
    text = page[page.index('<div class="text">') : page.index("</article>")]
    text = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<p><bdi>(.*?)</bdi></p>", text, re.DOTALL)]


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_a_revision_says_what_the_page_said_and_what_proves_it(site: Site, revision: int) -> None:
    page = site.ask(f"{PAGE}/revisions/{revision}").text
    record = site.json(f"{PAGE}/revisions/{revision}.json")
    assert read_text(page) == record["body"].split("\n\n")
    assert record["body"].startswith(
        ("Snow fell on Sunday.", "Snow fell on Monday.", "Snow fell on Monday.")[revision - 1]
    )
    assert record["authors"] == ([], ["Li Na"], ["Li Na", "Ann Bo"])[revision - 1]
    assert [each["caption"] for each in record["images"]] == ([], ["A tram"], ["A sledge"])[revision - 1]
    assert (record["revision"], record["revisions"]) == (revision, 3)
    assert (record["from"], record["until"]) == (SAID[revision - 1], (*SAID, None)[revision])
    assert record["capture"]["digest"] == f"sha256:{revision}{'d' * 63}"
    assert record["seal"] == {"run": revision, "seal": f"{revision}{'f' * 63}"}
    assert (record["timestamp"] or {}).get("run") == (2, 2, None)[revision - 1]
    assert record["permalink"].endswith(f"{PAGE}/revisions/{revision}")
    assert list(record)[: len(KEYS)] == list(KEYS)
    said = re.sub(r"<time[^>]*>|</time>", "", page)
    assert f"Revision {revision} of 3: the page said this from {revision} June 2024, 08:00:0{revision} UTC" in said
    for proof in (record["capture"]["digest"], record["seal"]["seal"], f"capture {record['captures'][0]['id']}</a>"):
        assert proof in page
    others = [number for number in (1, 2, 3) if number != revision]
    assert not any(f"{other}{'f' * 63}" in page or f"{other}{'d' * 63}" in page for other in others)


def test_all_citations_of_a_revision_name_it_and_its_proof(site: Site) -> None:
    page = site.ask(f"{PAGE}/revisions/1").text
    record = site.json(f"{PAGE}/revisions/1.json")
    assert record["citation"].startswith(
        "chinadaily.com.cn, “Snow falls” (1 May 2024), Harbin Today, http://e.my399.com/"
    )
    assert "accessed 1 June 2024. This is revision 1 of 3, captured on 1 June 2024, 08:00:01 UTC" in record["citation"]
    for form in ("bib", "csl", "ris"):
        text = site.ask(f"{PAGE}/revisions/1.{form}").text
        assert text == site.ask(f"{PAGE}/revisions/1.{form}").text
        for named in ("Snow falls", "revision 1", f"1{'d' * 63}", f"1{'f' * 63}", record["permalink"], ADDRESS):
            assert named in text, (form, named)
        assert f'href="{PAGE}/revisions/1.{form}"' in page
    assert record["citation"] in page.replace("&#39;", "'")


def test_the_article_cites_its_present_revision_by_the_same_words(site: Site) -> None:
    page = site.ask(PAGE).text
    cited = site.json(f"{PAGE}/revisions/3.json")
    assert cited["citation"] in page
    assert f'href="{cited["permalink"]}"' in page
    assert f'href="{PAGE}/revisions/3.bib"' in page
    assert "It is" not in cited["citation"]


def test_the_record_of_the_article_stays_a_record(site: Site) -> None:
    assert list(site.json(f"{PAGE}.json")) == list(KEYS)


def test_the_command_cites_an_earlier_revision_by_its_own_response(archive: Path) -> None:
    for revision in (1, 2, 3):
        arguments = ["-q", "--archive", str(archive), "show", "8", "--revision", str(revision), "--format", "csl"]
        done = CliRunner().invoke(cli, arguments)
        (item,) = json.loads(done.stdout)
        assert f"sha256:{revision}{'d' * 63}" in item["note"]
        assert item["version"] == f"revision {revision}"
        authors = ([], [{"literal": "Li Na"}], [{"literal": "Li Na"}, {"literal": "Ann Bo"}])[revision - 1]
        assert item.get("author", []) == authors


@pytest.mark.parametrize("rest", ["0", "4", "x", "1...2", "1..4", "1..2.bib", "999999999999", "1%0a", "-1"])
def test_a_revision_that_is_not_there_is_not_found(site: Site, rest: str) -> None:
    reply = site.ask(f"{PAGE}/revisions/{rest}")
    assert reply.status == 404


@pytest.mark.parametrize(("rest", "ending"), [("", ""), ("/revisions", ".json"), ("/revisions/2", ".bib")])
def test_an_id_without_its_site_leads_on_with_the_search(site: Site, rest: str, ending: str) -> None:
    reply = site.ask(f"/articles/8{rest}{ending}?q=snow&section=news")
    assert (reply.status, reply.headers["Location"]) == (301, f"{PAGE}{rest}{ending}?q=snow&section=news")


def test_marks_say_what_stood_there_and_lead_to_the_comparison(site: Site) -> None:
    page = site.ask(PAGE).text
    text = page[page.index('<div class="text">') : page.index("</article>")]
    first, second, caption = re.findall(r'<details class="former">(.*?)</details>', text, re.DOTALL)
    assert "Snow fell on <del>Sunday</del><ins>Monday</ins>." in first
    assert f'href="{PAGE}/revisions/1..2"' in first and f'href="{PAGE}/revisions/1"' in first
    assert ">2 June 2024, 08:00:02 UTC<" in first
    assert re.findall(r'class="old"><bdi>(.*?)</bdi>', second) == ["Trams stopped."]
    assert "it was rewritten then" in second and "nothing stood here" in second
    assert "A <del>tram</del><ins>sledge</ins>" in caption
    head = page[page.index("<h1") : page.index('<div class="text">')]
    assert "Snow <del>falls</del><ins>closes schools</ins>" in head
    assert "author changed" in head
    assert 'class="former"' not in site.ask("/articles/harbin-today:9").text
    assert 'class="former"' not in site.ask(f"{PAGE}/revisions/1").text


def test_every_place_of_the_search_is_marked_and_leads_to_the_next(site: Site) -> None:
    page = site.ask(f"{PAGE}?q=snow+OR+sledge&section=news").text
    places = re.findall(r'<mark id="hit-(\d+)"><a href="#hit-(\d+)"[^>]*>([^<]+)</a></mark>', page)
    assert places == [("1", "2", "Snow"), ("2", "3", "Snow"), ("3", "1", "sledge")]
    assert "3 places of “<bdi>snow OR sledge</bdi>”" in page
    assert 'href="/search?q=snow+OR+sledge&amp;section=news">Back to the hits' in page
    none = site.ask(f"{PAGE}?q=nothingatall").text
    assert "0 places of “<bdi>nothingatall</bdi>” in title, text and captions" in none
    assert "<mark" not in none


def test_the_search_goes_along_with_every_link_of_the_article(site: Site) -> None:
    page = site.ask(f"{PAGE}?q=snow&source=chinadaily.com.cn").text
    asked = "q=snow&amp;source=chinadaily.com.cn"
    links = re.findall(r'href="([^"#]+)"', page[page.index("<main") : page.index("<footer")])
    plain = {PAGE, f"{PAGE}.json", *(f"{PAGE}/revisions/3.{form}" for form in ("bib", "csl", "ris"))}
    for link in links:
        if link.startswith("/articles/") and link not in plain:
            assert link.endswith(f"?{asked}"), link
        if link.startswith("/search") and "since=" not in link:
            assert "q=snow" in link and "source=chinadaily.com.cn" in link, link
    assert 'href="/search?q=snow&amp;section=news&amp;source=chinadaily.com.cn"' in page
    assert re.search(rf'rel="(next|prev)" href="/articles/harbin-today:9\?{re.escape(asked)}"', page)


def test_without_a_search_nothing_is_marked_and_no_link_carries_one(site: Site) -> None:
    page = site.ask(PAGE).text
    assert "<mark" not in page and 'class="came"' not in page and "?q=" not in page
    assert site.ask(f"{PAGE}?sort=nonsense").text.count('class="came"') == 0
