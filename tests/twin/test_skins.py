"""Every skin must show a reader the same lines, with attributes or without, and hide its traps."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from bs4 import BeautifulSoup
from bs4.element import CData, Comment, Declaration, Doctype, NavigableString, ProcessingInstruction, Tag

from tests.support.families import sample
from tests.support.twin import Filler, Paragraph, Picture, Story, Twin, make_twin, render_story
from tests.support.twin.newsroom.model import Block, fold
from tests.support.twin.skins import SKINS, bare

BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main nav ol option p pre section select table tbody td textarea th tr ul".split()
)
UNSEEN = frozenset("head script style template noscript option textarea".split())


def visible_lines(page: str) -> list[str]:
    """What a reader sees, a line at a time; written here again so that no reader of ours vouches for the twin."""
    made: list[str] = [""]

    def walk(node: Tag) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                if child.name in UNSEEN:
                    continue
                if child.name in BLOCKS:
                    made.append("")
                if child.name == "img":
                    made[-1] += f"\x00{child.get('src')}\x00"
                walk(child)
                if child.name in BLOCKS:
                    made.append("")
            elif isinstance(child, (Comment, Declaration, Doctype, ProcessingInstruction, CData)):
                continue
            elif isinstance(child, NavigableString):
                made[-1] += str(child)

    walk(BeautifulSoup(page, "lxml"))
    return [line for line in map(fold, made) if line]


def expected_lines(blocks: tuple[Block, ...]) -> list[str]:
    """The lines of a body, in order; pictures count by the words under them."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(fold(block.text))
        elif isinstance(block, Picture):
            lines += [block.name] if block.name and block.name_in == "text" else []
            lines.append(fold(block.line))
        elif block.kind == "dot":
            lines.append(".")
    return [line for line in lines if line]


def decoded(body: bytes, story: Story) -> str:
    return body.decode("utf-8" if story.charset == "utf-8" else "gb18030")


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(3, 300)


@pytest.mark.parametrize(("skin", "stripped"), sample(product(SKINS, (False, True)), 5))
def test_every_page_shows_heading_date_by_line_and_body_in_order(twin: Twin, skin: str, stripped: bool) -> None:
    stories = [story for story in twin.stories.values() if story.skin == skin]
    assert len(stories) > 20
    for story in stories:
        for page in range(1, story.page_count + 1):
            html = decoded(render_story(story, page=page, stripped=stripped), story)
            lines = [
                line.split("\x00")[-1].strip() if line.startswith("\x00") else line for line in visible_lines(html)
            ]
            lines = [line for line in lines if line]
            joined = "\n".join(lines).replace("Updated :\n", "Updated : ").split("\n")
            at = joined.index(f"Updated : {story.day}")
            above, below = joined[:at], joined[at + 1 :]
            assert (fold(story.title) in above) == story.printed_title
            crumb = f"Home>{story.label}" if story.home_in_breadcrumb else story.label
            if story.breadcrumb:
                assert crumb in above or above[-3:-1] == ["Home>", story.label] or above[-2:] == ["Home>", story.label]
            if story.by:
                assert below.pop(0) == fold(story.by)
            wanted = expected_lines(story.page_blocks(page))
            assert below[: len(wanted)] == wanted
            assert not any(line.startswith("By (") for line in below[:-3] if line not in wanted)
            rest = below[len(wanted) :]
            assert any("Old boiler house" in line for line in rest)
            assert ("1/" in "".join(rest[:2])) or story.page_count == 1 or page > 1


@pytest.mark.parametrize("skin", list(SKINS))
def test_images_stand_in_the_page_with_their_addresses_and_names(skin: str) -> None:
    story = Story(
        5370,
        "culture/music",
        date(2016, 2, 3),
        date(2016, 2, 3),
        "Two pictures",
        (
            Paragraph("One."),
            Picture("/d/file/2016/a.jpg", "A view", "Xinhua", name="图片10.jpg"),
            Paragraph("Two."),
            Filler("dot"),
        ),
        skin=skin,
        charset="gb2312",
    )
    soup = BeautifulSoup(render_story(story), "lxml", from_encoding="gb18030")
    image = next(one for one in soup.find_all("img") if str(one["src"]).endswith("d/file/2016/a.jpg"))
    assert image["alt"] == "图片10.jpg"


