"""The version of the reader, which every record names."""

from __future__ import annotations

from harbincrawl.sites import Site, default_site

PARSER = "28"
"""It goes up whenever any page could give another record, by other code or by other words of the usual site."""


def parser_of(site: Site) -> str:
    """The version of the reader of a site's pages: `18`, or `18+1f0c9a3e` for a site with words of its own."""
    return PARSER if site.reading == default_site().reading else f"{PARSER}+{site.reading}"
