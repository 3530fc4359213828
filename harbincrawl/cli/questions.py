"""The commands of research: each asks the archive a question and prints the rows of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from harbincrawl.api import Archive, Rows, open_archive
from harbincrawl.api.questions import HELP, MAX_SHOWN, QUESTIONS, Parameter, Question
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.text import clean, display_width, shorten

from .main import GlobalOptions
from .output import BOLD, YELLOW, Output, bar, note, read_style, rows_options, table_lines
from .parsing import Command, WordsCommand, join_options, option

_LENGTHS = ((40, 20), (30, 20), (22, 20), (16, 20), (12, 20), (12, 12))
"""Columns of a text in a table, and of one that is left whole (a time has 20): the first pair that makes it fit."""
_MIN_BAR = 8
"""Columns; where less room is left, no bars are drawn."""
_METAVARS = {
    "identity": "ID|URL", "queries": "QUERY...", "query": "[QUERY]...", "words": "[WORD]...", "word": "WORD...",
}  # fmt: skip


_FILTERS = {f"--{name}": f"{name}:… in the query" for name in ("section", "source", "author", "status")}
_FILTERS |= dict.fromkeys(("--since", "--until", "--year"), "date:2013..2015 in the query")


def make_command(name: str) -> click.Command:
    """The command of a question: its parameters are those of the method, its help the method's own."""
    question = QUESTIONS[name]

    @click.pass_obj
    def run(options: GlobalOptions, /, output: Output, **given: Any) -> int:
        values = {each.name: _take_value(each, given.pop(each.name)) for each in question.parameters}
        if output.is_text and "limit" in values and values["limit"] is None:
            values["limit"] = MAX_SHOWN
        with open_archive(options.archive) as archive:
            rows = ask(question, archive, values)
        print_answer(question, rows, output)
        return ExitCode.DONE if rows else ExitCode.NOTHING_FOUND

    decorated = join_options(*map(_make_option, question.parameters), rows_options)(run)
    has_words = any(each.is_word for each in question.parameters)
    kind = WordsCommand if has_words else Command
    help = f"{question.help}\n\n\b\n{question.example}"
    meant = {"--query": "the words alone, without --query"} if has_words else {}
    if not {"query", "queries"}.isdisjoint(each.name for each in question.parameters):
        meant |= _FILTERS
    return click.command(name, cls=kind, help=help, meant=meant)(decorated)


def ask(question: Question, archive: Archive, values: dict[str, Any]) -> Rows[Any]:
    """The answer. Raises NotFoundError where the article that it is about is not stored, FilterError."""
    try:
        return question.ask(archive, values, {})
    except KeyError:
        raise NotFoundError(f"the archive has no article {clean(values['identity'])}.") from None


def _take_value(parameter: Parameter, value: Any) -> Any:
    return parameter.parse(value) if parameter.is_word else value


def _make_option(each: Parameter) -> Any:
    if each.is_word:
        return click.argument(each.name, nargs=-1, type=click.UNPROCESSED, metavar=_METAVARS[each.name])
    kind = {"choice": click.Choice(each.choices), "number": click.IntRange(0), "text": click.STRING}[each.kind]
    shown = each.default not in (None, "")
    return option(f"--{each.name}", type=kind, default=each.default, show_default=shown, help=HELP[each.name])


def print_counts(counts: Sequence[Rows[Any]], output: Output) -> None:
    """Prints the answers of `stats` as one."""
    first = counts[0]
    rows = Rows(first.kind, [row for each in counts for row in each], noun="value", notes=first.notes)
    print_answer(QUESTIONS["stats"], rows, output)


def print_answer(question: Question, rows: Rows[Any], output: Output) -> None:
    """The rows as a table for people, as JSON or CSV; what is to be said of them is noted."""
    if not output.is_text:
        output.print_rows(rows.list_values(), rows.list_names())
    elif rows and "left" in question.columns:
        output.print_lines(_align_lines(rows))
    elif rows:
        output.print_lines(_list_lines(question, rows))
    note(*(clean(each) for each in rows.notes))
    rest = "; all: --limit 0" if rows.is_cut and output.is_text else ""
    note(f"{rows.describe()}{rest}" if rows else "nothing found")


def _list_lines(question: Question, rows: Rows[Any]) -> Iterator[str]:
    """A table of the columns that any row has, each line with its bar."""
    style = read_style()
    names = [name for name in question.columns if any(getattr(row, name) is not None for row in rows)]
    for length, least in _LENGTHS:
        cells = [[_write_cell(getattr(row, name), length, least) for name in names] for row in rows]
        heads, *lines = table_lines([name.replace("_", " ") for name in names], cells, style.width)
        widest = max(map(display_width, [heads, *lines]))
        if widest <= style.width:
            break
    yield style.paint(heads, BOLD)
    room = style.width - widest - 2
    if not question.bar or room < _MIN_BAR:
        yield from lines
        return
    values = [getattr(row, question.bar) or 0 for row in rows]
    for line, value in zip(lines, values, strict=True):
        blanks = " " * (widest - display_width(line))
        yield f"{line}{blanks}  {style.paint_bar(bar(value, max(values), room))}".rstrip()


def _write_cell(value: object, length: int, least: int) -> object:
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return shorten(clean(value), length) if isinstance(value, str) and len(value) > least else value


def _align_lines(rows: Sequence[Any]) -> Iterator[str]:
    """The places of a word: day and id, then the line, its word in the middle of what is left of the width."""
    style = read_style()
    for row in rows:
        head = f"{row.date or '':10}  {row.id.rpartition(':')[2]:>5}  "
        word, left, right = clean(row.word), clean(row.left), clean(row.right)
        room = max(10, (style.width - display_width(head) - display_width(word)) // 2)
        left, right = _fit(left[::-1], room)[::-1], _fit(right, room)
        yield f"{head}{' ' * (room - display_width(left))}{left}{style.paint(word, YELLOW)}{right}".rstrip()


def _fit(text: str, width: int) -> str:
    """The beginning of `text` that is at most `width` columns wide, in whole words where there are several."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width:
        text = text[:-1]
    return text.rpartition(" ")[0] or text
