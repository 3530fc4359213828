"""The bench counts what a reader makes of a site as it says."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.site_reading import Reading, Readings, judge_site, read_site
from tests.support.template_sites import Site, SitePage, make_site, render_base
from tests.support.twin.skins import SKINS


def small_site() -> Site:
    return make_site(render_base(SKINS["cms"]))


def test_a_reader_that_is_right_counts_as_whole() -> None:
    site = small_site()

    def read(*_: object) -> Readings:
        return Readings(
            {address: Reading(truth, False) for address, truth in site.articles.items()},
            {place: Reading(truth, place[0].endswith("/news/")) for place, truth in site.lists.items()},
        )

    articles, lists = judge_site(site, read)
    assert (articles.whole, articles.reported, articles.silent) == (40, 0, 0)
    assert (lists.whole, lists.reported_whole, lists.reported, lists.silent) == (len(site.lists), 1, 0, 0)


def test_wrong_records_are_told_apart_by_whether_the_reader_says_so() -> None:
    site = small_site()
    first, second, third, *_ = site.articles

    def read(pages: Sequence[SitePage], words: object) -> Readings:
        made = read_site(pages, words)  # type: ignore[arg-type]
        made.articles[first] = Reading(None, True)
        made.articles[second] = Reading({**site.articles[second], "title": "Another"}, True)
        made.articles[third] = Reading({**site.articles[third], "body": ["Another."]}, False)
        return made

    articles, _ = judge_site(site, read)
    assert (articles.whole, articles.reported, articles.silent) == (37, 2, 1)
    assert [(address, reported) for address, reported, _ in articles.wrong] == [
        (first, True), (second, True), (third, False)
    ]  # fmt: skip
    assert articles.wrong[1][2].startswith("title: 'Another' for ")


def test_the_reader_of_today_reads_all_pages_of_a_plain_site() -> None:
    articles, lists = judge_site(small_site(), read_site)
    assert (articles.whole, lists.whole) == (40, lists.all)
