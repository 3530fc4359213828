"""The editor of the twin: writes one story after another, dealing out every known variant from shuffled decks."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.support.twin.manner import HARBIN, Manner

from .model import FIGURE_SKINS, Block, Filler, Paragraph, Picture, Story, fold
from .news import WORDS, Newsroom

DECKS: dict[str, dict[str, int]] = tomllib.loads((Path(__file__).parent / "decks.toml").read_text("utf-8"))
"""Of each kind of choice the variants, and how often they come."""

SUMMARY_LENGTH = 255
"""Where the site cuts a summary, in the middle of a word, if need be."""


class StoryWriter:
    """Writes stories; what it draws depends on its dice alone."""

    def __init__(
        self, dice: random.Random, skins: Sequence[str], *, hostile: bool = False, manner: Manner = HARBIN
    ) -> None:
        self.dice = dice
        self.news = Newsroom(dice)
        self.hostile = hostile
        self.manner = manner
        self.skins = tuple(skins)
        self._written = 0
        self._pool = [self.news.person() for _ in range(8)]
        self._left: dict[str, list[str]] = {name: [] for name in DECKS}

    def draw(self, deck: str) -> str:
        """The next card of one of the `DECKS`, which is shuffled again when none is left: every card comes."""
        left = self._left[deck]
        if not left:
            left += [card for card, times in DECKS[deck].items() for _ in range(times)]
            self.dice.shuffle(left)
        return left.pop()

    def story(
        self, number: int, section_path: str, created: date, updated: date | None, known: Sequence[Story] = ()
    ) -> Story:
        """A new story; `known` are those that its sentences may link to."""
        topic = self.news.topic()
        year = (updated or created).year
        kind = self.dice.choice(("photos", "gallery", "gallery")) if section_path == "gallery" else self.draw("kinds")
        skin = self.skins[self._written % len(self.skins)]
        self._written += 1
        blocks, pages = self.body(topic, kind, year, number, created)
        blocks = self._with_link(blocks, known) if kind != "photos" else blocks
        by = self.draw("by")
        author = self._author(year)
        # Only articles that name an author were seen without a source.
        sourced = by != "no source" or not author or self.manner.at_end
        story = Story(
            number=number,
            section_path=section_path,
            created=created,
            updated=updated,
            title=self.news.headline(topic),
            blocks=tuple(blocks),
            printed_title=self.draw("title") == "printed",
            breadcrumb=self.draw("breadcrumb") == "printed",
            home_in_breadcrumb=section_path != "about" or number % 3 != 0,
            byline=by != "none" or self.manner.at_end,
            author=author,
            source=self.dice.choice(WORDS["sources"]) if sourced else None,
            pages=pages,
            pager_words=self.draw("pager_words") if pages else "zh",
            skin=skin,
            charset=self.draw("charsets"),
            manner=self.manner,
        )
        if self.manner.at_end and not story.printed_title:
            # Labels behind the text mark no beginning: the breadcrumb or the title has to.
            story.breadcrumb = True
        story.blocks = tuple(_list_clear(story))
        story.summary = self.summary(story, topic)
        if self.hostile and number % 2:
            story.title = self.draw("hostile_titles").format(n=number)
            if bad := self.draw("hostile_days"):
                story.printed_date, story.updated = bad, None
        return story

    def body(self, topic: str, kind: str, year: int, number: int, created: date) -> tuple[list[Block], tuple[int, ...]]:
        """The blocks of an article of `kind`, and how they are divided into pages."""
        folder = f"/d/file/{created.isoformat()}"
        if kind in ("photos", "gallery"):
            count = self.dice.randint(2, 9) if kind == "gallery" else self.dice.randint(1, 4)
            shots = self._photos(topic, count, folder, number)
            # A page a photo, as galleries have it; the others stand on one page.
            return shots, (1,) * count if kind == "gallery" else ()
        count = {"long": self.dice.randint(14, 17), "pages": self.dice.randint(6, 11)}.get(kind) or self.dice.choice(
            (1, 2, 3, 4, 4, 5, 5, 5, 6, 7, 8)
        )
        blocks: list[Block] = []
        for index in range(count):
            if kind in ("long", "profile") and index and index % 3 == 0:
                head = self.news.subhead(topic)
                blocks.append(Paragraph(f"{index // 3}. {head}" if kind == "long" else head, role="subhead"))
            blocks.append(Paragraph(self.news.paragraph(topic), joined=kind == "mixed" and self.dice.random() < 0.5))
            if kind == "mixed" and self.dice.random() < 0.5:
                filler = Filler(self.dice.choice(("nbsp", "nbsp", "space", "blank", "dot")))
                blocks += [filler] * self.dice.randint(1, 3)
        if kind == "profile":
            blocks += [Paragraph(self.news.sentence(topic).rstrip("."), role="item") for _ in range(3)]
            blocks += [Paragraph(line, joined=bool(n)) for n, line in enumerate(self.news.contact())]
        if kind == "long":
            blocks.insert(0, Paragraph(self.news.headline(topic)))
        pages: tuple[int, ...] = ()
        if kind == "pages":
            first = self.dice.randint(2, count - 2)
            pages = (first, 2, count - first - 2) if count - first > 3 else (first, count - first)
        spread = bool(pages)
        before = len(blocks)
        blocks = self._with_pictures(blocks, topic, folder, year, number, credited=spread)
        if spread:
            opens = any(isinstance(block, Picture) for block in blocks[:2])
            more = len(blocks) - before
            pages = (pages[0] + more, *pages[1:]) if opens else (*pages[:-1], pages[-1] + more)
        return blocks, pages

    def summary(self, story: Story, topic: str) -> str:
        """The list's own text: the first paragraph, its first sentence, a text of its own, or one that is cut short."""
        words = [fold(block.text) for block in story.blocks if isinstance(block, Paragraph) and block.role == "text"]
        kind = self.draw("summaries") if words else "own"
        if kind == "paragraph":
            return words[0]
        if kind == "sentence":
            return words[0].split(". ", 1)[0].rstrip(".") + "."
        if kind == "cut":
            whole = " ".join(words)
            return whole[:SUMMARY_LENGTH].rstrip()
        return self.news.summary(topic)

    def _author(self, year: int) -> str | None:
        # Author names were seen in these years only.
        if not 2014 <= year <= 2018:
            return None
        kind = self.draw("authors")
        one, two = self.dice.sample(self._pool, 2)
        return {"none": None, "one": one, "two": f"{one} and {two}", "upper": one.upper()}[kind]

    def _picture(self, topic: str, folder: str, stem: str, year: int, kind: str) -> Picture:
        src = f"{folder}/{stem}.{self.dice.choice(('jpg', 'jpg', 'jpg', 'png'))}"
        named = self.draw("names") if 2013 <= year <= 2017 else "none"
        return Picture(
            src,
            caption=None if kind == "none" else self.news.caption(topic),
            credit=None if kind in ("none", "uncredited") else self.news.credit(),
            glued=kind == "glued",
            name=self.news.file_name() if named != "none" else None,
            name_in=named if named != "none" else "alt",
        )

    def _photos(self, topic: str, count: int, folder: str, number: int) -> list[Block]:
        shots = [self._picture(topic, folder, f"{number}_{n}", 2020, "plain") for n in range(count)]
        habit = self.dice.choice(("each", "each", "same", "last bare"))
        first = shots[0]
        if habit == "same":
            shots = [Picture(shot.src, first.caption, first.credit, glued=True) for shot in shots]
        elif habit == "last bare":
            shots[-1] = Picture(shots[-1].src, shots[-1].caption)
        return list(shots)

    def _with_pictures(
        self, blocks: list[Block], topic: str, folder: str, year: int, number: int, *, credited: bool
    ) -> list[Block]:
        place = self.draw("places")
        if place == "none":
            return blocks
        if place == "words":
            line = Picture(None, self.news.caption(topic), self.news.credit())
            return [*blocks[:1], line, *blocks[1:]]
        shots: list[Block] = []
        sole = sum(isinstance(block, Paragraph) for block in blocks) == 1
        for n in range(2 if place == "pair" else 1):
            kind = self.draw("captions")
            kind = "plain" if credited and kind == "uncredited" else kind
            # One line right under a picture without words might as well be its caption: no reader could tell.
            kind = "plain" if kind == "none" and sole else kind
            shots.append(self._picture(topic, folder, f"{number}_{n}", year, kind))
        at = {"before": 0, "after": len(blocks), "pair": 0}.get(place, min(2, len(blocks)))
        return [*blocks[:at], *shots, *blocks[at:]]

    def _with_link(self, blocks: list[Block], known: Sequence[Story]) -> list[Block]:
        kind = self.draw("links")
        if kind == "address":
            host = f"www.harbin-{self.dice.randint(100, 999)}.example"
            line = Paragraph(host, links=((host, f"http://{host}/"),))
            # Never at the end, where a line that is wholly a link may be a tool of the page.
            places = [n for n, block in enumerate(blocks) if isinstance(block, Paragraph)]
            return [*blocks[: places[-1]], line, *blocks[places[-1] :]] if places else blocks
        if kind == "none" or (kind == "article" and not known):
            return blocks
        for index, block in enumerate(blocks):
            words = block.text.split(" ") if isinstance(block, Paragraph) else []
            if isinstance(block, Paragraph) and len(words) > 8 and not any(set("&<>'\"") & set(w) for w in words[2:4]):
                target = self.dice.choice(known).path if kind == "article" else "http://www.example.com/harbin"
                linked = Paragraph(block.text, block.role, block.joined, ((" ".join(words[2:4]), target),))
                return [*blocks[:index], linked, *blocks[index + 1 :]]
        return blocks


def _list_clear(story: Story) -> Iterator[Block]:
    """The blocks of a story, each caption clear: where it has no credit, its skin or the whole story has to say so."""
    shown = sum(isinstance(block, Picture) for block in story.blocks)
    is_clear = story.skin in FIGURE_SKINS or (story.photo_only and shown > 1)
    for block in story.blocks:
        if isinstance(block, Picture) and block.caption and not (block.credit or is_clear):
            yield replace(block, credit="Photo/my399.com")
        else:
            yield block
