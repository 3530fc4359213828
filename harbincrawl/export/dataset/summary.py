"""The facts that the files of a bundle state, counted from the archive; all of them say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from harbincrawl.archive.origin import read_site
from harbincrawl.export.citations import describe_answerers, read_answerers
from harbincrawl.export.fields import Profile
from harbincrawl.export.profiles import WINDOW, read_words
from harbincrawl.export.selection import Selection
from harbincrawl.fields import Field
from harbincrawl.search.days import DAY
from harbincrawl.search.facets import read_labels
from harbincrawl.search.filters import FILTERS, OWN, Filters
from harbincrawl.text import clean, count_text

_LAST = (
    "SELECT (SELECT max(run) FROM runs), (SELECT max(ended) FROM runs),"
    " (SELECT count(DISTINCT number) FROM listed WHERE stands AND number IS NOT NULL"
    " AND number NOT IN (SELECT number FROM articles))"
)
"""The last run, when it ended, and the listed articles that are not stored."""
_SEAL = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1"
_KINDS: Mapping[Profile, str] = {"full": "", "features": "word counts of ", "none": "metadata of "}
_COUNTED = {
    "gone": "a.status = 'gone'",
    "unknown": "a.status = 'unknown'",
    **{name: f"a.{name} IS NULL" for name in ("title", "author", "source", "body", "updated")},
    "words": "a.word_count",
    "images": "(SELECT count(*) FROM images WHERE number = a.number)",
    "copies": "EXISTS (SELECT 1 FROM duplicates WHERE number = a.number)",
    "wordings": "(SELECT count(*) FROM revisions WHERE number = a.number)",
}
"""SQL of what is added up over the articles; null values by their fields."""


class SectionCount(NamedTuple):
    """The number of selected articles in a section, with their first and last day."""

    label: str
    path: str
    articles: int
    first: str | None
    last: str | None


@dataclass(frozen=True)
class DataFile:
    """A file in `data/`."""

    path: str
    """Path relative to the bundle, with `/`."""
    rows: int
    bytes: int
    sha256: str

    @property
    def format(self) -> str:
        """`jsonl`, `csv` or `parquet`."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Summary:
    """All that the README, the citation and the descriptor say; names are on one line."""

    name: str
    """Of the site, in ASCII."""
    title: str
    newspaper: str
    homepage: str
    """The address of the newspaper, from which all articles come."""
    language: str
    description: str
    """Sentences; the last says who answered in the site's place."""
    creator: str
    """Who compiled the archive; the newspaper where the settings name nobody."""
    is_compiled: bool
    """Whether `creator` is who compiled it."""
    license: str | None
    """Of a dataset to share, not of the texts: an identifier of SPDX, or an address; None: it has none."""
    profile: Profile
    share: bool
    fields: tuple[Field, ...]
    files: tuple[DataFile, ...]
    moment: str
    """When the last run of the archive ended: UTC, RFC 3339."""
    run: int
    """The last run of the archive; 0 without any."""
    seal: tuple[int, str] | None
    """The last sealed run of the archive and its seal."""
    missing: int
    """Listed articles of the archive that are not stored."""
    articles: int
    counts: dict[str, int]
    """By the names in _COUNTED."""
    days: tuple[str, str] | None
    """First and last day of the articles."""
    answered: str
    """Who answered in the site's place; empty where only the site did."""
    sources: tuple[tuple[str, int], ...]
    sections: tuple[SectionCount, ...]
    years: tuple[tuple[str, int], ...]
    """(year, articles)."""
    choice: tuple[str, ...]
    """The filters as texts; empty if the bundle contains the whole archive."""

    @property
    def day(self) -> str:
        """The date of `moment`."""
        return self.moment[:10]

    @property
    def version(self) -> str:
        """`2024-06-01+run7.1f0c9a3e`: the day, the archive's last run, and the first digits of a digest of all else.

        Two bundles that differ in a file of data, in what was chosen or in the state of the archive have two versions.
        """
        files = sorted((file.path, file.sha256) for file in self.files)
        parts = (files, self.choice, self.profile, self.license, self.creator, self.seal, self.missing, self.counts)
        digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.day}+run{self.run}.{digest[:8]}"

    @property
    def citation(self) -> str:
        """For people; a newspaper that compiled nothing is in the title already."""
        return f"{f'{self.creator}: ' if self.is_compiled else ''}{self.title}, version {self.version}"

    @property
    def terms(self) -> str | None:
        """The address of the licence's terms."""
        named = self.license
        return f"https://spdx.org/licenses/{named}.html" if named and "://" not in named else named


