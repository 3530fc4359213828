"""What is still healthy for a site: the bounds of the health rules, each of which the archive's settings may move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Thresholds:
    """The bounds of one site. Shares are fractions of 1."""

    pages: int = 30
    """Fewer pages than this prove a share or a median only where chance does not explain them."""
    chance: float = 1e-5
    """A difference that is less likely than this is not explained by chance."""
    drop: float = 0.15
    """How far the share of articles with a title, date, source or body may fall below its past."""
    least_title: float = 0.5
    """The smallest share of articles with a title, as long as there is no past to compare with."""
    least_date: float = 0.5
    least_source: float = 0.3
    least_body: float = 0.3
    length_factor: float = 2.5
    """How many times shorter or longer the median body may become."""
    shared: float = 0.1
    """The share of a run's articles that may have one and the same body, or end with the same paragraph."""
    shared_articles: int = 5
    """Fewer articles than this may always have that."""
    not_articles: float = 0.1
    """The share of asked pages that may turn out to be no articles, above its past."""
    errors: float = 0.2
    """The share of asked addresses that may fail, above its past."""
    shrink: float = 0.5
    """The share of a section's total that may be gone since the last good runs."""
    shrink_lines: int = 24
    """Fewer lines than this may always go."""
    silence_days: int = 30
    """How many days of runs it takes to know how long the site is silent now and then."""
    disk_share: float = 0.05
    """The share of the disk that has to be free; `disk_bytes` are enough on a large one."""
    disk_bytes: int = 1_000_000_000
    database_bytes: int = 50_000_000_000
    """The largest database."""
    database_factor: float = 3.0
    """How many times more bytes an article may take than before."""
    ignore: tuple[str, ...] = ()
    """Names of rules that are not asked."""


HARBIN_TODAY_THRESHOLDS = Thresholds()
"""The site is small and even: what its 145 known pages show lies far within the defaults."""


def move_thresholds(bounds: Thresholds, told: Mapping[str, object]) -> Thresholds:
    """`bounds` with the values of `told` by name. Raises ValueError for an unknown name or a value of another kind."""
    moved: dict[str, object] = {}
    for name, value in told.items():
        known = next((each for each in fields(bounds) if each.name == name), None)
        if known is None:
            raise ValueError(f"health.{name}: no such bound")
        now = getattr(bounds, name)
        if isinstance(now, tuple):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise ValueError(f"health.{name} = {value!r}: expected a list of names of rules")
            moved[name] = tuple(value)
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ValueError(f"health.{name} = {value!r}: expected a number, 0 or more")
        else:
            moved[name] = type(now)(value)
    return replace(bounds, **moved)  # type: ignore[arg-type]
