"""What of a text's own container is furniture: at its end, at its beginning, and icons that are no pictures of it."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.article.page import read_article
from harbincrawl.records import Article
from harbincrawl.sites import Site, find_site
from tests.support.sites import HARBIN_TODAY

JILIN_CHINA = find_site("jilin-china")
TODAY = date(2024, 6, 20)
OWN = f"{HARBIN_TODAY.base}/news/2020-09-23/5370.html"
JILIN = f"{JILIN_CHINA.base}/m/jilin/2014-11/05/content_18872688.htm"
ONE = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."
TWO = "Visitors came from all over the province, said Wang Wei, who has worked there since 2011."
HEAD = (
    "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><h1>Ice lanterns</h1>"
    "<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p>"
)
JILIN_HEAD = (
    "<a href=/m/jilin/node_1139763.htm>News</a><div><a href=/m/jilin/>Home</a> &gt; Local</div>"
    "<h1>Ice lanterns</h1><p>Updated: 2014-11-05 10:12</p>"
)


def read(text: str, head: str = HEAD, address: str = OWN, site: Site = HARBIN_TODAY) -> Article:
    return read_article(head + text, address, site, today=TODAY)


@pytest.mark.parametrize(
    "end",
    [
        "<p>Disclaimers were signed by all of the 300 guests who came.</p>",
        "<p>Next: the team ran to the harbor.</p>",
        "<table><tr><td>Line<td>Stops<tr><td>1<td>24</table>",
        "<ul><li>Skates for children</li><li>Hot tea</li></ul>",
        "<p><a href=mailto:tickets@example.org>tickets@example.org</a></p>",
        "<p><a href=http://www.park.example>www.park.example</a><br>17 Quay Street, Daoli district</p>",
        "<h3>Voices</h3><p>A word of thanks.</p>",
    ],
)
def test_what_only_looks_like_furniture_at_the_end_of_a_text_stays(end: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{end}</div>")
    assert len(article.body) > 2
    assert article.unaccounted == ()


@pytest.mark.parametrize(
    "behind",
    [
        "<p>Source: Xinhua</p><p>Editor: Li Na</p><p>（编辑：李娜）</p>",
        "<p>Source: Xinhua</p><div>Keywords: ice, lanterns</div><div><a href=/err>Report an error</a></div>"
        "<div>Special coverage</div><div><a href=/m/jilin/ice/><img src=/i/s.jpg></a></div>",
        "<p>By Li Na (Xinhua)</p><div><h4>Rates</h4><table><tr><td>USD<td>6.52<tr><td>RUB<td>0.09</table></div>",
    ],
)
def test_labels_behind_a_text_are_read_though_furniture_follows(behind: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{behind}</div>", JILIN_HEAD, JILIN, JILIN_CHINA)
    assert (article.body, article.source, article.images) == ((ONE, TWO), "Xinhua", ())
