"""Atom feeds (RFC 4287): of the whole archive, of saved searches; ids stay the same wherever the archive is served."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.utils import format_datetime
from html import escape as escape_html
from typing import Any
from urllib.parse import urlsplit

from harbincrawl.archive.runs import history
from harbincrawl.archive.user import read_user
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import SHARED, Filters
from harbincrawl.search.records import read_records
from harbincrawl.search.saved import SavedSearch, read_last_changes, read_saved
from harbincrawl.serve.answers import TYPES, WebAnswer, make_json, not_found
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.visit import Visit
from harbincrawl.sites import Site
from harbincrawl.text import clean, read_time, time_text, web_address

ENTRIES = 50
"""Of each feed."""
_NEVER = "1970-01-01T00:00:00Z"


def show_feed(visit: Visit) -> WebAnswer:
    """The articles that changed last, as Atom."""
    links = visit.links
    changed = _read_changed(visit.reader.connection)
    return make_feed(visit, visit.site.title, links.to("/feed.atom"), links.to("/"), changed)


def _read_changed(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    sql, values = select_records(Filters(), "change")
    return map(make_record, connection.execute(f"{sql} DESC LIMIT ?", (*values, ENTRIES)))


def show_watches(visit: Visit) -> WebAnswer:
    """All saved searches."""
    links = visit.links
    with read_user(visit.reader.folder) as user:
        found = [(saved, links.watch(saved.name)) for saved in read_saved(user)]
    if visit.form == "json":
        objects = (
            {"name": saved.name, "query": saved.query, **saved.options, "saved": saved.saved, "feed": feed}
            for saved, feed in found
        )
        return make_json(list(objects))
    searches = [(saved, feed, _find_page(links, saved)) for saved, feed in found]
    return visit.show("watches.html", "Saved searches", here="watches", searches=searches)


def show_watch(visit: Visit) -> WebAnswer:
    """The articles of a saved search that changed last, as Atom: each change of each has an id of its own."""
    (name,) = visit.arguments
    connection, links = visit.reader.connection, visit.links
    with read_user(visit.reader.folder) as user:
        found = read_saved(user, name)
    if not found:
        raise not_found(f"There is no saved search {name[:80]}.")
    changes = read_last_changes(connection, found[0], ENTRIES)
    records = list(read_records(connection, [change.hit for change in changes]))
    events = {
        record["id"]: f"watch:{change.write_event(record['id'])}"
        for record, change in zip(records, changes, strict=True)
    }
    title, page = f"{visit.site.title}: {name}", _find_page(links, found[0])
    return make_feed(visit, title, links.watch(name), page, records, lambda record: events[record["id"]])


def _find_page(links: Links, saved: SavedSearch) -> str:
    """The page of the same search; where only the command knows its options, that of all saved searches."""
    if saved.options.keys() - {each.name for each in SHARED} - {"copies"}:
        return links.to("/watches")
    return links.search(Parameters(saved.filters(), copies=bool(saved.options.get("copies"))))


def make_feed(
    visit: Visit,
    title: str,
    own: str,
    page: str,
    records: Iterable[dict[str, Any]],
    identify: Callable[[dict[str, Any]], str] = lambda record: str(record["id"]),
) -> WebAnswer:
    """A feed of all `records`; `own` and `page` are its address and that of the page it belongs to.

    `identify` gives what tells one entry from another: readers show what they have not seen.
    """
    site, links = visit.site, visit.links
    runs = history.read_runs(visit.reader.connection, 1)
    updated = time_text(runs[0].ended or runs[0].started) if runs else _NEVER
    identity = _tag(site.base, site.name + own.removeprefix(links.base))
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{_escape(title)}</title>\n<id>{_escape(identity)}</id>\n<updated>{updated}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href="{_escape(links.origin + own)}"/>\n'
        f'<link rel="alternate" type="text/html" href="{_escape(links.origin + page)}"/>\n'
        "<author><name>harbincrawl</name></author>\n"
    ]
    parts += (_write_entry(links, site, record, identify(record)) for record in records)
    dated = {"Last-Modified": format_datetime(read_time(updated), usegmt=True)} if _is_told_apart(visit, runs) else {}
    return WebAnswer(("".join(parts) + "</feed>\n").encode("utf-8", "replace"), TYPES["atom"], headers=dated)


def _is_told_apart(visit: Visit, runs: Sequence[history.RunRecord]) -> bool:
    """Whether the end of the last run is a time of this state alone: not while a run is under way, and of one run."""
    ended = runs[0].ended if runs else None
    sql = "SELECT count(*) FROM runs WHERE ended = ?"
    return ended is not None and visit.reader.connection.execute(sql, (time_text(ended),)).fetchone() == (1,)


def _write_entry(links: Links, site: Site, record: dict[str, Any], identity: str) -> str:
    day = record["updated"] or record["created"]
    names = record["authors"] or [record["source"] or record["section"] or site.title]
    paragraphs = [*(record["body"] or "").split("\n\n"), *(image["caption"] or "" for image in record["images"])]
    content = "".join(f"<p>{escape_html(clean(each))}</p>" for each in paragraphs if each)
    dates = f"<published>{day}T00:00:00Z</published>\n" if day and len(day) == 10 else ""
    original = web_address(record["url"])
    via = f'<link rel="via" href="{_escape(original)}"/>\n' if original else ""
    return (
        f"<entry>\n<id>{_escape(_tag(record['url'], identity))}</id>\n"
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
