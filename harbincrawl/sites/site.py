"""A site: where its lists are, what its addresses mean, and what its pages print."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from harbincrawl.config.schema import Thresholds
from harbincrawl.identity import normal_form
from harbincrawl.text import PORTS

from .addresses import Address, AddressScheme
from .schema import ProofHabits, Section, SiteSettings
from .selectors import ArticleSelectors, ListSelectors
from .words import Words

_PARTS = re.compile(
    r"(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.IGNORECASE | re.ASCII | re.DOTALL
)
"""Scheme, authority, path and query, by RFC 3986, appendix B."""
_PAGE = re.compile(r"(?:^|&)((?:page|pageno|p)=)0*([1-9][0-9]{0,4})(?:&|$)", re.IGNORECASE | re.ASCII)
"""The number of a page in a query; any other query of a page's address says nothing."""
_OF_ANY_PAGE = re.compile(r"(?:https?:/)?/[a-z0-9]", re.IGNORECASE | re.ASCII)
"""The beginning of an address that means the same on every page: its authority or its path is whole."""
_LINE_BREAKS = re.compile(r"[\t\n\r]")
_CONTROLS = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, kw_only=True)
class Site(SiteSettings):
    """All that the other parts know of a site; read from a site file."""

    sections: tuple[Section, ...]
    addresses: AddressScheme
    words: Words = field(default_factory=Words)
    proof: ProofHabits = field(default_factory=ProofHabits)
    article_selectors: ArticleSelectors = field(default_factory=ArticleSelectors)
    list_selectors: ListSelectors = field(default_factory=ListSelectors)
    thresholds: Thresholds = field(default_factory=Thresholds)
    """The bounds of the health rules, which an archive's config.toml moves."""
    text: str = field(default="", repr=False, compare=False)
    """The site file that this was read from."""
    mirror: str | None = None
    """The origin that is read in place of `base` (--site-url); stored addresses stay the site's own."""
    _by_path: Mapping[str, Section] = field(init=False, repr=False, compare=False)
    _by_list: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Section by the path of its list's page 1, where the template does not give it."""
    _origins: frozenset[str] = field(init=False, repr=False, compare=False)
    """All that is written before the path in addresses of the site and its mirror, in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_path", {section.path: section for section in self.sections})
        object.__setattr__(self, "_by_list", {each.list: each.path for each in self.sections if each.list})
        object.__setattr__(self, "_origins", frozenset(_list_origins(self.base, self.mirror, self.aliases)))

    @property
    def home(self) -> str:
        """The address of the site's home page."""
        return self.base + self.scope

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the site and its sections, in their normal form and in small letters."""
        named = (self.title, *self.title_suffixes, *(section.label for section in self.sections))
        return frozenset(normal_form(name).lower() for name in named if name)

    @cached_property
    def reading(self) -> str:
        """A digest of all that decides how a page is read, addresses aside: eight hexadecimal digits."""
        labels = [(section.path, section.label, section.certain) for section in self.sections]
        parts = (
            self.title, self.words, self.proof, self.title_suffixes, self.languages, labels,
            self.article_selectors, self.list_selectors,
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]

    def section(self, path: str) -> Section | None:
        """The known section with the longest path that `path` begins with."""
        parts = path.split("/")
        for length in range(len(parts), 0, -1):
            if found := self._by_path.get("/".join(parts[:length])):
                return found
        return None

    def label(self, path: str, breadcrumb: str | None) -> str:
        """What to call the section at `path`: the table's label, else the page's breadcrumb, else the path."""
        known = self.section(path)
        if known and known.label and known.certain:
            return known.label
        return breadcrumb or (known.label if known else "") or path

    def file_label(self, path: str) -> str | None:
        """What the table calls the section at `path`, certain of it or not: an archive has one label a path."""
        known = self.section(path)
        return known.label if known and known.label else None

    def canonical(self, address: str, base: str | None = None) -> str | None:
        """The site's own form of `address` (seen on page `base`), or None where it leads off the site.

        http and https are one address; host names are compared without case; the mirror's origin counts as the
        site's. Fragment and query go, but for the number of a further page: `?page=2`.
        """
        scheme, authority, path, query = _split_address(address)
        if query and (number := _PAGE.search(query)) and number[2] != "1":
            bare = (self.canonical(address.partition("?")[0], base) or "").partition("?")[0]
            numbered = f"{bare}?{number[1].lower()}{number[2]}"
            return numbered if self.read_address(numbered) else bare or None
        if authority:
            own = f"{scheme or 'http'}://{authority.lower()}" in self._origins
            return self.base + _fold_path(path or "/") if own else None
        if scheme not in ("", "http", "https"):
            return None
        page = self.canonical(base) if base else f"{self.base}/"
        if page is None:
            return None
        if not path:
            # An address that is a query alone replaces the query of its page.
            return page if address.strip()[:1] in ("", "#") else page.partition("?")[0]
        page = page.partition("?")[0]
        if path[0] != "/":
            path = page[len(self.base) : page.rindex("/") + 1] + path
        return self.base + _fold_path(path)

    def absolute(self, address: str, base: str) -> str | None:
        """The absolute http(s) address of a picture or another file, the site's own host in its own form; else None."""
        if own := self.canonical(address, base):
            query = _split_address(address)[3]
            return f"{own}?{query}" if query and "?" not in own else own
        try:
            parts = urlsplit(urljoin(base, address.strip()))
            host = parts.hostname
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or not host:
            return None
        return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))

    def fetched(self, address: str) -> str:
        """Where to ask for a canonical address: the mirror's where there is one, else itself."""
        return self.mirror + address[len(self.base) :] if self.mirror and address.startswith(self.base) else address

    def unfetched(self, url: str) -> str | None:
        """The inverse of `fetched`, the query kept; None for what is not on the origin that is read."""
        origin = self.mirror or self.base
        return self.base + url[len(origin) :] if url.startswith(f"{origin}/") else None

    @cached_property
    def source(self) -> str:
        """The `source` of what is captured from where `fetched` says: `mirror` where that is not the site itself."""
        is_own = self.mirror is None or replace(self, mirror=None).canonical(self.mirror) is not None
        return "site" if is_own else "mirror"

    def read_address(self, address: str) -> Address | None:
        """What a canonical address means; None for anything but an article or a listing."""
        if not address.startswith(self.base + "/"):
            return None
        path, _, query = address[len(self.base) :].partition("?")
        if not path.startswith(self.scope):
            return None
        if query:
            first = self.read_address(self.base + path)
            number = _PAGE.search(query)
            return first._replace(page=int(number[2])) if first and number and first.page == 1 else None
        if section := self._by_list.get(path):
            return Address("listing", section, 1)
        return self.addresses.read(path)

    def read_link(self, href: str, base: str) -> tuple[str | None, Address | None]:
        """Canonical address and meaning of `href` on the page at the canonical `base`; None for each it has not."""
        return self._read_shared(href) if _OF_ANY_PAGE.match(href) else self._find_out(href, base)

    @cached_property
    def _read_shared(self) -> Callable[[str], tuple[str | None, Address | None]]:
        """Reads a link that means the same on every page; remembered, as the pages of a site share most of them."""
        return lru_cache(maxsize=4096)(self._find_out)

    def _find_out(self, href: str, base: str | None = None) -> tuple[str | None, Address | None]:
        address = self.canonical(href, base)
        return address, self.read_address(address) if address else None

    def __getstate__(self) -> dict[str, object]:
        """What links mean is not sent to other processes."""
        return {name: value for name, value in self.__dict__.items() if name != "_read_shared"}

    def article_address(self, address: str, base: str | None = None) -> tuple[str, Address] | None:
        """(canonical address, its meaning) where `address` leads to an article of the site, else None."""
        canonical = self.canonical(address, base)
        meaning = self.read_address(canonical) if canonical else None
        return (canonical, meaning) if canonical and meaning and meaning.kind == "article" else None

    def base_address(self, href: str | None, address: str) -> str:
        """What the links of the page at `address` are relative to; `href` is its `base href`, if it has one.

        A base on another host is no base of this site's pages and is not followed.
        """
        return (self.canonical(href, address) if href else None) or address

    def first_page(self, address: str) -> str:
        """The address of page 1 of the article whose page `address` is."""
        return self.base + self.addresses.first_page(address[len(self.base) :].partition("?")[0])

    def page_address(self, address: str, page: int) -> str | None:
        """The address of page `page` of the list or article that has the further page `address`; None if it is none."""
        first, _, query = address.partition("?")
        if number := _PAGE.search(query):
            return f"{first}?{number[1]}{page}" if page > 1 else first
        path = self.addresses.numbered_path(address[len(self.base) :], page)
        return self.base + path if path else None

    def listing_address(self, section_path: str, page: int = 1) -> str:
        """Canonical address of page `page` of a section's list."""
        known = self._by_path.get(section_path)
        path = known.list if known and known.list and page == 1 else self.addresses.list_path(section_path, page)
        return self.base + path


