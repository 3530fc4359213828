"""The population of a new twin: numbers, two dates each, sections, and the stories that are told twice on purpose."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from .model import Block, Paragraph, Story
from .writing import StoryWriter

FIRST_DAY = date(2013, 1, 5)
TODAY = date(2024, 6, 20)
"""The twin's own today: nothing it makes from its seed is dated later."""

NUMBERS = range(251, 7200)


def population(writer: StoryWriter, dice: random.Random, articles: int, sections: Sequence[str]) -> dict[int, Story]:
    """`articles` stories by number; numbers and address days rise together."""
    pool = NUMBERS if articles < len(NUMBERS) // 2 else range(NUMBERS.start, NUMBERS.start + 2 * articles)
    numbers = sorted(dice.sample(pool, articles))
    days = _days(dice, articles)
    places = _sections(dice, articles, sections)
    stories: dict[int, Story] = {}
    known: deque[Story] = deque(maxlen=40)
    for number, day, section in zip(numbers, days, places, strict=True):
        story = writer.story(number, section, day, _updated(dice, writer.draw("gaps"), day), known)
        stories[number] = story
        known.append(story)
    return stories


def plant(writer: StoryWriter, dice: random.Random, stories: dict[int, Story]) -> dict[str, tuple[int, ...]]:
    """Turn some of the stories into the known kinds of copies; numbers by kind, the earlier first.

    Kinds: `copy` (same title, date, summary and body in another section), `rewritten` (own words, a day later, another
    section, author and source: no copy), `cousins` (a month apart, five paragraphs almost the same), `blocks` (four
    articles that share three paragraphs), `two lists` (one story in the lists of two sections).
    """
    planted: dict[str, tuple[int, ...]] = {}
    ordered = sorted(stories.values(), key=lambda story: story.number)
    free = [story for story in ordered if story.section_path != "gallery"]
    sections = sorted({story.section_path for story in free})
    if len(free) < 20:
        return planted
    used: set[int] = set()

    def take(other_than: str | None = None) -> Story:
        for story in free:
            if story.number not in used and story.section_path != other_than:
                used.add(story.number)
                return story
        raise ValueError(f"too few stories outside {other_than} to plant copies")

    def take_pair() -> list[Story]:
        first = take()
        return sorted((first, take(first.section_path)), key=lambda story: story.number)

    free = free[len(free) // 3 :] + free[: len(free) // 3]
    if len(sections) > 1:
        one, two = take_pair()
        _write_text(writer, one, 5)
        two.blocks, two.pages, two.title, two.summary = one.blocks, (), one.title, one.summary
        two.updated, two.printed_date = one.updated, one.printed_date
        planted["copy"] = (one.number, two.number)

        one, two = take_pair()
        topic = _write_text(writer, one, 6)
        _write_text(writer, two, 5, topic)
        two.updated, two.printed_date = (one.updated or one.created) + timedelta(days=1), None
        two.title = f"{one.title}, a day after"
        two.author, two.source = "Lin Yulan", "China Daily" if one.source == "Xinhua" else "Xinhua"
        two.byline = True
        planted["rewritten"] = (one.number, two.number)

        one = take()
        one.also = {next(path for path in sections if path != one.section_path): f"Also here: {one.title}."}
        planted["two lists"] = (one.number,)
    one, two = sorted((take(), take()), key=lambda story: story.number)
    _write_text(writer, one, 6)
    ending = Paragraph(writer.news.paragraph(writer.news.topic(), 2))
    two.blocks = (*(_changed(dice, block) for block in one.blocks[:5]), ending)
    two.pages, two.printed_date = (), None
    two.updated = (one.updated or one.created) + timedelta(days=30)
    two.summary = writer.summary(two, "ice")
    planted["cousins"] = (one.number, two.number)
    four = sorted((take() for _ in range(4)), key=lambda story: story.number)
    topic = writer.news.topic()
    shared = tuple(Paragraph(writer.news.paragraph(topic, 2)) for _ in range(3))
    for story in four:
        _write_text(writer, story, 5)
        story.blocks = (*story.blocks[:3], *shared, *story.blocks[3:])
    planted["blocks"] = tuple(story.number for story in four)
    return planted


def _write_text(writer: StoryWriter, story: Story, paragraphs: int, topic: str | None = None) -> str:
    topic = topic or writer.news.topic()
    story.blocks = tuple(Paragraph(writer.news.paragraph(topic, 2)) for _ in range(paragraphs))
    story.pages = ()
    story.title = writer.news.headline(topic)
    story.summary = writer.summary(story, topic)
    return topic


def _changed(dice: random.Random, block: Block) -> Block:
    if not isinstance(block, Paragraph):
        return block
    text = re.sub(r"\d+", lambda match: str(int(match[0]) + dice.randint(1, 9)), block.text, count=1)
    return replace(block, text=text.replace(" the ", " that ", 1))


def _days(dice: random.Random, count: int) -> list[date]:
    span = (TODAY - FIRST_DAY).days
    days = sorted(FIRST_DAY + timedelta(days=dice.randint(0, span)) for _ in range(count))
    # Several records are made on one day.
    for index in range(1, count):
        if dice.random() < 0.15:
            days[index] = days[index - 1]
    return days


def _sections(dice: random.Random, count: int, sections: Sequence[str]) -> list[str]:
    # Half of everything is in the first section; the others get at least their share in turn.
    others = list(sections[1:])
    made = [sections[0] if not others or dice.random() < 0.5 else others[n % len(others)] for n in range(count)]
    for place, section in enumerate(sections[:count]):
        if section not in made:
            made[place * count // len(sections)] = section
    return made


def _updated(dice: random.Random, gap: str, created: date) -> date:
    if gap == "weeks":
        return created - timedelta(days=dice.randint(1, 31))
    if gap == "months":
        return created - timedelta(days=dice.randint(32, 770))
    ahead = created + timedelta(days=dice.randint(3 * 365 + 1, 7 * 365))
    return ahead if gap == "years ahead" and ahead <= TODAY else created
