"""Every question that the archive answers with rows, as a page, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harbincrawl.api import Rows
from harbincrawl.api.questions import HELP, MAX_SHOWN, QUESTIONS, SEARCH_FILTERS, Question
from harbincrawl.errors import FilterError
from harbincrawl.serve.answers import PageError, WebAnswer, make_csv, make_json, not_found
from harbincrawl.serve.bars import MAX_LABELS, Bar, Bars
from harbincrawl.serve.visit import Visit

_FILTERS = frozenset(each.name for each in SEARCH_FILTERS)
_MAX_ROWS = 10 * MAX_SHOWN
"""Rows of a page whose question knows no limit; JSON and CSV have all."""


def show_question(visit: Visit) -> WebAnswer:
    """The answer to one question. Raises PageError."""
    (name,) = visit.arguments
    question = QUESTIONS.get(name)
    if question is None:
        raise not_found(f"Questions are {', '.join(QUESTIONS)}.")
    given, rows, wrong = {}, None, ""
    try:
        given = _read_given(visit, question)
        if not any(each.is_needed and each.name not in given for each in question.parameters):
            rows = _ask(visit, question, given)
    except KeyError as error:
        wrong = str(error.args[0])
    except FilterError as error:
        wrong = str(error)
    if visit.form != "html":
        if rows is None:
            raise PageError(400, "Not understood", wrong or f"{name} of what? q= is missing.")
        return _send(visit, name, rows)
    values = _list_values(visit, question, given, rows, wrong)
    return visit.show("question.html", name.capitalize(), status=400 if wrong else 200, **values)


def _read_given(visit: Visit, question: Question) -> dict[str, Any]:
    """The values by parameter: `q` are the words that a command has without a name. Raises FilterError."""
    given = {}
    for each in question.parameters:
        name = "q" if each.is_word else each.name
        if texts := [text.strip() for text in visit.query.getall(name, ()) if text.strip()]:
            given[each.name] = each.parse(texts)
            if not each.is_word:
                each.check(given[each.name])
    return given


def _ask(visit: Visit, question: Question, given: dict[str, Any]) -> Rows[Any]:
    values = dict(given)
    if visit.form == "html" and any(each.name == "limit" for each in question.parameters):
        values.setdefault("limit", MAX_SHOWN)
    return question.ask(visit.reader.archive, values, visit.asked.filters if question.has_filters else {})


def _send(visit: Visit, name: str, rows: Rows[Any]) -> WebAnswer:
    """All rows: the same in JSON and CSV as those of the command."""
    if visit.form == "json":
        return make_json(rows.list_values())
    return make_csv(f"{name}.csv", rows.list_names(), (each.values() for each in rows.list_values()))


def _list_values(
    visit: Visit, question: Question, given: dict[str, Any], rows: Rows[Any] | None, wrong: str
) -> dict[str, Any]:
    """What the template shows."""
    pairs = [(key, value) for key, value in visit.query.items() if value.strip()]
    shown = rows[:_MAX_ROWS] if rows else []
    names = [each for each in question.columns if any(getattr(row, each) is not None for row in shown)]
    words = next((each for each in question.parameters if each.is_word), None)
    texts = [text for text in visit.query.getall("q", ()) if text.strip()]
    return {
        "here": f"questions/{question.name}", "question": question, "questions": QUESTIONS, "given": given,
        "help": HELP, "wrong": wrong, "words": words, "typed": visit.query,
        "inputs": [*texts, ""] if words and words.is_many else (texts or [""])[:1] if words else [],
        "kept": [(key, value) for key, value in pairs if key == "q" or key in _FILTERS],
        "rows": [{name: getattr(row, name) for name in names} for row in shown], "names": names,
        "notes": rows.notes if rows is not None else (),
        "about": None if rows is None else rows.describe() if rows else "Nothing found",
        "charts": list(_list_bars(visit, question, shown)), "most": _find_most(question, shown),
        "taken": {form: visit.links.to(f"/questions/{question.name}.{form}", pairs) for form in ("csv", "json")},
    }  # fmt: skip


def _find_most(question: Question, rows: Sequence[Any]) -> float:
    return max((getattr(row, question.bar) or 0 for row in rows), default=0) if question.bar else 0


def _list_bars(visit: Visit, question: Question, rows: Sequence[Any]) -> Iterator[Bars]:
    """A row of bars a query, all on one scale, where rows are of queries over time."""
    if "period" not in question.columns or visit.asked.is_long:
        return
    most = _find_most(question, rows) or 1
    for query in dict.fromkeys(row.query for row in rows):
        own = [row for row in rows if row.query == query]
        every = -(-len(own) // MAX_LABELS)
        bars = [
            Bar(
                "" if at % every else row.period, f"{row.period}: {row.hits:,} of {row.articles:,}",
                round(100 * (row.per_1000 or 0) / most, 1),
                visit.links.search(visit.asked.change(q=query, since=row.period, until=row.period)),
            )
            for at, row in enumerate(own)
        ]  # fmt: skip
        yield Bars(query, bars, None)
