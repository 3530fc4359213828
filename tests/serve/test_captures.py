"""Pages about captures: all of an address in time, its revisions, two side by side, what cannot be shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.answers import CAPTURED
from harbincrawl.serve.replay import MOST_BYTES, MOST_TAGS
from harbincrawl.text import time_text
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import HOSTILE_PAGE, Site, keep_page, running

OWN = "http://e.my399.com"
ADDRESS = f"{OWN}/news/2019-05-30/8.html"
OFTEN = f"{OWN}/news/"
COUNT = 1463
OLD = "<h1>Snow</h1><p>The tram runs on 12 days of the winter.</p><p>See <a href='9.html'>it</a></p>"
NEW = OLD.replace("12 days", "15 days").replace("Snow", "Snow and ice")


class Built(NamedTuple):
    """A site and its captures by name."""

    site: Site
    captures: dict[str, int]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """An article of three revisions, the second twice, and an address that was captured very often."""
    archive = build_archive(
        tmp_path_factory.mktemp("captures") / "archive",
        [{"number": 8, "revision": 3, "title": "Snow <b>", "url": ADDRESS}],
        revisions=[{"number": 8, "revision": 1, "title": "Snow"}, {"number": 8, "revision": 2, "title": "Ice"}],
    )
    pages: dict[str, tuple[str, str | bytes, str]] = {
        "old": (ADDRESS, OLD, "2019-05-30T08:15:42Z"), "new": (ADDRESS, NEW, "2019-07-01T10:00:01Z"),
        "again": (ADDRESS, NEW, "2019-08-01T10:00:01Z"),
        "other": (f"{OWN}/news/2019-05-30/9.html", "<p>The tram</p>", "2019-05-30T08:15:42Z"),
        "hostile": (f"{OWN}/h.html", HOSTILE_PAGE, "2019-05-30T08:15:42Z"),
        "hostile too": (
            f"{OWN}/h.html", HOSTILE_PAGE.replace("captured paragraph", "captured line"), "2019-06-30T08:15:42Z"
        ),
        "huge": (f"{OWN}/huge.html", b"<p>" * (MOST_BYTES // 3 + 1), "2019-05-30T08:15:42Z"),
        "many": (f"{OWN}/huge.html", b"<b>x</b>" * (MOST_TAGS // 2 + 1), "2019-05-31T08:15:42Z"),
    }  # fmt: skip
    captures = {name: keep_page(archive, *page) for name, page in pages.items()}
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:

        def add(name: str, **row: object) -> None:
            captures[name] = add_capture(connection, {"address": ADDRESS, "body_hash": None} | row)

        add("same", status=304, digest="sha256:b", fetched_at="2019-09-01T10:00:01Z", run=2)
        add("unknown", status=304, digest="sha256:x", fetched_at="2019-09-02T10:00:01Z", run=3)
        add("missing", status=404, fetched_at="2019-09-03T10:00:01Z")
        add("lost", body_hash="b", fetched_at="2019-09-04T10:00:01Z", warc="gone.warc.gz", offset=0)
        add("unkept", fetched_at="2019-09-05T10:00:01Z")
        connection.execute("INSERT INTO lost_captures VALUES (?, 1, 'damaged')", (captures["lost"],))
    captures["last"] = keep_page(archive, ADDRESS, NEW + "<p>More</p>", "2020-01-02T03:04:05Z")
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        for name, body in (("old", "a"), ("new", "b"), ("again", "b"), ("last", "c")):
            connection.execute(
                "UPDATE captures SET body_hash = ?1, digest = 'sha256:' || ?1 WHERE id = ?2", (body, captures[name])
            )
        for number, name in enumerate(("old", "new"), 1):
            connection.execute(
                "UPDATE revisions SET first_capture = ?1, capture = ?1 WHERE revision = ?2", (captures[name], number)
            )
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1", (captures["last"],))
        connection.executemany("INSERT INTO outcomes(run, number, outcome) VALUES (?, 8, 'same')", [(1,), (2,)])
        begin = datetime(2015, 1, 1, tzinfo=UTC)
        rows = [(begin + timedelta(hours=30 * at), at) for at in range(COUNT)]
        # What came last was captured first: ids do not tell the order.
        for moment, at in reversed(rows):
            row = {"address": OFTEN, "fetched_at": time_text(moment), "body_hash": "ab"[at // 900]}
            captures[f"often {at}"] = add_capture(connection, row)
    with running(archive) as site:
        yield Built(site, captures)


def ask(built: Built, name: str, rest: str = "") -> str:
    reply = built.site.ask(f"/captures/{built.captures[name]}{rest}")
    assert reply.status == 200, reply.text
    return reply.text


def compare(built: Built, old: str, new: str, rest: str = "") -> str:
    reply = built.site.ask(f"/captures/{built.captures[old]}..{built.captures[new]}{rest}")
    assert reply.status == 200, reply.text
    return reply.text


def find_nav(page: str, name: str) -> dict[str, str]:
    """The links of a part of a page by their words; None for what leads nowhere."""
    (part,) = re.findall(rf'<nav class="steps" aria-label="{name}">(.*?)</nav>', page, re.DOTALL)
    return {text: address for address, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>([^<]+)</a>', part)}


def test_all_captures_of_an_address_are_dots_with_date_seconds_and_revision(built: Built) -> None:
    page = ask(built, "new")
    (drawing,) = re.findall(r'<svg class="dots".*?</ul>', page, re.DOTALL)
    dots = dict(re.findall(r'<a href="/captures/(\d+)" aria-label="([^"]+)"', drawing))
    assert dots[str(built.captures["old"])] == "30 May 2019, 08:15:42 UTC, revision 1"
    assert dots[str(built.captures["new"])] == "1 July 2019, 10:00:01 UTC, revision 2, shown here"
    assert dots[str(built.captures["last"])] == "2 January 2020, 03:04:05 UTC, revision 3"
    assert any(label.startswith("5 captures, ") and "status 404" in label for label in dots.values())
    assert drawing.count('aria-current="true"') == 1
    for kind in ("the same text as this one", "another text"):
        assert kind in drawing
    assert re.findall(r"<text[^>]*>([^<]+)</text>", drawing) == ["Jul 2019", "Oct 2019", "2020"]


def test_the_list_of_an_address_has_pages_and_all_captures_once_in_time(built: Built) -> None:
    name = "often 20"
    page = ask(built, name)
    assert "1,463 captures of this address" in page and "this is number 21" in page
    assert "21–40 of 1,463" in page
    assert page.count("<option ") < 60 and page.count('<a href="/captures/') < 120
    seen: list[str] = []
    links = find_nav(page, "Pages of the list")
    assert set(links) == {"First", "Previous", "Next", "Last"}
    for step in ("First", "Next", "Next", "Last"):
        page = built.site.ask(links[step].partition("#")[0]).text
        links = find_nav(page, "Pages of the list")
        assert ("First" in links, "Previous" in links) == (step != "First", step != "First")
        listed = page[page.index('<ol class="captures"') : page.index("</ol>", page.index('<ol class="captures"'))]
        seen += re.findall(r'datetime="([^"]+)"', listed)
    assert "1,461–1,463 of 1,463" in page and set(links) == {"First", "Previous"}
    begin = datetime(2015, 1, 1, tzinfo=UTC)
    assert seen == [time_text(begin + timedelta(hours=30 * at)) for at in (*range(60), *range(1460, COUNT))]


@pytest.mark.parametrize(("rest", "status"), [
    ("?list=74", 200), ("?list=75", 200), ("?list=", 303), ("?list=0", 400), ("?list=x", 400), ("?list=-1", 400),
    ("?list=99999999", 200), ("?list=9999999999", 400), ("?list=%D9%A1", 400),
])  # fmt: skip
def test_a_page_of_the_list_that_is_none_is_answered(built: Built, rest: str, status: int) -> None:
    reply = built.site.ask(f"/captures/{built.captures['often 0']}{rest}")
    assert reply.status == status
    assert ("The list has no such page" in reply.text) == (rest in ("?list=75", "?list=99999999"))
    assert ("expected a number" in reply.text) == (status == 400)


def test_steps_lead_through_all_captures_in_time_and_to_comparisons(built: Built) -> None:
    captures = built.captures
    links = find_nav(ask(built, "again"), "Captures before and after")
    assert links == {
        "First": f"/captures/{captures['old']}", "Previous": f"/captures/{captures['new']}",
        "Next": f"/captures/{captures['same']}", "Last": f"/captures/{captures['last']}",
        "Compare with the one before": f"/captures/{captures['new']}..{captures['again']}",
        "Compare with the first of revision 1": f"/captures/{captures['old']}..{captures['again']}",
    }  # fmt: skip
    assert set(find_nav(ask(built, "old"), "Captures before and after")) == {"Next", "Last"}
    assert {"First", "Previous"} < set(find_nav(ask(built, "last"), "Captures before and after"))
    assert "no other one is here" in ask(built, "other")


def test_first_and_last_of_each_revision_are_named_and_the_article_with_its_revision(built: Built) -> None:
    page = ask(built, "again")
    assert 'It shows <a href="/articles/harbin-today:8/revisions/2">revision 2</a> of 3' in page
    assert '<a href="/articles/harbin-today:8"><bdi>Snow &lt;b&gt;</bdi></a>' in page
    rows = re.findall(r"<tr>(<td>.*?)</tr>", page)
    named = [re.findall(r'href="/captures/(\d+)"', row) for row in rows]
    captures = built.captures
    assert named == [
        [str(captures["old"])] * 2, [str(captures["new"]), str(captures["lost"])], [str(captures["last"])] * 2
    ]  # fmt: skip
    assert ["captures" in row for row in rows] == [True, True, True] and "4 captures" in rows[1]


def test_links_keep_the_search_that_the_address_carries(built: Built) -> None:
    for page in (ask(built, "again", "?q=snow&section=news"), compare(built, "old", "new", "?q=snow&section=news")):
        content = page[page.index("<main") : page.index("</main>")]
        links = [link for link in re.findall(r'href="([^"]+)"', content) if re.match(r"/(captures/\d|articles)", link)]
        kept = [link for link in links if "?" in link]
        left = {re.sub(r"\d+", "N", link) for link in links if "?" not in link}
        assert all("q=snow&amp;section=news" in link for link in kept) and len(kept) > 5
        assert left <= {"/captures/N/page", "/captures/N/raw", "/captures/N.json"}
        assert '<input type="hidden" name="q" value="snow">' in content


def test_json_says_where_a_capture_stands_among_all_of_its_address(built: Built) -> None:
    captures = built.captures
    found = built.site.json(f"/captures/{captures['again']}.json")
    assert (found["id"], found["status"], found["address"]) == (captures["again"], 200, ADDRESS)
    assert found["shows"] == {"article": "harbin-today:8", "revisions": [2]}
    assert (found["place"], found["captures"]) == (3, 9)
    assert (found["previous"], found["next"]) == (captures["new"], captures["same"])
    assert found["revisions"][1] == {
        "revision": 2, "captures": 4, "first": captures["new"], "last": captures["lost"]
    }  # fmt: skip
    assert built.site.json(f"/captures/{captures['same']}.json")["confirms"] in (captures["again"], captures["new"])
    assert built.site.json(f"/captures/{captures['unknown']}.json")["confirms"] is None


def test_two_captures_stand_side_by_side_with_their_evidence_and_what_differs(built: Built) -> None:
    captures = built.captures
    page = compare(built, "old", "last")
    frames = re.findall(r'<iframe sandbox="([^"]+)" src="([^"]+)" title="([^"]+)"', page)
    old, last = captures["old"], captures["last"]
    assert frames == [
        ("allow-top-navigation-by-user-activation", f"/captures/{old}/page?against={last}",
         "The earlier page, captured 30 May 2019, 08:15:42 UTC"),
        ("allow-top-navigation-by-user-activation", f"/captures/{last}/page?against={old}",
         "The later page, captured 2 January 2020, 03:04:05 UTC"),
    ]  # fmt: skip
    assert "<b>3 passages differ</b>: 1 word or picture of the earlier page is" in page
    assert "4 words or pictures of the later page are" in page
    assert "sha256:a</code>" in page and "sha256:c</code>" in page
    assert "revision 1</a> of 3" in page and "revision 3</a> of 3" in page
    assert "The tram runs on <del>12</del> <ins>15</ins> days of the winter. …" in page
    found = built.site.json(f"/captures/{old}..{last}.json")
    assert (found["passages"], found["removed"], found["added"], found["reason"]) == (3, 1, 4, None)
    assert (found["old"]["id"], found["new"]["shows"]["revisions"]) == (old, [3])
    assert {"change": "added", "text": "15"} in found["first_passages"][1]
    marked = re.findall(r"<(ins|del) style=[^>]*>([^<]+)</\1>", ask(built, "old", f"/page?against={last}"))
    assert marked == [("del", "12")]
    marked = re.findall(r"<(ins|del) style=[^>]*>([^<]+)</\1>", ask(built, "last", f"/page?against={old}"))
    assert marked == [("ins", "and ice"), ("ins", "15"), ("ins", "More")]


def test_where_nothing_differs_it_says_so_and_marks_nothing(built: Built) -> None:
    assert "<b>Nothing differs</b>" in compare(built, "new", "again")
    page = ask(built, "new", f"/page?against={built.captures['again']}")
    assert "Nothing is marked" in page and not re.search("<(ins|del)[ >]", page)
    assert built.site.json(f"/captures/{built.captures['new']}..{built.captures['again']}.json")["passages"] == 0


def test_the_form_leads_to_the_comparison_with_the_earlier_one_first(built: Built) -> None:
    old, last = built.captures["old"], built.captures["last"]
    for path in (f"/captures/compare?old={last}&new={old}&q=snow", f"/captures/{last}..{old}?q=snow",
                 f"/captures/00{old}..{last}?q=snow"):  # fmt: skip
        reply = built.site.ask(path)
        assert (reply.status, reply.headers["Location"]) == (302, f"/captures/{old}..{last}?q=snow")
    reply = built.site.ask(f"/captures/{last}..{old}.json")
    assert (reply.status, reply.headers["Location"]) == (302, f"/captures/{old}..{last}.json")
    form = compare(built, "old", "last")
    chosen = re.findall(r'<option value="(\d+)" selected>', form)
    assert chosen == [str(old), str(last)]
    for path, status in (
        (f"/captures/{old}..{old}", 400), (f"/captures/{old}..999999", 404), ("/captures/1..", 404),
        ("/captures/compare", 404), ("/captures/compare?old=x&new=1", 404), (f"/captures/{old}..{'9' * 30}", 404),
        (f"/captures/{old}/page?against=x", 404), (f"/captures/{old}/page?against=999999", 404),
    ):  # fmt: skip
        assert built.site.ask(path).status == status, path


@pytest.mark.parametrize(("name", "reason"), [
    ("unknown", "The server answered with status 304"), ("missing", "The server answered with status 404."),
    ("lost", "no longer there: damaged"), ("unkept", "names a purged article"), ("huge", "too large to be shown"),
    ("many", "too many elements"),
])  # fmt: skip
def test_what_cannot_be_shown_is_said_in_place_of_the_frame(built: Built, name: str, reason: str) -> None:
    page = ask(built, name)
    assert reason in page and "<iframe" not in page
    page = compare(built, "old", name)
    assert page.count("<iframe") == 1 and page.count(reason) == 2
    assert "They cannot be compared, for that of" in page and "differ</b>" not in page
    frame = built.site.ask(f"/captures/{built.captures['old']}/page?against={built.captures[name]}")
    assert frame.status in (404, 410, 413) and "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    found = built.site.json(f"/captures/{built.captures['old']}..{built.captures[name]}.json")
    assert found["passages"] is None and reason in found["reason"]


def test_a_304_is_shown_as_the_page_that_it_confirmed_and_says_so(built: Built) -> None:
    page = ask(built, "same")
    assert "<iframe" in page
    assert 'What is shown is the page that it confirmed, <a href="/captures/' in page
    inner = ask(built, "same", "/page")
    assert "Snow and ice" in inner
    assert (
        "1 September 2019, 10:00:01 UTC" in inner and "the page is still that of 1 August 2019, 10:00:01 UTC" in inner
    )
    assert "passages differ" in compare(built, "old", "same")


def test_links_in_both_frames_lead_to_captures_as_a_whole_and_nothing_runs(built: Built) -> None:
    captures = built.captures
    page = ask(built, "old", f"/page?against={captures['last']}")
    assert f'<a href="/captures/{captures["other"]}" target="_top">' in page
    for name, against in (("hostile", "hostile too"), ("hostile too", "hostile")):
        reply = built.site.ask(f"/captures/{captures[name]}/page?against={captures[against]}")
        assert reply.headers["Content-Security-Policy"] == CAPTURED
        content = reply.text[reply.text.index("<template") : reply.text.index("</template>")]
        assert content.count("<a ") == content.count('target="_top"')
        assert not re.search(
            r"(?i)<(script|form|iframe|svg|base|meta|link|object|input|button)|\son\w+=|javascript:", content
        )
        assert content.count("<style>") == 1 and "p { color: green }" not in content
        assert re.findall(r"<(?:ins|del) style=[^>]*>([^<]*)<", content) == [
            "line" if name != "hostile" else "paragraph"
        ]


def test_no_script_may_run_in_what_was_captured_whatever_our_own_pages_may(built: Built) -> None:
    for rest in ("/page", f"/page?against={built.captures['hostile too']}", "/raw"):
        policy = built.site.ask(f"/captures/{built.captures['hostile']}{rest}").headers["Content-Security-Policy"]
        directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
        assert directives["default-src"] == ["'none'"]
        assert not {
            name for name in directives if name.startswith(("script-src", "worker", "object", "child", "frame-src"))
        }
        assert directives["sandbox"] == ["allow-top-navigation-by-user-activation"]
