"""What still asks for a purged article: saved searches, named and left."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.saved import make_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.cli.main import main
from tests.support.crawling import records
from tests.support.purging import HELD_TWICE


@pytest.fixture
def target() -> int:
    return HELD_TWICE


def test_saved_searches_that_quote_it_are_named_and_stay(
    archive: Path, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    title = str(records(archive)[target]["title"])
    words = title.split()
    searches = {
        "title": title.upper(),
        "id": f"harbin-today:{target}",
        "address": records(archive)[target]["url"],
        "other": '"no such words"',
        "word": words[0],
        "number": f"{target}0",
    }
    with closing(open_reader(archive)) as connection, change_user(archive) as user:
        for name, query in searches.items():
            quoted = query if name in ("word", "other") else f'"{query}"'
            save_search(user, make_search(connection, name, quoted, {}, datetime.now(UTC)))
    with pytest.raises(SystemExit):
        main(["--archive", str(archive), "purge", str(target), "--yes", "--json"])
    said = capsys.readouterr()
    assert '"searches": [\n    "address",\n    "id",\n    "title"\n  ]' in said.out
    for name in ("address", "id", "title"):
        assert f"a saved search asks for it; harbincrawl watch remove {name}\n" in said.err