def _list_origins(base: str, mirror: str | None, aliases: Sequence[str]) -> Iterator[str]:
    """Every way to write the origin of a site, its aliases and its mirror.

    The site's own host may be written with its port or a scheme's usual one, the others with theirs alone; where a
    port is its scheme's usual one, it may be left out.
    """
    own, other = urlsplit(base), urlsplit(mirror or "")
    mirrored = f"[{other.hostname}]" if ":" in (other.hostname or "") else other.hostname
    for scheme, usual in PORTS.items():
        for port in ("", ":", f":{usual}", f":{own.port or usual}"):
            yield f"{scheme}://{own.hostname}{port}"
        for alias in aliases:
            yield from (f"{scheme}://{alias.lower()}{port}" for port in ("", ":", f":{usual}"))
        if mirror:
            number = other.port or PORTS[other.scheme]
            for port in (f":{number}", "", ":") if number == usual else (f":{number}",):
                yield f"{scheme}://{mirrored}{port}"


@lru_cache(maxsize=4096)
def _split_address(address: str) -> tuple[str, str, str, str]:
    """(scheme in lower case, authority, path, query) of an address as browsers read it; each may be empty.

    Pages of a site share most of their links, and each of them is asked for its own address with every link.
    """
    written = address.partition("#")[0].strip().lstrip(_CONTROLS)
    match = _PARTS.match(_LINE_BREAKS.sub("", written))
    assert match is not None  # noqa: S101 - all its parts may be empty
    scheme, authority, path, query = match.groups("")
    return scheme.lower(), authority, path, query


def _fold_path(path: str) -> str:
    """`path`, which begins with a slash, without empty or dot segments (a link may carry `//` or `./`)."""
    if "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith(("/", "/.", "/..")) else "")
