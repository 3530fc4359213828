"""The sites that `benchmarks.reading` reads: a family after the other, each site made when its turn comes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeVar

from harbincrawl.sites import DEFAULT_SITE
from tests.support.furniture.kind import KINDS, Kind
from tests.support.odd_article_sites import make_odd_articles
from tests.support.redesigned_sites import REDESIGNS, make_redesigned
from tests.support.system_skins import CONTENT_SKINS, LAST_SKINS, MANNER_SKINS
from tests.support.template_sites import Site, make_site, render_base
from tests.support.twin.skins import SKINS
from tests.support.twin.skins.skin import Skin

from ._reading_sites import (
    Case,
    list_captions,
    list_foreign,
    list_information,
    list_shuffled,
    list_sisters,
    list_teasers,
)
from ._reading_sites.odd_lists import make_odd_lists
from ._reading_sites.shuffled import SISTER

SEEDS = (11, 12)
"""Of the sites in skins of real manner."""
MIXTURES = 12
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Family:
    """Sites that are one row of the table."""

    name: str
    list_cases: Callable[[], Iterable[Case]]
    quick: int
    """How many of them a quick run reads."""
    counted: str = "all"
    """`all`; of odd sites the `articles` or the `lists` that have names; `refused`: pages that are no articles."""
    site: str = DEFAULT_SITE
    """The news site by whose file they are read."""


def _list_skins(skins: Iterable[Skin], seeds: Sequence[int]) -> Iterator[Case]:
    for skin in skins:
        for seed in seeds:
            yield Case(skin.name, f"{skin.name}, seed {seed}", partial(_make_plain, skin, seed))


def _make_plain(skin: Skin, seed: int) -> Site:
    return make_site(render_base(skin, seed, shaped=False))


def _list_odd(make: Callable[[Skin], Site]) -> Iterator[Case]:
    for skin in (*SKINS.values(), *MANNER_SKINS[:2]):
        yield Case(skin.name, skin.name, partial(make, skin))


def list_furniture() -> Iterator[Case]:
    """A third of the kinds in each skin, each kind in four, with its classes and without any in turn; six at once."""
    # A skin at a time: its pages are rendered once.
    for at, skin in enumerate(SKINS.values()):
        for number in range(at % 3, len(KINDS), 3):
            kind = KINDS[number]
            make = partial(_make_furnished, skin, (kind,), dressed=number // 3 % 2 == 0)
            yield Case(kind.name, f"{kind.name}, {skin.name}", make)
        for number in range(at % 3, MIXTURES, 3):
            mixture = tuple(random.Random(number).sample(KINDS, 6))
            make = partial(_make_furnished, skin, mixture, dressed=True)
            yield Case(f"mixture {number}", f"mixture {number}, {skin.name}", make)


def _make_furnished(skin: Skin, kinds: Sequence[Kind], *, dressed: bool) -> Site:
    return make_site(render_base(skin), *kinds, dressed=dressed)


def _list_redesigns() -> Iterator[Case]:
    for name in REDESIGNS:
        yield Case(name, name, partial(make_redesigned, name))


FAMILIES = (
    Family("plain skins", lambda: _list_skins(SKINS.values(), SEEDS[:1]), 4),
    Family("odd articles", lambda: _list_odd(make_odd_articles), 1, "articles"),
    Family("odd lists", lambda: _list_odd(make_odd_lists), 3, "lists"),
    Family("added furniture", list_furniture, 40),
    Family("manner", lambda: _list_skins(MANNER_SKINS, SEEDS), 8),
    Family("content systems", lambda: _list_skins((*CONTENT_SKINS, *LAST_SKINS), SEEDS), 12),
    Family("redesigns", _list_redesigns, 2),
    Family("information lines", list_information, 28),
    Family("captions", list_captions, 15),
    Family("teasers in the text", list_teasers, 12),
    Family("foreign pages", list_foreign, 5, "refused"),
    Family("shuffled skins", list_shuffled, 8),
    Family("sister skins", list_sisters, 8, site=SISTER),
)


@cache
def list_cases(quick: bool) -> tuple[tuple[Family, Case], ...]:
    """All sites with their families, or a sample that is always the same."""
    return tuple(
        (family, case)
        for family in FAMILIES
        for case in spread(tuple(family.list_cases()), family.quick if quick else 0)
    )


def spread(values: Sequence[One], count: int) -> list[One]:
    """`count` of `values` from all over them; 0 means all."""
    if not 0 < count < len(values):
        return list(values)
    return [values[at * len(values) // count] for at in range(count)]
