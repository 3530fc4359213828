"""What an editor does to the site between two visits, or during one: each function changes a twin under its lock."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from tests.support.twin.newsroom.model import Filler, Paragraph, Picture

from .site import Elsewhere, Twin

FIELDS = ("title", "body", "summary", "author", "source", "caption", "white space")
"""What `edit` can change; the last leaves the truth as it was."""


def add(
    twin: Twin,
    count: int = 1,
    section: str | None = None,
    *,
    updated: date | None = None,
    dice: random.Random | None = None,
) -> list[int]:
    """Put `count` new stories into `section` (by default the first), filed under `updated` (by default today)."""
    chance = dice or twin.dice
    with twin.lock:
        path = section or twin.sections[0]
        made = []
        for _ in range(count):
            number = max(twin.stories, default=250) + chance.randint(1, 3)
            known = [story for story in twin.stories.values() if not story.gone][-40:]
            twin.stories[number] = twin.writer.story(number, path, twin.today, updated or twin.today, known)
            made.append(number)
        return made


def edit(twin: Twin, number: int, field: str = "body", *, dice: random.Random | None = None) -> str:
    """Change one `field` (see FIELDS) of a story; returns what was really changed.

    A story without a caption gets its body changed instead, one without any paragraph its title.
    """
    assert field in FIELDS, field
    chance = dice or twin.dice
    with twin.lock:
        story = twin.stories[number]
        places = [n for n, block in enumerate(story.blocks)
                  if isinstance(block, Picture if field == "caption" else Paragraph)
                  and (block.caption if isinstance(block, Picture) else True)]  # fmt: skip
        if field == "caption" and not places:
            return edit(twin, number, "body", dice=chance)
        if field == "body" and not places:
            return edit(twin, number, "title", dice=chance)
        news = twin.writer.news
        topic = news.topic()
        if field in ("body", "caption"):
            place = chance.choice(places)
            block = story.blocks[place]
            changed = (
                replace(block, caption=news.caption(topic))
                if isinstance(block, Picture)
                else Paragraph(news.paragraph(topic, 2), joined=isinstance(block, Paragraph) and block.joined)
            )
            story.blocks = (*story.blocks[:place], changed, *story.blocks[place + 1 :])
        elif field == "title":
            story.title = news.headline(topic)
        elif field == "summary":
            story.summary = news.summary(topic)
        elif field == "author":
            story.author, story.byline = news.person(), True
        elif field == "source":
            story.source, story.byline = f"paper{chance.randint(100, 999)}.example", True
        else:
            story.blocks = (*story.blocks, Filler("nbsp"))
        return field


def refile(twin: Twin, number: int, day: date | None = None, *, dice: random.Random | None = None) -> date:
    """Set the date that readers see, and with it the place in the lists; by default some day of the past ten years."""
    chance = dice or twin.dice
    with twin.lock:
        story = twin.stories[number]
        story.printed_date = None
        story.updated = day or twin.today - timedelta(days=chance.randint(1, 3650))
        return story.updated


def remove(twin: Twin, number: int) -> None:
    """Take a story out of the lists; its page answers 404."""
    with twin.lock:
        twin.stories[number].gone = True


def unlist(twin: Twin, number: int) -> None:
    """Take a story out of the lists; its page still answers 200."""
    with twin.lock:
        twin.stories[number].listed = False


def restore(twin: Twin, number: int) -> None:
    """Undo `remove` and `unlist`."""
    with twin.lock:
        story = twin.stories[number]
        story.gone, story.listed = False, True


def move(twin: Twin, number: int, section: str) -> str:
    """Move a story to another section; returns its new path, the old one answers 404."""
    with twin.lock:
        story = twin.stories[number]
        story.section_path, story.label = section, ""
        story.__post_init__()
        return story.path


def list_also(twin: Twin, number: int, section: str) -> None:
    """Show a story in the list of a second section too, with a summary of its own."""
    with twin.lock:
        story = twin.stories[number]
        story.also = {**story.also, section: "The same story, told in other words."}


def link_elsewhere(twin: Twin, section: str | None = None) -> str:
    """Put a line that leads off the site into a list; returns the address."""
    with twin.lock:
        path = section or twin.sections[0]
        lines = twin.elsewhere.setdefault(path, [])
        address = f"http://www.example.com/harbin/{len(lines) + 1}.html"
        title = f"Guest page number {len(lines) + 1}"
        twin.elsewhere[path] = [*lines, Elsewhere(title, address, twin.today)]
        return address


def change_feature_box(twin: Twin) -> int:
    """Put the feature box of all pages into its next numbered state."""
    with twin.lock:
        twin.box = (twin.box or 0) + 1
        return twin.box


def pass_days(twin: Twin, days: int = 1) -> date:
    """Let time pass: new stories get a later day."""
    with twin.lock:
        twin.today += timedelta(days=days)
        return twin.today


def churn(twin: Twin, count: int = 10, *, dice: random.Random | None = None) -> list[str]:
    """Do `count` changes of mixed kinds; returns a line of words on each."""
    chance = dice or twin.dice
    done: list[str] = []
    with twin.lock:
        for _ in range(count):
            live = [story.number for story in twin.stories.values() if story.listed and not story.gone]
            kinds = ("add", "edit", "refile", "remove", "unlist", "move", "box")
            (drawn,) = chance.choices(kinds, (6, 4, 3, 1, 1, 1, 2))
            kind = drawn if live else "add"
            number = chance.choice(live) if live else 0
            if kind == "add":
                done.append(f"add {add(twin, 1, chance.choice(twin.sections), dice=chance)[0]}")
            elif kind == "edit":
                done.append(f"edit {number} {edit(twin, number, chance.choice(FIELDS), dice=chance)}")
            elif kind == "refile":
                done.append(f"refile {number} {refile(twin, number, dice=chance)}")
            elif kind == "move":
                done.append(f"move {number} {move(twin, number, chance.choice(twin.sections))}")
            elif kind == "box":
                done.append(f"box {change_feature_box(twin)}")
            else:
                {"remove": remove, "unlist": unlist}[kind](twin, number)
                done.append(f"{kind} {number}")
    return done
