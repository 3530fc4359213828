"""Added furniture stands where its kind says, is seen, varies as it says, and is no word of any article."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.added_furniture import KINDS, Kind, list_lines, parse, read_texts
from tests.support.families import sample
from tests.support.furniture.adding import ArticleShape
from tests.support.manner_skins import MANNER_SKINS
from tests.support.template_sites import SECTIONS, Base, Rendered, add_kinds, make_scene, make_site, render_base
from tests.support.twin.skins import SKINS, bare

ALL = (*SKINS.values(), *MANNER_SKINS)
PAIRS = [(kind, ALL[number % len(ALL)]) for number, kind in enumerate(KINDS)]


@cache
def plain_lines(base_skin: int) -> dict[str, list[str]]:
    return {page.path: read_texts(page.text) for page in render_base(ALL[base_skin]).pages}


def pages_with(base: Base, kind: Kind) -> Iterator[tuple[Rendered, str, str]]:
    """Page, piece, and the text of the page with it."""
    for page in base.pages:
        scene = make_scene(base, page)
        if kind.stands_on(scene, SECTIONS):
            yield page, kind.write(scene), add_kinds(base, page, (kind,))


def piece_lines(kind: Kind, piece: str) -> list[str]:
    parts = [piece] if kind.form == "block" else piece.split("\n")
    return [line for part in parts for line in read_texts(f"<html><body><div>{part}</div></body></html>")]


def is_part(lines: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in lines)


def test_there_are_many_kinds_at_every_place() -> None:
    assert len(KINDS) >= 40
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    places = {kind.place for kind in KINDS}
    assert places == {"above title", "below title", "below by", "text start", "in text", "text end", "below text",
                      "beside", "top"}  # fmt: skip
    assert {kind.varies for kind in KINDS} == {"no", "page", "day", "section"}
    assert {kind.stands for kind in KINDS} == {"all", "half", "section"}
    assert {kind.lists for kind in KINDS} >= {"above list", "in list", "below list", "top"}


@pytest.mark.parametrize(("kind", "skin"), sample(PAIRS, 39), ids=lambda one: one.name)
def test_a_piece_is_seen_and_hides_no_line_dressed_or_bare(kind: Kind, skin: object) -> None:
    at = ALL.index(skin)  # type: ignore[arg-type]
    base = render_base(ALL[at])
    seen = 0
    for page, piece, text in pages_with(base, kind):
        before = plain_lines(at)[page.path]
        for shown in (text, bare(text)):
            lines = read_texts(shown)
            assert is_part(before, lines)
            assert is_part(piece_lines(kind, piece), lines)
            pictures = [src for line in list_lines(parse(shown)) for src in line.pictures]
            assert all(src in pictures for line in list_lines(parse(f"<div>{piece}</div>")) for src in line.pictures)
        seen += 1
    assert seen > 5


@pytest.mark.parametrize("kind", sample(KINDS, 6), ids=lambda one: one.name)
def test_no_line_of_furniture_is_a_line_of_the_article(kind: Kind) -> None:
    base = render_base(SKINS["html5"])
    for page, piece, _ in pages_with(base, kind):
        if page.story is None:
            continue
        truth = page.story.truth()
        own = {*truth["body"], truth["title"], *(one["caption"] for one in truth["images"])}
        assert not own & set(piece_lines(kind, piece))


@pytest.mark.parametrize("kind", sample(KINDS, 6), ids=lambda one: one.name)
def test_a_kind_varies_and_stands_as_it_says(kind: Kind) -> None:
    base = render_base(SKINS["cms"])
    scenes = [make_scene(base, page) for page in base.pages if page.story and page.page == 1]
    standing = [scene for scene in scenes if kind.stands_on(scene, SECTIONS)]
    if kind.stands == "all":
        assert standing == scenes
    elif kind.stands == "half":
        assert len(scenes) // 4 < len(standing) < 3 * len(scenes) // 4
    else:
        assert {scene.section for scene in standing} == {SECTIONS[0]}

    # Kinds that name articles show another title in place of a page's own.
    def shown(piece: str) -> tuple[str, ...]:
        pictures = [src for line in list_lines(parse(f"<div>{piece}</div>")) for src in line.pictures]
        return (*piece_lines(kind, piece), *pictures)

    by_key = {"no": lambda _: 0, "day": lambda one: one.day, "section": lambda one: one.section}
    named = "others" in kind.write.__code__.co_names
    if key := by_key.get(kind.varies):
        if not named:
            groups: dict[object, set[tuple[str, ...]]] = {}
            for scene in standing:
                groups.setdefault(key(scene), set()).add(shown(kind.write(scene)))
            assert all(len(group) == 1 for group in groups.values())
            assert len({min(group) for group in groups.values()}) > (kind.varies != "no")
    else:
        assert len({shown(kind.write(scene)) for scene in standing}) > 3


@pytest.mark.parametrize("skin", sample(ALL, 4), ids=lambda one: one.name)
def test_the_places_of_a_page_are_where_their_names_say(skin: object) -> None:
    base = render_base(skin)  # type: ignore[arg-type]
    place_order = ("above title", "below title", "below by", "text start", "text end", "below text")
    # What is added last stands nearest to the text.
    kinds = [Kind(place, place, lambda _: "") for place in (*place_order[:4], "below text", "text end")]
    for page in base.pages:
        story, shape = page.story, page.shape
        if story is None or not isinstance(shape, ArticleShape) or not story.printed_title:
            continue
        lines = read_texts(shape.add((kind, f"Mark of {kind.place}") for kind in kinds))
        at = [lines.index(f"Mark of {place}") for place in place_order]
        truth = story.truth()
        day = next(n for n, line in enumerate(lines) if line.startswith("Updated"))
        title = max(n for n, line in enumerate(lines[:day]) if line == truth["title"])
        assert at[0] < title < at[1] < day < at[2] < at[3] < at[4] < at[5]
        body = [lines.index(line) for line in truth["body"] if line in lines]
        if story.page_count == 1:
            assert all(at[3] < one < at[4] for one in body)


@pytest.mark.parametrize("skin", sample(ALL, 4), ids=lambda one: one.name)
def test_furniture_inside_a_text_stands_behind_the_paragraph_that_is_named(skin: object) -> None:
    base = render_base(skin)  # type: ignore[arg-type]
    kind = Kind("mark", "in text", lambda _: "", after=2)
    found = 0
    for page in base.pages:
        story = page.story
        if story is None or story.page_count > 1 or not isinstance(page.shape, ArticleShape):
            continue
        if any(getattr(block, "src", None) or getattr(block, "joined", False) for block in story.blocks):
            continue
        body = story.truth()["body"]
        if len(body) < 3 or any(getattr(block, "role", "") == "item" for block in story.blocks[:3]):
            continue
        lines = read_texts(page.shape.add([(kind, "Here is a mark")]))
        at = lines.index("Here is a mark")
        assert lines.index(body[1]) < at < lines.index(body[2])
        found += 1
    assert found > 3


def test_pieces_on_lists_leave_title_day_and_summary_of_every_item_together() -> None:
    for skin in ALL:
        base = render_base(skin)
        page = next(page for page in base.pages if page.story is None and len(page.items) == 8)
        before = read_texts(page.text)
        for place in ("above list", "in list", "below list", "top"):
            kind = Kind("mark", "top", lambda _: "", form="p", lists=place)
            lines = read_texts(page.shape.add([(kind, "Here is a mark")]))
            at = lines.index("Here is a mark")
            assert [*lines[:at], *lines[at + 1 :]] == before
            first, fourth, fifth, last = (page.items[n].truth() for n in (0, 3, 4, 7))
            above, below = "\n".join(lines[:at]), "\n".join(lines[at + 1 :])
            assert {
                "above list": first["summary"] in below,
                "in list": fourth["title"] in above and fourth["summary"] in above and fifth["summary"] in below,
                "below list": last["title"] in above and last["summary"] in above,
                "top": not above,
            }[place], (skin.name, place)


def test_a_site_has_the_same_pages_with_furniture_as_without() -> None:
    base = render_base(SKINS["cms"])
    plain, added = make_site(base), make_site(base, *KINDS[:3])
    assert [page.address for page in plain.pages] == [page.address for page in added.pages]
    assert (plain.articles, plain.lists, plain.words) == (added.articles, added.lists, added.words)
    assert all(one.body != other.body for one, other in zip(plain.pages, added.pages, strict=True) if not one.is_list)
    assert len({page.fetched_at.date() for page in plain.pages}) == 4
