"""What one process hands another of the pages it read: records, not pages."""

from __future__ import annotations

import gzip
import pickle
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harbincrawl.errors import WarcError
from harbincrawl.reread import spans
from harbincrawl.reread.filter import FoundArticle, RecordFilter, read_warc
from harbincrawl.reread.payloads import Payloads
from harbincrawl.reread.spans import Span, read_part
from tests.support.reread_cases import SITE, THEN, capture, response, write
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import Twin

RECORDS = RecordFilter(HARBIN_TODAY, datetime(2026, 11, 26, tzinfo=UTC), frozenset())


def make_pile(folder: Path, twin: Twin, kind: str) -> Path:
    records = [capture(twin, story.path, THEN) for story in twin.stories.values()]
    if kind == "each packed":
        return write(folder / "a.warc.gz", *map(gzip.compress, records))
    return (
        write(folder / "a.warc.gz", gzip.compress(b"".join(records)))
        if kind == "packed"
        else write(folder / "a.warc", *records)
    )


def send(path: Path) -> tuple[list[FoundArticle], bytes]:
    """The articles of a file as they come out of another process, and the bytes between."""
    sent = pickle.dumps(read_part(partial(read_warc, "article", RECORDS), Span(path)))
    return [item.result for item in pickle.loads(sent).items], sent  # noqa: S301 - our own


@pytest.mark.parametrize("kind", ["plain", "each packed", "packed"])
def test_a_page_is_not_sent_but_read_again_from_its_file(tmp_path: Path, twin: Twin, kind: str) -> None:
    path = make_pile(tmp_path, twin, kind)
    received, sent = send(path)
    assert len(received) == len(twin.stories)
    assert b"<title" not in sent
    assert all(one.page.payload is None for one in received)
    with Payloads() as payloads:
        # In any order: the pages of some articles are asked for last.
        for one in (*received, *reversed(received)):
            assert payloads.read(one.page) == twin.render(urlsplit(one.page.address).path).body


@pytest.mark.parametrize("where", ["warc", "http"])
def test_heads_count_as_what_a_worker_holds(
    tmp_path: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(spans, "LIMIT", 1 << 20)
    long, path = "a" * 300_000, next(iter(twin.stories.values())).path
    target, body = f"{SITE}{path}", twin.render(path).body
    one = response(target, body, THEN, *((f"X-A: {long}",) if where == "http" else ()),
                   fields=(("X-A", long),) if where == "warc" else ())  # fmt: skip
    part = read_part(
        partial(read_warc, "article", RECORDS), Span(write(tmp_path / "a.warc.gz", gzip.compress(one) * 40))
    )
    assert part.end < sys.maxsize and 0 < len(part.items) < 8
    assert len(pickle.dumps(part)) < 3 << 20


def test_a_file_that_became_another_one_is_named(tmp_path: Path, twin: Twin) -> None:
    path = make_pile(tmp_path, twin, "plain")
    received, _ = send(path)
    path.write_bytes(path.read_bytes().replace(b"</p>", b"</b>", 1))
    with Payloads() as payloads, pytest.raises(WarcError, match=r"a\.warc at byte \d+: the file was changed"):
        for one in received:
            payloads.read(one.page)
