"""TimeGates, TimeMaps and captures by raw HTTP, as RFC 7089 and the Wayback Machine have them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl.serve.answers import CAPTURED
from tests.support.archives import build_archive
from tests.support.mementos import NEWS, Raw, hold
from tests.support.web_site import Site, running

STAMPS = ("20240601080000", "20240701080000", "20240901080000")
STORY = "http://e.my399.com/news/2024-05-01/7.html"
PACKED = gzip.compress(b"<p>packed</p>", mtime=0)
FIRST = "Sat, 01 Jun 2024 08:00:00 GMT"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_archive(tmp_path_factory.mktemp("mementos") / "archive")
    for at, stamp in enumerate(STAMPS):
        hold(folder, stamp, body=f"<p>list {at}</p>".encode())
    hold(folder, "20240602000000", STORY, status=302, fields=("Location: /news/",), body=b"")
    hold(folder, "20240603000000", STORY, PACKED, fields=(
        "Content-Type: text/html; charset=gb2312", "Content-Encoding: gzip", "X-Story: \xe5\x93\x88", "X-Story: two",
        "Refresh: 0;url=http://evil.example/", "Bad Name\x01: a\x02b",
    ))  # fmt: skip
    hold(folder, "20240604000000", STORY, b"gone", status=404)
    hold(folder, "20240604000005", STORY, b"busy", status=503)
    hold(folder, "20240605000000", f"{STORY}?page=2&x=a%2Fb", b"with a query")
    hold(folder, "20240606000000", "http://e.my399.com/%E5%93%88/a;b,c", b"escapes")
    hold(folder, "20240607000000", "http://e.my399.com/lost", warc=None, offset=None)
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def memento(site: Site, stamp: str, address: str = NEWS) -> str:
    return f"http://localhost{site.base}/web/{stamp}id_/{address}"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_timegate_leads_to_the_capture_that_is_nearest_to_the_wanted_moment(site: Site, method: str) -> None:
    for wanted, stamp in (
        (FIRST, STAMPS[0]), ("Sun, 30 Jun 2024 00:00:00 GMT", STAMPS[1]), ("Thu, 20 Jun 2024 00:00:00 GMT", STAMPS[1]),
        ("Thu, 13 Jun 2024 00:00:00 GMT", STAMPS[0]), ("Mon, 01 Jan 1996 00:00:00 GMT", STAMPS[0]),
        ("Fri, 31 Dec 9999 23:59:59 GMT", STAMPS[2]), (None, STAMPS[2]),
    ):  # fmt: skip
        headers = [f"Accept-Datetime: {wanted}"] if wanted else []
        answer = Raw(site, f"/web/{NEWS}", *headers, method=method)
        assert (answer.status, answer.fields["location"]) == (302, memento(site, stamp))
        assert answer.fields["vary"] == "accept-datetime"
        assert "memento-datetime" not in answer.fields
        assert (answer.fields.get("content-length", "0"), answer.body) == ("0", b"")
        assert answer.links["original"] == (NEWS, "")
        assert answer.links["timegate"] == (f"http://localhost/web/{NEWS}", "")
        assert answer.links["timemap"] == (
            f"http://localhost/web/timemap/link/{NEWS}",
            f'; type="application/link-format"; from="{FIRST}"; until="Sun, 01 Sep 2024 08:00:00 GMT"',
        )


@pytest.mark.parametrize("wanted", [
    "2024-06-01", "yesterday", "", "Sat, 01 Jun 2024 08:00:00 +0200", "Sat, 31 Feb 2024 08:00:00 GMT",
    "Sat, 01 Jun 24 08:00:00 GMT", "Sat, 01 Jun 2024 08:00:00 GMT; x", "Sat, 01 Jun 0000 08:00:00 GMT", "x" * 4000,
])  # fmt: skip
def test_what_is_no_date_of_http_is_answered_by_400(site: Site, wanted: str) -> None:
    answer = Raw(site, f"/web/{NEWS}", f"Accept-Datetime: {wanted}")
    assert (answer.status, answer.fields["vary"]) == (400, "accept-datetime")
    assert b"expected a date such as" in answer.body


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_timemap_lists_every_capture_once_and_in_order(site: Site, method: str) -> None:
    answer = Raw(site, f"/web/timemap/link/{NEWS}", method=method)
    assert (answer.status, answer.fields["content-type"]) == (200, "application/link-format")
    if method == "HEAD":
        assert answer.body == b""
        return
    text = site.ask(f"/web/timemap/link/{NEWS}").text
    origin = f"http://127.0.0.1:{site.port}"
    span = f'from="{FIRST}"; until="Sun, 01 Sep 2024 08:00:00 GMT"'
    assert text == (
        f'<{NEWS}>; rel="original",\n'
        f'<{origin}/web/timemap/link/{NEWS}>; rel="self"; type="application/link-format"; {span},\n'
        f'<{origin}/web/{NEWS}>; rel="timegate",\n'
        f'<{origin}/web/{STAMPS[0]}id_/{NEWS}>; rel="first memento"; datetime="{FIRST}",\n'
        f'<{origin}/web/{STAMPS[1]}id_/{NEWS}>; rel="memento"; datetime="Mon, 01 Jul 2024 08:00:00 GMT",\n'
        f'<{origin}/web/{STAMPS[2]}id_/{NEWS}>; rel="last memento"; datetime="Sun, 01 Sep 2024 08:00:00 GMT"\n'
    )
    alone = site.ask(f"/web/timemap/link/{STORY}?page=2&x=a%2Fb").text
    assert 'rel="first last memento"' in alone


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_capture_says_when_it_was_made_and_names_its_neighbours(site: Site, method: str) -> None:
    answer = Raw(site, f"/web/{STAMPS[1]}id_/{NEWS}", method=method)
    assert (answer.status, answer.body) == (200, b"<p>list 1</p>" if method == "GET" else b"")
    assert answer.fields["memento-datetime"] == "Mon, 01 Jul 2024 08:00:00 GMT"
    assert answer.fields["content-type"] == "text/html"
    assert answer.fields["content-security-policy"] == CAPTURED
    links = answer.links
    assert links["original"][0] == NEWS
    assert links["first prev memento"] == (memento(site, STAMPS[0]), f'; datetime="{FIRST}"')
    assert links["memento"][0] == memento(site, STAMPS[1])
    assert links["next last memento"][0] == memento(site, STAMPS[2])
    assert {"timegate", "timemap"} <= links.keys()


def test_a_capture_has_the_bytes_status_and_fields_of_its_time(site: Site) -> None:
    answer = Raw(site, f"/web/20240603000000id_/{STORY}")
    assert (answer.status, answer.body) == (200, PACKED)
    assert answer.fields["content-encoding"] == "gzip"
    assert answer.fields["content-type"] == "text/html; charset=gb2312"
    assert answer.fields["x-archive-orig-x-story"] == "\u54c8, two"
    assert answer.fields["x-archive-orig-refresh"] == "0;url=http://evil.example/"
    assert answer.fields["x-archive-orig-bad-name-"] == "a b"
    assert not {"refresh", "bad-name-", "x-archive-orig-content-encoding"} & answer.fields.keys()
    missing = Raw(site, f"/web/20240604000000id_/{STORY}")
    assert (missing.status, missing.body, "memento-datetime" in missing.fields) == (404, b"gone", True)
    moved = Raw(site, f"/web/20240602000000id_/{STORY}")
    assert (moved.status, moved.fields["location"]) == (302, memento(site, "20240602000000"))
    assert moved.fields["x-archive-orig-location"] == "/news/"


def test_what_a_mirror_gave_is_under_the_sites_own_address(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive")
    mirror, stamp = "http://mirror.example:8080/news/2024-05-01/7.html", "20240602000000"
    fields = ("Location: http://mirror.example:8080/news/",)
    hold(archive, stamp, STORY, b"", 302, fields, target=mirror, source="mirror", host="mirror.example:8080")
    hold(archive, stamp, NEWS, b"of the mirror", target="http://mirror.example:8080/news/", source="mirror")
    with running(archive) as started:
        moved = Raw(started, f"/web/{stamp}id_/{STORY}")
        assert (moved.status, moved.fields["location"]) == (302, memento(started, stamp))
        assert Raw(started, f"/web/{stamp}id_/{NEWS}").body == b"of the mirror"
        assert Raw(started, f"/web/{mirror}").status == 404


@pytest.mark.parametrize(("stamp", "given"), [
    ("20240630000000", STAMPS[1]), ("2024", STAMPS[0]), ("0", STAMPS[0]), ("00000000000000", STAMPS[0]),
    ("99999999999999", STAMPS[2]), ("20240231999999", STAMPS[0]), ("20241301", STAMPS[2]), ("1", STAMPS[0]),
])  # fmt: skip
def test_any_other_moment_leads_to_the_nearest(site: Site, stamp: str, given: str) -> None:
    answer = Raw(site, f"/web/{stamp}id_/{NEWS}")
    assert (answer.status, answer.fields["location"]) == (302, memento(site, given))
    assert "memento-datetime" not in answer.fields
    assert answer.links["original"][0] == NEWS
    page = Raw(site, f"/web/{stamp}/{NEWS}")
    assert (page.status, page.fields["location"]) == (302, f"http://localhost/captures/{STAMPS.index(given) + 1}")


def test_the_nearest_is_not_one_that_says_nothing_of_the_page(site: Site) -> None:
    answer = Raw(site, f"/web/20240604000004id_/{STORY}")
    assert answer.fields["location"] == memento(site, "20240604000000", STORY)
    assert Raw(site, f"/web/20240604000005id_/{STORY}").status == 503


@pytest.mark.parametrize("written", [
    "http://e.my399.com/news/", "https://e.my399.com/news/", "http:/e.my399.com/news/", "e.my399.com/news/",
    "HTTP://E.my399.COM:80/news/", "http%3A%2F%2Fe.my399.com%2Fnews%2F", "http://e.my399.com//news/./",
    "http://e.my399.com/news/?utm=1", "//e.my399.com/news/",
])  # fmt: skip
def test_an_address_may_be_written_as_people_write_it(site: Site, written: str) -> None:
    answer = Raw(site, f"/web/{written}")
    assert (answer.status, answer.fields.get("location")) == (302, memento(site, STAMPS[2]))


@pytest.mark.parametrize(("written", "body"), [
    (f"{STORY}?page=2&x=a%2Fb", b"with a query"), ("http://e.my399.com/%E5%93%88/a;b,c", b"escapes"),
])  # fmt: skip
def test_queries_and_escapes_are_part_of_an_address(site: Site, written: str, body: bytes) -> None:
    answer = Raw(site, f"/web/2024id_/{written}")
    assert answer.status == 302
    assert Raw(site, answer.fields["location"].removeprefix("http://localhost")).body == body
    assert answer.links["original"][0] == written


@pytest.mark.parametrize("written", [
    "http://e.my399.com/nothing", "http://evil.example/news/", "http://e.my399.com.evil.example/news/", "x", "*", "%",
    "http://user:pw@e.my399.com/news/", "javascript:alert(1)", "ftp://e.my399.com/news/", "http://", "..", "../search",
    "http://e.my399.com/lost", "http%3A%2F%2Fe.my399.com%2Fnews%0d%0aX:%20y", "http://e.my399.com/%00",
    "%0d%0aSet-Cookie:a",     "http://[::1/", "http://e.my399.com:99999/", "http://e.my399.com/" + "a" * 7000,
    "http://e.my399.com/" + "../" * 2000,
    "20240601id_/", "timemap/link/", "timemap/json/" + NEWS, "2024if_/" + NEWS, "123456789012345id_/" + NEWS,
])  # fmt: skip
@pytest.mark.parametrize("before", ["", "timemap/link/", "20240601080000id_/", "2024/"])
def test_what_was_never_captured_is_answered_by_404(site: Site, before: str, written: str) -> None:
    answer = Raw(site, f"/web/{before}{written}")
    assert answer.status == 404
    assert not {"location", "memento-datetime", "set-cookie", "link"} & answer.fields.keys()


def test_a_timegate_without_captures_says_that_its_answer_depends_on_the_moment(site: Site) -> None:
    answer = Raw(site, "/web/http://e.my399.com/nothing", f"Accept-Datetime: {FIRST}")
    assert (answer.status, answer.fields["vary"]) == (404, "accept-datetime")


def test_below_a_base_path_and_behind_a_proxy_links_are_as_the_proxy_has_them(archive: Path) -> None:
    with running(archive, "--base-path", "/a/news", "--allow-host", "news.example", "--behind-proxy") as below:
        headers = ("X-Forwarded-Host: news.example", "X-Forwarded-Proto: https")
        answer = Raw(below, f"/a/news/web/{STAMPS[1]}id_/{NEWS}", *headers)
        assert answer.body == b"<p>list 1</p>"
        assert answer.links["timegate"][0] == f"https://news.example/a/news/web/{NEWS}"
        assert answer.links["memento"][0] == f"https://news.example/a/news/web/{STAMPS[1]}id_/{NEWS}"
        written = f"{STORY}?page=2&x=a%2Fb"
        gate = Raw(below, f"/a/%6eews/%77eb/{written}", *headers)
        assert gate.fields["location"] == f"https://news.example/a/news/web/20240605000000id_/{written}"
        assert Raw(below, f"/web/{NEWS}", *headers).status == 404


def test_each_of_several_archives_has_its_own(tmp_path: Path) -> None:
    for name in ("one", "other"):
        build_archive(tmp_path / name)
    hold(tmp_path / "one", STAMPS[1], body=b"held by one")
    with running(tmp_path) as both:
        answer = Raw(both, f"/a/one/web/{STAMPS[1]}id_/{NEWS}")
        assert answer.body == b"held by one"
        assert answer.links["timegate"][0] == f"http://localhost/a/one/web/{NEWS}"
        assert both.ask(f"/a/one/cdx?url={NEWS}").text.count("\n") == 1
        assert both.ask(f"/a/other/cdx?url={NEWS}").text == ""
        assert [Raw(both, f"{base}/web/{NEWS}").status for base in ("/a/other", "")] == [404, 404]


def test_our_page_about_a_capture_leads_to_it_as_archives_give_it(site: Site) -> None:
    links = Raw(site, "/captures/2").links
    assert links["memento"][0] == memento(site, STAMPS[1])
    assert links["original"][0] == NEWS
    lost = next(number for number in range(1, 20) if "lost" in site.ask(f"/captures/{number}").text)
    assert "link" not in Raw(site, f"/captures/{lost}").fields


def test_the_api_page_names_what_a_web_archive_answers(site: Site) -> None:
    page = site.ask("/api").text
    for address in ("/web/ADDRESS", "/web/timemap/link/ADDRESS", "/web/TIMEid_/ADDRESS", "/cdx?url=…"):
        assert address in page
    named = [each["page"] for each in site.json("/api.json")["addresses"]]
    assert "/web/TIME/ADDRESS" in named
