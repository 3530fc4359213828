"""Are pages read rightly whose template prints what no list of words knows? Records right as a whole, by kind and skin.

    python -m benchmarks.added_furniture [--kinds N] [--skins N] [--only PART] [--reader MODULE:FUNCTION]
        [--show N]

Parts: kinds (furniture added to the twin's skins, dressed and without any class in turn), mixtures (six kinds at
once), manner (skins in the manner of real content systems), redesigns (a site that changes its skin in the middle),
features (odd articles) and lists (odd lists). Everything is read by one function, `read_site` or the one that
`--reader` names: `tests.support.site_reading:read_alone` reads each page by itself. `reported` counts records that are
wrong and refused or unaccounted, `silent` those that are wrong and nothing says so, `alarms` those that are right
though something is unaccounted.
"""

from __future__ import annotations

import argparse
import importlib
import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from harbincrawl.twin.skins import SKINS
from harbincrawl.twin.skins.skin import Skin
from tests.support.added_furniture import KINDS
from tests.support.manner_skins import MANNER_SKINS
from tests.support.manner_skins.redesigns import REDESIGNS, make_redesigned
from tests.support.odd_article_sites import make_odd_articles
from tests.support.odd_list_sites import make_odd_lists
from tests.support.site_reading import Count, ReadSite, judge_site, read_site
from tests.support.template_sites import Site, make_site, render_base

SEEDS = (11, 12)
"""Of the sites in skins of real manner."""
MIXTURES = 12
MOST_NAMED = 30
"""Names of odd features that are read wrong most."""
One = TypeVar("One")
Rows = dict[str, Count]


class Table:
    """Counts of articles and of lists by row, in order."""

    def __init__(self) -> None:
        self.articles: Rows = {}
        self.lists: Rows = {}

    def add(self, name: str, found: tuple[Count, Count]) -> None:
        """Adds the counts of a site to a row."""
        for rows, count in zip((self.articles, self.lists), found, strict=True):
            rows.setdefault(name, Count()).add(count)

    def print(self, title: str, shown: int) -> None:
        """The rows and their sum; of each row so many wrong records."""
        print(f"\n{title}")
        head = f"{'records':>8}{'whole':>7}{'':>7}{'alarms':>7}{'reported':>9}{'silent':>7}"
        print(f"{'':<28}{head} |{'lists':>6}{'whole':>7}{'reported':>9}{'silent':>7}")
        sums = Count(), Count()
        for name, articles in self.articles.items():
            lists = self.lists[name]
            _print_row(name, articles, lists)
            for one in (*articles.wrong[:shown], *lists.wrong[:shown]):
                print(f"    {one[0]} {'reported' if one[1] else 'SILENT'} {one[2][:260]}")
            sums[0].add(articles)
            sums[1].add(lists)
        _print_row("sum", *sums)


def _print_row(name: str, articles: Count, lists: Count) -> None:
    share = f"{articles.whole / articles.all:.1%}" if articles.all else ""
    print(
        f"{name:<28}{articles.all:>8}{articles.whole:>7}{share:>7}{articles.reported_whole:>7}"
        f"{articles.reported:>9}{articles.silent:>7} |{lists.all:>6}{lists.whole:>7}{lists.reported:>9}"
        f"{lists.silent:>7}",
        flush=True,
    )


def measure_kinds(kinds: int, skins: int, read: ReadSite, shown: int) -> None:
    """Two tables: by kind over all skins, by skin over all kinds."""
    by_kind, by_skin = Table(), Table()
    cells: dict[str, list[int]] = {}
    chosen = _spread(KINDS, kinds)
    # A skin at a time: its pages are rendered once.
    for at, skin in enumerate(_spread(tuple(SKINS.values()), skins)):
        base = render_base(skin)
        for number, kind in enumerate(chosen):
            found = judge_site(make_site(base, kind, dressed=(at + number) % 2 == 0), read)
            by_kind.add(kind.name, found)
            by_skin.add(skin.name, found)
            cells.setdefault(kind.name, []).append(round(100 * found[0].whole / found[0].all))
    by_kind.print("added furniture, by kind", shown)
    by_skin.print("added furniture, by skin", 0)
    print("\nwhole records of each kind in each skin, percent")
    print(f"{'':<28}" + "".join(f"{name[:8]:>9}" for name in by_skin.articles))
    for name, row in cells.items():
        print(f"{name:<28}" + "".join(f"{share:>9}" for share in row))


