"""Clients of web archives as readers of our `serve`: edgi's wayback, cdx-toolkit, and pywb as an aggregator."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.text import read_time
from tests.rescue.test_served import crawl_past
from tests.support.crawling import ask
from tests.support.field_tools import find_tool, run_pywb
from tests.support.mementos import NEWS, hold
from tests.support.web_site import Site, running

pytestmark = pytest.mark.interop

MOVED = "http://e.my399.com/moved"
READ = """
import hashlib, json, re, sys
import wayback._client, wayback._utils, cdx_toolkit
from datetime import datetime, timezone
from wayback import WaybackClient, WaybackSession
from wayback.exceptions import MementoPlaybackError, NoMementoError
url = sys.argv[1]
wayback._client.CDX_SEARCH_URL = f"{url}/cdx"
wayback._utils.MEMENTO_URL_PATTERN = re.compile(rf"^{url}/web/(\\d+)(\\w\\w_)?/(.+)$")
wayback._utils.MEMENTO_URL_TEMPLATE = url + "/web/{timestamp}{mode}/{url}"
client = WaybackClient(WaybackSession(search_calls_per_second=0, memento_calls_per_second=0))
def describe(found):
    return [f"{found.timestamp:%Y%m%d%H%M%S}", found.url, found.status_code, hashlib.sha256(found.content).hexdigest(),
            found.headers.get("content-type")]
records = list(client.search("e.my399.com/", match_type="prefix", limit=7, resolve_revisits=False))
told = {"listed": [[f"{each.timestamp:%Y%m%d%H%M%S}", each.original, each.statuscode, each.digest] for each in records]}
told["ok"] = len(list(client.search("e.my399.com/*", filter_field="statuscode:200", from_date="2020")))
told["mementos"] = [describe(client.get_memento(each)) for each in records]
near = datetime(2001, 1, 1, tzinfo=timezone.utc)
found = client.get_memento(sys.argv[2], timestamp=near, exact=False, target_window=10**10)
told["near"], told["links"] = describe(found), found.links
moved = client.get_memento(next(each for each in records if each.original == sys.argv[3]), exact_redirects=False)
told["moved"] = [moved.url, len(moved.history), moved.history[0].headers["location"]]
try:
    client.get_memento("http://e.my399.com/never", timestamp=near)
except NoMementoError as error:
    told["never"] = "no memento"
fetcher = cdx_toolkit.CDXFetcher(source=f"{url}/cdx")
def pick(rows):
    return [[each["timestamp"], each["url"], each["digest"]] for each in rows]
told["got"] = pick(fetcher.get("e.my399.com/*", limit=10**5))
told["walked"] = pick(fetcher.iter("e.my399.com/*"))
told["size"] = fetcher.get_size_estimate("e.my399.com/*", as_pages=True)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    archive = tmp_path_factory.mktemp("mementos") / "archive"
    crawl_past(archive, stories=8, rounds=3)
    ((first,),) = ask(archive, "SELECT min(fetched_at) FROM captures WHERE address = ?", NEWS)
    hold(
        archive,
        f"{read_time(first) + timedelta(minutes=1):%Y%m%d%H%M%S}",
        MOVED,
        b"",
        status=301,
        fields=("Location: /news/",),
    )
    with running(archive) as started:
        yield started


@pytest.fixture(scope="module")
def listed(site: Site) -> list[list[str]]:
    """What we say that is there, oldest first."""
    text = site.ask("/cdx?url=e.my399.com/*&fl=timestamp,original,statuscode,digest").text
    return sorted(line.split(" ") for line in text.splitlines())


@pytest.fixture(scope="module")
def told(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the clients saw."""
    python = Path(find_tool("cdxt")).parent / "python"
    done = subprocess.run(
        [python, "-c", READ, f"http://127.0.0.1:{site.port}", NEWS, MOVED],
        capture_output=True, text=True, timeout=300, check=False,
        env={"NO_PROXY": "127.0.0.1", "HOME": str(tmp_path_factory.mktemp("home"))},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_wayback_lists_all_by_keys(told: dict[str, Any], listed: list[list[str]]) -> None:
    assert sorted([*row[:2], "-" if row[2] is None else str(row[2]), row[3]] for row in told["listed"]) == listed
    assert told["ok"] == sum(row[2] == "200" for row in listed) > 20


def test_wayback_fetches_every_capture_as_it_was(told: dict[str, Any], listed: list[list[str]], site: Site) -> None:
    kinds = {row[2] for row in listed}
    assert kinds >= {"200", "301", "404", "-"}
    assert len(told["mementos"]) == len(listed)
    confirmed = 0
    for stamp, address, status, digest in listed:
        if status == "301":
            continue
        found = next(each for each in told["mementos"] if each[:2] == [stamp, address])
        assert found[2] == (200 if status == "-" else int(status))
        reply = site.ask(f"/web/{stamp}id_/{address}")
        assert f"sha256:{hashlib.sha256(reply.body).hexdigest()}" == digest
        confirmed += status == "-"
    assert confirmed > 0


def test_wayback_finds_the_nearest_follows_redirects_and_knows_what_is_missing(
    told: dict[str, Any], listed: list[list[str]]
) -> None:
    first = min(row[0] for row in listed if row[1] == NEWS)
    assert told["near"][:3] == [first, NEWS, 200]
    assert {"original", "timegate", "timemap", "first memento"} <= told["links"].keys()
    assert told["moved"] == [NEWS, 1, "/news/"]
    assert told["never"] == "no memento"


def test_cdx_toolkit_lists_all_at_once_and_page_by_page(told: dict[str, Any], listed: list[list[str]]) -> None:
    wanted = [[row[0], row[1], row[3]] for row in listed]
    assert sorted(told["got"]) == sorted(told["walked"]) == wanted
    assert told["size"] == 1


def test_pywb_replays_what_it_finds_in_our_lists(site: Site, listed: list[list[str]], tmp_path: Path) -> None:
    ours = f"http://127.0.0.1:{site.port}/web"
    sources = {"gate": f"memento+{ours}/", "list": f"cdx+{ours}/cdx"}
    lines = [f"  {name}:\n    index: {source}\n" for name, source in sources.items()]
    (tmp_path / "config.yaml").write_text(f"collections:\n{''.join(lines)}")
    pages = [row for row in listed if row[2] == "200" and row[1].endswith(("/", ".html"))][::5]
    with run_pywb(tmp_path) as origin:
        for name in sources:
            for stamp, address, _, _ in pages:
                own = site.ask(f"/web/{stamp}id_/{address}")
                request = urllib.request.Request(f"{origin}/{name}/{stamp}id_/{address}")  # noqa: S310 - ours
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - ours
                    assert answer.status == 200
                    assert answer.headers["Memento-Datetime"] == own.headers["Memento-Datetime"]
                    assert answer.read() == gzip.decompress(own.body)
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{origin}/{name}/2024id_/http://e.my399.com/never", timeout=30)  # noqa: S310
        listing = urllib.request.urlopen(f"{origin}/gate/timemap/link/{NEWS}", timeout=30).read().decode()  # noqa: S310
        assert listing.count("datetime=") == sum(row[1] == NEWS for row in listed)
