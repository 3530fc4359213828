"""The text generator: nothing twice, and every kind of character the site shows."""

from __future__ import annotations

import random

from tests.support.twin.newsroom.news import TOPICS, Newsroom


def test_no_sentence_or_title_comes_twice() -> None:
    news = Newsroom(random.Random(1))
    made = [news.sentence("ice") for _ in range(3000)] + [news.headline("ice") for _ in range(300)]
    assert len(made) == len(set(made))


def test_the_same_dice_write_the_same_news() -> None:
    one, two = (Newsroom(random.Random(3)) for _ in range(2))
    assert [one.paragraph("rails") for _ in range(20)] == [two.paragraph("rails") for _ in range(20)]


def test_no_slot_is_left_open() -> None:
    news = Newsroom(random.Random(2))
    for topic in TOPICS:
        made = [news.sentence(topic) for _ in range(300)]
        made += [news.headline(topic) for _ in range(20)] + [news.caption(topic) for _ in range(20)]
        made += [news.summary(topic), news.subhead(topic), news.credit(), news.file_name(), *news.contact()]
        assert not any(set("{}") & set(text) for text in made)
        assert all(text[0] == text[0].upper() for text in made[:300])


def test_dashes_quotes_and_money_come_in_all_their_forms() -> None:
    news = Newsroom(random.Random(2))
    text = " ".join(news.paragraph("trade") for _ in range(600))
    assert all(mark in text for mark in ("–", "—", " - ", "―", "‒", "“", '"', "’", "$ ", "  "))
