"""The first page: what is here, what is new, how the archive is doing."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial

from harbincrawl.archive.database.lock import find_holder
from harbincrawl.archive.runs import history
from harbincrawl.charts.drawings import draw_columns
from harbincrawl.search.choice import make_choice
from harbincrawl.search.days import Date
from harbincrawl.search.facets import Bar, count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import search_page
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.visit import Visit

from .status import read_status, say_health

_NEWEST = 12


def show_home(visit: Visit) -> WebAnswer:
    """Newest articles, numbers, articles over time, last run and health."""
    reader = visit.reader
    counts = reader.remember("counts", lambda: history.count_articles(reader.connection))
    newest = search_page(reader.connection, make_choice(Filters()), sort="newest", limit=_NEWEST)
    records = visit.read_records(tuple(hit.number for hit in newest.hits))
    state = read_status(visit)
    if visit.form == "json":
        return make_json(counts | {"newest": records, "exit_code": state["exit_code"], "health": state["health"]["ok"]})
    date = Parameters.read(visit.query).filters.date
    months = {bar.value: bar.hits for bar in count_months(reader, date, copies=True) if bar.value}
    chart = partial(draw_columns, f"Articles by month ({date})", "articles", months) if len(months) > 1 else None
    answer = visit.show(
        "home.html", visit.site.title, here="home", counts=counts, records=records, chart=chart, months=months,
        health=say_health(state), state=state, date=date, holder=find_holder(reader.folder),
        command=_name_crawl(reader.folder.absolute().name),
    )  # fmt: skip
    # Whether a crawl runs is no part of the archive's state.
    return answer if records else replace(answer, is_kept=False)


def _name_crawl(folder: str) -> str:
    """The command line that fills the archive in `folder`, given where that is."""
    return "harbincrawl crawl" if folder == "archive" else f"harbincrawl --archive {shlex.quote(folder)} crawl"


def count_months(reader: Reader, date: Date, *, copies: bool) -> list[Bar]:
    """All articles of the archive by month of `date`."""
    choice = make_choice(Filters(date=date))
    return reader.remember(
        ("month", date, copies), lambda: count_facet(reader.connection, choice, "month", copies=copies)
    )
