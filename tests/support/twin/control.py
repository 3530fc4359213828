"""A control address for a twin that runs: a person changes the site with a request, and reads the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from . import changes
from .faults import Fault
from .site import Twin, TwinAnswer

HELP = """\
While it runs, POST to /_twin/CHANGE?name=value&... (curl -X POST 'URL/_twin/add?n=3&section=news'):
  add       n=1 section= day=        new stories on top, or filed under a day
  edit      number= field=body       title, body, summary, author, source, caption, "white space"
  refile    number= day=             another date for readers, another place in the lists
  remove    number=                  out of the lists, the page answers 404
  unlist    number=                  out of the lists, the page still answers 200
  restore   number=                  undo the two above
  move      number= section=         to another section; the old address answers 404
  also      number= section=         into the list of a second section too
  elsewhere section= day=            a list line that leads off the site
  box       state=                   the next, or that, state of the feature box
  shift     by=1 section=            push all lines down, or with a negative number up
  days      n=1                      let days pass
  churn     n=10                     changes of all kinds
  fault     path= kind= times= ...   404 410 429 500 503 slow cut drop redirect bomb charset endless soft404 home empty;
                                     no kind: mend it. Further names are options: retry_after, seconds, to, ...
  GET /_twin/truth                   what there is to find, as JSON lines
"""


def control(twin: Twin) -> Callable[[str, str, bytes], TwinAnswer]:
    """A function that answers requests below /_twin/ by changing `twin`: 200 and JSON, or 400 and what was wrong."""

    def answer(method: str, target: str, body: bytes) -> TwinAnswer:
        parts = urlsplit(target)
        name = parts.path.removeprefix("/_twin/")
        given = dict(parse_qsl(parts.query) + parse_qsl(body.decode("utf-8", "replace")))
        if method == "GET" and name == "truth":
            lines = "".join(json.dumps(truth, ensure_ascii=False) + "\n" for truth in twin.truth())
            return TwinAnswer(200, {"Content-Type": "application/jsonl; charset=utf-8"}, lines.encode())
        if method != "POST":
            return TwinAnswer(405, {"Content-Type": "text/plain", "Allow": "POST"}, HELP.encode())
        try:
            done = _changed(twin, name, given)
        except (ValueError, KeyError) as error:
            return TwinAnswer(400, {"Content-Type": "text/plain; charset=utf-8"}, f"{error}\n\n{HELP}".encode())
        made = json.dumps({"change": name, "result": done}, default=str) + "\n"
        return TwinAnswer(200, {"Content-Type": "application/json"}, made.encode())

    return answer


def _changed(twin: Twin, name: str, given: dict[str, str]) -> object:
    section = given.get("section")
    day = date.fromisoformat(given["day"]) if "day" in given else None
    count = int(given.get("n", 0))

    def number() -> int:
        return int(given.get("number", -1))

    known: dict[str, Callable[[], object]] = {
        "add": lambda: changes.add(twin, count or 1, section, updated=day),
        "shift": lambda: changes.shift(twin, int(given.get("by", 1)), section),
        "churn": lambda: changes.churn(twin, count or 10),
        "days": lambda: changes.pass_days(twin, count or 1),
        "box": lambda: changes.change_feature_box(twin, int(given["state"]) if "state" in given else None),
        "elsewhere": lambda: changes.link_elsewhere(twin, section, day),
        "fault": lambda: _set_fault(twin, given),
        "edit": lambda: changes.edit(twin, number(), given.get("field", "body")),
        "refile": lambda: changes.refile(twin, number(), day),
        "remove": lambda: changes.remove(twin, number()),
        "unlist": lambda: changes.unlist(twin, number()),
        "restore": lambda: changes.restore(twin, number()),
        "move": lambda: changes.move(twin, number(), section or ""),
        "also": lambda: changes.list_also(twin, number(), section or ""),
    }
    if name not in known:
        raise ValueError(f"no change is called {name!r}")
    return known[name]()


def _set_fault(twin: Twin, given: dict[str, str]) -> object:
    options = {name: value for name, value in given.items() if name not in ("path", "kind", "times")}
    path = given["path"]
    with twin.lock:
        if "kind" not in given:
            return repr(twin.faults.pop(path, None))
        twin.faults[path] = Fault(given["kind"], int(given["times"]) if "times" in given else None, **options)
        return repr(twin.faults[path])
