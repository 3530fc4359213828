"""What an editor does to the twin between two visits: adds articles, corrects a figure, takes an article off."""

from __future__ import annotations

import re

from .site import Twin
from .story import SECTIONS, Picture, Story

_FIGURE = re.compile(r"(?<![\w,.:-])(?!19|20)[1-9]\d{1,2}(?= [a-z])")
"""A number that counts something, and no year."""


def add(twin: Twin, count: int = 1, section: str = "news") -> list[int]:
    """Put `count` new articles on top of a list; their numbers. Raises ValueError for an unknown section."""
    if section not in SECTIONS:
        raise ValueError(f"the twin has no section {section!r}; it has {', '.join(SECTIONS)}")
    with twin.lock:
        made = []
        for _ in range(count):
            number = max(twin.stories, default=250) + twin.dice.randint(1, 3)
            twin.stories[number] = twin.newsroom.write(number, section, twin.today, twin.today)
            made.append(number)
        return made


def edit(twin: Twin, number: int) -> tuple[str, str]:
    """Correct one figure in the text of an article; that figure before and after.

    Raises ValueError for an article without a figure that it has but once.
    """
    with twin.lock:
        story = _find_story(twin, number)
        if (found := find_figure(story)) is None:
            raise ValueError(f"article {number} has no figure to correct")
        place, match = found
        figure, text = str(int(match[0]) + 3), match.string
        changed = text[: match.start()] + figure + text[match.end() :]
        story.blocks = (*story.blocks[:place], changed, *story.blocks[place + 1 :])
        return match[0], figure


def find_figure(story: Story) -> tuple[int, re.Match[str]] | None:
    """The place among the blocks of a paragraph with a figure that stands nowhere else in the article, and where."""
    shown = [block.caption if isinstance(block, Picture) else block for block in story.blocks]
    whole = " ".join((story.title, story.summary, *shown))
    for place, block in enumerate(story.blocks):
        for match in _FIGURE.finditer(block) if isinstance(block, str) else ():
            if len(re.findall(rf"\b{match[0]}\b", whole)) == 1:
                return place, match
    return None


def remove(twin: Twin, number: int) -> None:
    """Take an article out of the lists; its page answers 404."""
    with twin.lock:
        _find_story(twin, number).gone = True


def _find_story(twin: Twin, number: int) -> Story:
    if number not in twin.stories:
        raise ValueError(f"the twin has no article {number}")
    return twin.stories[number]
