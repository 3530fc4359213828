"""The twin as a site: its lists, addresses, feature box, truth, variants and seeds."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

from tests.support.twin import Filler, Paragraph, Picture, Story, Twin, changes, make_twin
from tests.support.twin.manner import HARBIN
from tests.support.twin.newsroom.model import fold
from tests.support.twin.skins import SKINS


@pytest.fixture
def twin() -> Twin:
    return make_twin(5, 60)


@pytest.fixture(scope="module")
def big() -> Twin:
    return make_twin(11, 400)


def text(twin: Twin, path: str) -> str:
    body = twin.render(path).body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one, two, other = make_twin(5, 60), make_twin(5, 60), make_twin(6, 60)
    paths = [story.path for story in one.stories.values()] + ["/", "/news/", "/news/index_2.html"]
    assert [one.render(path) for path in paths] == [two.render(path) for path in paths]
    assert one.truth() == two.truth()
    assert one.truth() != other.truth()


def test_numbers_and_address_days_rise_together(big: Twin) -> None:
    ordered = sorted(big.stories.values(), key=lambda story: story.number)
    assert all(one.created <= two.created for one, two in pairwise(ordered))


def test_the_feature_box_shows_the_newest_of_its_section_when_fetched(twin: Twin) -> None:
    path = twin.listing("news")[-1].path
    newest = twin.listing("civilization")[:4]
    page = text(twin, path)
    assert all(f"{story.number}.html" in page for story in newest)
    number = changes.add(twin, 1, "civilization")[0]
    assert f"{number}.html" in text(twin, path)
    changes.change_feature_box(twin)
    first = text(twin, path)
    changes.change_feature_box(twin)
    assert text(twin, path) != first
    changes.change_feature_box(twin, 1)
    assert text(twin, path) == first


def test_a_page_is_dated_anew_only_when_its_bytes_change(twin: Twin) -> None:
    story = twin.listing("news")[0]
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    first = twin.render(story.path, noon)
    assert twin.render(story.path, noon).headers == first.headers
    story.title = "Another title"
    later = twin.render(story.path, noon)
    assert later.headers["ETag"] != first.headers["ETag"]
    assert later.headers["Last-Modified"] == "Fri, 02 Jan 2026 12:00:00 GMT"


def test_a_story_changed_by_hand_shows_at_once(twin: Twin) -> None:
    story = next(story for story in twin.listing("news") if story.printed_title)
    twin.render(story.path)
    story.title = "Changed by hand"
    assert "Changed by hand" in text(twin, story.path)


def test_gone_stories_answer_404_and_unlisted_ones_200(twin: Twin) -> None:
    one, two = twin.listing("news")[:2]
    changes.remove(twin, one.number)
    changes.unlist(twin, two.number)
    assert (twin.render(one.path).status, twin.render(two.path).status) == (404, 200)
    assert {one.number, two.number}.isdisjoint(story.number for story in twin.listing("news"))
    assert {one.number, two.number}.isdisjoint(truth["number"] for truth in twin.truth())


def test_pages_of_an_article_beyond_the_last_do_not_exist(big: Twin) -> None:
    story = next(story for story in big.stories.values() if story.page_count > 2)
    assert big.render(story.page_path(2)).status == 200
    assert big.render(story.page_path(story.page_count + 1)).status == 404
    assert big.render(story.path.replace(".html", "_1.html")).status == 404
    blocks = [block for page in range(story.page_count) for block in story.page_blocks(page + 1)]
    assert tuple(blocks) == story.blocks


def test_truth_tells_captions_from_body_as_a_reader_could() -> None:
    blocks = (
        Picture("/d/file/a.jpg", "Bare  words"),
        Paragraph("Text.\u00a0 More"),
        Picture("/d/file/b.jpg", "Seen", "Xinhua", glued=True, name="图片1.jpg"),
        Filler("dot"),
    )
    story = Story(9, "travel/sights", date(2020, 1, 2), None, " T  t ", blocks, author="A B and C D", source=None)
    truth = story.truth()
    assert truth["body"] == ["Bare words", "Text. More"]
    assert truth["images"] == [
        {"url": "http://e.my399.com/d/file/a.jpg", "caption": None, "credit": None, "file_name": "a.jpg"},
        {"url": "http://e.my399.com/d/file/b.jpg", "caption": "Seen", "credit": "Xinhua", "file_name": "图片1.jpg"},
    ]
    assert (truth["section"], truth["title"], truth["authors"]) == ("Sights", "T t", ["A B", "C D"])
    assert (truth["source"], truth["updated"], truth["created"]) == (None, None, "2020-01-02")
    story.skin = "html5"
    assert story.truth()["body"] == ["Text. More"]
    story.skin, story.blocks = "tables", blocks[:1]
    assert story.truth()["images"][0]["caption"] == "Bare words"
    story.breadcrumb, story.byline = False, False
    assert (story.truth()["section"], story.truth()["author"]) == ("travel/sights", None)


def test_every_known_variant_occurs_in_the_usual_sixty() -> None:
    twin = make_twin()
    stories = list(twin.stories.values())
    pictures = [block for story in stories for block in story.blocks if isinstance(block, Picture)]
    paragraphs = [block for story in stories for block in story.blocks if isinstance(block, Paragraph)]
    fillers = {block.kind for story in stories for block in story.blocks if isinstance(block, Filler)}
    seen = {
        "no breadcrumb": any(not story.breadcrumb for story in stories),
        "no title": any(not story.printed_title for story in stories),
        "no By line": any(not story.byline for story in stories),
        "no source": any(story.by.endswith("( )") for story in stories),
        "two authors": any(" and " in (story.author or "") for story in stories),
        "upper-case author": any((story.author or "a").isupper() for story in stories),
        "address later": any(story.updated and story.created > story.updated for story in stories),
        "address years earlier": any(
            story.updated and (story.updated - story.created).days > 1000 for story in stories
        ),
        "photo only": any(story.photo_only for story in stories),
        "pagers": {story.pager_words for story in stories if story.pages} == {"zh", "en"},
        "many pages": any(story.page_count > 6 for story in stories),
        "glued credit": any(picture.glued for picture in pictures),
        "no credit": any(picture.caption and not picture.credit for picture in pictures),
        "words without picture": any(picture.src is None for picture in pictures),
        "names as text": any(picture.name and picture.name_in == "text" for picture in pictures),
        "names as alt": any(picture.name and picture.name_in == "alt" for picture in pictures),
        "joined": any(paragraph.joined for paragraph in paragraphs),
        "roles": {paragraph.role for paragraph in paragraphs} == {"text", "subhead", "item"},
        "glued sentences": any(re.search(r"[a-z]\.[A-Z]", paragraph.text) for paragraph in paragraphs),
        "links": any(paragraph.links for paragraph in paragraphs),
        "fillers": fillers == {"nbsp", "space", "blank", "dot"},
        "charsets": {story.charset for story in stories} == {"utf-8", "gb18030", "gb2312"},
        "skins": {story.skin for story in stories} == set(SKINS),
        "cut summary": any(len(story.summary or "") > 250 for story in stories),
        "undated list": False in twin.dated.values(),
        "upper-case path": any(story.path.startswith("/SPE/") for story in stories),
        "box section": len(twin.listing("civilization")) >= 4,
        "planted": set(twin.planted) == {"copy", "rewritten", "two lists", "cousins", "blocks"},
    }
    assert [name for name, found in seen.items() if not found] == []


def test_no_sentence_stands_in_two_stories_but_for_the_planted(big: Twin) -> None:
    planted = {number for kind, numbers in big.planted.items() for number in numbers}
    lines = Counter(
        line
        for story in big.stories.values()
        if story.number not in planted
        for line in {
            fold(block.text) for block in story.blocks if isinstance(block, Paragraph) and block.role == "text"
        }
    )
    assert [line for line, times in lines.items() if times > 1] == []


def test_planted_copies_are_what_their_names_say(big: Twin) -> None:
    stories = big.stories
    one, two = (stories[number] for number in big.planted["copy"])
    assert one.section_path != two.section_path
    assert (one.title, one.updated, one.summary) == (two.title, two.updated, two.summary)
    assert one.truth()["body"] == two.truth()["body"]
    one, two = (stories[number] for number in big.planted["rewritten"])
    assert set(one.truth()["body"]).isdisjoint(two.truth()["body"])
    assert one.updated and two.updated and (two.updated - one.updated).days == 1
    one, two = (stories[number] for number in big.planted["cousins"])
    words = [set(" ".join(story.truth()["body"][:5]).split()) for story in (one, two)]
    assert one.truth()["body"][:5] != two.truth()["body"][:5]
    assert len(words[0] & words[1]) / len(words[0] | words[1]) > 0.8
    bodies = [set(stories[number].truth()["body"]) for number in big.planted["blocks"]]
    assert len(set.intersection(*bodies)) == 3
    both = stories[big.planted["two lists"][0]]
    (other,) = both.also
    assert both in big.listing(other) and both in big.listing(both.section_path)


def test_sections_and_skins_can_be_chosen() -> None:
    twin = make_twin(1, 30, sections=("news", "about"), skins=("word",))
    assert {story.section_path for story in twin.stories.values()} == {"news", "about"}
    assert {story.skin for story in twin.stories.values()} == {"word"}
    with pytest.raises(ValueError, match="no skin is called nonsense"):
        make_twin(skins=("nonsense",))


def test_a_gallery_alone_makes_a_twin_too() -> None:
    twin = make_twin(1, 40, sections=("gallery",))
    assert twin.planted == {}
    assert all(story.photo_only for story in twin.stories.values())


def test_hostile_titles_and_dates_come_only_when_asked_for() -> None:
    twin = make_twin(1, 80, hostile=True)
    titles = " ".join(story.title for story in twin.stories.values())
    assert "\x1b" in titles and "=cmd(" in titles and "<b>" in titles and "\u202e" in titles
    assert any(story.printed_date for story in twin.stories.values())
    assert all(truth["updated"] is None or truth["updated"] < "2025" for truth in twin.truth())
    assert all(twin.render(story.path).status == 200 for story in twin.stories.values())
    assert "\x1b" not in " ".join(story.title for story in make_twin(1, 80).stories.values())


def test_bare_pages_have_no_attributes_but_three_and_say_their_charset_in_the_header(twin: Twin) -> None:
    twin.bare = True
    for story in twin.stories.values():
        answer = twin.render(story.path)
        assert story.charset in answer.headers["Content-Type"]
        soup = BeautifulSoup(answer.body, "lxml", from_encoding=story.charset)
        assert {name for tag in soup.find_all() for name in tag.attrs} <= {"href", "src", "alt"}


def test_links_come_with_both_schemes_and_relative(big: Twin) -> None:
    pages = "".join(text(big, story.path) for story in list(big.stories.values())[:20])
    assert '"https://e.my399.com/' in pages
    assert '"http://e.my399.com/' in pages
    assert '"../' in pages
    assert '"/news/' in pages


def test_images_are_pictures_of_their_own(twin: Twin) -> None:
    one, two = twin.render("/d/file/a.jpg"), twin.render("/d/file/b.jpg")
    assert one.body.startswith(b"\x89PNG") and one.body != two.body


def test_labels_of_known_sections_are_true_whatever_the_page_prints() -> None:
    story = Story(9, "news", date(2020, 1, 1), None, "T", (), label="Something else")
    assert story.truth()["section"] == HARBIN.labels["news"]


def test_hooks_run_before_the_answer_and_chores_after_it(twin: Twin) -> None:
    asked: list[str] = []
    twin.on_request = asked.append
    twin.after[2] = lambda: changes.shift(twin, 8)
    before = twin.answer("/news/").body
    again = twin.answer("/news/").body
    assert (asked, again) == (["/news/", "/news/"], before)
    assert twin.answer("/news/").body != before


def test_the_home_page_links_to_articles_and_is_none(twin: Twin) -> None:
    page = text(twin, "/")
    lines = BeautifulSoup(page, "lxml").get_text("\n")
    assert "Welcome to Harbin" in lines
    assert re.search(r"/\d+\.html", page)
