"""Are pages read rightly? Records that are right as a whole: a row a family of sites, by template and page by page.

    python -m benchmarks.reading [--quick] [--only FAMILY]... [--by] [--show N] [--workers N]
        [--save FILE] [--against FILE]

`whole` counts records of which every field is right, `reported` wrong ones that were refused or have something
unaccounted, `silent` wrong ones of which nothing is said, `alarms` whole ones with something unaccounted. Foreign pages
are whole where they are refused and silent where they became a record. `--by` prints the rows within a family, `--show`
so many wrong records of each. `--against` names the rows that lost records or gained silent errors since a saved run;
it ends with 1 where a family has lost more than 0.2% of its records or silent errors have risen in sum. `--quick` reads
a sample of each family that is always the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks._reading_cases import FAMILIES, Family, list_cases
from benchmarks._reading_table import (
    Row,
    compare_rows,
    gather_families,
    list_broken,
    print_head,
    print_row,
    print_wrong,
    read_rows,
    save_rows,
    sum_rows,
)
from harbincrawl.sites import find_site
from tests.support.site_reading import Count, Readings, judge_site, read_alone, read_site
from tests.support.template_sites import Site, Words

WORKERS = 2
AT_ONCE = 6
"""Neighbouring sites that a process takes: many have their pages before anything is added in common."""


def judge_case(number: int, quick: bool, shown: int) -> dict[str, Count]:
    """What was made of one site, by way; of what is wrong, so much as is shown."""
    family, case = list_cases(quick)[number]
    counts = judge_family_site(family, case.make())
    for count in counts.values():
        # The first that nothing is said of, before others.
        count.wrong = sorted(count.wrong, key=lambda one: one[1])[:shown]
    return counts


def judge_family_site(family: Family, site: Site) -> dict[str, Count]:
    """Counts of a site, by way."""
    news = find_site(family.site)
    pages = [page for page in site.pages if not page.is_list]
    lists = [page for page in site.pages if page.is_list]
    if family.counted == "lists":
        named = {place: truth for place, truth in site.lists.items() if place[0] in site.names}
        read_lists = read_alone(lists, {}, news)
        return {"lists": judge_site(Site(lists=named), lambda *_: read_lists)[1]}
    by_template, alone = read_site(pages, site.words, news), read_alone(pages, site.words, news)
    if family.counted == "refused":
        return {"template": judge_refusals(site, by_template), "alone": judge_refusals(site, alone)}
    articles = site.articles
    if family.counted == "articles":
        articles = {address: truth for address, truth in articles.items() if address in site.names}
    counts = {}
    for way, readings in (("template", by_template), ("alone", alone)):
        counts[way] = judge_site(Site(articles=articles), _always(readings))[0]
    if family.counted == "all":
        counts["lists"] = judge_site(Site(lists=site.lists), _always(read_alone(lists, {}, news)))[1]
    return counts


def judge_refusals(site: Site, readings: Readings) -> Count:
    """Counts of pages that are no articles: whole where they are refused."""
    count = Count()
    for address, name in site.names.items():
        reading = readings.articles[address]
        if reading.value is None:
            count.whole += 1
        else:
            count.silent += 1
            count.wrong.append((address, False, f"{name} became {reading.value['title']!r}"))
    return count


def _always(readings: Readings) -> partial[Readings]:
    def read(_pages: object, _words: Words, made: Readings) -> Readings:
        return made

    return partial(read, made=readings)


def read_families(names: Iterable[str], quick: bool, workers: int, shown: int) -> Iterator[list[Row]]:
    """The rows of each family, as soon as it is read."""
    cases = list_cases(quick)
    chosen = set(names)
    numbers = [number for number, (family, _) in enumerate(cases) if not chosen or family.name in chosen]
    judge = partial(judge_case, quick=quick, shown=shown)
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(judge, numbers, chunksize=1 if quick else AT_ONCE) if workers > 1 else map(judge, numbers)
        rows: dict[str, Row] = {}
        last = ""
        for number, counts in zip(numbers, found, strict=True):
            family, case = cases[number]
            if family.name != last and rows:
                yield list(rows.values())
                rows = {}
            last = family.name
            rows.setdefault(case.row, Row(family.name, case.row)).add(counts, case.name)
        yield list(rows.values())


def main(arguments: Iterable[str] | None = None) -> int:
    """Prints the table; 1 where the gate of `--against` is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    names = [family.name for family in FAMILIES]
    parser.add_argument("--quick", action="store_true", help="A sample of each family that is always the same.")
    parser.add_argument("--only", action="append", choices=names, default=[], metavar="FAMILY", help=", ".join(names))
    parser.add_argument("--by", action="store_true", help="The rows within each family, too.")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="Wrong records to show of each row within.")
    parser.add_argument("--workers", type=int, default=WORKERS, metavar="N", help="Processes.")
    parser.add_argument("--save", type=Path, metavar="FILE", help="Where to write the rows as JSON.")
    parser.add_argument("--against", type=Path, metavar="FILE", help="A saved run to compare with.")
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    try:
        before = read_rows(given.against, given.quick) if given.against else []
    except (OSError, ValueError, KeyError) as error:
        parser.error(str(error))
    start = time.perf_counter()
    print_head()
    rows: list[Row] = []
    for own in read_families(given.only, given.quick, given.workers, given.show):
        rows += own
        print_row(own[0].family, gather_families(own)[own[0].family])
        for row in own if given.by or given.show else ():
            print_row(f"  {row.name}", row)
            print_wrong(row, given.show)
    print_row("sum", sum_rows("sum", rows))
    print(f"{time.perf_counter() - start:.0f} seconds")
    if given.save:
        save_rows(given.save, rows, given.quick)
    if not given.against:
        return 0
    for line in compare_rows(before, rows):
        print(f"worse: {line}")
    broken = list(list_broken(before, rows))
    for line in broken:
        print(f"broken: {line}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
