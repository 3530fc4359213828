"""`harbincrawl search` over several archives: one list of hits, one count, one set of facets."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.cli.archives import Archives, OpenArchive, open_archives
from harbincrawl.cli.output.hits import Form, hit_lines, print_records
from harbincrawl.cli.output.style import Style, read_style
from harbincrawl.search.facets import Bar, count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import count_hits, understand_search
from harbincrawl.search.merging import Failed, MergedHit, Source, add_bars, count_repeated, merge_page
from harbincrawl.search.records import read_records
from harbincrawl.text import clean, count_text


def search_many(folders: Sequence[Path], filters: Filters, form: Form, given: dict[str, Any], quiet: bool) -> int:
    """Searches the archives in `folders` and prints what all of them have; the exit code.

    Raises FilterError, and what opening the last archive raised where none can be.
    """
    if given["explain"]:
        raise click.UsageError("--explain takes one --archive.")
    with open_archives(folders) as archives:
        sources = [source for _, source in archives.ask(lambda each: _make_source(each, filters, given["raw"]))]
        found = _print_found(archives, sources, form, given, quiet)
        if not (found or quiet):
            click.echo("nothing found", err=True)
        sys.stdout.flush()
        return archives.end(0 if found else 9)


def _make_source(each: OpenArchive, filters: Filters, raw: bool) -> Source:
    choice = understand_search(each.connection, filters, raw=raw).choice
    if raw:
        from harbincrawl.search.query.raw import check_raw

        check_raw(each.connection, filters.query)
    return Source(each.name, each.site, each.connection, choice)


def _print_found(archives: Archives, sources: list[Source], form: Form, given: dict[str, Any], quiet: bool) -> bool:
    copies = given["copies"]
    opened = {each.name: each for each in archives.opened}
    by_name = {source.name: source for source in sources}

    def fail(at: int, error: sqlite3.Error) -> None:
        archives.leave_out(opened[sources[at].name], error)

    if given["count"]:
        counts = archives.ask(lambda each: count_hits(each.connection, by_name[each.name].choice, copies=copies))
        total = sum(number for _, number in counts)
        # Those that could be counted.
        sources = [source for source in sources if opened[source.name] in archives.opened]
        total -= count_repeated(sources, fail, copies=copies)
        click.echo(f'{{"count": {total}}}' if form.name in ("json", "jsonl") else total)
        return total > 0
    if given["facet"]:
        from harbincrawl.cli.output.facets import print_facets

        def count(name: str) -> list[Bar]:
            bars = archives.ask(
                lambda each: count_facet(each.connection, by_name[each.name].choice, name, copies=copies)
            )
            return add_bars(name, (found for _, found in bars))

        facets = {name: count(name) for name in dict.fromkeys(given["facet"])}
        print_facets(facets, form.name, given["date"])
        return any(facets.values())
    page = merge_page(
        sources, fail, sort=given["sort"], limit=given["limit"] or sys.maxsize >> 8, after=given["after"],
        copies=copies, half_life=given["half_life"],
    )  # fmt: skip
    print_merged(sources, page.hits, form, fail)
    if page.hits and not quiet:
        if form.name == "text":
            said = f"{count_text(len(page.hits), 'hit')} in {count_text(len(sources), 'archive')}"
            said += " and more" if page.cursor else ""
            click.echo(said, err=True)
        if page.cursor:
            click.echo(f"more: --after {page.cursor}", err=True)
    return bool(page.hits)


def print_merged(sources: Sequence[Source], hits: Sequence[MergedHit], form: Form, failed: Failed) -> None:
    """Prints hits of several archives in their order; where two are of one site, with the name of the archive."""
    sites = [source.site for source in sources]
    shared = {site for site in sites if sites.count(site) > 1}
    if form.name in ("text", "ids", "urls"):
        style = read_style()
        for place, merged in enumerate(hits):
            try:
                lines = _make_lines(sources[merged.source], merged, form, style, shared)
            except sqlite3.Error as error:
                failed(merged.source, error)
            else:
                print("\n".join([*([""] if place and form.name == "text" else []), *lines]))
    elif form.name in ("markdown", "html"):
        from harbincrawl.cli.output.articles import FORMS

        print(FORMS[form.name](list(_read_records(sources, hits, set(), failed))))
    else:
        print_records(_read_records(sources, hits, shared, failed), form, *(("archive",) if shared else ()))


def _make_lines(source: Source, merged: MergedHit, form: Form, style: Style, shared: set[str]) -> list[str]:
    if form.name == "text":
        named = [f"  in {source.name}"] if source.site in shared else []
        lines = hit_lines(source.connection, source.choice, merged.hit, style, form.fields, source.site)
        return [*lines, *named]
    select = "SELECT id, url FROM articles WHERE key = ?"
    id, url = source.connection.execute(select, (merged.hit.key,)).fetchone()
    return [f"{source.site}:{id}" if form.name == "ids" else clean(url)]


def _read_records(
    sources: Sequence[Source], hits: Sequence[MergedHit], shared: set[str], failed: Failed
) -> Iterator[dict[str, Any]]:
    """The records of the hits; where archives share a site, each has the name of its `archive` besides."""
    records = {
        at: read_records(source.connection, [merged.hit for merged in hits if merged.source == at])
        for at, source in enumerate(sources)
    }
    for at, *_ in hits:
        try:
            record = next(records[at], None)
        except sqlite3.Error as error:
            failed(at, error)
            continue
        if record is not None:
            yield record | ({"archive": sources[at].name} if shared else {})
