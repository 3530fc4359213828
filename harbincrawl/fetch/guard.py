"""The address guard: which addresses may be asked for at all, whatever a page, a redirect or a name server says."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harbincrawl.sites import Site

from .lookup import look_up


class AddressGuard:
    """Lets through the site's own hosts over http and https, and only where they are public machines."""

    def __init__(self, site: Site, *, allow_private: bool) -> None:
        """`allow_private` is for a mirror or twin that was named on purpose, on this machine for one."""
        self.site = site
        self.allow_private = allow_private
        self._is_checked = allow_private

    async def find_private(self, target: str) -> str | None:
        """The private address that the site's own name leads to, looked up once before the first request."""
        if self._is_checked:
            return None
        parts = urlsplit(target)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            entries = await look_up(parts.hostname or "", port)
        except OSError:
            # Names that only a proxy can look up; without one the request itself fails and says why.
            return None
        private = [str(entry[4][0]) for entry in entries if not ipaddress.ip_address(str(entry[4][0])).is_global]
        self._is_checked = not private
        return private[0] if private else None

    def refuses(self, request: Request, response: Response) -> bool:
        """Whether a private machine answered: the name may lead elsewhere than it did when it was looked up."""
        address = response.ip_address
        return not self.allow_private and "proxy" not in request.meta and address is not None and not address.is_global

    def find_redirect(self, target: str) -> tuple[str, str] | None:
        """(canonical address, address to ask) of a redirect's target; None where it leads off the site."""
        address = self.site.canonical(target)
        if address is None:
            return None
        return address, self.site.fetched(address) if self.site.mirror else target
