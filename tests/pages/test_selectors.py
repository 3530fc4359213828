"""Selectors of a site file: what a person names on a page is read so, and what they fail to do is reported."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.explain import ExplainedPage, explain_page
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.html.selectors import name_elements, select_page
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.pages.roles import Role
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article
from harbincrawl.sites import Site
from harbincrawl.sites.reader import parse_site
from harbincrawl.sites.selectors import ArticleSelectors
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.sites import HARBIN_TODAY
from tests.support.trees import run_command
from tests.support.twin import make_twin, serve
from tests.support.twin.skins import SKINS

DAY = date(2026, 1, 1)
ARTICLE = "http://e.my399.com/news/2020-01-02/77.html"
LIST = "http://e.my399.com/news/"
PAGE = """<title>Ferry tickets cost less from May</title>
<p><a href="/">Home</a> &gt; <a href="/news/">Harbin Today</a></p>
<div id="main">
<h1>Ferry tickets cost less from May</h1>
<p class="info"><span class="time">Updated : 2020-01-02</span> <span class="who">By Wang Wei</span></p>
<p class="from">Provincial Gazette</p>
<div class="teaser"><p>The story of the day: readers tell how they spent the winter on the ice of the river.</p></div>
<div class="content"><p>Ferries across the river cost half as much from May, the port said on Monday.</p>
<p>Children go free<span class="note"> (see the table)</span>.</p></div>
<div class="content"><p>The port has nine boats.</p></div>
<div class="related"><a href="/news/2020-01-01/5.html">Boats out early</a></div>
</div>
<p>All rights belong to those who wrote what stands here, as ever.</p>"""
TEXTS = (Role.PARAGRAPH, Role.PICTURE, Role.CAPTION)
TEXT = (
    "Ferries across the river cost half as much from May, the port said on Monday.",
    "Children go free (see the table).",
    "The port has nine boats.",
)


def make_site(tables: str) -> Site:
    return parse_site(f"{HARBIN_TODAY.text}\n{tables}", "own.toml")


def read(tables: str, page: str = PAGE, address: str = ARTICLE) -> Article:
    return read_article(page, address, make_site(tables), today=DAY)


def explain(tables: str, page: str = PAGE, address: str = ARTICLE) -> ExplainedPage:
    return explain_page(page.encode(), address, make_site(tables), DAY)


def list_reported(record: object) -> list[str]:
    return [each.text for each in getattr(record, "unaccounted", ()) if each.kind == "selector"]


def test_all_elements_that_match_are_the_text_and_nothing_else_is() -> None:
    article = read('[article]\ntext = "div.content"')
    assert article.body == TEXT
    assert (article.title, article.updated) == ("Ferry tickets cost less from May", date(2020, 1, 2))
    assert not article.unaccounted
    outside = [part for part in explain('[article]\ntext = "div.content"').parts if part.text.startswith("The story")]
    assert [part.role for part in outside] == [Role.FURNITURE]


def test_a_text_may_begin_above_its_date_and_links_to_other_articles_are_none_of_it() -> None:
    link = '<a href="/news/2020-01-01/5.html">'
    box = f'<p>{link}Boats out early</a></p><p>{link}<img src="/s.jpg"></a></p>'
    page = PAGE.replace('<p class="info">', '<p class="content">What the port wants.</p><p class="info">')
    page = page.replace("nine boats.</p>", f"nine boats.</p>{box}<p>Six are new.</p>")
    article = read('[article]\ntext = ".content"', page)
    assert article.body == ("What the port wants.", *TEXT, "Six are new.")
    assert (article.title, article.images) == ("Ferry tickets cost less from May", ())


def test_what_is_dropped_is_no_part_of_the_page_and_keeps_a_role_with_its_selector() -> None:
    tables = '[article]\ntext = "div.content"\ndrop = [".note", ".teaser"]'
    assert read(tables).body == (TEXT[0], "Children go free.", TEXT[2])
    page = explain(tables)
    dropped = [(part.text, part.reason) for part in page.parts if part.role is Role.DROPPED]
    assert [(text[:12], reason) for text, reason in dropped] == [
        ("The story of", "the site file drops it: .teaser"),
        ("(see the tab", "the site file drops it: .note"),
    ]
    words = [part.text for part in page.parts]
    assert words.index("(see the table)") == words.index("Children go free.") + 1
    numbers = [part.line for part in page.parts]
    assert sorted(set(numbers)) == list(range(1, numbers[-1] + 1)) and numbers == sorted(numbers)


def test_a_drop_that_takes_too_much_is_reported() -> None:
    assert list_reported(read('[article]\ndrop = [".teaser"]')) == []
    assert "article.drop: it takes over half of the letters of the page" in list_reported(
        read('[article]\ndrop = [".teaser", ".content"]')
    )
    source = PAGE.replace('<p class="from">Provincial Gazette</p>', "").replace(
        "By Wang Wei</span>", "By Wang Wei ( Provincial Gazette )</span>"
    )
    assert read("", source).source == "Provincial Gazette"
    lost = read('[article]\ndrop = [".who"]', source)
    assert (lost.author, lost.source) == (None, None)
    assert list_reported(lost) == [
        "article.drop: it takes the only author of the page",
        "article.drop: it takes the only source of the page",
    ]
    assert list_reported(read('[article]\ndrop = [".from"]\nsource = ".from"')) == [
        "article.source: all its elements are dropped",
        "article.drop: it takes the only source of the page",
    ]


def test_a_page_that_needs_what_is_dropped_to_be_an_article_is_read_with_it() -> None:
    article = read('[article]\ndrop = [".info"]')
    assert article.updated == date(2020, 1, 2)
    assert list_reported(article) == [
        "article.drop: it takes what shows the page to be an article: read without selectors"
    ]
    assert explain('[article]\ndrop = [".info"]').parts == explain("").parts


def test_the_words_of_the_first_element_are_the_field() -> None:
    tables = '[article]\nsource = "p.from, .teaser"\nauthor = ".who"\ntitle = ".related"\nupdated = ".time"'
    article = read(tables)
    assert (article.source, article.author, article.authors) == ("Provincial Gazette", "Wang Wei", ("Wang Wei",))
    assert (article.title, article.title_from, article.updated) == ("Boats out early", "heading", date(2020, 1, 2))
    assert "Provincial Gazette" not in article.body
    roles = {part.text: part.role for part in explain(tables).parts}
    assert roles["Provincial Gazette"] is Role.SOURCE
    assert roles["Boats out early"] is Role.TITLE
    page = PAGE.replace("Updated : 2020-01-02</span>", 'Updated : 2020-01-02</span> <i class="day">2020-13-02</i>')
    wrong = read('[article]\nupdated = ".day"', page)
    assert (wrong.updated, wrong.refused_date) == (None, "2020-13-02")


def test_a_selector_without_an_element_is_reported_and_the_page_read_as_ever() -> None:
    usual = read("")
    found = read('[article]\ntext = "div.body"\nsource = "b.src"')
    assert list_reported(found) == ["article.text: no element matches it", "article.source: no element matches it"]
    assert (found.body, found.title, found.source) == (usual.body, usual.title, usual.source)
    # What a further page of an article does not show again is nothing to report.
    further = read('[article]\nsource = "b.src"', address=ARTICLE.replace("77.", "77_2."))
    assert list_reported(further) == []


def test_no_selector_makes_a_foreign_page_an_article() -> None:
    away = '<a href="http://elsewhere.example/x">Elsewhere</a>'
    foreign = PAGE.replace('<a href="/">Home</a> &gt; <a href="/news/">Harbin Today</a>', away)
    foreign = foreign.replace('<a href="/news/2020-01-01/5.html">', '<a href="http://elsewhere.example/y">')
    canonical = f'<link rel="canonical" href="http://elsewhere.example/z">{PAGE}'
    tables = '[article]\ntext = "div.content"\ntitle = "h1"\nupdated = ".time"\ndrop = ["head", "p > a", ".related"]'
    for page in (foreign, canonical):
        with pytest.raises(NotAnArticle):
            read("", page)
        with pytest.raises(NotAnArticle):
            read(tables, page)
        assert explain(tables, page).record is None


def make_list(items: str) -> str:
    return (
        f'<p>Home &gt; Harbin Today</p><ul class="news">{items}</ul><ul><li><a href="/news/2020-01-01/9.html">Box</a>'
    )


def test_each_element_is_one_item_of_a_list() -> None:
    page = make_list(
        '<li><a href="/news/2020-01-03/3.html">Third boat is out</a> <a href="/news/2020-01-03/8.html">and its film</a>'
        "<p>It went on Monday.</p></li>"
        '<li><b>2020-01-02</b><a href="/news/2020-01-02/2.html">Second boat is out</a></li><li>No link</li>'
    )
    listing = read_listing(page, LIST, make_site('[list]\nitem = "ul.news > li"'))
    found = [(line.id, line.title, line.date, line.summary) for line in listing.lines]
    assert found == [
        ("3", "Third boat is out", None, "It went on Monday."),
        ("2", "Second boat is out", date(2020, 1, 2), None),
    ]
    assert {each.kind for each in listing.unaccounted} == {"item", "selector"}
    assert list_reported(listing) == ["list.item: it matches elements that are no items: no link in them is a title"]
    boxes = [part.text for part in explain('[list]\nitem = "ul.news > li"', page, LIST).parts if part.role is Role.BOX]
    assert "Box" in boxes


@pytest.mark.parametrize("skin", sorted(SKINS))
def test_lines_of_a_tree_are_those_of_the_one_pass(skin: str) -> None:
    twin = make_twin(3, 8, skins=(skin,))
    for story in twin.truth():
        body = twin.render(story["url"].removeprefix(HARBIN_TODAY.base)).body
        # What stands behind the end of a page counts, too.
        for html in (decode_page(body), f"{decode_page(body)}</html><p>behind <b>it"):
            usual = read_document(html, story["url"])
            found = select_page(html, story["url"], ArticleSelectors(drop=("hr b > i.none",), text="html"))
            assert [replace_marks(line) for line in found.lines] == usual.lines
            assert len(name_elements(html, ArticleSelectors())[0]) == len(usual.lines)


def replace_marks(line: object) -> object:
    line.marks = ()  # type: ignore[attr-defined]
    return line


@pytest.mark.parametrize("skin", sample(sorted(SKINS.keys() - {"brbr", "oldhtml", "onecell", "rowspan"}), 4))
def test_a_twin_is_read_whole_by_the_element_that_explain_shows(skin: str) -> None:
    # In the other skins a text has no element of its own.
    twin = make_twin(5, 12, skins=(skin,))
    for story in twin.truth():
        body = decode_page(twin.render(story["url"].removeprefix(HARBIN_TODAY.base)).body)
        paths = [part.element.split(" > ") for part in explain("", body, story["url"]).parts if part.role in TEXTS]
        shared = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
        usual = read("", body, story["url"])
        found = read(f'[article]\ntext = "{" > ".join(shared[-4:])}"', body, story["url"])
        assert (found.title, found.updated, found.images) == (usual.title, usual.updated, usual.images)
        assert found.body == usual.body


@pytest.mark.attack
def test_an_archive_is_read_again_by_a_line_in_a_copy_of_its_site_file(tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "my.toml"
    path.write_text(f'{HARBIN_TODAY.text}\n[article]\ntext = "div#text"\ndrop = ["div.highlights"]\n', encoding="utf-8")
    with serve(make_twin(5, 20, skins=("cms",))) as server:
        crawl(archive, server, "news")
        before = ask(archive, "SELECT id, title, updated, author, source, body FROM articles ORDER BY id")
        run_command("--archive", str(archive), "reparse", "--site", str(path), "--apply")
        assert ask(archive, "SELECT DISTINCT parser FROM articles") == [
            (parser_of(parse_site(path.read_text(), "my")),)
        ]
        assert ask(archive, "SELECT id, title, updated, author, source, body FROM articles ORDER BY id") == before
        run_command("--archive", str(archive), "verify")
        again = crawl(archive, server, "news", "--recheck", "all").report
    assert (again["changed"], again["failed"], again["unaccounted"]["pages"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ('[article]\ntext = "div["', 'article.text: "div[" is no CSS selector that can be used: Expected ident'),
        ('[article]\ndrop = [".a", "p::before"]', "article.drop"),
        ('[list]\nitem = "li:nope"', "The pseudo-class :nope is unknown"),
        ('[list]\nitem = "tr:has(td)"', ":has is not among what can be looked for"),
        ('[article]\ntext = "svg|a"', "| is not among what can be looked for"),
        ('[article]\ntexts = "p"', 'did you mean "text"?'),
        ('[list]\nitems = "p"', 'did you mean "item"?'),
        ('[artixle]\ntext = "p"', "did you mean [article]?"),
        ('[article]\ntext = ["p"]', "article.text: expected a CSS selector"),
    ],
)
def test_what_is_no_selector_ends_every_command_with_its_line(tables: str, words: str, tmp_path: Path) -> None:
    path, page, archive = tmp_path / "own.toml", tmp_path / "page.html", str(tmp_path / "none")
    path.write_text(f"{HARBIN_TODAY.text}\n{tables}", encoding="utf-8")
    page.write_text(PAGE)
    line = len(HARBIN_TODAY.text.splitlines()) + (2 if "[artixle]" in tables else 3)
    for command in (
        ("sites", "check", str(path)),
        ("explain", str(page), "--url", ARTICLE, "--site", str(path)),
        ("--archive", archive, "crawl", "--site", str(path), "--dry-run"),
    ):
        told = run_command(*command, code=2)
        assert f"{path} line {line}: " in told
        assert words in told
        assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    "selector", sample(["*:nth-last-child(3n)", "* " * 9 + "b", "b > " * 4 + "b", ":not(* *):nth-child(n+2)"], 4)
)
def test_no_selector_takes_long_over_any_page(selector: str) -> None:
    pages = ["<b>x</b>" * 4_900, ("<i>" * 240 + "</i>" * 240) * 5, "<b>x</b>" * 100_000]
    start = time.process_time()
    for page in pages:
        select_page(page, ARTICLE, ArticleSelectors(text=selector))
    assert time.process_time() - start < 20
