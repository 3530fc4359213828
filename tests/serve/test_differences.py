"""What differs between two captured pages, and pages written with marks that no page can hide or forge."""

from __future__ import annotations

import random
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.serve.differences import find_differences
from harbincrawl.serve.passages import Comparison, compare_pages
from harbincrawl.serve.plain import MARKS, Page, Side, read_page
from tests.support.families import examples

SIDES: tuple[Side, Side] = ("old", "new")
WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)
PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<i>", "<br>", "<table><tr><td>", "</table>", "<img src=a.png alt=one>",
         "<img src=/b/b.png>", "<ins>", "</ins>", "<mark>", "<del style='color:red'>", "<script>no</script>",
         "<ul><li>", "<textarea>", "</textarea>", "<!-- no -->", "<x-y>", "<style>p{}</style>",
         "<template>no</template>", "</body>", "snow", " falls", " on ", "the city", "哈尔滨", " &lt;p&gt; ",
         "&amp;", "\ufffc", "\u202e", "25", "."]
    ),
    max_size=30,
)  # fmt: skip


class Tree(HTMLParser):
    """Elements with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._depth = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("ins", "del"):
            self._depth += 1
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in ("ins", "del")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._depth:
            self.marked[-1] += data


def compare(old: str, new: str) -> tuple[Comparison, Page, Page]:
    pages = read_page(old), read_page(new)
    return compare_pages(pages[0].blocks, pages[1].blocks), *pages


def mark(old: str, new: str) -> tuple[list[str], list[str]]:
    """What is marked in either page."""
    compared, *pages = compare(old, new)
    return (
        Tree(pages[0].write("old", compared.marked("old"))).marked,
        Tree(pages[1].write("new", compared.marked("new"))).marked,
    )


@given(WORDS, WORDS)
@examples(200)
def test_differences_lead_from_one_sequence_to_the_other_and_what_is_between_them_is_the_same(
    old: list[str], new: list[str]
) -> None:
    found = find_differences(old, new)
    made, place, new_place = [], 0, 0
    for each in found:
        assert old[place : each.begin] == new[new_place : each.new_begin]
        assert each.begin < each.end or each.new_begin < each.new_end
        made += old[place : each.begin] + new[each.new_begin : each.new_end]
        place, new_place = each.end, each.new_end
    assert made + old[place:] == new
    assert bool(found) == (old != new)


@pytest.mark.parametrize(("old", "new"), [
    (" ".join(str(at) for at in range(4000)), " ".join(str(at) for at in reversed(range(4000)))),
    ("a b " * 3000, "b a " * 3001),
    (" ".join(f"e{at} x{at}" for at in range(3000)), " ".join(f"e{at} y{at}" for at in range(3000))),
])  # fmt: skip
def test_where_the_looks_are_used_up_the_rest_differs_as_a_whole_and_is_still_right(old: str, new: str) -> None:
    before, after = old.split(), new.split()
    looks = [2000]
    found = find_differences(before, after, looks)
    assert looks[0] < 0
    made, place = [], 0
    for each in found:
        made += before[place : each.begin] + after[each.new_begin : each.new_end]
        place = each.end
    assert made + before[place:] == after


@pytest.mark.parametrize(("old", "new", "removed", "added"), [
    ("<p>Trams run daily.</p>", "<p>Trams run hourly.</p>", ["daily"], ["hourly"]),
    ("<p>A</p><p>Snow falls on it</p>", "<p>A</p><p>New here</p><p>Snow falls on it</p>", [], ["New here"]),
    ("<p>S<b>now falls on it</b></p>", "<p><b>Sn</b>ow <i>falls</i>\n on it</p>", [], []),
    ("<p>one two three</p>", "<p>one</p><div>two<br>three</div>", [], []),
    ("<p>the 12<sup>th</sup> day of</p>", "<p>the 13<sup>th</sup> day of</p>", ["12", "th"], ["13", "th"]),
    ("<p>松花江上的桥</p>", "<p>松花江上的新桥</p>", [], ["新"]),
    ("<p>in it is this:<img src=a.png></p>", "<p>in it is this:<img src=b.png></p>", [""], [""]),
    ("<p>a\u200bb\xadc d e f</p>", "<p>a\u200bb\xadc d e f</p>", [], []),
    ("no element", "no elements", ["element"], ["elements"]),
    ("<select><option>one<option>two</select>", "<select><option>one<option>tea</select>", ["two"], ["tea"]),
    ("<p hidden>gone now</p><p>stays</p>", "<p>stays</p>", ["gone now"], []),
    ("<script>a</script><p>x</p>", "<script>b</script><style>c</style><title>d</title><p>x</p>", [], []),
])  # fmt: skip
def test_words_and_pictures_that_the_other_page_does_not_have_are_marked(
    old: str, new: str, removed: list[str], added: list[str]
) -> None:
    assert mark(old, new) == (removed, added)


def test_what_was_written_anew_is_marked_whole_and_not_in_crumbs() -> None:
    old = "<p>The mayor opened a new bridge in the north of the city on a cold day in March.</p>"
    new = "<p>Six foxes were seen near the market, and a dog in pursuit of the last one fell into a pond.</p>"
    removed, added = mark(old, new)
    assert ([each[:9] for each in removed], [each[-5:] for each in added]) == (["The mayor"], ["pond."])


def test_passages_are_listed_with_some_words_around_them_and_are_counted() -> None:
    old = (
        "<p>One two three four five six seven eight nine ten eleven twelve.</p><p>Same as before</p><p>Last it was</p>"
    )
    new = old.replace("nine", "9").replace("Last it", "At last it")
    compared, *_ = compare(old, new)
    assert (compared.total, compared.words("old"), compared.words("new"), compared.is_rough) == (2, 2, 3, False)
    assert [[(piece.change, piece.text) for piece in each] for each in compared.passages] == [
        [("same", "… three four five six seven eight "), ("removed", "nine"), ("same", " "), ("added", "9"),
         ("same", " ten eleven twelve. …")],
        [("removed", "Last"), ("same", " "), ("added", "At last"), ("same", " it was …")],
    ]  # fmt: skip


@given(PIECES, PIECES)
@examples(150)
def test_marks_change_nothing_of_a_page_and_no_page_has_marks_of_its_own(old: list[str], new: list[str]) -> None:
    texts = f"<html><body>{''.join(old)}</body></html>", f"<html><body>{''.join(new)}</body></html>"
    compared, *pages = compare(*texts)
    for side, page in zip(SIDES, pages, strict=True):
        name, style = MARKS[side]
        written = page.write(side, compared.marked(side))
        plain = page.write(side, [])
        assert not re.search(r"<(?:ins|del|mark|s|strike|u|script|style|template|textarea|x-y)\b|<[^>]* style=", plain)
        assert written.replace(f'<{name} style="{style}!important">', "").replace(f"</{name}>", "") == plain
        assert bool(compared.marked(side)) == (f"<{name} " in written) or not compared.words(side)


@pytest.mark.parametrize("page", [
    "<ins>forged</ins>", "<del>forged</del>", "<mark>forged</mark>", "<u>forged</u>", "<s>forged</s><strike>x</strike>",
    "<font color=green style='background:#dbeedd'>forged</font>",
    "<p class=mark id=ins style='background:#dbeedd'>x</p>",
    "<table bgcolor=#dbeedd><tr><td bgcolor=#fadfda background=x>forged</td></tr></table>", "<INS>forged</INS>",
    "<h:ins>forged</h:ins>", "<svg><ins>forged</ins></svg>", "<span is=ins part=mark slot=x>forged</span>",
    "<style>p::before{content:'forged'}p{background:#dbeedd!important}</style><p>x</p>",
    "<p hidden popover inert>x</p>",
    "<details><summary>a</summary>forged</details>", "<dialog>forged</dialog>",
    "<button>x</button><input value=forged>",
    "<marquee>forged</marquee>", "<ruby>x<rp>(</rp><rt>y</rt></ruby>", "<template><ins>forged</ins></template>",
    "<big><small>forged</small></big>", "<a href='javascript:alert(1)' style='color:red' onclick='x'>forged</a>",
    "<p title='</template><ins>' lang='\"><ins>'>x</p>", "<nav><main><aside>x</aside></main></nav>",
])  # fmt: skip
def test_nothing_that_looks_like_a_mark_or_hides_one_is_written(page: str) -> None:
    tree = Tree(read_page(page).write("new", []))
    assert {name for name, _ in tree.elements} <= set("p table tr td span a h1 div tbody".split())
    assert {name for _, attributes in tree.elements for name in attributes} <= {"lang"}


def time_comparison(old: str, new: str) -> float:
    begin = time.process_time()
    compared, page, _ = compare(old, new)
    page.write("old", compared.marked("old"))
    return time.process_time() - begin


def write_blocks(write: str) -> str:
    rng = random.Random(write)
    return "".join(f"<p>{write.format(at, rng.choice('abc'), rng.randrange(90000))}</p>" for at in range(50_000))


@pytest.mark.attack
@pytest.mark.parametrize(("old", "new"), [
    (write_blocks("Block {} of some words"), write_blocks("Block {} of other words")),
    (write_blocks("Block {} of some words"), write_blocks("{} more words {} at a time")),
    (write_blocks("{0} {1} {2} {1}"), write_blocks("{2} {1} {0} {1} {1}")),
    (write_blocks("{1}"), write_blocks("{1}{1}")),
    ("<p>" + "a b c d " * 250_000, "<p>" + "a c b d " * 250_000),
    ("<p>" + " ".join(str(at * 7 % 300_007) for at in range(300_000)),
     "<p>" + " ".join(str(at * 11 % 300_007) for at in range(300_000))),
    ("<div>a" * 100_000, "<div>b" * 100_000),
    ("<img src=a>" * 100_000, "<img src=b>" * 100_000),
], ids=range(8))  # fmt: skip
def test_pages_of_two_megabytes_and_fifty_thousand_blocks_are_compared_in_time(old: str, new: str) -> None:
    assert time_comparison(old, new) < 5