@pytest.mark.parametrize("skin", list(SKINS))
def test_a_skin_prints_every_kind_of_block_of_any_text(skin: str) -> None:
    odd = "Fish & chips cost < 5 yuan – “really” • 100% 副本 \u00a0 x"
    blocks: tuple[Block, ...] = (
        Paragraph(odd),
        Paragraph("joined", joined=True),
        Paragraph("Head", role="subhead"),
        Paragraph("item one", role="item"),
        Paragraph("item two", role="item"),
        Paragraph("See the old story now.", links=(("old story", "/news/2013-01-01/251.html"),)),
        Picture(None, "Words only", "Photo/VCG", glued=True),
    )
    for charset in ("utf-8", "gb18030"):
        story = Story(9, "news", date(2020, 1, 1), None, odd, blocks, skin=skin, charset=charset)
        lines = visible_lines(decoded(render_story(story, box=()), story))
        wanted = expected_lines(blocks)
        assert wanted[-1] == "Words only[Photo/VCG]"
        assert lines[lines.index(fold(odd), lines.index("By ( e.my399.com )")) :][: len(wanted)] == wanted


def test_the_pagers_show_at_most_six_numbers_and_leave_out_what_leads_nowhere() -> None:
    blocks = tuple(Paragraph(f"Paragraph {n}.") for n in range(8))
    story = Story(77, "gallery", date(2014, 1, 1), date(2014, 1, 1), "Long", blocks, pages=(1,) * 8)
    for words, first, last in (
        ("zh", "1/8 1 2 3 4 5 6 下一页 尾页", "8/8 首页 上一页 6 7 8"),
        ("en", "1/8 1 2 3 4 5 6 Next lastpage", "8/8 startpage Previous 6 7 8"),
    ):
        story.pager_words = words
        for skin in set(SKINS) - {"cms"}:
            assert first in visible_lines(render_story(story, skin).decode())
            assert last in visible_lines(render_story(story, skin, page=8).decode())
        lines = visible_lines(render_story(story, "cms").decode())
        assert lines[lines.index("1/8") :][:9] == first.split(" ")


def test_the_skins_differ_in_build() -> None:
    story = Story(9, "news", date(2020, 1, 1), date(2020, 1, 1), "T", tuple(map(Paragraph, ("One.", "Two.", "Three."))))
    shapes = set()
    for skin in SKINS:
        soup = BeautifulSoup(render_story(story, skin), "lxml")
        words = soup.find(string="Two.") or soup.find(string=lambda text: text and text.strip() == "Two.")
        assert words is not None
        shapes.add(tuple(parent.name for parent in words.parents))
    assert len(shapes) >= 9


def test_stripping_keeps_href_src_and_alt_alone() -> None:
    html = '<p class="a" id=b><a href="/x" title="t">w</a><IMG SRC=/y ALT="z" width=3></p><br />'
    assert bare(html) == '<p><a href="/x">w</a><IMG SRC=/y ALT="z"></p><br>'


def test_look_alikes_stand_where_no_reader_looks_or_behind_everything() -> None:
    story = Story(9, "news", date(2020, 1, 1), date(2020, 1, 1), "T", (Paragraph("One."),))
    with_trap = 0
    for skin in SKINS:
        html = render_story(story, skin).decode()
        with_trap += "Updated : 2001-01-01" in html
        lines = visible_lines(html)
        first = next(n for n, line in enumerate(lines) if line.startswith("Updated"))
        assert lines[first].removeprefix("Updated :").strip() in ("", "2020-01-01")
    assert with_trap >= 9
