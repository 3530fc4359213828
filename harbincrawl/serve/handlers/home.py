"""The first page: news in front, what changed, what the day and the month have, and all that is behind it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from harbincrawl.archive.changes import count_changed, list_last_changes
from harbincrawl.archive.runs import history
from harbincrawl.search.choice import fit_choice, make_choice
from harbincrawl.search.corpus.month import find_month_words
from harbincrawl.search.days import find_today
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import count_hits, search_page
from harbincrawl.search.newest import NewArticle, count_sections, list_headlines, list_newest, list_of_days
from harbincrawl.search.records import read_by_number
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.counts import count_months
from harbincrawl.serve.front import (
    Day,
    choose_lead,
    choose_month,
    choose_others,
    choose_pictures,
    choose_words,
    choose_years,
    cut_opening,
    list_days,
    list_nearest,
    write_day,
)
from harbincrawl.serve.links import Pairs, Parameters
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.rows import add_rows
from harbincrawl.serve.spans import sum_periods
from harbincrawl.serve.strip import read_strip
from harbincrawl.serve.visit import Visit

from .changes import ShownChange, describe_changes, make_change_object
from .days import make_brief
from .overview import describe_nothing, read_status, say_health

_NEWEST = 12
"""In JSON."""
_LOOKED_AT = 200
"""The newest articles, among which the lead and the pictures are."""
_PICTURES = 6
_OTHERS = 6
_CHANGES = 5
_OF_DAY = 6
_WORDS = 10
_TRIED = 3 * _WORDS
"""Words of which it is counted how many articles have them."""
_SECTIONS = 9
_HEADLINES = 2
_PATIENCE = 1.0
"""Seconds for the words of the month."""
_MINUTE = 60
_LEAST = 2
"""Articles that have a word of the month."""
_FRESH = 5.0
"""Seconds."""
_MARK = (
    "SELECT (SELECT count(ended) FROM runs), (SELECT count(*) FROM purged), (SELECT value FROM facts WHERE name = 'id')"
)
"""Changes at the end of a run, with each purge, and where another archive is put in place of this one."""


class MonthWords(NamedTuple):
    """Words that a month has more often than the rest."""

    month: str
    articles: int
    """Of the month."""
    words: list[tuple[str, int]]
    """Each with the number of the month's articles that a search for it finds."""


class SectionFront(NamedTuple):
    """A section and what is new in it."""

    path: str
    label: str
    articles: int
    records: list[dict[str, Any]]


class Front(NamedTuple):
    """What the first page shows of the articles; `records` has those of all numbers here."""

    lead: NewArticle | None
    pictures: list[NewArticle]
    newest: list[NewArticle]
    """Further ones, without pictures."""
    day: Day | None
    """The day of the year that `of_day` is of: today, or the nearest one that has articles; None: none has."""
    of_day: list[NewArticle]
    on_day: int
    """All articles of that day."""
    changes: list[ShownChange]
    words: MonthWords | None
    sections: list[SectionFront]
    records: dict[int, dict[str, Any]]


