"""Names of articles as people and pages write them: an id, `harbin-today:5370`, an address of the site or mirror."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

from harbincrawl.archive.articles.ids import find_numbers
from harbincrawl.sites import Site

_NAME = re.compile(r"(?:(?P<site>[a-z0-9-]+):)?(?P<id>[A-Za-z0-9_.-]{1,64})", re.ASCII)
_TOKEN = re.compile(rb"[^\s\"'<>()=\\\\]+")
_PAGE = re.compile(r"/(\d{1,64})(?:_\d+)?\.html?", re.ASCII)


def list_ids(text: str, site: Site) -> list[str]:
    """The ids that `text` may mean at `site`, the likeliest first; empty for what names no article of it."""
    text = text.strip()
    if match := _NAME.fullmatch(text):
        return _add_bare(match["id"]) if match["site"] in (None, site.name) else []
    address = text if "//" in text else f"//{text}"
    canonical = site.canonical(address)
    if canonical is None:
        return []
    meaning = site.read_address(canonical)
    if meaning is not None and meaning.id is not None:
        return _add_bare(meaning.id)
    # Wherever the site files it today: the id is what counts.
    page = _PAGE.search(canonical)
    return _add_bare(page[1]) if page else []


def find_purge(connection: sqlite3.Connection, text: str, site: Site) -> str | None:
    """When the article that `text` names was purged; None: no such article was."""
    for number in find_numbers(connection, list_ids(text, site)).values():
        row = connection.execute("SELECT at FROM purged WHERE number = ?", (number,)).fetchone()
        if row:
            return str(row[0])
    return None


def is_name(text: str) -> bool:
    """Whether `text` has the form of a number, of `site:id`, or of an address of a page."""
    text = text.strip()
    if match := _NAME.fullmatch(text):
        return match["site"] is not None or match["id"].isdecimal()
    try:
        return len(urlsplit(text if "//" in text else f"//{text}").path) > 1
    except ValueError:
        return False


def find_article(connection: sqlite3.Connection, text: str, site: Site) -> int | None:
    """The internal number of the stored article that `text` names; None: there is none."""
    for id in list_ids(text, site):
        row = connection.execute("SELECT number FROM articles WHERE id = ?", (id,)).fetchone()
        if row:
            return int(row[0])
    return None


def names_purged(page: bytes, purged: frozenset[str], site: Site) -> bool:
    """Whether a page has the address of a purged article. Then it shows its title or text and must not be kept.

    An address counts as a link and as text: whole, or only its file name, as links within one folder have it; as it is,
    and with its entities and percent-escapes undone.
    """
    if not purged:
        return False
    some, files = _match_ids(purged)
    bare = {strip_zeros(id) for id in purged}
    return any(
        some.search(form) is not None
        and (
            files.search(form) is not None
            or any(some.search(token[0]) and _is_named(token[0], bare, site) for token in _TOKEN.finditer(form))
        )
        for form in dict.fromkeys((page, html.unescape(unquote_to_bytes(page).decode("latin-1")).encode()))
    )


def shows_purged(address: str, page: bytes, purged: frozenset[str], site: Site) -> bool:
    """Whether a page must not be kept: it names a purged article, and is no page of another article.

    Those may name it in a box.
    """
    return bool(purged) and not is_other_article(address, purged, site) and names_purged(page, purged, site)


def is_other_article(address: str, purged: frozenset[str], site: Site) -> bool:
    """Whether `address` is that of a page of an article that is none of the `purged` ones."""
    canonical = site.canonical(address, site.home)
    meaning = site.read_address(canonical) if canonical else None
    if meaning is None or meaning.id is None:
        return False
    return strip_zeros(meaning.id) not in {strip_zeros(id) for id in purged}


def _is_named(token: bytes, ids: Collection[str], site: Site) -> bool:
    """Whether `token` is an address of one of the articles `ids`, absolute or from the site's root on."""
    address = site.canonical(token.decode("latin-1"), site.home)
    meaning = site.read_address(address) if address else None
    return meaning is not None and meaning.id is not None and strip_zeros(meaning.id) in ids


@lru_cache(maxsize=4)
def _match_ids(ids: frozenset[str]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """(any of these ids, the last part of their addresses: `5370.html`, `content_5370_2.htm`, `a-town-9f3`)."""
    # Without an ending, digits would be any number on the page.
    numbers = "|".join(sorted(strip_zeros(id) for id in ids if id.isdecimal()))
    texts = "|".join(sorted(re.escape(id) for id in ids if not id.isdecimal()))
    parts = [
        rf"(?:[A-Za-z]+[_-])?0*(?:{numbers})(?:_\d{{1,5}})?\.(?i:html?)" if numbers else "",
        rf"(?:{texts})(?![A-Za-z0-9-])" if texts else "",
    ]
    files = rf"[\"'=\s/](?:{'|'.join(filter(None, parts))})"
    some = "|".join(filter(None, (numbers, texts)))
    return re.compile(some.encode(), re.ASCII), re.compile(files.encode(), re.ASCII)


def strip_zeros(id: str) -> str:
    """A number without the zeros before it; any other id as it is."""
    return (id.lstrip("0") or "0") if id.isdecimal() else id


def _add_bare(id: str) -> list[str]:
    """`id`, and for a number with zeros before it the number."""
    bare = strip_zeros(id)
    return [id] if bare == id else [id, bare]
