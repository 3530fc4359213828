"""The archives of others: where their lists and pages are asked for, which hosts that allows, and how slowly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from harbincrawl.errors import OptionsError
from harbincrawl.fetch.client import find_host
from harbincrawl.text import clean, is_loopback_host

Kind = Literal["wayback", "commoncrawl", "cdx"]

_KNOWN: dict[str, tuple[str, str]] = {
    "wayback": ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web/"),
    "commoncrawl": ("https://index.commoncrawl.org/collinfo.json", "https://data.commoncrawl.org/"),
}
"""By name, where the captures are listed and where they are."""
_RATE = 240.0
"""Pages a minute, at the Internet Archive and where nothing else is known."""
_LIST_SHARE = 0.1
"""Of that, lists."""
_PAUSE = 1.5
"""Seconds between two requests at Common Crawl, which asks for one at a time."""


@dataclass(frozen=True, slots=True)
class ArchiveSource:
    """An archive of others."""

    name: str
    """As `captures.source` has it: `wayback`, `commoncrawl`, or the address of its list."""
    kind: Kind
    api: str
    """Where captures are listed; at Common Crawl the list of its indexes."""
    replay: str
    """What stands before `<timestamp>id_/<address>`; at Common Crawl before the name of a WARC file."""
    hosts: dict[str, bool]
    """The only hosts to be asked; True: an option named it, so it may be a private machine."""
    list_pause: float
    """Seconds between two requests for lists."""
    page_pause: float

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where nobody has to be spared."""
        return all(is_loopback_host(host.rpartition(":")[0]) for host in self.hosts)

    def find_page(self, original: str, timestamp: str) -> str:
        """Where the capture of a page is, as it was captured."""
        return f"{self.replay}{timestamp}id_/{original}"


def choose_source(named: str, api: str | None, replay: str | None, rate: float | None) -> ArchiveSource:
    """The archive that --from, --api, --replay and --rate name. Raises OptionsError."""
    if rate is not None and not 0 < rate <= 60_000:
        raise OptionsError(f"--rate {rate:g}: expected pages a minute, more than 0.")
    kind: Kind = "wayback" if named == "wayback" else "commoncrawl" if named == "commoncrawl" else "cdx"
    if kind == "cdx":
        if not named.startswith(("http://", "https://")):
            raise OptionsError(
                f"--from {clean(named)}: expected wayback, commoncrawl, or the address of a CDX server, http…"
            )
        named = _check_address("--from", named)
        api = api or named
        # pywb lists a collection at …/coll/cdx and replays it below …/coll/.
        replay = replay or named.partition("?")[0].rstrip("/").rpartition("/")[0] + "/"
    default_api, default_replay = _KNOWN.get(named, ("", ""))
    hosts: dict[str, bool] = {}
    for option, address, default in (("--api", api, default_api), ("--replay", replay, default_replay)):
        checked = _check_address(option, address or default)
        hosts[find_host(checked)] = hosts.get(find_host(checked), False) or address is not None
    api, replay = api or default_api, replay or default_replay
    source = ArchiveSource(named, kind, api, replay if replay.endswith("/") else f"{replay}/", hosts, 0.0, 0.0)
    if rate is None and source.is_local:
        return source
    if rate is None and kind == "commoncrawl":
        return replace(source, list_pause=_PAUSE, page_pause=_PAUSE)
    page = 60 / (rate or _RATE)
    return replace(source, list_pause=page / _LIST_SHARE, page_pause=page)


def _check_address(option: str, address: str) -> str:
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and bool(find_host(address))
    except ValueError:
        is_whole = False
    if not is_whole or not address.isprintable() or " " in address:
        raise OptionsError(f"{option} {clean(address)[:200]}: expected an address such as https://archive.example/cdx.")
    if parts.username or parts.password:
        raise OptionsError(f"{option} must not carry a user name or a password.")
    return address