def measure_mixtures(kinds: int, skins: int, read: ReadSite, shown: int) -> None:
    """Sites with six kinds at once."""
    table = Table()
    for number in range(MIXTURES if not kinds else min(kinds, MIXTURES)):
        mixture = random.Random(number).sample(KINDS, 6)
        for skin in _spread(tuple(SKINS.values()), skins):
            table.add(f"mixture {number}", judge_site(make_site(render_base(skin), *mixture), read))
    table.print("six kinds of added furniture at once", shown)


def measure_manner(read: ReadSite, shown: int) -> None:
    """Skins in the manner of real content systems, as they are."""
    table = Table()
    for skin in MANNER_SKINS:
        for seed in SEEDS:
            table.add(skin.name, judge_site(make_site(render_base(skin, seed)), read))
    table.print("skins in the manner of real content systems", shown)


def measure_redesigns(read: ReadSite, shown: int) -> None:
    """A site that changes its skin in the middle."""
    table = Table()
    for name in REDESIGNS:
        table.add(name, judge_site(make_redesigned(name), read))
    table.print("redesigns", shown)


def measure_odd(title: str, make: Callable[[Skin], Site], skins: int, read: ReadSite, shown: int) -> None:
    """Pages with one odd feature each, beside plain pages of the same skin: by skin, and what is read wrong most."""
    table = Table()
    wrong: dict[str, list[bool]] = {}
    plain = Count()
    for skin in (*_spread(tuple(SKINS.values()), skins), *MANNER_SKINS[:2]):
        site = make(skin)
        for count, odd in zip(judge_site(site, read), (Count(), Count()), strict=True):
            named = [one for one in count.wrong if one[0].split(" ")[0] in site.names]
            for address, reported, _ in named:
                wrong.setdefault(site.names[address.split(" ")[0]], []).append(reported)
            odd.wrong = named
            plain.wrong += [one for one in count.wrong if one not in named]
        table.add(skin.name, judge_site(_only_odd(site), _reading(site, read)))
    table.print(title, shown)
    more = len(wrong) - MOST_NAMED
    print(f"wrong among the plain pages beside them: {len(plain.wrong)}")
    ordered = sorted(wrong.items(), key=lambda one: -len(one[1]))
    for name, found in ordered[:MOST_NAMED]:
        print(f"  {name:<60}{len(found):>4} wrong, {found.count(False)} in silence")
    if more > 0:
        print(f"  and {more} other features")


def _only_odd(site: Site) -> Site:
    """The same pages, and the truth of the odd ones alone."""
    return Site(
        site.pages,
        {address: truth for address, truth in site.articles.items() if address in site.names},
        {place: truth for place, truth in site.lists.items() if place[0] in site.names},
        site.words,
        site.names,
    )


def _reading(site: Site, read: ReadSite) -> ReadSite:
    made = read(site.pages, site.words)
    return lambda *_: made


def _spread(values: Sequence[One], count: int) -> list[One]:
    """`count` of `values` from all over them; 0 means all."""
    step = max(1, len(values) // count) if count else 1
    return list(values[::step][: count or None])


def _find_reader(name: str) -> ReadSite:
    module, _, function = name.partition(":")
    found: ReadSite = getattr(importlib.import_module(module), function)
    return found


def main(arguments: Iterable[str] | None = None) -> None:
    """Prints the tables of all parts, or of one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kinds", type=int, default=0, help="Number of kinds (0 = all).")
    parser.add_argument("--skins", type=int, default=0, help="Number of the twin's skins (0 = all).")
    parser.add_argument("--only", choices=("kinds", "mixtures", "manner", "redesigns", "features", "lists"))
    parser.add_argument("--reader", help="Another reader: MODULE:FUNCTION.")
    parser.add_argument("--show", type=int, default=0, help="Wrong records to show of each row.")
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    read = _find_reader(given.reader) if given.reader else read_site
    start = time.perf_counter()
    parts: dict[str, Callable[[], None]] = {
        "kinds": lambda: measure_kinds(given.kinds, given.skins, read, given.show),
        "mixtures": lambda: measure_mixtures(given.kinds, given.skins, read, given.show),
        "manner": lambda: measure_manner(read, given.show),
        "redesigns": lambda: measure_redesigns(read, given.show),
        "features": lambda: measure_odd("odd articles", make_odd_articles, given.skins, read, given.show),
        "lists": lambda: measure_odd("odd lists", make_odd_lists, given.skins, read, given.show),
    }
    for name, measure in parts.items():
        if given.only in (None, name):
            measure()
    print(f"\n{time.perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    main()
