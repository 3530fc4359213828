"""A site whose past only an archive of others has: a twin that changes between captures, and the truth of each."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harbincrawl.fetch.stop import Stop
from harbincrawl.reread.executor import Executor
from harbincrawl.rescue.lists import CaptureSelection
from harbincrawl.rescue.run import RescueReport, rescue
from harbincrawl.rescue.sources import choose_source
from tests.support.crawling import ask
from tests.support.other_archives import WaybackFace
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import Twin, changes, make_twin

SITE = "http://e.my399.com"
BEGIN = datetime(2024, 6, 1, 8, 0, 0, tzinfo=UTC)


@dataclass
class Past:
    """A twin, the face that holds its past, and what each article said when."""

    twin: Twin
    face: WaybackFace = field(default_factory=WaybackFace)
    said: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """By number, the truths at the captures of its first page, one after the other, each wording once in a row."""
    moment: datetime = BEGIN

    def capture(self, number: int, **more: Any) -> None:
        """Captures all pages of an article as they are now."""
        story = self.twin.stories[number]
        truth = story.truth()
        states = self.said.setdefault(number, [])
        if not states or _wording(states[-1]) != _wording(truth):
            states.append(truth)
        for page in range(1, story.page_count + 1):
            self.capture_path(story.page_path(page), **more)

    def capture_path(self, path: str, **more: Any) -> None:
        self.moment += timedelta(seconds=7)
        answer = self.twin.render(path)
        fields = [(name, value) for name, value in answer.headers.items() if name.lower() != "content-length"]
        self.face.add(f"{SITE}{path}", self.moment, answer.body, status=answer.status, fields=fields, **more)

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)


def _wording(truth: dict[str, Any]) -> Any:
    pictures = [(each["caption"], each["credit"]) for each in truth["images"]]
    return [truth[name] for name in ("title", "body", "author", "source", "updated")], pictures


def make_past(seed: int = 7, stories: int = 14, rounds: int = 3) -> Past:
    """Every article captured several times, lists too; edits between, some taken back."""
    past = Past(make_twin(seed, stories, sections=("news", "gallery")))
    twin, dice = past.twin, random.Random(seed)
    kept: dict[int, Any] = {}
    for at in range(rounds):
        for section in twin.sections:
            past.capture_path(f"/{section}/")
            for page in range(2, 1 + -(-len(twin.listing(section)) // twin.page_size)):
                past.capture_path(f"/{section}/index_{page}.html")
        for number in sorted(twin.stories):
            if at == 0 or dice.random() < 0.8:
                past.capture(number)
        past.pass_days(200)
        for number in sorted(twin.stories):
            if number in kept:
                twin.stories[number].blocks = kept.pop(number)
            elif dice.random() < 0.4:
                blocks = twin.stories[number].blocks
                if changes.edit(twin, number, "body", dice=dice) == "body":
                    kept[number] = blocks
    return past


def run_rescue(
    archive: Path,
    url: str,
    *,
    named: str = "wayback",
    stop: Stop | None = None,
    **given: Any,
) -> RescueReport:
    """A rescue in this process from a face at `url`."""
    if named == "wayback":
        source = choose_source(named, f"{url}/cdx/search/cdx", f"{url}/web/", None)
    elif named == "commoncrawl":
        source = choose_source(named, f"{url}/collinfo.json", f"{url}/", None)
    else:
        source = choose_source(named, None, given.pop("replay", None), None)
    selection = given.pop("selection", CaptureSelection(crawls=given.pop("crawls", ())))
    return rescue(
        archive, HARBIN_TODAY, source, selection,
        executor=Executor(), stop=stop or Stop(archive), tell=lambda *_: None, **given,
    )  # fmt: skip


def stored_wordings(archive: Path) -> dict[int, list[dict[str, Any]]]:
    """By number, the wordings that an archive has, the oldest first."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = ask(
        archive,
        "SELECT number, revision, title, updated, author, source, body, images FROM revisions UNION ALL"
        " SELECT number, revision, title, updated, author, source, body, (SELECT json_group_array(json_object("
        "'url', url, 'caption', caption, 'credit', credit)) FROM (SELECT * FROM images AS i"
        " WHERE i.number = a.number ORDER BY position)) FROM articles AS a ORDER BY 1, 2",
    )
    for number, _, title, updated, author, source, body, images in rows:
        found.setdefault(number, []).append({
            "title": title, "updated": updated, "author": author, "source": source,
            "body": body.split("\n\n") if body else [],
            "images": [{key: each[key] for key in ("url", "caption", "credit")} for each in json.loads(images)],
        })  # fmt: skip
    return found


def check_wordings(archive: Path, past: Past) -> None:
    """Every article with all its wordings, in order, and nothing else."""
    stored = stored_wordings(archive)
    assert stored.keys() == past.said.keys()
    for number, states in past.said.items():
        told = [_wording(each) for each in stored[number]]
        assert told == [_wording(each) for each in states], number


def small_past(stories: int = 24) -> Past:
    """A twin that nobody has captured yet."""
    return Past(make_twin(7, stories, sections=("news", "gallery")))
