"""What a dataset is called, by whom it was made, and under which licence: what all its metadata files are made of."""

from __future__ import annotations

from typing import NamedTuple

from harbincrawl.text import clean, count_text

from .summary import License, Summary


class About(NamedTuple):
    """The facts that several files of a bundle state, so that none of them can differ."""

    title: str
    version: str
    day: str
    """On which the state of the archive is; ISO."""
    creator: str
    """Who compiled the archive; the newspaper where the settings name nobody."""
    is_compiled: bool
    """Whether `creator` is who compiled it."""
    newspaper: str
    homepage: str
    """The address of the newspaper, from which all articles come."""
    description: str
    """Sentences."""
    language: str
    keywords: tuple[str, ...]
    license: License | None
    """Of the dataset, not of the texts; None: it has none, and may not be passed on."""
    seal: tuple[int, str] | None
    """The last sealed run of the archive and its seal."""

    @property
    def citation(self) -> str:
        """For people; a newspaper that compiled nothing is in the title already."""
        return f"{f'{self.creator}: ' if self.is_compiled else ''}{self.title}, version {self.version}"

    @property
    def sealed(self) -> str | None:
        """`Seal of run 7 of the archive`."""
        return f"Seal of run {self.seal[0]} of the archive" if self.seal else None


def describe_dataset(summary: Summary) -> About:
    """The facts of `summary`; names are on one line, whatever settings and site files say."""
    site, known = summary.site, summary.collection
    newspaper, compiler = _tidy(site.title), _tidy(known.compiler or "")
    return About(
        title=_tidy(summary.title),
        version=summary.version,
        day=summary.day,
        creator=compiler or newspaper,
        is_compiled=bool(compiler),
        newspaper=newspaper,
        homepage=site.base,
        description=_tidy(
            f"{summary.kind}{count_text(summary.articles, 'article')} of {site.base}, as archived on {summary.day}."
            f"{summary.answered}"
        ),
        language=site.languages[0],
        keywords=("news", _tidy(summary.place)),
        license=summary.license,
        seal=known.seal,
    )


def _tidy(text: str) -> str:
    return " ".join(clean(text).split())