def read_summary(
    selection: Selection,
    profile: Profile,
    share: bool,
    fields: Sequence[Field],
    files: Sequence[DataFile],
    compiler: str | None = None,
    license: str | None = None,
) -> Summary:
    """The summary of `selection`, whose articles were written to `files`."""
    db = selection.connection
    site = read_site(db)
    selected, values = selection.choice()

    def rows(head: str, tail: str = "") -> list[tuple[Any, ...]]:
        return db.execute(f"SELECT {head} {selected} {tail}", values).fetchall()

    sums = rows(", ".join(f"sum({sql})" for sql in _COUNTED.values()))[0]
    ((first, last, newest),) = rows(f"min({DAY}), max({DAY}), max(a.last_seen)")
    run, ended, missing = db.execute(_LAST).fetchone()
    sources = rows("a.source, count(*) AS n", "GROUP BY 1 HAVING a.source IS NOT NULL ORDER BY n DESC, 1")
    own_label = f"{OWN} AS own, a.section_path"
    counted = rows(f"{own_label}, count(*) AS n, min({DAY}), max({DAY})", "GROUP BY 1, 2 ORDER BY n DESC, 2, 1")
    labels = read_labels(db, [path for _, path, *_ in counted])
    moment = ended or newest
    newspaper, named = _tidy(site.title), _tidy(compiler or "")
    answered = describe_answerers(read_answerers(selection, site))
    what = f"{_KINDS[profile]}{count_text(selection.count, 'article')} of {site.base}, as archived on {moment[:10]}."
    return Summary(
        name=site.name,
        title=f"{newspaper}: {_KINDS[profile]}articles of {site.base.partition('://')[2]}",
        newspaper=newspaper,
        homepage=site.base,
        language=site.languages[0],
        description=_tidy(f"{what} {answered}"),
        creator=named or newspaper,
        is_compiled=bool(named),
        license=license if share and license else None,
        profile=profile,
        share=share,
        fields=tuple(fields),
        files=tuple(files),
        moment=moment,
        run=run or 0,
        seal=db.execute(_SEAL).fetchone(),
        missing=missing,
        articles=selection.count,
        counts=dict(zip(_COUNTED, sums, strict=True)),
        days=(first, last) if first else None,
        answered=answered,
        sources=tuple((name, count) for name, count in sources if not share or len(read_words(name)) < WINDOW),
        sections=tuple(SectionCount(own or labels[path], path, *counts) for own, path, *counts in counted),
        years=tuple(rows(f"substr({DAY}, 1, 4) AS year, count(*)", "GROUP BY 1 HAVING year > '' ORDER BY 1")),
        choice=tuple(_read_choice(selection.filters, share)),
    )


def _tidy(text: str) -> str:
    return " ".join(clean(text).split())


def _read_choice(filters: Filters, share: bool) -> Iterator[str]:
    query = filters.query
    if share and (count := len(read_words(query))) >= WINDOW:
        # A phrase that is looked for stands in all articles found.
        query = f"of a query, {count} in number"
    if query:
        yield f"words {query}{', as they are written' if filters.exact else ''}"
    for each in FILTERS:
        if each.restricts and each.is_given(filters):
            value = each.take(filters)
            values = value if isinstance(value, tuple) else () if value is True else (value,)
            yield " ".join(filter(None, (each.card or each.name, " or ".join(map(str, values)))))
