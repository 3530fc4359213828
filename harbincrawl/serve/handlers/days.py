"""All articles of one day of the year, of whichever year."""

from __future__ import annotations

import re
from typing import Any

from harbincrawl.search.filters import Filters
from harbincrawl.search.newest import list_of_days
from harbincrawl.search.records import read_by_number
from harbincrawl.serve.answers import WebAnswer, make_json, not_found
from harbincrawl.serve.counts import count_months
from harbincrawl.serve.front import Day, list_days, make_day, name_day, shift_day, write_day
from harbincrawl.serve.pager import read_page
from harbincrawl.serve.visit import Visit

_ENTRIES = 50
_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_LEAP = 2000


def show_day(visit: Visit) -> WebAnswer:
    """The articles that were printed on a day of the year, the newest year first."""
    day = _read_day(visit.arguments[0])
    articles = list_of_days(
        visit.reader.connection, list_days(count_months(visit.reader, Filters(), copies=False), day)
    )
    page = read_page(visit.query, len(articles), _ENTRIES)
    some = articles[page.offset : page.offset + _ENTRIES]
    records = read_by_number(visit.reader.connection, (each.number for each in some))
    shown = [(each, records[each.number]) for each in some if each.number in records]
    ending = "" if visit.form == "html" else f".{visit.form}"

    def link(number: int) -> str:
        pairs = [("page", str(number))] if number > 1 else []
        return visit.links.to(f"/days/{write_day(day)}{ending}", pairs)

    if visit.form == "json":
        return make_json(
            {
                "day": write_day(day),
                "total": len(articles),
                "articles": [make_brief(record) for _, record in shown],
                "next": page.link(link)["next"],
            }
        )
    years: dict[int, list[Any]] = {}
    for each, record in shown:
        years.setdefault(each.year, []).append((each, record))
    return visit.show(
        "day.html", name_day(day), here="", day=day, years=years, total=len(articles),
        before=shift_day(day, -1), behind=shift_day(day, 1), range=page.describe(), **page.link(link),
        json=visit.links.to(f"/days/{write_day(day)}.json"),
    )  # fmt: skip


def _read_day(text: str) -> Day:
    """The day of the year in an address, `11-30`. Raises PageError."""
    match = _DAY.fullmatch(text)
    day = (int(match[1]), int(match[2])) if match else (0, 0)
    if make_day(_LEAP, day) is None:
        raise not_found(f"“{text[:40]}” is no day of the year: expected month and day, such as 11-30.")
    return day


def make_brief(record: dict[str, Any]) -> dict[str, Any]:
    """An article as lists in JSON have it."""
    return {"id": record["id"], "title": record["title"], "date": record["updated"] or record["created"]}
