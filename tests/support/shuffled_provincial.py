"""Skins of the sister site put together by dice: labels above, behind, in cells, in brackets, on one line or missing.

Written after the reader; what they broke was mended for all sites, and no skin here is a model of its rules.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

from tests.support.twin.newsroom.model import Story
from tests.support.twin.skins import pagers
from tests.support.twin.skins.page import ArticlePage, Surroundings

from .shuffled_skins import WAYS, Shuffled

OWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""What is printed in ways of its own."""


class ShuffledProvincial(Shuffled):
    """One draw; labels stand above or behind the text."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        dice = random.Random(f"provincial {seed}")
        self.title_pattern = dice.choice(OWN["titles"])
        self.labels, self.end = (
            (dice.choice(OWN["above"]), "") if dice.random() < 0.5 else ("", dice.choice(OWN["end"]))
        )
        self.crumb_form = dice.choice(
            [form for form in WAYS["crumb_form"] if "arrow" not in form and "Text" not in form]
        )
        self.list_form = dice.choice([form for form in WAYS["list_form"] if "Updated" not in form[1]] + [*OWN["glued"]])
        tag = dice.choice(("div", "p"))
        self.foot = "".join(f"<{tag}>{line}</{tag}>" for line in OWN["lines"])

    def top(self, around: Surroundings) -> tuple[tuple[str, str], ...]:
        return around.menu

    def truth(self, story: Story) -> dict[str, object]:
        """What a page of `story` says in this skin."""
        printed = self.labels + self.end
        truth = story.truth()
        author = story.author if "{by}" in printed else (story.author or "Li Na") if "{author}" in printed else None
        return {
            "title": truth["title"],
            "updated": truth["updated"] if "{day}" in printed else None,
            "author": author,
            "source": truth["source"] if "{source}" in printed or "{by}" in printed else None,
            "body": truth["body"],
        }

    def article(self, view: ArticlePage) -> str:
        story = view.story
        made = self.draw_crumb(view, self.crumb_form) + self.draw_title(story.title)
        by, author = self.text(story.by), story.author or "Li Na"
        values = {"day": story.day, "by": by, "source": story.source, "author": author}
        made += f"{self.labels.format(**values)}<div>{self.body(view)}</div>"
        made += self.end.format(**values) if view.page == story.page_count else ""
        return made + self.pager(pagers.article_parts(view), view.around)