def show_home(visit: Visit) -> WebAnswer:
    """The first page; as JSON its numbers, its newest articles, and what else it shows.

    While a crawl writes, the page is made at most every _FRESH seconds; what is purged is gone at once, and an archive
    that begins to be filled is shown as it grows.
    """
    today = find_today()
    if visit.form == "json" or visit.query or describe_nothing(visit.reader):
        return make_home(visit, today)
    mark = (today, *visit.reader.connection.execute(_MARK).fetchone(), time.monotonic() // _FRESH)
    return visit.reader.remember_while(mark, "first page", lambda: make_home(visit, today))


def make_home(visit: Visit, today: date) -> WebAnswer:
    """The first page on the day `today`."""
    reader = visit.reader
    counts = reader.remember("counts", lambda: history.count_articles(reader.connection))
    state = _read_state(visit)
    months = {month: number for month, number in count_months(visit.reader, Filters(), copies=False).items() if month}
    front = read_front(visit, today, months, counts["articles"])
    if visit.form == "json":
        found = search_page(reader.connection, make_choice(Filters()), sort="newest", limit=_NEWEST)
        newest = visit.read_records(tuple(hit.number for hit in found.hits))
        own = {"newest": newest, "exit_code": state["exit_code"], "health": state["health"]["ok"]}
        return make_json(counts | own | _make_object(visit, front))
    nothing = describe_nothing(reader)
    lead = front.records[front.lead.number] if front.lead else {}
    answer = visit.show(
        "home.html", visit.site.title, here="home", counts=counts, state=state, health=say_health(state),
        years=sum_periods(months, "year"),
        months=months, front=front, records=front.records, opening=cut_opening(lead.get("body") or ""),
        changed=count_changed(reader.connection) if front.changes else 0, today=(today.month, today.day),
        strip=add_rows(visit, strip) if (strip := read_strip(visit, Parameters())) else None,
        read=next((run for run in state["runs"] if run["kind"] == "crawl"), None),
        nothing=nothing,
    )  # fmt: skip
    # Whether a crawl runs is no part of the archive's state.
    return replace(answer, is_kept=False) if nothing else answer


def _read_state(visit: Visit) -> dict[str, Any]:
    """The document of `status --json`, read anew where a run began or ended, and each minute: it takes its time."""
    reader = visit.reader
    (runs,) = reader.connection.execute("SELECT count(*) FROM runs").fetchone()
    mark = (runs, *reader.connection.execute(_MARK).fetchone(), time.monotonic() // _MINUTE)
    return reader.remember_while(mark, "status", lambda: read_status(visit))


def read_front(visit: Visit, today: date, months: Mapping[str, int], articles: int) -> Front:
    """What the first page shows; `months` has the number of articles of each, `articles` is that of all."""
    connection = visit.reader.connection
    newest = list_newest(connection, today, _LOOKED_AT)
    lead = choose_lead(newest)
    pictures = choose_pictures(newest, lead, _PICTURES)
    day, all_of_day = _find_day(connection, today, months, lead)
    of_day = choose_years([each for each in all_of_day if each != lead], _OF_DAY)
    shown = {each.number for each in (lead, *pictures) if each}
    others = choose_others(newest, shown, _OTHERS)
    shown.update(each.number for each in others)
    sections = list(count_sections(connection).items())[:_SECTIONS]
    headlines = {
        path: [number for number in list_headlines(connection, path, _HEADLINES + len(shown)) if number not in shown]
        for path, _ in sections
    }
    numbers = shown.union((each.number for each in of_day), *(some[:_HEADLINES] for some in headlines.values()))
    # What cannot be read is left out.
    records = read_by_number(connection, numbers)
    return Front(
        lead if lead and lead.number in records else None,
        [each for each in pictures if each.number in records],
        [each for each in others if each.number in records],
        day,
        [each for each in of_day if each.number in records],
        len(all_of_day),
        describe_changes(visit, list_last_changes(connection, 2 * _CHANGES))[:_CHANGES],
        find_words(visit.reader, months, articles),
        [
            SectionFront(path, own[0]["section"], number, own)
            for path, number in sections
            if (own := [records[each] for each in headlines[path][:_HEADLINES] if each in records])
        ],
        records,
    )


def _find_day(
    connection: sqlite3.Connection, today: date, months: Mapping[str, int], lead: NewArticle | None
) -> tuple[Day | None, list[NewArticle]]:
    """The day of the year that is nearest to `today` and has articles of other years, not the lead alone, and these."""
    other = [month for month in months if month[:4] != f"{today.year:04}"]
    for day in list_nearest(today):
        days = list_days(other, day)
        found = list_of_days(connection, days) if days else []
        if any(each != lead for each in found):
            return day, found
    return None, []


def find_words(reader: Reader, months: Mapping[str, int], articles: int) -> MonthWords | None:
    """The words of the newest month that has enough articles; None: no month has, or it has no words of its own.

    Which ones they are is found out once after each run, or where the archive has doubled since: a crawl commits often.
    What is purged is gone at once. How many articles have them is of now.
    """
    connection = reader.connection
    mark = (*connection.execute(_MARK).fetchone(), articles.bit_length())

    def choose() -> tuple[str, list[str]] | None:
        month = choose_month(months)
        if month is None:
            return None
        found = reader.within(_PATIENCE, lambda: find_month_words(connection, month, months))
        return month, choose_words(found or ())[:_TRIED]

    chosen = reader.remember_while(mark, "words of the month", choose)
    if chosen is None:
        return None
    month, candidates = chosen
    words: list[tuple[str, int]] = []
    for word in candidates:
        choice = fit_choice(connection, Filters(since=month, until=month, query=word))
        number = count_hits(connection, choice)
        # What one article says again and again is no word of a month.
        if number >= _LEAST and len(words) < _WORDS:
            words.append((word, number))
    return MonthWords(month, months.get(month, 0), words) if words else None


def _make_object(visit: Visit, front: Front) -> dict[str, Any]:
    """What JSON has beside numbers and newest articles: `lead`, `pictures`, `changed`, `on_this_day`, `words`."""
    lead, words = front.lead, front.words
    return {
        "lead": front.records[lead.number]["id"] if lead else None,
        "pictures": [front.records[each.number]["id"] for each in front.pictures],
        "changed": [make_change_object(each) for each in front.changes],
        "on_this_day": {
            "day": write_day(front.day) if front.day else None,
            "total": front.on_day,
            "articles": [make_brief(front.records[each.number]) for each in front.of_day],
        },
        "words": {
            "month": words.month,
            "articles": words.articles,
            "words": [
                {"word": word, "hits": hits, "search": visit.links.to("/search", link_word(word, words.month))}
                for word, hits in words.words
            ],
        }
        if words
        else None,
    }


def link_word(word: str, month: str) -> Pairs:
    """The parameters of the search for a word of a month."""
    return [("q", word), ("since", month), ("until", month)]
