"""Odd stories: bodies of one paragraph or of short lines, photos alone, heads that lack something."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.twin import Paragraph, Picture, Story
from tests.support.twin.newsroom.model import Block

Write = Callable[[Story], None]


def list_paragraphs(story: Story) -> list[Paragraph]:
    """The blocks that are no picture."""
    return [block for block in story.blocks if isinstance(block, Paragraph)]


def insert_line(place: str, line: str) -> Write:
    """A line of the text at its `start`, `middle` or `end`."""

    def write(story: Story) -> None:
        at = {"start": 0, "middle": 2, "end": len(story.blocks)}[place]
        story.blocks = (*story.blocks[:at], Paragraph(line), *story.blocks[at:])

    return write


def set_title(title: str) -> Write:
    """Another title."""

    def write(story: Story) -> None:
        story.title = title

    return write


def set_lines(*lines: str) -> Write:
    """A body of these lines alone."""

    def write(story: Story) -> None:
        story.blocks = tuple(map(Paragraph, lines))

    return write


def keep_one_paragraph(story: Story) -> None:
    """One paragraph."""
    story.blocks = tuple(list_paragraphs(story)[:1])


def drop_picture(story: Story) -> None:
    """No picture."""
    story.blocks = tuple(list_paragraphs(story))


def keep_photos(story: Story) -> None:
    """Three photos with their words, and no text."""
    story.blocks = tuple(
        Picture(f"/d/file/2024-05-03/{story.number}_{n}.jpg", words, "Photo/my399.com")
        for n, words in enumerate(("Boats wait for the ice to break", "A man mends his net", "Ropes dry in the sun"))
    )


def bare_head(story: Story) -> None:
    """Neither title nor By line nor breadcrumb."""
    story.printed_title = story.byline = story.breadcrumb = False


def halve_head(story: Story) -> None:
    """Neither title nor By line."""
    story.printed_title = story.byline = False


def shorten(story: Story) -> None:
    """One paragraph, no By line."""
    keep_one_paragraph(story)
    story.byline = False


def _same_paragraph_twice(story: Story) -> None:
    story.blocks = (*story.blocks, list_paragraphs(story)[1])


def _title_as_paragraph(story: Story) -> None:
    story.blocks = (Paragraph(story.title), *story.blocks)


def _all_joined(story: Story) -> None:
    texts = [block.text for block in list_paragraphs(story)]
    story.blocks = tuple(Paragraph(text, joined=bool(at)) for at, text in enumerate(texts))


def _subhead_each(story: Story) -> None:
    made: list[Block] = []
    for at, block in enumerate(list_paragraphs(story)):
        made += [Paragraph(f"Part {'ABCDEFG'[at]}", role="subhead"), block]
    story.blocks = tuple(made)


def _pictures(count: int, words: str, credit: str | None = "Photo/my399.com") -> Write:
    def write(story: Story) -> None:
        pictures = tuple(
            Picture(f"/d/file/2024-05-01/{story.number}_{n}.jpg", words.format(n) or None, credit) for n in range(count)
        )
        story.blocks = (*list_paragraphs(story)[:2], *pictures, *list_paragraphs(story)[2:])

    return write


def _set(**values: object) -> Write:
    def write(story: Story) -> None:
        for name, value in values.items():
            setattr(story, name, value)

    return write


def _linked_paragraph(story: Story) -> None:
    text = "See what the harbour master wrote in his log that night."
    story.blocks = (
        *story.blocks[:1],
        Paragraph(text, links=((text, "http://www.example.com/log"),)),
        *story.blocks[1:],
    )


def _pages(*counts: int) -> Write:
    def write(story: Story) -> None:
        story.pages = counts

    return write


def _interview(story: Story) -> None:
    made: list[Block] = []
    for question, block in zip(
        ("Who built the stove?", "And who feeds it?", "Does it ever go out?"), list_paragraphs(story), strict=False
    ):
        made += [Paragraph(f"Q: {question}", role="subhead"), block]
    story.blocks = tuple(made)


STORIES: tuple[tuple[str, Write], ...] = (
    ("one paragraph", keep_one_paragraph),
    ("no picture", drop_picture),
    ("a paragraph twice", _same_paragraph_twice),
    ("title as first paragraph", _title_as_paragraph),
    ("paragraphs joined by breaks", _all_joined),
    ("a subhead a paragraph", _subhead_each),
    ("ten pictures in a row", _pictures(10, "Street number {} in the snow")),
    ("one caption for three pictures", _pictures(3, "The market before dawn")),
    ("six pictures without words", _pictures(6, "", None)),
    ("no By line", _set(byline=False)),
    ("no source", _set(author="Wang Wei", source=None)),
    ("authors of three words and in capitals", _set(author="Anna Maria Petrova and LI NA")),
    ("source with a comma", _set(source="Heilongjiang Daily, evening edition")),
    ("no breadcrumb", _set(breadcrumb=False)),
    ("breadcrumb without Home", _set(home_in_breadcrumb=False)),
    ("no title on the page", _set(printed_title=False)),
    ("bare head", bare_head),
    ("half a head", halve_head),
    ("photos alone", keep_photos),
    ("a paragraph that is a link", _linked_paragraph),
    ("two pages", _pages(3, 3)),
    ("six pages of one block", _pages(1, 1, 1, 1, 1, 1)),
    ("an interview", _interview),
    ("a poem", set_lines("The river sleeps", "under a lid of glass", "and hums", "a song for tugs", "until the first warm day")),
    ("a time table", set_lines("Lower rink", "08:30 – 11:00", "Upper rink", "13:00 – 17:00", "Closed on Mondays")),
    ("a recipe", set_lines("Flour, 500 g", "Water, 1 cup", "Salt", "Knead for nine minutes and let it rest.", "Bake hot.")),
    ("a directory", set_lines("Museum of Stoves", "Address: 14 Lantern Street", "Phone: 0451-55501234", "Open: 9:00-17:00")),
    ("results", set_lines("1. Harbin 24", "2. Jilin 19", "3. Dalian 7", "The next round is in May.")),
    ("one short line", set_lines("The bridge is open.")),
    ("two short lines", set_lines("The bridge is open.", "Mind the step.")),
    ("one line of two words", set_lines("No news")),
    ("only subheads", set_lines("Morning", "Noon", "Evening")),
)  # fmt: skip
FORMS: tuple[tuple[str, Write], ...] = (
    ("", lambda _: None),
    ("photos alone, ", keep_photos),
    ("half a head, ", halve_head),
    ("one paragraph, no By line, ", shorten),
)
"""Stories that stand beside each piece."""
