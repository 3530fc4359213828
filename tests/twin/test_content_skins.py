"""Skins in the manner of further content systems print all that a story has, in order, and nothing untrue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement

from harbincrawl.twin import Paragraph, Picture, Story
from harbincrawl.twin.newsroom.model import Block, fold
from harbincrawl.twin.site import BOX_SECTION, BOX_SIZE
from tests.support.added_furniture import list_lines, parse, read_texts
from tests.support.content_skins import CONTENT_SKINS, LAST_SKINS
from tests.support.furniture.lines import Line
from tests.support.manner_skins.tools import MannerSkin
from tests.support.template_sites import Rendered, render_base, shows_figures

ALL_SKINS = (*CONTENT_SKINS, *LAST_SKINS)
ADDRESSES = ("src", "data-src", "data-original", "file", "srcset")
LABEL = re.compile(r"(^|[\s|])Updated ?: ?")


def article_pages(skin: MannerSkin) -> Iterator[tuple[Rendered, Story, tuple[Block, ...]]]:
    for page in render_base(skin).pages:
        if page.story:
            yield page, page.story, page.story.page_blocks(page.page)


def block_words(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [fold(block.text)]
    return [word for word in (block.shown_name, fold(block.line)) if word] if isinstance(block, Picture) else []


def split_page(page: Rendered, words: list[str]) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines above the date's, those from it to the text, and the rest; the first of `words` begins the text."""
    lines = list_lines(parse(page.text))
    day = next(number for number, line in enumerate(lines) if LABEL.search(line.text))
    text = next(number for number in range(day + 1, len(lines)) if lines[number].text == words[0])
    return lines[:day], lines[day:text], lines[text:]


def look(line: Line) -> tuple[tuple[str, str | None, str | None], ...]:
    """The element of a line's first word and all around it, as a style sheet knows them."""
    holder = line.first.holder
    chain: list[HtmlElement] = [holder, *holder.iterancestors()]
    kept = ("class", "style", "align", "color", "size")
    return tuple((one.tag, " ".join(f"{key}={one.get(key)}" for key in kept), one.get("id")) for one in chain)


@pytest.mark.parametrize("skin", ALL_SKINS, ids=lambda one: one.name)
def test_every_page_shows_title_fields_and_text_in_order(skin: MannerSkin) -> None:
    roles: set[str] = set()
    twin = render_base(skin).twin
    boxed = twin.listing(BOX_SECTION)
    if len(boxed) < BOX_SIZE:
        boxed = [*{one.number: one for section in twin.sections for one in twin.listing(section)}.values()]
        boxed.sort(key=lambda one: (one.day, one.number), reverse=True)
    newest = [fold(one.title) for one in boxed[:BOX_SIZE]]
    for page, story, blocks in article_pages(skin):
        words = [word for block in blocks for word in block_words(block)]
        above, head, rest = split_page(page, words)
        # A heading may hold the line of information, too.
        titled = [line.text for line in above]
        assert (fold(story.title) in titled) == story.printed_title
        start = titled.index(fold(story.title)) + 1 if story.printed_title else 0
        told = "\n".join([*titled[start:], *(line.text for line in head)])
        assert re.search(rf"Updated ?:\s+{story.day}(\D|$)|Updated ?:{story.day}", told), told
        for label, value in (("Author", story.author), ("Source", story.source)):
            known = fold(value) if story.byline else ""
            assert known in told
            assert known or f"{label}:" not in told
        following = iter([line.text for line in rest])
        assert all(word in following for word in words), (page.path, words)
        roles |= {block.role for block in blocks if isinstance(block, Paragraph)}
        roles |= {"picture" for block in blocks if isinstance(block, Picture)}
        roles.add("pages" if story.page_count > 1 else "page")
        if story.page_count > 1:
            assert "/".join((str(page.page), str(story.page_count))) in page.text.replace("<b>", "").replace("</b>", "")
        assert not story.breadcrumb or any(line.endswith(fold(story.label)) for line in titled)
        shown = read_texts(page.text)
        assert all(any(title in line for line in shown) for title in newest)
    assert roles == {"text", "subhead", "item", "picture", "page", "pages"}


@pytest.mark.parametrize("skin", ALL_SKINS, ids=lambda one: one.name)
def test_every_picture_has_its_address_and_name(skin: MannerSkin) -> None:
    for page, _, blocks in article_pages(skin):
        root = parse(page.text)
        shown = {(value.rsplit("/", 1)[-1], one.get("alt"))
                 for one in root.iter("img", "amp-img") for key, value in one.items() if key in ADDRESSES}  # fmt: skip
        wanted = {(one.src.rsplit("/", 1)[-1], one.alt_text) for one in blocks if isinstance(one, Picture) and one.src}
        assert wanted <= shown


@pytest.mark.parametrize("skin", ALL_SKINS, ids=lambda one: one.name)
def test_captions_look_like_paragraphs_or_never_do(skin: MannerSkin) -> None:
    looks: dict[bool, set[object]] = {True: set(), False: set()}
    for page, _, blocks in article_pages(skin):
        captions = {fold(one.line) for one in blocks if isinstance(one, Picture) and one.line}
        texts = {
            fold(one.text) for one in blocks if isinstance(one, Paragraph) and one.role == "text" and not one.links
        }
        words = [word for block in blocks for word in block_words(block)]
        for line in split_page(page, words)[2]:
            if line.text in captions | texts:
                looks[line.text in captions].add(look(line))
    if shows_figures(skin):
        assert not looks[True] & looks[False]
    else:
        assert looks[True] <= looks[False]


def test_most_print_the_fields_on_one_line_and_some_on_bare_lines() -> None:
    shared, bare = set(), set()
    for skin in CONTENT_SKINS:
        page, story = next((page, story) for page, story, _ in article_pages(skin) if story.byline and story.source)
        lines = read_texts(page.text)
        shared |= {skin.name for line in lines if LABEL.search(line) and str(story.source) in line}
        bare |= (
            {skin.name}
            if fold(story.by) in lines and any(LABEL.sub("", line) == story.day for line in lines)
            else set()
        )
    assert len(shared) >= 8
    assert len(bare) >= 2


def test_there_are_skins_enough_of_either_kind() -> None:
    assert len(CONTENT_SKINS) >= 12
    assert sum(map(shows_figures, CONTENT_SKINS)) >= 8
    assert sum(map(shows_figures, LAST_SKINS)) >= 3
