"""The pages of a search are one bench: each keeps all that was asked, says what is wrong beside its field, and every
number leads to what it counts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]
from multidict import MultiDict

from harbincrawl.search.corpus.concordance import ConcordanceLine
from harbincrawl.search.filters import BY_NAME, Filters
from harbincrawl.serve.handlers.bench import TABS, address_tab, list_hidden, say_day
from harbincrawl.serve.handlers.words import add_word, find_word, write_fragment
from harbincrawl.serve.links import MOST_QUERIES, ORDERS, Links, Parameters, RefusedError
from tests.support.archives import build_archive
from tests.support.families import examples, sample
from tests.support.web_site import Site, running

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.lists(WORDS, max_size=3, unique=True).map(tuple)
DAYS = st.sampled_from(["", "2012", "2013-05", "2014-05-03", "7d", "May 2015"])
STATUSES = st.sampled_from([None, "live", "gone"])
FILTERS = st.builds(
    lambda sections, sources, authors, since, until, status, query: Filters(
        sections, sources, authors, since or None, until or None, status=status, query=query
    ),
    NAMES, NAMES, NAMES, DAYS, DAYS, STATUSES, st.one_of(st.just(""), WORDS),
)  # fmt: skip


@st.composite
def searches(draw: st.DrawFn) -> Parameters:
    """Any search that an address may ask for."""
    filters = draw(FILTERS)._replace(date=draw(st.sampled_from(["updated", "created"])))
    others = draw(st.lists(WORDS, max_size=MOST_QUERIES - 1, unique=True)) if filters.query else []
    return Parameters(
        filters, draw(st.sampled_from(["", *ORDERS])), draw(st.booleans()), draw(st.sampled_from(["", "v3:x:1"])),
        tuple(each for each in others if each != filters.query), draw(st.sampled_from(["", "month", "year"])),
        draw(st.integers(1, 120)), draw(FILTERS),
    )  # fmt: skip


SEARCHES = searches()


def read(address: str) -> Parameters:
    return Parameters.read(MultiDict(parse_qsl(urlsplit(address).query, keep_blank_values=True)))


@given(SEARCHES)
@examples(400)
def test_an_address_says_all_that_was_asked_and_every_tab_keeps_it(asked: Parameters) -> None:
    assert Parameters.read(MultiDict(asked.pairs())) == asked
    for tab in TABS:
        assert read(address_tab(Links("/x", ""), tab, asked)) == asked._replace(after="")
        names = {name for name, _ in list_hidden(tab, asked)}
        assert "after" not in names
        assert {"q"} & names == ({"q"} if asked.others and tab != "trends" else set())


@given(SEARCHES)
@examples(200)
def test_the_other_choice_can_be_exchanged_with_the_first(asked: Parameters) -> None:
    turned = asked.swap()
    assert turned.swap() == asked
    assert turned.filters == asked.against._replace(date=asked.filters.date)


NAMED = st.sampled_from("q sort by smooth since against_until status copies date after section against_q".split())


@given(st.lists(st.tuples(NAMED, st.text(max_size=8))))
@examples(400)
def test_whatever_an_address_says_it_is_read_or_each_refused_value_is_named(pairs: list[tuple[str, str]]) -> None:
    query = MultiDict(pairs)
    try:
        asked = Parameters.read(query)
    except RefusedError as error:
        assert error.refusals
        for each in error.refusals:
            assert each.value in {value.strip() for value in query.getall(each.name)}
        asked = error.parameters
    assert Parameters.read(MultiDict(asked.pairs())) == asked


def fill(page: str) -> list[tuple[str, str]]:
    """What a browser sends of the form of a page that nobody changed."""
    (form,) = html.document_fromstring(page).cssselect("form.bench")
    return [(name, value) for name, value in form.form_values() if value]


ASKED = (
    ("q", "snow"), ("q", "metro"), ("q", "about -trade"), ("section", "news"), ("section", "culture"),
    ("source", "Xinhua"), ("source", "China Daily"), ("author", "Li Na"), ("author", "Nobody"), ("since", "2011"),
    ("until", "30 May 2021"), ("date", "created"), ("status", "live"), ("sort", "left"), ("copies", "1"),
    ("by", "year"), ("smooth", "7"), ("against_q", "trade"), ("against_section", "news"), ("against_source", "x"),
    ("against_source", "y"), ("against_since", "2012"),
)  # fmt: skip


@pytest.mark.parametrize("tab", TABS)
def test_form_tabs_orders_filters_and_articles_keep_all_that_was_asked(site: Site, tab: str) -> None:
    asked = Parameters.read(MultiDict(ASKED))
    path = address_tab(Links("", ""), tab, asked)
    reply = site.ask(path)
    assert reply.status == 200, reply.text
    tree = html.document_fromstring(reply.text)
    assert Parameters.read(MultiDict(fill(reply.text))) == asked
    assert [read(each.get("href")) for each in tree.cssselect(".tabs a")] == [asked] * len(TABS)
    (current,) = tree.cssselect(".tabs [aria-current=page]")
    assert current.text_content().startswith(TABS[tab])
    for each in tree.cssselect(".orders a"):
        assert read(each.get("href"))._replace(sort="left") == asked
    kept = dict.fromkeys(ASKED)
    for each in tree.cssselect(".chips a:not(.clear)"):
        # Each takes out what it names, and nothing else.
        left = dict.fromkeys(read(each.get("href")).pairs())
        assert len(kept.keys() - left.keys()) == 1, each.text_content()
    for each in tree.cssselect("main a[href^='/articles/']"):
        assert read(each.get("href")) == asked
    links = tree.cssselect("figure a[href^='/'], table a[href^='/'], .facet a")
    assert len(links) > 3
    for each in links:
        found = read(each.get("href"))
        # A chart's bars choose days, a facet its own values, a table its own query.
        chosen = {"q", "since", "until", "section", "source", "author", "sort", "by"}
        assert name_rest(found, chosen) in (name_rest(asked, chosen), name_rest(asked.swap(), chosen))


def name_rest(asked: Parameters, chosen: set[str]) -> set[tuple[str, str]]:
    return {(name, value) for name, value in asked.pairs() if name.removeprefix("against_") not in chosen}


REFUSED = (
    ("since", "then", "is not a date: expected 2019, 2019-05"), ("until", "2019-13", "is not a date"),
    ("date", "printed", "expected updated or created"), ("status", "lost", "expected live, gone, unknown"),
    ("sort", "upwards", "There is no order “upwards”: expected best, recent"), ("by", "week", "expected month or year"),
    ("smooth", "999", "from 1 to 120"), ("smooth", "0", "from 1 to 120"), ("q", "m*t", "wildcards inside a word"),
    ("against_since", "whenever", "is not a date"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("tab", "name", "value", "words"),
    sample([(tab, *each) for tab in TABS for each in REFUSED if each[0] != "q" or tab == "concordance"], every=2),
)
def test_a_refused_value_stands_in_its_field_beside_what_was_expected(
    site: Site, tab: str, name: str, value: str, words: str
) -> None:
    others = [(each, text) for each, text in ASKED if each != name]
    path = f"/{tab}?" + urlencode([*others, (name, value), ("against", "all")])
    reply = site.ask(path)
    assert reply.status == 400
    tree = html.document_fromstring(reply.text)
    (field,) = tree.cssselect("[aria-invalid=true]")
    assert (field.get("name"), field.value) == (name, value)
    assert tree.cssselect(f"label[for={field.get('id')}]")
    (told,) = tree.cssselect(f"#{field.get('aria-describedby')}")
    assert words in told.text_content()
    # It is seen: what folds is open.
    assert all(each.get("open") is not None for each in field.iterancestors("details"))
    sent = fill(reply.text)
    assert sorted({*sent} - {("against", "all")}) == sorted({*others, (name, value)})
    assert site.ask(f"/{tab}.json?{urlencode([(name, value)])}").status in (400, 404)


def test_a_page_of_hits_that_there_is_not_leads_to_the_first(site: Site) -> None:
    reply = site.ask("/search?q=snow&section=news&after=nonsense")
    assert reply.status == 400
    assert "That page of hits cannot be found" in reply.text
    (first,) = html.document_fromstring(reply.text).cssselect(".refused a")
    assert first.get("href") == "/search?q=snow&section=news"


@pytest.mark.parametrize("tab", TABS)
def test_of_too_many_queries_the_first_that_is_too_much_is_named(site: Site, tab: str) -> None:
    reply = site.ask(f"/{tab}?" + urlencode([("q", f"w{at}") for at in range(9)]))
    assert reply.status == 400
    (told,) = html.document_fromstring(reply.text).cssselect(".fault")
    assert "At most 8 queries" in told.text
    assert sorted(value for name, value in fill(reply.text) if name == "q") == [f"w{at}" for at in range(9)]


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("tab", TABS)
def test_an_order_of_another_page_is_kept_and_ignored(site: Site, tab: str, sort: str) -> None:
    reply = site.ask(f"/{tab}?q=snow&sort={sort}")
    assert reply.status == 200
    assert ("sort", sort) in fill(reply.text)
    chosen = html.document_fromstring(reply.text).cssselect(".orders [aria-current=true]")
    assert len(chosen) == (tab in ("search", "concordance"))


def follow(site: Site, address: str) -> Any:
    return html.document_fromstring(site.ask(address).text)


@pytest.mark.parametrize("query", ["q=words", "q=words&sort=oldest", "q=words&sort=recent", "", "q=words&copies=1"])
def test_each_page_says_which_of_the_hits_it_shows_and_leads_back(site: Site, query: str) -> None:
    total = site.json(f"/search.json?{query}")["total"]
    address = f"/search?{query}" if query else "/search"
    seen: list[str] = []
    ways: list[str] = []
    while address:
        tree = follow(site, address)
        ways.append(address)
        (shown,) = [each.text_content() for each in tree.cssselect(".pager .range")]
        ids = [each.get("href") for each in tree.cssselect(".hits > li > h2 > a")]
        assert shown == f"{len(seen) + 1}–{len(seen) + len(ids)} of {total}"
        seen += ids
        back = [each.get("href") for each in tree.cssselect(".pager [rel=prev]")]
        assert back == ways[-2:-1]
        assert bool(tree.cssselect(".pager [rel=first]")) == (len(ways) > 1)
        (address,) = [each.get("href") for each in tree.cssselect(".pager [rel=next]")] or [""]
    assert len(set(seen)) == len(seen) == total
    assert len(ways) == 3


def test_where_nobody_remembers_the_page_before_its_place_is_counted(site: Site, small: Path) -> None:
    """Another process knows the addresses alone; and a cursor between two pages has its own true place."""
    pages = [site.json("/search.json?q=words")]
    while pages[-1]["next"]:
        pages.append(site.json(pages[-1]["next"]))
    ids = [hit["id"] for page in pages for hit in page["hits"]]
    with running(small) as other:
        tree = follow(other, "/search?" + urlencode({"q": "words", "after": pages[1]["after"]}))
        assert tree.cssselect(".range")[0].text == "41–59 of 59"
        back = follow(other, tree.cssselect("[rel=prev]")[0].get("href"))
        assert back.cssselect(".range")[0].text == "21–40 of 59"
        shown = [each.get("href").split("?")[0].rsplit("/")[-1] for each in back.cssselect(".hits > li > h2 > a")]
        assert shown == ids[20:40]
        # A number in the address means nothing.
        cursor = pages[0]["after"]
        assert "21–40 of 59" in other.ask(f"/search?q=words&from=1000&page=7&{urlencode({'after': cursor})}").text
        version, mark, order, tier, score, place = cursor.split(":")
        between = ":".join((version, mark, order, tier, score, str(int(place) - 1)))
        tree = follow(other, "/search?" + urlencode({"q": "words", "after": between}))
        first, last = map(int, re.findall(r"\d+", tree.cssselect(".range")[0].text)[:2])
        shown = [each.get("href").split("?")[0].rsplit("/")[-1] for each in tree.cssselect(".hits > li > h2 > a")]
        assert shown == ids[first - 1 : last]


def test_a_place_too_far_to_count_is_left_out(small: Path) -> None:
    prelude = "import harbincrawl.serve.places as places\nplaces._FARTHEST = 10\n"
    cursor = ""
    with running(small) as site:
        cursor = site.json("/search.json?q=words")["after"]
    with running(small, prelude=prelude) as site:
        tree = follow(site, "/search?" + urlencode({"q": "words", "after": cursor}))
        assert not tree.cssselect(".range")
        assert tree.cssselect("[rel=first]") and tree.cssselect("[rel=next]")


def test_each_number_of_a_facet_is_what_its_link_leads_to_and_several_can_be_chosen(site: Site) -> None:
    tree = follow(site, "/search?q=about&section=news&copies=1")
    values = tree.cssselect(".facet li")
    assert len(values) > 5
    for each in values:
        (link,) = each.cssselect("a")
        number = int(each.cssselect("a + span")[0].text)
        asked = read(link.get("href"))
        if link.get("aria-current"):
            assert (link.cssselect("bdi")[0].text, asked.texts("section")) == ("Harbin Today", ())
            assert number == site.json("/search.json?q=about&section=news&copies=1")["total"]
        elif asked.texts("section") == ("news", "culture/music"):
            only = site.json("/search.json?q=about&section=culture/music&copies=1")["total"]
            both = site.json(f"/search.json?{urlsplit(link.get('href')).query}")["total"]
            assert number == only > 0
            assert both == only + site.json("/search.json?q=about&section=news&copies=1")["total"]
        else:
            assert number == site.json(f"/search.json?{urlsplit(link.get('href')).query}")["total"]
    summaries = [re.sub(r"\s+", " ", each.text_content()) for each in tree.cssselect(".facet > summary")]
    assert summaries == ["Section 1 of 2", "Source 2", "Year 12"]


def test_chips_speak_as_the_controls_do(site: Site) -> None:
    address = "/search?section=news&since=2012&until=2014-05-03&date=created&status=gone&sort=oldest&copies=1&q=a&q=b"
    chips = [" ".join(each.text_content().split()) for each in follow(site, address).cssselect(".chips li")]
    assert chips == [
        "Also: b ×remove", "Section: Harbin Today ×remove", "From: 2012 ×remove", "To: 3 May 2014 ×remove",
        "By date: created (address) ×remove", "Status: gone from the site ×remove", "Order: oldest ×remove",
        "Copies: shown ×remove", "Clear all",
    ]  # fmt: skip
    (chip,) = follow(site, "/search?section=music+city").cssselect(".chips li")
    assert chip.text_content().startswith("Section: Music City")
    assert [say_day(each) for each in ("7d", "1y", "May 2019", "2019-05", "x")] == [
        "7 days ago", "1 year ago", "May 2019", "May 2019", "x",
    ]  # fmt: skip


@pytest.mark.parametrize("query", [
    "q=snow&q=about&by=year", "q=snow&q=about&by=year&copies=1", "q=snow&by=month&since=2012-05-02&until=2015",
    "q=snow&by=year&smooth=3&section=news", "q=about&smooth=5&copies=1",
])  # fmt: skip
def test_every_number_behind_the_lines_leads_to_so_many_hits(site: Site, query: str) -> None:
    tree = follow(site, f"/trends?{query}")
    cells = tree.cssselect("td a")
    assert len(cells) > 3
    for each in cells:
        found = site.json(f"/search.json?{urlsplit(each.get('href')).query}")
        # The one copy of this archive counts in the year of its original.
        assert found["total"] - int(each.text) in ((0,) if "copies" in query else (0, 1)), each.get("href")


def test_words_lead_to_the_hits_that_have_them_in_the_part_and_outside(site: Site) -> None:
    for row in follow(site, "/keywords?q=snow").cssselect("tbody tr")[:6]:
        word = row.cssselect("th")[0].text_content()
        inside, outside = row.cssselect("td:nth-child(3)")[0], row.cssselect("td:nth-child(5)")[0]
        (known,) = (each for each in site.json("/keywords.json?q=snow")["keywords"] if each["word"] == word)
        shown = [cell.text_content() for cell in row.cssselect("td")[5:]]
        p = "–" if known["p"] is None else f"{known['p']:.4f}"
        assert shown == [f"{known[key]:,}" for key in ("articles", "against_articles", "log_ratio")] + [p]
        for cell in (inside, outside):
            number = int(cell.text_content())
            links = cell.cssselect("a")
            assert bool(links) == (number > 0)
            for each in links:
                found = site.json(f"/search.json?{urlsplit(each.get('href')).query}")
                assert 0 < found["total"] <= number
                with_snow = {hit["id"] for hit in site.json("/search.json?q=snow")["hits"]}
                assert all((hit["id"] in with_snow) == (cell is inside) for hit in found["hits"]), word


def test_two_choices_stand_beside_each_other_with_bars_both_ways(site: Site) -> None:
    tree = follow(site, "/compare?q=snow&against_q=metro&section=news&against_section=news")
    told = site.json("/keywords.json?q=snow&against_q=metro&section=news&against_section=news")
    turned = site.json("/keywords.json?q=metro&against_q=snow&section=news&against_section=news")
    tables = tree.cssselect("table.versus")
    for table, keywords, order in zip(tables, (told, turned), (1, -1), strict=True):
        words = [each.text_content() for each in table.cssselect("tbody th")]
        assert words == [each["word"] for each in keywords["keywords"]][:30]
        for row, known in zip(table.cssselect("tbody tr"), keywords["keywords"], strict=False):
            one, two = (int(each.text_content().replace(",", "")) for each in row.cssselect("td")[::2])
            assert (one, two)[::order] == (round(known["per_million"]), round(known["against_per_million"]))
            p = "–" if known["p"] is None else f"{known['p']:.4f}"
            assert row.cssselect("td")[-1].text_content() == p
            left, right = (float(each.get("width")) for each in row.cssselect("rect"))
            assert 0 <= left <= 100 and 0 <= right <= 100
            assert (left > right) == (one > two)
            for part, query in zip(row.cssselect("td")[::2], ("snow", "metro"), strict=True):
                for each in part.cssselect("a"):
                    assert read(each.get("href")).q.startswith(f"{query} AND ")
                    assert site.json(f"/search.json?{urlsplit(each.get('href')).query}")["total"] > 0


def test_words_against_another_choice_are_the_page_that_compares(site: Site) -> None:
    reply = site.ask("/keywords?q=snow&against_q=metro&sort=left")
    assert reply.status == 200
    assert reply.text == site.ask("/compare?q=snow&sort=left&against_q=metro").text
    alone = site.ask("/keywords?q=snow&against_q=metro&against=all")
    assert alone.status == 200
    assert site.json("/keywords.json?q=snow&against_q=metro&against=all") == site.json("/keywords.json?q=snow")
    assert site.json("/keywords.json?q=snow&against_q=metro") != site.json("/keywords.json?q=snow")
    taken = [each.get("href") for each in html.document_fromstring(alone.text).cssselect("a[href^='/keywords.csv']")]
    assert {site.ask(each).text for each in taken} == {site.ask("/keywords.csv?q=snow").text}


def test_a_place_leads_to_its_hit_in_the_article(tmp_path: Path) -> None:
    body = "Snow fell. More snow, and snow again."
    with running(build_archive(tmp_path / "archive", [{"number": 7, "title": "On snow", "body": body}])) as site:
        for sort in ("newest", "left"):
            tree = follow(site, f"/concordance?q=snow&sort={sort}")
            places = {
                each.cssselect("td:nth-child(4)")[0].text_content(): each.cssselect("a")[0].get("href")
                for each in tree.cssselect("tbody tr")
            }
            address = f"/articles/harbin-today:7?q=snow&sort={sort}#hit-1:~:text="
            assert places == {
                "": f"{address}snow",
                " fell. More snow, and snow again.": f"{address}Snow%20fell.%20More%20snow%2C",
                ", and snow again.": f"{address}snow%2C%20and%20snow%20again.",
                " again.": f"{address}snow%20again.",
            }


def test_a_place_is_looked_for_by_words_that_no_sign_of_the_language_of_fragments_breaks() -> None:
    line = ConcordanceLine("a:1", "2019", "s", "body", "", "snow", "-covered, & a 50% – <b>")
    assert write_fragment(line) == "#hit-1:~:text=snow%2Dcovered%2C%20%26%20a%2050%25"


def test_of_a_query_that_is_more_than_a_word_one_is_shown_in_its_hits(site: Site) -> None:
    assert find_word("ice festival") == ("ice festival", (), False)
    assert find_word('"ice festival"') == ('"ice festival"', (), False)
    assert find_word("sno*") == ("sno*", (), False)
    assert find_word("title:snow -trade metro*") == ("snow", ("metro*",), True)
    assert find_word("ice AND festival") == ("ice", ("festival",), True)
    assert find_word("-trade") == ("-trade", (), True)
    tree = follow(site, "/concordance?q=about+AND+(snow+OR+metro)")
    assert "Others:" in tree.text_content()
    assert [each.text for each in tree.cssselect(".note a bdi")] == ["snow", "metro"]
    assert tree.cssselect(".numbers b")[0].text == str(site.json("/search.json?q=snow+OR+metro")["total"])


def test_a_query_with_one_more_word_finds_what_both_find() -> None:
    assert add_word("snow OR metro", "and") == '(snow OR metro) AND "and"'
    assert add_word("", "snow") == '"snow"'
    assert add_word("snow (metro", "a") == '(snow AND metro) AND "a"'


@pytest.mark.parametrize("tab", ["trends", "concordance", "keywords", "compare"])
def test_where_nothing_was_asked_an_example_of_this_archive_stands_and_can_be_run(site: Site, tab: str) -> None:
    tree = follow(site, f"/{tab}?section=news&sort=oldest")
    if tab == "keywords":  # a section is a choice
        tree = follow(site, "/keywords?sort=oldest")
    if tab == "compare":
        tree = follow(site, "/compare?sort=oldest")
    (run,) = tree.cssselect(".example a")
    assert run.get("href").startswith(f"/{tab}?")
    asked = read(run.get("href"))
    assert asked.q in ("about", "snow", "metro", "trade", "festival")
    assert asked.sort == "oldest"
    assert tree.cssselect("table")
    assert dict(fill(site.ask(f"/{tab}").text)).get("q", "") == ""
    again = follow(site, run.get("href"))
    assert not again.cssselect(".example")
    assert again.cssselect("table")


def test_an_example_is_of_the_words_that_are_new(tmp_path: Path) -> None:
    old = [{"number": at, "title": f"Lantern market {at}", "created": f"2019-05-{at:02}"} for at in range(1, 25)]
    new = [{"number": at, "title": f"Lantern glacier {at}", "created": "2024-05-01"} for at in range(30, 40)]
    with running(build_archive(tmp_path / "archive", [*old, *new])) as site:
        assert read(follow(site, "/trends").cssselect(".example a")[0].get("href")).q == "glacier"


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_archive_says_on_each_tab_what_home_says(tmp_path: Path, tab: str) -> None:
    with running(build_archive(tmp_path / "archive")) as site:
        reply = site.ask(f"/{tab}")
        assert reply.status == 200
        assert "The archive is empty" in reply.text
        assert "<code>harbincrawl crawl</code>" in reply.text


def test_copies_count_on_every_tab_where_they_were_asked_for(site: Site) -> None:
    folded, unfolded = (site.json(f"/trends.json?q=snow&by=year{more}") for more in ("", "&copies=1"))
    counts = [sum(row["series"][0]["hits"] for row in each["periods"]) for each in (folded, unfolded)]
    assert counts == [site.json(f"/search.json?q=snow{more}")["total"] for more in ("", "&copies=1")]
    assert counts[0] < counts[1]
    for name, key in (("concordance", "articles"), ("keywords", "part")):
        one, two = (site.json(f"/{name}.json?q=snow{more}")[key] for more in ("", "&copies=1"))
        assert one != two


def test_labels_of_filters_are_those_of_the_table(site: Site) -> None:
    labels = {each.text_content() for each in follow(site, "/search").cssselect(".fields label")}
    assert {(each.label or each.name).capitalize() for each in BY_NAME.values() if each.reach == "all"} <= labels
