"""The Atom feed of a search (RFC 4287); ids stay the same wherever the archive is served."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape as escape_html
from typing import Any
from urllib.parse import urlsplit

from harbincrawl.archive.runs import history
from harbincrawl.serve.answers import TYPES, WebAnswer
from harbincrawl.serve.links import Links
from harbincrawl.serve.visit import Visit
from harbincrawl.sites import Site
from harbincrawl.text import clean, time_text, web_address

ENTRIES = 50
"""Of a feed."""
_NEVER = "1970-01-01T00:00:00Z"


def make_feed(visit: Visit, title: str, own: str, page: str, records: Iterable[dict[str, Any]]) -> WebAnswer:
    """A feed of all `records`; `own` and `page` are its address and that of the page it belongs to."""
    site, links = visit.site, visit.links
    runs = history.read_runs(visit.reader.connection, 1)
    updated = time_text(runs[0].ended or runs[0].started) if runs else _NEVER
    identity = _tag(site.base, site.name + own.removeprefix(links.base))
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{_escape(title)}</title>\n<id>{_escape(identity)}</id>\n<updated>{updated}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href="{_escape(links.origin + own)}"/>\n'
        f'<link rel="alternate" type="text/html" href="{_escape(links.origin + page)}"/>\n'
        "<author><name>harbincrawl</name></author>\n",
        *(_write_entry(links, site, record) for record in records),
        "</feed>\n",
    ]
    return WebAnswer("".join(parts).encode("utf-8", "replace"), TYPES["atom"])


def _write_entry(links: Links, site: Site, record: dict[str, Any]) -> str:
    day = record["updated"] or record["created"]
    names = record["authors"] or [record["source"] or record["section"] or site.title]
    paragraphs = [*(record["body"] or "").split("\n\n"), *(image["caption"] or "" for image in record["images"])]
    content = "".join(f"<p>{escape_html(clean(each))}</p>" for each in paragraphs if each)
    dates = f"<published>{day}T00:00:00Z</published>\n" if day and len(day) == 10 else ""
    original = web_address(record["url"])
    via = f'<link rel="via" href="{_escape(original)}"/>\n' if original else ""
    return (
        f"<entry>\n<id>{_escape(_tag(record['url'], record['id']))}</id>\n"
        f"<title>{_escape(record['title'] or '(no title)')}</title>\n"
        f'<link rel="alternate" type="text/html" href="{_escape(links.origin + links.article(record["id"]))}"/>\n{via}'
        f"<updated>{record['last_changed']}</updated>\n{dates}"
        + "".join(f"<author><name>{_escape(name)}</name></author>\n" for name in names)
        + (f'<category term="{_escape(record["section_path"])}"/>\n' if record["section_path"] else "")
        + (f'<content type="html">{_escape(content)}</content>\n' if content else "")
        + ("" if content else f"<summary>{_escape(record['summary'] or record['title'] or '')}</summary>\n")
        + "</entry>\n"
    )


def _tag(address: str, name: str) -> str:
    """An id that says what something is, not where it is served (RFC 4151)."""
    return f"tag:{urlsplit(address).hostname or 'localhost'},2000:{name}"


def _escape(text: str) -> str:
    """For XML, which has no control characters but tab and line feed."""
    return escape_html(clean(text))
