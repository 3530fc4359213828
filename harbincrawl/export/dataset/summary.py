"""The facts that the files of a bundle state, counted from the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

from harbincrawl.archive.origin import read_site
from harbincrawl.archive.stamps import StoredStamp, read_last_stamp
from harbincrawl.export.citations import describe_answerers, read_answerers
from harbincrawl.export.fields import Profile
from harbincrawl.export.profiles import WINDOW, read_words
from harbincrawl.export.selection import Selection
from harbincrawl.fields import Field
from harbincrawl.records import OWN
from harbincrawl.search.days import DAY
from harbincrawl.search.facets import read_labels
from harbincrawl.search.filters import FILTERS, Filters
from harbincrawl.search.filters import OWN as OWN_LABEL
from harbincrawl.sites import Site
from harbincrawl.version import __version__

_RUN = "SELECT coalesce(max(run), 0) FROM runs"
_SEAL = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1"
_MISSING = (
    "SELECT count(DISTINCT number) FROM listed"
    " WHERE stands AND number IS NOT NULL AND number NOT IN (SELECT number FROM articles)"
)
_KINDS: Mapping[Profile, str] = {"full": "", "features": "word counts of ", "none": "metadata of "}
COUNTED = ("gone", "unknown", "title", "author", "source", "body", "updated", "words", "images", "copies")
"""The keys of `Summary.counts`: gone articles; those that only archives of others know; articles without title … date;
words; pictures; copies."""


@dataclass(frozen=True)
class SectionCount:
    """The number of selected articles in a section, with their first and last day."""

    label: str
    path: str
    articles: int
    first: str | None
    last: str | None


class License(NamedTuple):
    """A licence by what the setting `share_license` says: an identifier of SPDX, or an address."""

    text: str

    @property
    def is_address(self) -> bool:
        """Whether it is no identifier but the address of its terms."""
        return "://" in self.text

    @property
    def address(self) -> str:
        """Where its terms are."""
        return self.text if self.is_address else f"https://spdx.org/licenses/{self.text}.html"

    @property
    def hub(self) -> str:
        """Its lines in the card for dataset hubs, which name licences in lower case."""
        name = "other\nlicense_name: other" if self.is_address else self.text.lower()
        return f"license: {name}\nlicense_link: {self.address}"


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
class Collection:
    """What is known of the collecting: run, seal and gaps of the whole archive, the rest of the selected articles."""

    compiler: str | None
    """Who compiled the archive, by the settings."""
    written_with: str
    """The version that wrote the bundle."""
    run: int
    """The last run of the archive; 0 without any."""
    seal: tuple[int, str] | None
    """The last sealed run and its seal."""
    stamp: StoredStamp | None
    """The time stamp of the newest seal that has one."""
    missing: int
    """Listed articles that are not stored."""
    captured: tuple[str, str] | None
    """First and last time at which the pages of the articles were fetched; None: no response is known."""
    changed: int
    """Articles that were seen to change; `wordings` counts the earlier wordings of them."""
    wordings: int


@dataclass(frozen=True)
class Summary:
    """All values that the README and the descriptor contain."""

    site: Site
    profile: Profile
    share: bool
    fields: tuple[Field, ...]
    files: tuple[DataFile, ...]
    articles: int
    moment: str
    """When the last run of the archive ended: UTC, RFC 3339."""
    counts: dict[str, int]
    """By the names in COUNTED."""
    days: tuple[str, str] | None
    """First and last day of the articles."""
    first_seen: str
    parsers: tuple[str, ...]
    names: int
    """Number of different names in `authors`, whatever their letter case."""
    sources: tuple[tuple[str, int], ...]
    sections: tuple[SectionCount, ...]
    years: tuple[tuple[str, int], ...]
    """(year, articles)."""
    rescued: tuple[tuple[str, int], ...]
    """By archive of others, the articles whose present text it kept."""
    answerers: tuple[tuple[str, int], ...]
    """By who answered in the site's place, with its host, the articles whose present text came from there."""
    collection: Collection
    choice: tuple[str, ...]
    """The filters as texts; empty if the bundle contains the whole archive."""
    license: License | None = None
    """Of a dataset to share, by the settings."""

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
        parts = (files, self.choice, self.profile, self.license, astuple(self.collection))
        digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.day}+run{self.collection.run}.{digest[:8]}"

    @property
    def place(self) -> str:
        """What the site is about, as a keyword: the first word of its title, which is a place with the known sites."""
        return self.site.title.split()[0]

    @property
    def answered(self) -> str:
        """A sentence on who answered in the site's place, with a blank before it; empty where only the site did."""
        sentence = describe_answerers(self.answerers)
        return f" {sentence}" if sentence else ""

    @property
    def title(self) -> str:
        """The title of the dataset."""
        return f"{self.site.title}: {self.kind}articles of {self.site.base.partition('://')[2]}"

    @property
    def kind(self) -> str:
        """What of the articles it has, before `articles`; nothing where it has their texts."""
        return _KINDS[self.profile]


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

    sums = rows(
        "sum(a.status = 'gone'), sum(a.status = 'unknown'), sum(a.title IS NULL), sum(a.author IS NULL),"
        " sum(a.source IS NULL),"
        " sum(a.body IS NULL), sum(a.updated IS NULL), sum(a.word_count),"
        " sum((SELECT count(*) FROM images WHERE number = a.number)),"
        " sum(EXISTS (SELECT 1 FROM duplicates WHERE number = a.number))"
    )[0]
    ((first, last, seen, newest),) = rows(f"min({DAY}), max({DAY}), min(a.first_seen), max(a.last_seen)")
    ((ended,),) = db.execute("SELECT max(ended) FROM runs").fetchall()
    sources = rows("a.source, count(*) AS n", "GROUP BY 1 HAVING a.source IS NOT NULL ORDER BY n DESC, 1")
    own_label = f"{OWN_LABEL} AS own, a.section_path"
    counted = rows(f"{own_label}, count(*) AS n, min({DAY}), max({DAY})", "GROUP BY 1, 2 ORDER BY n DESC, 2, 1")
    labels = read_labels(db, [path for _, path, *_ in counted])
    return Summary(
        site=site,
        profile=profile,
        share=share,
        fields=tuple(fields),
        files=tuple(files),
        articles=selection.count,
        moment=ended or newest,
        counts=dict(zip(COUNTED, sums, strict=True)),
        days=(first, last) if first else None,
        first_seen=seen,
        parsers=tuple(name for (name,) in rows("DISTINCT a.parser", "ORDER BY 1")),
        names=_count_names(authors for (authors,) in rows("DISTINCT iif(json_valid(a.authors), a.authors, '[]')")),
        sources=tuple((name, count) for name, count in sources if not share or len(read_words(name)) < WINDOW),
        sections=tuple(SectionCount(own or labels[path], path, *counts) for own, path, *counts in counted),
        years=tuple(rows(f"substr({DAY}, 1, 4) AS year, count(*)", "GROUP BY 1 HAVING year > '' ORDER BY 1")),
        rescued=tuple(
            (source, count)
            for source, count in rows(
                "(SELECT source FROM captures WHERE id = a.first_capture) AS source, count(*)", "GROUP BY 1 ORDER BY 1"
            )
            if source not in (None, *OWN)
        ),
        answerers=read_answerers(selection, site),
        collection=read_collection(selection, compiler),
        choice=tuple(_read_choice(selection.filters, share)),
        license=License(license) if share and license else None,
    )


def read_collection(selection: Selection, compiler: str | None) -> Collection:
    """What is known of the collecting of the selected articles."""
    db = selection.connection
    selected, values = selection.choice()
    first, last = db.execute(
        f"SELECT min(fetched_at), max(fetched_at) FROM captures WHERE id IN (SELECT a.first_capture {selected})", values
    ).fetchone()
    wordings, changed = db.execute(
        f"SELECT count(*), count(DISTINCT number) FROM revisions WHERE number IN (SELECT a.number {selected})", values
    ).fetchone()
    return Collection(
        compiler=compiler,
        written_with=__version__,
        run=db.execute(_RUN).fetchone()[0],
        seal=db.execute(_SEAL).fetchone(),
        stamp=read_last_stamp(db),
        missing=db.execute(_MISSING).fetchone()[0],
        captured=(first, last) if first else None,
        changed=changed,
        wordings=wordings,
    )


def _count_names(lists: Iterable[str]) -> int:
    """How many names there are in these lists; one that is printed in other letter case is the same."""
    return len({" ".join(name.split()).casefold() for names in lists for name in map(str, json.loads(names))})


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
