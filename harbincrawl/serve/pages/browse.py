"""What is here and how it is doing: the lists to browse, the status as `status` says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from harbincrawl import Rows, StatRow
from harbincrawl.api.questions import SEARCH_FILTERS
from harbincrawl.operations.health.state import judge_state
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.pools import Reader
from harbincrawl.serve.visit import Visit
from harbincrawl.walk.outcomes import name_walk

_RUNS = 20
NAMES = {each.field: each.name for each in SEARCH_FILTERS if each.facet}
"""The facets by what their pages are called."""
_SHOWN = 1000


def has_articles(reader: Reader) -> bool:
    """Whether the archive is not empty."""
    return reader.connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is not None


def show_status(visit: Visit) -> WebAnswer:
    """The document of `status --json` as tables."""
    reader = visit.reader
    state = judge_state(reader.connection, reader.folder, _RUNS, datetime.now(UTC))
    # Of the archive's place only the folder's name.
    folder = reader.folder.absolute()
    state["reasons"] = [each.replace(str(folder), folder.name) for each in state["reasons"]]
    walked = {each["path"] for each in state["sections"]}
    return visit.show(
        "status.html", "Status", here="status", state=state, health=say_health(state),
        lists=[each | {"walk": name_walk(each["walk"])} for each in state["sections"] if each["walk"] != "absent"],
        absent=[each["path"] for each in state["sections"] if each["walk"] == "absent"],
        unwalked=[each.path for each in visit.site.sections if each.path not in walked],
    )  # fmt: skip


def say_health(state: Mapping[str, Any]) -> str:
    """Health in one sentence."""
    if not state["runs"]:
        return "No run yet."
    if state["reasons"]:
        return f"Something is amiss: {'; '.join(state['reasons'])}."
    return "Healthy: every check passed." if state["health"]["rules"] else "No check of its health was made yet."


def show_values(visit: Visit) -> WebAnswer:
    """All sections, authors or sources, the most frequent first."""
    (kind,) = visit.arguments
    name = NAMES[kind]
    rows = count_values(visit.reader, name)
    known = [row for row in rows if row.value or row.path]
    return visit.show(
        "browse.html", kind.capitalize(), here=kind, kind=kind, name=name, values=known[:_SHOWN], total=len(known),
        without=sum(row.articles for row in rows if not (row.value or row.path)),
    )  # fmt: skip


def count_values(reader: Reader, name: Any) -> Rows[StatRow]:
    """All values of a filter over all articles; copies count."""
    return reader.archive.facet(name, copies=True)
