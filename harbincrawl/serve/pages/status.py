"""How the archive is doing: runs, lists and what is missing of them, failures, health, as `status` says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from harbincrawl.config.reader import read_config
from harbincrawl.errors import SettingsError
from harbincrawl.operations.health.state import read_state
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.visit import Visit
from harbincrawl.walk import name_walk

_RUNS = 20


def show_status(visit: Visit) -> WebAnswer:
    """The document of `status --json`, or the same as tables."""
    state = read_status(visit)
    if visit.form == "json":
        return make_json(state)
    walked = {each["path"] for each in state["sections"]}
    return visit.show(
        "status.html", "Status", here="status", state=state, health=say_health(state),
        lists=[each | {"walk": name_walk(each["walk"])} for each in state["sections"] if each["walk"] != "absent"],
        absent=[each["path"] for each in state["sections"] if each["walk"] == "absent"],
        unwalked=[each.path for each in visit.site.sections if each.path not in walked],
    )  # fmt: skip


def read_status(visit: Visit) -> dict[str, Any]:
    """The document of `status --json`; of the archive's place only the folder's name, and no address of a notice."""
    return visit.reader.remember("status", lambda: _read_state(visit))


def _read_state(visit: Visit) -> dict[str, Any]:
    reader = visit.reader
    try:
        thresholds = read_config(reader.folder).fill(visit.site.thresholds)
    except SettingsError:  # only its owner may read the file, or it was changed while we run
        thresholds = None
    state = read_state(reader.connection, reader.folder, _RUNS, datetime.now(UTC), thresholds)
    folder = reader.folder.absolute()
    return state | {
        "archive": folder.name,
        "reasons": [each.replace(str(folder), folder.name) for each in state["reasons"]],
        "notices": [{"since": each["since"]} for each in state["notices"]],
    }


def say_health(state: Mapping[str, Any]) -> str:
    """Health in one sentence."""
    if not state["runs"]:
        return "No run yet."
    if state["reasons"]:
        return f"Something is amiss: {'; '.join(state['reasons'])}."
    return "Healthy: no rule is broken." if state["health"]["rules"] else "No health rule was asked yet."
