"""Figures to take along: charts as files that say by themselves what they show, and the numbers of trends as CSV."""

from __future__ import annotations

from harbincrawl.charts.drawings import draw_bars, draw_columns, draw_trends
from harbincrawl.charts.files import as_svg
from harbincrawl.charts.shapes import WIDTH, Drawing, add_notes
from harbincrawl.search.corpus.trends import INTERVALS_DRAWN
from harbincrawl.serve.answers import PICTURE, TYPES, WebAnswer, make_csv, name_file, not_found
from harbincrawl.serve.figures import cite_figure, describe_choice, read_section_labels
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.spans import FEW
from harbincrawl.serve.strip import read_strip, tell_undated
from harbincrawl.serve.trends import make_lines, read_trends
from harbincrawl.serve.visit import Visit
from harbincrawl.text import count_text

from .bench import list_sections
from .words import LETTERS, describe_part, find_words, list_pairs, read_other

_WORDS = 30
"""Keywords of a chart."""


def send_trends(visit: Visit) -> WebAnswer:
    """The hits of queries over time as a table, or as lines; without a query, all articles. Raises PageError."""
    asked = Parameters.read(visit.query)
    if not asked.queries:
        return _send_strip(visit, asked)
    trends = read_trends(visit, asked)
    if visit.form == "csv":
        names, table = trends.list_table()
        return make_csv("trends.csv", names, table)
    lines = make_lines(trends, visit.links, asked, read_section_labels(visit, asked))
    if lines is None:
        raise not_found("There is nothing to draw: no article with a date.")
    rows = trends.list_rows()
    # Broken in periods without articles; what is of few articles sets no scale.
    series: dict[str, dict[str, float | None]] = {row.query: {} for row in rows}
    for row in rows:
        series[row.query][row.period] = None if row.per_1000 is None else min(row.per_1000, lines.most)
    intervals = {
        query: {period: (min(low, lines.most), min(high, lines.most)) for period, (low, high) in each.items()}
        for query, each in trends.list_intervals().items()
    }
    notes = [INTERVALS_DRAWN] if any(intervals.values()) else []
    if any(row.per_1000 is not None and row.per_1000 > lines.most for row in rows):
        notes.append(f"What is above the scale, of fewer than {FEW} articles, stands at its top.")
    if trends.undated:
        notes.append(tell_undated(trends.undated))
    notes.append(cite_figure(visit, lines.what, "/trends", asked._replace(page=1, by=trends.by).pairs()))
    drawing = draw_trends(lines.title, trends.describe_unit(), series, intervals)
    return send_drawing("trends.svg", drawing, notes)


def _send_strip(visit: Visit, asked: Parameters) -> WebAnswer:
    """The articles that filters leave, by the months or years of their strip."""
    strip = read_strip(visit, asked)
    if strip is None:
        raise not_found("There is nothing to draw: no two months or years with articles.")
    bars = [bar for bar in strip.bars if not bar.is_out]
    if visit.form == "csv":
        of = [(bar.period, bar.articles, bar.hits, bar.per_1000) for bar in bars]
        rows = of if strip.is_share else [(bar.period, bar.hits) for bar in bars]
        return make_csv(
            "trends.csv", ("period", "articles", "hits", "per_1000") if strip.is_share else ("period", "articles"), rows
        )
    drawing = draw_columns("Articles over time", "articles", {bar.period: bar.hits for bar in bars})
    words = f" {describe_choice(strip.shown, read_section_labels(visit, asked))}".rstrip()
    what = f"Articles{words}, by {strip.by} ({asked.filters.date})"
    notes = [tell_undated(strip.undated)] if strip.undated else []
    return send_drawing("trends.svg", drawing, [*notes, cite_figure(visit, what, "/search", asked.pairs())])


def send_keywords(visit: Visit) -> WebAnswer:
    """The first keywords as bars of their log-likelihood. Raises PageError, FilterError."""
    asked = Parameters.read(visit.query)
    against = read_other(visit, asked)
    keywords = find_words(visit.reader.connection, asked, against, LETTERS, _WORDS)
    if keywords is None or not keywords.words:
        raise not_found("There is nothing to draw: no part of the archive is asked for, or no word is more frequent.")
    rows = [(each.word, each.log_likelihood) for each in keywords.words]
    one, two = (f"articles {describe_part(each, list_sections(visit))}" for each in (asked, asked.swap()))
    what = f"Words more frequent in {one} than in {two if against else 'all others'}, by log-likelihood"
    if keywords.one_in > 1:
        what += f", counted in one of {count_text(keywords.one_in, 'text')}"
    drawing = draw_bars("Keywords by log-likelihood", rows, WIDTH)
    pairs = list_pairs(asked, against)
    return send_drawing("keywords.svg", drawing, [cite_figure(visit, what, "/keywords", pairs)])


def send_drawing(name: str, drawing: Drawing, notes: list[str]) -> WebAnswer:
    """A chart as a file of that name, which says below itself what `notes` say."""
    body = as_svg(add_notes(drawing, notes)).encode("utf-8", "replace")
    return WebAnswer(body, TYPES["svg"], policy=PICTURE, headers={"Content-Disposition": name_file(name)})
