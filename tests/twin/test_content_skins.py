"""Skins in the manner of further content systems print all that a story has, in order, and nothing untrue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement

from tests.support.added_furniture import list_lines, parse, read_texts
from tests.support.content_skins import CONTENT_SKINS, LAST_SKINS
from tests.support.content_skins.tools import LONG_DAY, SHORT_DAY, say_day
from tests.support.furniture.lines import Line
from tests.support.manner_skins.tools import MannerSkin
from tests.support.template_sites import Rendered, render_base, shows_figures
from tests.support.twin import Paragraph, Picture, Story
from tests.support.twin.newsroom.model import Block, fold
from tests.support.twin.site import BOX_SECTION, BOX_SIZE

ALL_SKINS = (*CONTENT_SKINS, *LAST_SKINS)
ADDRESSES = ("src", "data-src", "data-original", "file", "srcset")
LABEL = re.compile(r"(^|[\s|])Updated\b ?:? ?")


def article_pages(skin: MannerSkin) -> Iterator[tuple[Rendered, Story, tuple[Block, ...]]]:
    for page in render_base(skin, shaped=False).pages:
        if page.story:
            yield page, page.story, page.story.page_blocks(page.page)


def block_words(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [fold(block.text)]
    return [word for word in (block.shown_name, fold(block.line)) if word] if isinstance(block, Picture) else []


def split_page(page: Rendered, words: list[str]) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines above the text, those from its first to its last, and the rest; `words` are the text."""
    lines = list_lines(parse(page.text))
    for start in (number for number, line in enumerate(lines) if line.text == words[0]):
        end = start
        for word in words:
            end = next((number for number in range(end, len(lines)) if lines[number].text == word), len(lines)) + 1
        if end <= len(lines):
            return lines[:start], lines[start:end], lines[end:]
    raise AssertionError((page.path, words))


def tells_day(told: str, day: str) -> bool:
    """Whether a day stands behind its label, in figures or in words."""
    forms = "|".join(map(re.escape, (day, say_day(day, LONG_DAY), say_day(day, SHORT_DAY))))
    return re.search(rf"\bUpdated\b\D*?({forms})(\D|$)", told) is not None


def look(line: Line) -> tuple[tuple[str, str | None, str | None], ...]:
    """The element of a line's first word and all around it, as a style sheet knows them."""
    holder = line.first.holder
    chain: list[HtmlElement] = [holder, *holder.iterancestors()]
    kept = ("class", "style", "align", "color", "size")
    return tuple((one.tag, " ".join(f"{key}={one.get(key)}" for key in kept), one.get("id")) for one in chain)


@pytest.mark.parametrize("skin", ALL_SKINS, ids=lambda one: one.name)
def test_every_page_shows_title_fields_and_text_in_order(skin: MannerSkin) -> None:
    roles: set[str] = set()
    twin = render_base(skin, shaped=False).twin
    boxed = twin.listing(BOX_SECTION)
    if len(boxed) < BOX_SIZE:
        boxed = [*{one.number: one for section in twin.sections for one in twin.listing(section)}.values()]
        boxed.sort(key=lambda one: (one.day, one.number), reverse=True)
    newest = [fold(one.title) for one in boxed[:BOX_SIZE]]
    for page, story, blocks in article_pages(skin):
        words = [word for block in blocks for word in block_words(block)]
        above, _, below = split_page(page, words)
        told = [line.text for line in above]
        # A heading may hold the line of information, too.
        assert (fold(story.title) in told) == story.printed_title
        if story.printed_title:
            told.remove(fold(story.title))
        told += [line.text for line in below]
        assert tells_day("\n".join(told), story.day), told
        for label, value in (("Author", story.author), ("Source", story.source)):
            known = fold(value) if story.byline else ""
            assert any(known in line for line in told)
            assert known or not any(line == label or f"{label}:" in line for line in told)
        roles |= {block.role for block in blocks if isinstance(block, Paragraph)}
        roles |= {"picture" for block in blocks if isinstance(block, Picture)}
        roles.add("pages" if story.page_count > 1 else "page")
        if story.page_count > 1:
            plain = page.text.replace("<b>", "").replace("</b>", "")
            assert re.search(rf"\b{page.page}(/| of ){story.page_count}\b", plain)
        assert not story.breadcrumb or any(line.endswith(fold(story.label)) for line in told)
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
        for line in split_page(page, words)[1]:
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
