"""The twin as a site: its lists, addresses, feature box, truth, variants and seeds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.support.twin import Filler, Paragraph, Picture, Story, Twin, changes, make_twin


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


def test_hooks_run_before_the_answer_and_chores_after_it(twin: Twin) -> None:
    asked: list[str] = []
    twin.on_request = asked.append
    twin.after[2] = lambda: changes.shift(twin, 8)
    before = twin.answer("/news/").body
    again = twin.answer("/news/").body
    assert (asked, again) == (["/news/", "/news/"], before)
    assert twin.answer("/news/").body != before
