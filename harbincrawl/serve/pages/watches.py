"""The saved searches, and a feed for each: an entry a change."""

from __future__ import annotations

from harbincrawl.archive.user import read_user
from harbincrawl.search.filters import SHARED
from harbincrawl.search.records import read_records
from harbincrawl.search.saved import SavedSearch, read_last_changes, read_saved
from harbincrawl.serve.answers import TYPES, WebAnswer, make_json, not_found
from harbincrawl.serve.feeds import write_feed
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.visit import Visit

_ENTRIES = 200


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
    connection, links, site = visit.reader.connection, visit.links, visit.site
    with read_user(visit.reader.folder) as user:
        found = read_saved(user, name)
    if not found:
        raise not_found(f"There is no saved search {name[:80]}.")
    changes = read_last_changes(connection, found[0], _ENTRIES)
    records = list(read_records(connection, [change.hit for change in changes]))
    events = {
        record["id"]: f"watch:{change.write_event(record['id'])}"
        for record, change in zip(records, changes, strict=True)
    }
    parts = write_feed(
        connection, links, site, f"{site.title}: {name}", links.watch(name), _find_page(links, found[0]), records,
        lambda record: events[record["id"]],
    )  # fmt: skip
    return WebAnswer(b"".join(parts), TYPES["atom"])


def _find_page(links: Links, saved: SavedSearch) -> str:
    """The page of the same search; where only the command knows its options, that of all saved searches."""
    if saved.options.keys() - {each.name for each in SHARED} - {"copies"}:
        return links.to("/watches")
    return links.search(Parameters(saved.filters(), copies=bool(saved.options.get("copies"))))
