"""What stands beside a figure: its filters in words, and the sentence that cites it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harbincrawl.search.facets import read_labels
from harbincrawl.search.filters import BY_NAME
from harbincrawl.text import clean, count_text, shorten
from harbincrawl.version import __version__

from .links import Pairs, Parameters
from .visit import Visit

_NAMED = 3
"""Values of one filter that are named; of more, the number of the others."""
_LONGEST = 60
"""Columns of one name."""
_SHORT = 12
"""Digits of a seal by which people tell it from others."""


def read_section_labels(visit: Visit, asked: Parameters) -> Mapping[str, str]:
    """The label of each section that the search asks for, by what it is called there: its path, or its label."""
    return read_labels(visit.reader.connection, asked.texts("section"))


def describe_choice(asked: Parameters, sections: Mapping[str, str]) -> str:
    """The filters in words, to stand behind "articles": `of the section News, by Li Na, 2019 on`; none: an empty text.

    `sections` has the labels of sections by their paths. The query is none of the filters.
    """
    names = [sections.get(name, name) for name in asked.texts("section")]
    parts = [f"of the {'section' if len(names) == 1 else 'sections'} {join_names(names)}"] if names else []
    parts += _describe_days(asked, is_first=not parts)
    for name, word in (("source", "from"), ("author", "by")):
        if values := asked.texts(name):
            parts.append(f"{word} {join_names(values)}")
    parts += [BY_NAME["status"].choices.get(value, value) for value in asked.texts("status")]
    if asked.copies:
        parts.append("copies included" if parts else "with copies")
    return ", ".join(shorten(clean(part), (_NAMED + 2) * _LONGEST) for part in parts)


def _describe_days(asked: Parameters, *, is_first: bool) -> Iterator[str]:
    since, until = (shorten(clean((*asked.texts(name), "")[0]), _LONGEST) for name in ("since", "until"))
    if since and until:
        days = since if since == until else f"{since} to {until}"
        yield f"of {days}" if is_first else days
    elif since:
        yield f"from {since} on" if is_first else f"{since} on"
    elif until:
        yield f"up to {until}"


def join_names(names: Sequence[str]) -> str:
    """`News, Culture or Sports`; each shortened, of many the first and the number of the others."""
    short = [shorten(clean(name), _LONGEST) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        short.append(f"{len(names) - _NAMED} others")
    return " or ".join(filter(None, (", ".join(short[:-1]), *short[-1:])))


def describe_hits(asked: Parameters, found: int, of: int, sections: Mapping[str, str]) -> str:
    """How many articles of how many the search finds, without a full stop.

    `405 of 851 articles of the section News, 2019 on, have “snow”`; without a query `851 of 3,211 articles are of the
    section News`; without anything `3,211 articles`.
    """
    words = describe_choice(asked.change(copies=False), sections)
    if asked.q:
        part = f" {words}{',' if ', ' in words else ''}" if words else ""
        verb = "has" if found == 1 else "have"
        return f"{found:,} of {count_text(of, 'article')}{part} {verb} {quote_queries([asked.q])}"
    verb = "is" if found == 1 else "are"
    return f"{found:,} of {count_text(of, 'article')} {verb} {words}" if words else count_text(found, "article")


def quote_queries(queries: Sequence[str]) -> str:
    """`“snow” and “ice fair”`, each shortened."""
    quoted = [f"“{shorten(clean(each), _LONGEST)}”" for each in queries]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))


def cite_figure(visit: Visit, what: str, path: str, pairs: Pairs) -> str:
    """One sentence on a figure: what it shows, of which state of which archive, where, and by which program.

    `what` is a phrase without a full stop, `path` and `pairs` are the address that shows it with all its parameters.
    """
    site, links = visit.site, visit.links
    parts = [
        f"{what.rstrip('.')}, in the archive of {site.title} ({site.base})",
        _describe_state(visit),
        f"counted by harbincrawl {__version__}",
        f"<{links.origin}{links.to(path, pairs)}>",
    ]
    return clean(", ".join(parts)) + "."


def _describe_state(visit: Visit) -> str:
    """The last run, its day, and the seal of what it wrote; a run under way has none yet."""
    row = visit.reader.connection.execute(
        "SELECT run, substr(coalesce(ended, started), 1, 10), seal FROM runs ORDER BY run DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return "before its first run"
    run, day, seal = row
    state = f"as of {day}, run {run}"
    return f"{state}, seal {seal[:_SHORT]} (in full {seal})" if seal else f"{state}, which has no seal yet"
