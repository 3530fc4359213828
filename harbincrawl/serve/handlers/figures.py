"""Figures to take along: charts as files that say by themselves what they show, and the numbers of trends as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harbincrawl.charts.drawings import draw_bars, draw_columns, draw_trends
from harbincrawl.charts.files import as_svg
from harbincrawl.charts.shapes import WIDTH, Drawing, add_notes
from harbincrawl.serve.answers import PICTURE, TYPES, Download, WebAnswer, name_file, not_found, stream_csv
from harbincrawl.serve.figures import cite_figure, describe_choice, quote_queries, read_section_labels
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.spans import FEW
from harbincrawl.serve.strip import read_strip, tell_undated
from harbincrawl.serve.trends import make_lines, read_trends
from harbincrawl.serve.visit import Visit
from harbincrawl.text import count_text

from .words import compare_parts, list_pairs, read_parts

_WORDS = 30
"""Keywords of a chart."""


def send_trends(visit: Visit) -> WebAnswer | Download:
    """The hits of queries over time as a table, or as lines; without a query, all articles. Raises PageError."""
    found = read_trends(visit)
    if not found.queries:
        return _send_strip(visit, found.asked)
    if visit.form == "csv":
        names, table = found.trends.list_table()
        return _send_table(names, table)
    lines = make_lines(found.trends, visit.links, found.asked, read_section_labels(visit, found.asked))
    if lines is None:
        raise not_found("There is nothing to draw: no article with a date.")
    rows = found.trends.list_rows()
    # Broken in periods without articles; what is of few articles sets no scale.
    series: dict[str, dict[str, float | None]] = {row.query: {} for row in rows}
    for row in rows:
        series[row.query][row.period] = None if row.per_1000 is None else min(row.per_1000, lines.most)
    notes = []
    if any(row.per_1000 is not None and row.per_1000 > lines.most for row in rows):
        notes.append(f"What is above the scale, of fewer than {FEW} articles, stands at its top.")
    if found.trends.undated:
        notes.append(tell_undated(found.trends.undated))
    notes.append(cite_figure(visit, lines.what, "/trends", found.pairs()))
    return send_drawing("trends.svg", draw_trends(lines.title, found.trends.describe_unit(), series), notes)


def _send_strip(visit: Visit, asked: Parameters) -> WebAnswer | Download:
    """The articles that filters leave, by the months or years of their strip."""
    strip = read_strip(visit, asked)
    if strip is None:
        raise not_found("There is nothing to draw: no two months or years with articles.")
    bars = [bar for bar in strip.bars if not bar.is_out]
    if visit.form == "csv":
        of = [(bar.period, bar.articles, bar.hits, bar.per_1000) for bar in bars]
        rows = of if strip.is_share else [(bar.period, bar.hits) for bar in bars]
        return _send_table(
            ("period", "articles", "hits", "per_1000") if strip.is_share else ("period", "articles"), rows
        )
    drawing = draw_columns("Articles over time", "articles", {bar.period: bar.hits for bar in bars})
    words = f" {describe_choice(strip.shown, read_section_labels(visit, asked))}".rstrip()
    what = f"Articles{words}, by {strip.by} ({asked.filters.date})"
    notes = [tell_undated(strip.undated)] if strip.undated else []
    return send_drawing("trends.svg", drawing, [*notes, cite_figure(visit, what, "/search", asked.pairs())])


def _send_table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Download:
    return Download(lambda _: stream_csv(names, rows), TYPES["csv"], "trends.csv")


def send_keywords(visit: Visit) -> WebAnswer:
    """The first keywords as bars of their log-likelihood. Raises PageError, FilterError."""
    asked, other = read_parts(visit)
    keywords = compare_parts(visit.reader.connection, asked, other)
    if keywords is None or not keywords.words:
        raise not_found("There is nothing to draw: no part of the archive is asked for, or no word is more frequent.")
    rows = [(each.word, each.log_likelihood) for each in keywords.words[:_WORDS]]
    what = (
        f"Words more frequent in {_describe_part(visit, asked)} than in"
        f" {_describe_part(visit, other) if other.filters.restricts() else 'all others'}, by log-likelihood"
    )
    if keywords.one_in > 1:
        what += f", counted in one of {count_text(keywords.one_in, 'text')}"
    drawing = draw_bars("Keywords by log-likelihood", rows, WIDTH)
    return send_drawing("keywords.svg", drawing, [cite_figure(visit, what, "/keywords", list_pairs(asked, other))])


def _describe_part(visit: Visit, part: Parameters) -> str:
    words = f"articles {describe_choice(part, read_section_labels(visit, part))}".rstrip()
    return f"{words} that a search for {quote_queries([part.q])} finds" if part.q else words


def send_drawing(name: str, drawing: Drawing, notes: list[str]) -> WebAnswer:
    """A chart as a file of that name, which says below itself what `notes` say."""
    body = as_svg(add_notes(drawing, notes)).encode("utf-8", "replace")
    return WebAnswer(body, TYPES["svg"], policy=PICTURE, headers={"Content-Disposition": name_file(name)})
