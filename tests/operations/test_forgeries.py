"""What is forged, deleted, swapped or put in behind the archive's back is named: evidence or a seal says otherwise."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.outcomes import hash_articles
from harbincrawl.operations.projection.told import READ
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.operations.verify import Findings
from tests.support.crawling import ask, change, crawl
from tests.support.families import sample
from tests.support.purging import check
from tests.support.twin import changes, make_twin, serve

FIFTH, SIXTH = (f"(SELECT id FROM captures ORDER BY id LIMIT 1 OFFSET {at})" for at in (4, 5))
"""Two captures."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three runs: revisions, copies, articles of several pages, gone ones, 304s, revisits, pictures."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(7, 36, sections=("news", "gallery", "civilization"))
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "news", "gallery", "civilization", "--images")
        live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
        for number in live[:6]:
            changes.edit(twin, number, "body")
        changes.remove(twin, live[7])
        # Times are of whole seconds, and some forgeries need two that differ.
        time.sleep(1)
        crawl(folder, server, "news", "gallery", "civilization", "--recheck", "all", code=None)
        crawl(folder, server, "news", "gallery", "civilization", "--recheck", "all", code=None)
    return folder


def kinds(findings: Findings) -> set[str]:
    return {problem.kind for problem in findings.problems}


def test_what_nobody_forged_is_proven(archive: Path) -> None:
    findings = check(archive)
    assert findings.problems == []
    assert findings.unproven == {}
    for kind, table in (
        ("articles", "articles"), ("revisions", "revisions"), ("captures", "captures"), ("lines", "listed"),
        ("list pages", "_list_pages"), ("queue", "queue"), ("copies", "duplicates"),
    ):  # fmt: skip
        assert findings.proven[kind] == ask(archive, f"SELECT count(*) FROM {table}")[0][0] > 0, kind
    assert findings.seals == 3


ANY = "(SELECT number FROM articles WHERE body IS NOT NULL AND summary IS NOT NULL ORDER BY number LIMIT 1 OFFSET 5)"
FORGERIES = {
    "title": f"UPDATE articles SET title = title || '!' WHERE number = {ANY}",
    "body": f"UPDATE articles SET body = body || ' More.' WHERE number = {ANY}",
    "authors": f"UPDATE articles SET authors = '[\"Nobody\"]' WHERE number = {ANY}",
    "summary": f"UPDATE articles SET summary = 'Forged.' WHERE number = {ANY}",
    "url": f"UPDATE articles SET url = replace(url, 'my399', 'my400') WHERE number = {ANY}",
    "section": f"UPDATE articles SET section = 'Another' WHERE number = {ANY}",
    "created": f"UPDATE articles SET created = '2001-01-01' WHERE number = {ANY}",
    "white space": f"UPDATE articles SET body = replace(body, ' ', '  ') WHERE number = {ANY}",
    "revived": "UPDATE articles SET status = 'live' WHERE status = 'gone'",
    "last seen": f"UPDATE articles SET last_seen = '2099-01-01T00:00:00Z' WHERE number = {ANY}",
    "change": f"UPDATE articles SET change = (SELECT max(change) + 1 FROM articles) WHERE number = {ANY}",
    "picture": "UPDATE images SET url = url || '?' WHERE url IS NOT NULL AND number = (SELECT max(number) FROM images)",
    "capture swapped": "UPDATE articles SET capture = CASE number WHEN (SELECT min(number) FROM articles) THEN"
    " (SELECT capture FROM articles WHERE number = (SELECT max(number) FROM articles)) ELSE capture END",
    "capture taken out": f"UPDATE articles SET capture = NULL WHERE number = {ANY}",
    "revision deleted": "DELETE FROM revisions",
    "fetched at": f"UPDATE captures SET fetched_at = '2001-01-01T00:00:00Z' WHERE id = {FIFTH}",
    "etag": f"UPDATE captures SET etag = '\"x\"' WHERE id = {FIFTH}",
    "body hash taken out": f"UPDATE captures SET body_hash = NULL WHERE id = {FIFTH}",
    "capture's address": f"UPDATE captures SET address = (SELECT address FROM captures WHERE id = {SIXTH})"
    f" WHERE id = {FIFTH}",
    "place taken out": f"UPDATE captures SET warc = NULL, \"offset\" = NULL WHERE id = {FIFTH}",
    "evidence disowned": f"UPDATE captures SET warc = NULL, \"offset\" = NULL, digest = NULL WHERE id = {FIFTH}",
    "a name that is no text": f"UPDATE captures SET warc = CAST(x'ff' AS TEXT) || warc WHERE id = {FIFTH}",
    "a file that is not there": f"UPDATE captures SET warc = '../' || warc WHERE id = {FIFTH}",
    "seen last before": "UPDATE articles SET last_seen = first_seen WHERE last_seen > first_seen",
    "capture deleted": f"DELETE FROM captures WHERE id = {FIFTH}",
    "half of the captures": "DELETE FROM captures WHERE id / 2 % 2",
    "first page": "UPDATE captures SET first_page = (SELECT min(id) FROM captures) WHERE first_page IS NOT NULL",
    "places swapped": 'UPDATE captures SET "offset" = (SELECT "offset" FROM captures AS c'
    f" WHERE c.id = {FIFTH} + {SIXTH} - captures.id) WHERE id IN ({FIFTH}, {SIXTH})",
    "half of the lines": "DELETE FROM listed WHERE number % 2",
    "line struck": "UPDATE listed SET stands = 0 WHERE number = (SELECT min(number) FROM listed WHERE stands)",
    "line put in": "INSERT INTO listed VALUES ('news', '9', 9, 'http://e.my399.com/news/2020-01-01/9.html', 'x', NULL,"
    " NULL, NULL, 1, 1)",
    "half of the queue": "DELETE FROM queue WHERE number % 2",
    "nothing wanted": "UPDATE queue SET wanted = 0, state = '{}' WHERE number = (SELECT max(number) FROM queue)",
    "never again": "UPDATE queue SET state = json_set(state, '$.recheck_at', '2099-01-01T00:00:00+00:00')",
    "half of the bands": "DELETE FROM _bands WHERE place % 2",
    "half of the copies": "DELETE FROM duplicates WHERE number % 2 OR number = (SELECT min(number) FROM duplicates)",
    "a copy's original": "UPDATE duplicates SET original = (SELECT min(number) FROM articles)",
    "an id": f"UPDATE articles SET id = 'a-' || id WHERE number = {ANY}",
    "a mirror as the site": f"UPDATE captures SET source = 'site' WHERE id = {FIFTH}",
    "an id of no article": "INSERT INTO _ids(internal, id) VALUES (2147483648, '12')",
    "a floor": "UPDATE sections SET floor = 99",
    "a walk's count": "UPDATE walks SET total_records = total_records + 1, gap = gap + 1 WHERE section = 'news'",
    "a report's count": "UPDATE runs SET report = json_set(report, '$.new', 0) WHERE run = 1",
    "a report's failures": "UPDATE runs SET report = json_set(report, '$.failures', json('[1]')) WHERE run = 1",
    "another's picture": "UPDATE images SET media = (SELECT max(media) FROM images) WHERE media IS NOT NULL",
    "lost though whole": f"INSERT INTO lost_captures VALUES ({FIFTH}, 1, 'damaged')",
    "the site": "UPDATE facts SET value = 'another' WHERE name = 'site'",
    "an index": "DROP INDEX articles_section",
    "a type": f"UPDATE articles SET body = CAST(body AS BLOB) WHERE number = {ANY}",
}  # fmt: skip


