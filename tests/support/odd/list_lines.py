"""Lists whose lines are odd: the titles, days and summaries that one page of a list prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.support.twin.skins.page import PrintedLine

Lines = list[PrintedLine]
Change = Callable[[Lines], Lines]


def _title(*titles: str) -> Change:
    def change(lines: Lines) -> Lines:
        made = [replace(line, title=title) for line, title in zip(lines[2:], titles, strict=False)]
        return [*lines[:2], *made, *lines[2 + len(made) :]]

    return change


def _summary(text: str | None, places: Sequence[int] = (3,)) -> Change:
    return lambda lines: [replace(line, summary=text) if at in places else line for at, line in enumerate(lines)]


def _date(day: str | None, places: Sequence[int] = (3,)) -> Change:
    return lambda lines: [replace(line, date=day) if at in places else line for at, line in enumerate(lines)]


def _elsewhere(*places: int) -> Change:
    return lambda lines: [
        replace(line, address=f"http://www.example.com/guest/{at}.html") if at in places else line
        for at, line in enumerate(lines)
    ]


def _title_is_summary(lines: Lines) -> Lines:
    return [replace(line, summary=line.title) if at == 3 else line for at, line in enumerate(lines)]


def _title_begins_summary(lines: Lines) -> Lines:
    return [replace(line, summary=f"{line.title}: so it was said at the weekly round.") for line in lines]


def _twice(lines: Lines) -> Lines:
    return [lines[0], replace(lines[1], title=lines[0].title), *lines[2:]]


ALL = range(8)
CHANGES: tuple[tuple[str, Change], ...] = (
    ("one line", lambda lines: lines[:1]),
    ("two lines", lambda lines: lines[:2]),
    ("three lines", lambda lines: lines[:3]),
    ("seven lines", lambda lines: lines[:7]),
    ("title of one word", _title("Thaw")),
    ("title of one letter", _title("X")),
    ("title a number", _title("1,204")),
    ("title a year", _title("1932")),
    ("title in capitals", _title("ALL BRIDGES OPEN")),
    ("title in Chinese", _title("松花江开江")),
    ("title with brackets", _title("[Photos] The lake in May", "Choir in the depot (video)")),
    ("title with a bullet", _title("• Ferry starts", "· Bakers meet")),
    ("title with angles", _title("Drama <The Gull> & tea")),
    ("title Next", _title("Next", "Previous")),
    ("title Home", _title("Home")),
    ("title More", _title("More light for the quay", "Read more: a library week")),
    ("title begins with a day", _title("2016-05-04: the longest shift")),
    ("title of two hundred letters", _title("How forty neighbours, two retired engineers and a very patient goat kept the oldest "
     "wooden footbridge of the eastern suburb standing through the flood of the century and the winter after it")),
    ("two titles alike", _twice),
    ("all titles short", _title("Ice", "Snow", "Tea", "Fog", "Bread", "Ferry")),
    ("one without a summary", _summary(None)),
    ("half without a summary", _summary(None, (0, 2, 5, 6))),
    ("none has a summary", _summary(None, ALL)),
    ("first without a summary", _summary(None, (0,))),
    ("last without a summary", _summary(None, (7,))),
    ("summary a word", _summary("Silence.")),
    ("summary a number", _summary("61.3 percent")),
    ("summary in Chinese", _summary("松花江上的冰已经开始融化。")),
    ("summary begins with a day", _summary("2016-05-04 was the longest night shift in the history of the depot.")),
    ("summary begins with Updated", _summary("Updated boilers will heat the eastern quarter from October on.")),
    ("summary begins with By", _summary("By noon the snow had reached the sills of the bakery.")),
    ("summary of a thousand letters", _summary("The list of those who helped is long. " * 27 + "It ends here.")),
    ("summary cut in a word", _summary("The list of those who helped is long and was read out in full at the ga")),
    ("summary with dots", _summary("The list of those who helped is long...")),
    ("summary is the title", _title_is_summary),
    ("summaries begin with the titles", _title_begins_summary),
    ("all summaries alike", _summary("A page of the weekly round, read out on the square.", ALL)),
    ("no days", _date(None, ALL)),
    ("one without a day", _date(None)),
    ("all of one day", _date("2019-03-03", ALL)),
    ("a day of the future past", _date("2012-01-01", (0,))),
    ("one elsewhere", _elsewhere(2)),
    ("three elsewhere", _elsewhere(1, 4, 5)),
    ("first elsewhere", _elsewhere(0)),
)  # fmt: skip
