"""What on a page speaks for this site, or against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from harbincrawl.pages.article.head.byline import Byline
from harbincrawl.pages.article.head.heading import Heading
from harbincrawl.pages.html.line import Line, Link
from harbincrawl.sites import Address, Site

_ACTION = re.compile(r"^(?:#|javascript:|mailto:|tel:)", re.IGNORECASE)
_NOTICE = re.compile(r"©|copyright|版权", re.IGNORECASE)


def is_own_page(lines: Sequence[Line], base: str, site: Site, meaning: Address) -> bool:
    """True where links on the page lead to articles in known sections, or to known sections by their own names.

    Where articles name no section, any link to a list or another article counts; so does the site's own notice of
    copyright.
    """
    proof = site.proof
    if proof.copyright and any(
        _NOTICE.search(line.text) and any(words.lower() in line.text.lower() for words in proof.copyright)
        for line in lines
        if line.text
    ):
        return True
    return (proof.links or proof.labels) and any(
        _is_own_link(link, base, site, meaning) for line in lines for link in line.links
    )


def _is_own_link(link: Link, base: str, site: Site, meaning: Address) -> bool:
    _, found = link.lead(base, site)
    if found is None:
        return False
    section = site.section(found.section_path)
    if found.kind == "article":
        known = section is not None or not site.addresses.names_sections
        return site.proof.links and known and found.id != meaning.id
    if not site.addresses.names_sections:
        return site.proof.links
    return (
        site.proof.labels and section is not None and section.path == found.section_path and link.text == section.label
    )


def is_own_heading(byline: Byline | None, heading: Heading, site: Site, meaning: Address) -> bool:
    """True where breadcrumb or source name the site."""
    section = site.section(meaning.section_path)
    if site.proof.labels and section and section.label and heading.label == section.label:
        return True
    host = urlsplit(site.base).hostname or ""
    return byline is not None and byline.source is not None and byline.source.lower() == host


def leads_astray(lines: Sequence[Line], base: str, site: Site) -> bool:
    """True where any link leads to what is no page of this site."""
    for line in lines:
        for link in line.links:
            if _ACTION.match(link.href):
                continue
            address, found = link.lead(base, site)
            known = found is not None and (
                site.section(found.section_path) is not None or not site.addresses.names_sections
            )
            if address != site.home and not known:
                return True
    return False