@pytest.mark.parametrize("name", sample(FORGERIES, 9))
def test_a_forgery_is_named(archive: Path, name: str) -> None:
    before = (archive / FILE).read_bytes()
    change(archive, FORGERIES[name])
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (archive / FILE).read_bytes() != before, "nothing was forged"
    findings = check(archive)
    assert findings.exit_code == 7


@pytest.mark.parametrize("name", sample(list(FORGERIES)[::4], 7))
def test_a_repair_puts_right_what_was_forged(archive: Path, name: str) -> None:
    before = {table: ask(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in READ}
    change(archive, FORGERIES[name])
    assert rebuild(archive, give_up=False, progress=lambda *_: None, workers=1).unread == []
    assert check(archive).problems == []
    assert {table: ask(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in READ} == before


def forge_hashes(archive: Path) -> None:
    """What the hands do that forge articles and know how the hashes of outcomes are made."""
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        numbers = [number for (number,) in connection.execute("SELECT number FROM articles")]
        for number, found in hash_articles(connection, numbers).items():
            connection.execute("UPDATE outcomes SET hash = ? WHERE number = ? AND hash IS NOT NULL", (found, number))


@pytest.mark.parametrize(
    "name",
    sample(["title", "authors", "summary", "url", "section", "created", "picture", "fetched at", "etag"]),
)
def test_a_forgery_with_hashes_made_anew_is_named_by_the_evidence(archive: Path, name: str) -> None:
    change(archive, FORGERIES[name])
    forge_hashes(archive)
    assert kinds(check(archive)) & {"articles", "captures", "images"}


def test_an_article_that_was_cleanly_deleted_is_named(archive: Path) -> None:
    number = ask(archive, f"SELECT {ANY}")[0][0]
    tables = ("articles", "images", "revisions", "queue", "listed", "duplicates", "_signatures")
    change(archive, *(f"DELETE FROM {table} WHERE number = {number}" for table in tables),
           f"DELETE FROM _bands WHERE place & 4294967295 = {number}",
           "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")  # fmt: skip
    findings = check(archive)
    assert (str(number), "articles") in {(problem.where, problem.kind) for problem in findings.problems}


def test_revisits_whose_original_is_gone_are_named(archive: Path) -> None:
    name = ask(archive, "SELECT min(warc) FROM captures")[0][0]
    (archive / "warc" / name).unlink()
    change(archive, f"DELETE FROM captures WHERE warc = '{name}'")
    findings = check(archive)
    assert any("the original of this revisit is not there" in problem.what for problem in findings.problems)


def test_a_value_of_another_type_holds_up_no_other_check(archive: Path) -> None:
    change(archive, "UPDATE articles SET authors = 5, body = 7", f"UPDATE captures SET address = 3 WHERE id = {FIFTH}",
           "UPDATE runs SET report = x'ff'", "UPDATE queue SET state = 'x'")  # fmt: skip
    assert kinds(check(archive)) >= {"runs", "queue", "articles"}
