"""What the first page shows of all that there is: the lead, pictures, days, a month and its words. Pure choosing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

from harbincrawl.search.corpus.keywords import Frequencies
from harbincrawl.search.newest import NewArticle

ENOUGH = 10
"""Articles of a month of which words can be said to be its own."""
_LEAD_WORDS = 60
"""Words of a text that can stand in front."""
_LIKELY = 10.83
"""The log-likelihood that is unlikely by chance at 0.1%."""
_FEWEST = 4
"""Letters of a word that says something by itself."""
_OPENING = 160
"""Words of the lead's text that are shown."""
_PARAGRAPHS = 5
_PARAGRAPH = 900
"""Letters of a paragraph of it: what has no blanks is cut there."""
_LONGEST = 20_000
"""Letters of a text that are looked at for it."""
_LEAP = 2000
"""A year that has all days of the year."""
Day = tuple[int, int]
"""Month and day."""


def choose_lead(newest: Sequence[NewArticle]) -> NewArticle | None:
    """The article to stand in front, of the newest day that has one; None: there is no article.

    One with a picture and a text goes before one with a text, that before any other. Copies and what is gone from the
    site stand in front only where there is nothing else.
    """
    fresh = [each for each in newest if not each.is_gone and not each.is_copy] or list(newest)
    for chosen in (
        [each for each in fresh if each.media and each.words >= _LEAD_WORDS],
        [each for each in fresh if each.media and each.words],
        [each for each in fresh if each.words],
        fresh,
    ):
        if chosen:
            day = [each for each in chosen if each.day == chosen[0].day]
            # Of one day, a picture with a caption and a long text say more.
            return max(day, key=lambda each: (bool(each.caption), each.words >= _OPENING))
    return None


def choose_pictures(newest: Iterable[NewArticle], lead: NewArticle | None, most: int) -> list[NewArticle]:
    """The newest articles with a kept picture, each with one of its own; not the lead, no copies, nothing gone."""
    seen = {lead.media} if lead else set()
    found: list[NewArticle] = []
    for each in newest:
        is_lead = lead is not None and each.number == lead.number
        if each.media and each.media not in seen and not (is_lead or each.is_gone or each.is_copy):
            seen.add(each.media)
            found.append(each)
    return found[:most]


def choose_others(newest: Iterable[NewArticle], shown: Collection[int], most: int) -> list[NewArticle]:
    """The newest articles that are not `shown`, no copies, nothing gone."""
    fresh = (each for each in newest if not each.is_gone and not each.is_copy and each.number not in shown)
    return list(islice(fresh, most))


def list_days(months: Collection[str], day: Day) -> list[date]:
    """That day of the year in each year whose month has articles; `months` are such as `2024-05`."""
    years = (int(month[:4]) for month in months if month and int(month[5:]) == day[0])
    return [known for year in years if (known := make_day(year, day))]


def make_day(year: int, day: Day) -> date | None:
    """The day of a year; None for a 29 February that it does not have."""
    try:
        return date(year, *day)
    except ValueError:
        return None


def list_nearest(today: date) -> Iterator[Day]:
    """All days of the year, `today` first and then the nearest ones: of two, the earlier."""
    middle = date(_LEAP, today.month, today.day)
    yield middle.month, middle.day
    for away in range(1, 184):
        for step in (-away, away):
            yield shift_day((today.month, today.day), step)


def shift_day(day: Day, step: int) -> Day:
    """The day of the year so many days before or behind; 31 December is before 1 January, and 29 February is a day."""
    first = date(_LEAP, 1, 1)
    found = first + timedelta((date(_LEAP, *day) - first).days + step) % timedelta(366)
    return found.month, found.day


def write_day(day: Day) -> str:
    """A day of the year as addresses have it: `11-30`."""
    return f"{day[0]:02}-{day[1]:02}"


def name_day(day: Day) -> str:
    """`30 November`."""
    return f"{day[1]} {date(_LEAP, *day):%B}"


def choose_years(articles: Sequence[NewArticle], most: int) -> list[NewArticle]:
    """Articles of one day of the year, the newest first: one of each year, and where years are few further ones."""
    own = [each for each in articles if not each.is_copy]
    firsts: dict[int, NewArticle] = {}
    for each in own:
        firsts.setdefault(each.day, each)
    chosen = list(firsts.values())[:most]
    chosen += [each for each in own if each not in chosen][: most - len(chosen)]
    return sorted(chosen, key=lambda each: -each.day)


def choose_month(months: Mapping[str, int]) -> str | None:
    """The newest month with enough articles, where others have enough, too; None: no words are its own."""
    total = sum(months.values())
    for month in sorted(months, reverse=True):
        if month and months[month] >= ENOUGH:
            return month if total - months[month] >= ENOUGH else None
    return None


def choose_words(keywords: Iterable[Frequencies]) -> list[str]:
    """The words that a month has far more often than chance would have it; no numbers, nothing as short as `its`."""
    return [
        each.word
        for each in keywords
        if each.log_likelihood >= _LIKELY and each.frequency > 1 and _says_something(each.word)
    ]


def _says_something(word: str) -> bool:
    if not word.isalpha():
        return False
    # Of Chinese, one word may be two characters.
    return len(word) >= (_FEWEST if word.isascii() else 2)


def cut_opening(body: str) -> list[str]:
    """The first paragraphs of a text, as many as fill the front: with an ellipsis where it goes on."""
    found: list[str] = []
    left = _OPENING
    for paragraph in body[:_LONGEST].split("\n\n"):
        words = paragraph.split()
        if not words:
            continue
        if left <= 0 or len(found) == _PARAGRAPHS:
            found[-1] = f"{found[-1].removesuffix(' …')} …"
            break
        text = " ".join(words[:left])
        found.append(f"{text[:_PARAGRAPH]} …" if len(words) > left or len(text) > _PARAGRAPH else text)
        left -= len(words)
    return found
