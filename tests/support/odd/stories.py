"""What makes a story odd; the odd stories are in `stories.toml`."""

from __future__ import annotations

from tests.support.twin import Paragraph, Picture, Story
from tests.support.twin.newsroom.model import Block

CREDIT = "Photo/my399.com"


def list_paragraphs(story: Story) -> list[Paragraph]:
    return [block for block in story.blocks if isinstance(block, Paragraph)]


def insert_line(story: Story, place: str, line: str) -> None:
    """A line of the text at its `start`, `middle` or `end`."""
    at = {"start": 0, "middle": 2, "end": len(story.blocks)}[place]
    story.blocks = (*story.blocks[:at], Paragraph(line), *story.blocks[at:])


def set_fields(story: Story, values: dict[str, str | bool]) -> None:
    """Other values; an empty one is none."""
    for name, value in values.items():
        setattr(story, name, None if value == "" else value)


def set_lines(story: Story, *lines: str) -> None:
    """A body of these lines alone."""
    story.blocks = tuple(map(Paragraph, lines))


def set_pages(story: Story, *counts: int) -> None:
    """Pages of so many blocks."""
    story.pages = counts


def keep_one_paragraph(story: Story) -> None:
    story.blocks = tuple(list_paragraphs(story)[:1])


def drop_picture(story: Story) -> None:
    story.blocks = tuple(list_paragraphs(story))


def keep_photos(story: Story) -> None:
    """Three photos with their words, and no text."""
    words = ("Boats wait for the ice to break", "A man mends his net", "Ropes dry in the sun")
    story.blocks = tuple(
        Picture(f"/d/file/2024-05-03/{story.number}_{n}.jpg", each, CREDIT) for n, each in enumerate(words)
    )


def shorten(story: Story) -> None:
    """One paragraph, no By line."""
    keep_one_paragraph(story)
    story.byline = False


def repeat_paragraph(story: Story) -> None:
    """The second paragraph at the end, too."""
    story.blocks = (*story.blocks, list_paragraphs(story)[1])


def repeat_title(story: Story) -> None:
    story.blocks = (Paragraph(story.title), *story.blocks)


def join_paragraphs(story: Story) -> None:
    """All paragraphs in one element."""
    texts = [block.text for block in list_paragraphs(story)]
    story.blocks = tuple(Paragraph(text, joined=bool(at)) for at, text in enumerate(texts))


def add_subheads(story: Story, *subheads: str) -> None:
    """Paragraphs alone, each below a subhead."""
    made: list[Block] = []
    for words, block in zip(subheads, list_paragraphs(story), strict=False):
        made += [Paragraph(words, role="subhead"), block]
    story.blocks = tuple(made)


def add_pictures(story: Story, count: int, words: str = "", credit: str | None = None) -> None:
    """So many pictures behind the second paragraph, and no others."""
    paragraphs = list_paragraphs(story)
    pictures = (
        Picture(f"/d/file/2024-05-01/{story.number}_{n}.jpg", words.format(n) or None, credit) for n in range(count)
    )
    story.blocks = (*paragraphs[:2], *pictures, *paragraphs[2:])


def add_link(story: Story) -> None:
    """A paragraph that is a link."""
    text = "See what the harbour master wrote in his log that night."
    link = Paragraph(text, links=((text, "http://www.example.com/log"),))
    story.blocks = (*story.blocks[:1], link, *story.blocks[1:])
