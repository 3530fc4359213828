"""Notices of what is new under saved searches: each event at least once to every target, none of a purged article."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.saved import make_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.config.schema import Smtp
from harbincrawl.operations import news
from harbincrawl.operations.news import tell_news
from harbincrawl.operations.notify import Notifier
from harbincrawl.twin import changes, make_twin, serve
from tests.support.archives import add_article, build_archive
from tests.support.crawling import command, crawl
from tests.support.forge import forge
from tests.support.receiver import Receiver

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "title": "metro"}])
    with closing(open_writer(archive)) as made:
        with change_user(archive) as user:
            save_search(user, make_search(made, "metro", "metro", {}, NOW))
            save_search(user, make_search(made, "news", "", {"section": ["news"]}, NOW))
        for number in (2, 3, 4):
            add_article(made, number, {"number": number, "title": f"metro {number}\x1b" if number < 4 else "bus"})
        yield made


def tell(connection: sqlite3.Connection, targets: list[str]) -> list[str]:
    """Tells; returns the warnings."""
    warned: list[str] = []
    notifier = Notifier(targets, Smtp(), always=False, warn=warned.append, pause=0.0)
    tell_news(connection, notifier, find_folder(connection), 7)
    return warned


def find_folder(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent


def told(receiver: Receiver) -> list[list[str]]:
    return [[each["event"] for each in json.loads(body)["articles"]] for _, _, body in receiver.got]


def test_a_webhook_gets_a_notice_for_each_search_with_an_id_for_each_change(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    assert tell(connection, [f"webhook+{receiver.url}/hook", f"{receiver.url}/switch"]) == []
    assert told(receiver) == [
        ["metro:harbin-today:2:2", "metro:harbin-today:3:3"],
        ["news:harbin-today:2:2", "news:harbin-today:3:3", "news:harbin-today:4:4"],
    ]
    document = json.loads(receiver.got[0][2])
    assert {name: document[name] for name in ("event", "archive", "run", "search", "query")} == {
        "event": "news", "archive": str(find_folder(connection)), "run": 7, "search": "metro", "query": "metro",
    }  # fmt: skip
    assert document["summary"].startswith("2 articles new or changed under metro: metro\n\nmetro 2\n  2024-05-01")
    assert "\x1b" not in document["summary"]
    tell(connection, [f"webhook+{receiver.url}/hook"])
    assert len(receiver.got) == 2


def test_what_one_target_did_not_take_is_told_again_to_all(connection: sqlite3.Connection, receiver: Receiver) -> None:
    broken = Receiver()
    broken.status = 404
    targets = [f"webhook+{receiver.url}", f"webhook+{broken.url}"]
    assert len(tell(connection, targets)) == 2
    broken.status = 200
    assert tell(connection, targets) == []
    assert told(receiver)[:2] == told(receiver)[2:]
    assert told(broken)[2:] == told(receiver)[2:]
    broken.close()


def test_many_changes_come_in_several_notices(
    connection: sqlite3.Connection, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "MOST", 2)
    tell(connection, [f"webhook+{receiver.url}"])
    assert [len(events) for events in told(receiver)] == [2, 2, 1]


def test_where_nobody_is_to_be_told_the_position_moves_on(connection: sqlite3.Connection, receiver: Receiver) -> None:
    tell(connection, [receiver.url])
    assert receiver.got == []
    tell(connection, [f"webhook+{receiver.url}"])
    assert receiver.got == []


def test_mail_has_the_name_in_its_subject(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("harbincrawl.operations.notify.send_mail", lambda _, message: sent.append(message))
    tell(connection, ["mailto:me@example.org"])
    assert [message["Subject"] for message in sent] == [
        f"harbincrawl: {count} new under {name} in {find_folder(connection)}"
        for count, name in ((2, "metro"), (3, "news"))
    ]
    assert "metro:harbin-today:2:2" in sent[0].get_content()


def test_each_crawl_tells_what_is_new_and_a_purged_article_is_told_nowhere(tmp_path: Path, receiver: Receiver) -> None:
    archive = tmp_path / "archive"
    hook = ["--notify", f"webhook+{receiver.url}/hook", "--recheck", "all"]
    twin = make_twin(3, 6, sections=("news",))
    with serve(twin) as server:
        crawl(archive, server)
        assert forge().start(command(archive, "watch", "add", "all", "--section", "news")[3:]).wait()[0] == 0
        first, second, third = [line.number for line in twin.listing("news")[:3]]
        changes.edit(twin, first, "body")
        receiver.status = 404
        report = crawl(archive, server, *hook)
        assert "could not notify" in report.words
        assert report.code == 0
        receiver.got.clear()
        receiver.status = 200
        changes.edit(twin, second, "body")
        crawl(archive, server, *hook)
        (events,) = told(receiver)
        assert [event.rpartition(":")[0] for event in events] == [
            f"all:harbin-today:{each}" for each in (first, second)
        ]
        changes.edit(twin, third, "body")
        crawl(archive, server, "--recheck", "all", code=None)
        assert forge().start(command(archive, "purge", "--yes", str(third))[3:]).wait()[0] in (0, 3)
        crawl(archive, server, *hook, code=None)
    assert len(receiver.got) == 1
    code, printed, _ = forge().start(command(archive, "watch", "run", "--format", "ids")[3:]).wait()
    assert (code, sorted(printed.split())) == (0, sorted(f"harbin-today:{each}" for each in (first, second)))
    assert forge().start(command(archive, "verify", "--jobs", "1")[3:]).wait()[0] == 0
    code, printed, _ = forge().start(command(archive, "watch", "list")[3:]).wait()
    assert (code, len(printed.splitlines())) == (0, 1)
