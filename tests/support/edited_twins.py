"""An archive of a twin that was edited between crawls, and what the twin itself said at each of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.clocks import DAY, HOUR, set_clock
from tests.support.crawling import NEWS_AND_GALLERY, crawl
from tests.support.twin import changes, make_twin, serve

DAYS = (0, 2, 40)
"""When the twin was crawled, in days after the first time."""
ARCHIVE, KNOWN = "archive", "known.json"


def make_edited(folder: Path) -> None:
    """An archive in `folder`, and in KNOWN what the twin knows: the day and the truth of each crawl, and its edits.

    Beside plain edits: two of one article between two crawls, one that is taken back before anybody looks, white space
    and summaries that change, articles that are there at one crawl alone.
    """
    folder.mkdir(parents=True)
    twin = make_twin(29, 24, sections=("news", "gallery"))
    truths, done = [], []
    one, other, back, blank, listed, *rest = (story.number for story in twin.listing("news"))
    leaves = rest.pop()
    fields = [each for each in changes.FIELDS if each not in ("white space", "summary")]
    today = datetime.now(UTC)
    with serve(twin) as server:
        for turn, days in enumerate(DAYS):
            if turn:
                changes.edit(twin, one, fields[turn])
                done += [[turn, one, fields[turn]]]
                for field in ("title", "body"):
                    changes.edit(twin, other, field)
                    done += [[turn, other, field]]
                title = twin.stories[back].title
                changes.edit(twin, back, "title")
                twin.stories[back].title = title
                changes.edit(twin, blank, "white space")
                changes.edit(twin, listed, "summary")
            if turn == 1:
                changes.remove(twin, leaves)
                for number, field in zip(rest, fields, strict=False):
                    done += [[turn, number, changes.edit(twin, number, field)]]
                for number in [story.number for story in twin.listing("gallery")][:3]:
                    done += [[turn, number, changes.edit(twin, number, "caption")]]
            if turn == 2:
                changes.refile(twin, rest[-1], date(2019, 3, 4))
                done += [[turn, rest[-1], "updated"]]
            if turn == len(DAYS) - 1:
                changes.add(twin, 2, "news")
            crawl(folder / ARCHIVE, server, *NEWS_AND_GALLERY, "--recheck", "all", code=None,
                  prelude=set_clock(days * DAY))  # fmt: skip
            truths.append(twin.truth())
    known = {"days": [(today + timedelta(days=days)).isoformat() for days in DAYS], "truths": truths, "done": done}
    (folder / KNOWN).write_text(json.dumps(known, default=str), "utf-8")


def crawl_edited(folder: Path) -> None:
    """An archive of a small twin, crawled twice: between the two, every third article was edited."""
    twin = make_twin(5, 9, sections=("news", "gallery"))
    with serve(twin) as server:
        crawl(folder, server, *NEWS_AND_GALLERY)
        for number in sorted(twin.stories)[::3]:
            changes.edit(twin, number, "title")
        # An hour later: within one second two wordings would have one time.
        crawl(folder, server, *NEWS_AND_GALLERY, "--recheck", "all", prelude=set_clock(HOUR))


def list_expected(known: dict[str, Any]) -> list[tuple[int, int, tuple[str, ...]]]:
    """(number, crawl that saw it, fields) of each edit, by comparing what the twin said at one crawl and the next."""
    found = []
    turns = [{story["number"]: story for story in truth} for truth in known["truths"]]
    for turn in range(1, len(turns)):
        for number, after in turns[turn].items():
            before = turns[turn - 1].get(number)
            if before is not None and (fields := list_differing(before, after)):
                found.append((number, turn, fields))
    return sorted(found)


def list_differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """The fields of a revision that two truths of a story have otherwise."""

    def take(story: dict[str, Any]) -> dict[str, str]:
        captions = [f"{image['caption'] or ''}/{image['credit'] or ''}" for image in story["images"]]
        texts = {name: story[name] or "" for name in ("title", "updated", "author", "source")}
        return {
            name: "".join(str(text).split())
            for name, text in {**texts, "captions": "|".join(captions), "body": " ".join(story["body"])}.items()
        }

    old, new = take(before), take(after)
    return tuple(name for name in old if old[name] != new[name])
