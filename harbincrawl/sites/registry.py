"""The sites that come with harbincrawl, and any other by its file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from harbincrawl.errors import SiteFileError
from harbincrawl.text import clean, suggest

from .reader import read_site
from .site import Site
from .usual import DEFAULT_SITE

FOLDER = Path(__file__).parent
SUFFIX = ".toml"


def list_sites() -> dict[str, Path]:
    """The site files that come with harbincrawl, by the site's name."""
    return {path.stem: path for path in sorted(FOLDER.glob(f"*{SUFFIX}"))}


@lru_cache(maxsize=8)
def find_site(name: str) -> Site:
    """The site called `name`. Raises SiteFileError where none comes with harbincrawl."""
    known = list_sites()
    if name not in known:
        hint = suggest(name, known, otherwise=f"; known: {', '.join(known)}, or give a FILE{SUFFIX}")
        raise SiteFileError(f'no site "{clean(name)}"{hint}')
    return read_site(known[name])


def default_site() -> Site:
    """The site that is meant where none is named."""
    return find_site(DEFAULT_SITE)


def choose_site(named: str) -> Site:
    """The site that `--site` names: one that comes with harbincrawl, or a file. Raises SiteFileError."""
    if named.endswith(SUFFIX) or "/" in named:
        return read_site(Path(named))
    return find_site(named)
