"""Addresses and headers of a web archive: what is asked for below `/web/`, and the links of RFC 7089. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import accumulate
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from harbincrawl.archive.mementos import Around
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .links import Links

LINK_FORMAT = "application/link-format"
_TIMEMAP = "timemap/link/"
_WEB = re.compile(r"(?P<stamp>\d{1,14})(?P<raw>id_)?/(?P<address>.+)", re.ASCII | re.DOTALL)
_SCHEME = re.compile(r"(?i)https?:/*")
"""Proxies make one slash of two."""
_QUOTED_SCHEME = re.compile(r"(?i)https?%3a")
_OTHER_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:(?!\d)")
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_LONGEST_HEADER = 8000
"""Characters: many clients take lines of 8 KB, with the name of the header."""


class Asked(NamedTuple):
    """What is asked for below `/web/`."""

    kind: Literal["timegate", "timemap", "page", "raw"]
    address: str
    """As it was written."""
    moment: datetime | None
    """UTC; None of what names no time."""
    stamp: str = ""
    """The time as it was written."""


def read_web(target: str) -> Asked:
    """What `target`, the part of an address behind `/web/`, asks for."""
    if target.startswith(_TIMEMAP):
        return Asked("timemap", target.removeprefix(_TIMEMAP), None)
    if match := _WEB.fullmatch(target):
        stamp = match["stamp"]
        return Asked("raw" if match["raw"] else "page", match["address"], read_stamp(stamp), stamp)
    return Asked("timegate", target, None)


def read_stamp(stamp: str) -> datetime:
    """The moment that up to 14 digits stand for, UTC; what is no date is the next one that there is."""
    year, month, day = max(1, int(stamp[:4])), int(stamp[4:6] or 1), int(stamp[6:8] or 1)
    month = min(max(month, 1), 12)
    day = min(max(day, 1), monthrange(year, month)[1])
    clock = (int(stamp[at : at + 2] or 0) for at in (8, 10, 12))
    hour, minute, second = (min(value, most) for value, most in zip(clock, (23, 59, 59), strict=True))
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def read_http_date(text: str) -> datetime | None:
    """The moment of an HTTP date, `Thu, 31 May 2007 20:35:00 GMT`; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None


def list_forms(text: str, site: Site) -> list[str]:
    """The site's own forms of an address that somebody wrote, as captures may have it; none of another site's."""
    if _QUOTED_SCHEME.match(text):
        text = unquote(text)
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    elif _OTHER_SCHEME.match(text):
        return []
    address = f"http://{text.lstrip('/')}"
    canonical = site.canonical(address) if address.isprintable() else None
    if canonical is None:
        return []
    query = address.partition("#")[0].partition("?")[2]
    # Canonical addresses have no query but the number of a page; some captures have one.
    return list(dict.fromkeys((f"{canonical.partition('?')[0]}?{query}" if query else canonical, canonical)))


def find_host(text: str) -> str:
    """The host in an address that somebody wrote, in lower case; empty where there is none."""
    scheme = _SCHEME.match(text)
    try:
        return (urlsplit(f"http://{text[scheme.end() :] if scheme else text}").hostname or "").lower()
    except ValueError:
        return ""


def write_address(address: str) -> str:
    """`address` without what would end it in a header or a line: blanks, brackets, what is not ASCII."""
    return quote(address, safe=_SAFE, errors="replace")


def write_date(fetched_at: str) -> str:
    """A time of the archive, RFC 3339, as HTTP writes it."""
    return format_datetime(read_time(fetched_at), usegmt=True)


def write_stamp(fetched_at: str) -> str:
    """A time of the archive, RFC 3339, in 14 digits."""
    return re.sub(r"\D", "", fetched_at[:19])


def name_timegate(links: Links, address: str) -> str:
    """Where to ask for `address` at a time."""
    return f"{links.origin}{links.base}/web/{write_address(address)}"


def name_timemap(links: Links, address: str) -> str:
    """Where all captures of `address` are listed."""
    return f"{links.origin}{links.base}/web/{_TIMEMAP}{write_address(address)}"


def name_memento(links: Links, address: str, fetched_at: str) -> str:
    """Where the capture of `address` at that time is."""
    return f"{links.origin}{links.base}/web/{write_stamp(fetched_at)}id_/{write_address(address)}"


def write_link(address: str, rel: str, **attributes: str) -> str:
    """A link of RFC 8288."""
    return "; ".join((f"<{address}>", f'rel="{rel}"', *(f'{name}="{value}"' for name, value in attributes.items())))


def write_memento(links: Links, address: str, fetched_at: str, rels: Iterable[str]) -> str:
    """The link to a capture."""
    rel = " ".join((*rels, "memento"))
    return write_link(name_memento(links, address, fetched_at), rel, datetime=write_date(fetched_at))


def write_links(links: Links, address: str, fetched_at: str, around: Around) -> str:
    """The Link header of a capture of `address`, and of what leads to it; of the longest addresses it names less."""
    span = {"from": write_date(around.first), "until": write_date(around.last)}
    named: dict[str, list[str]] = {fetched_at: []}
    others = (("first", around.first), ("prev", around.before), ("next", around.after), ("last", around.last))
    for rel, moment in others:
        if moment is not None:
            named.setdefault(moment, []).append(rel)
    found = (
        write_link(write_address(address), "original"),
        write_link(name_timegate(links, address), "timegate"),
        write_link(name_timemap(links, address), "timemap", type=LINK_FORMAT, **span),
        *(write_memento(links, address, moment, rels) for moment, rels in named.items()),
    )
    lengths = accumulate(len(link) + 2 for link in found)
    return ", ".join(link for link, length in zip(found, lengths, strict=True) if length <= _LONGEST_HEADER)
