"""The most used reader of feeds on ours: nothing to complain of, and every entry as the article has it."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harbincrawl.text import clean
from tests.support.archives import build_archive
from tests.support.web_site import build_hostile, running

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("feed", ["/search.atom", "/search.atom?q=snow"])
@pytest.mark.parametrize("kind", ["plain", "hostile"])
def test_feedparser_reads_every_feed_without_a_complaint(tmp_path: Path, feed: str, kind: str) -> None:
    feedparser = pytest.importorskip("feedparser")
    archive = tmp_path / "archive"
    if kind == "hostile":
        build_hostile(archive)
    else:
        build_archive(archive, [{"number": each, "title": f"Snow {each} & <ice>"} for each in range(1, 70)])
    with running(archive) as site:
        read = feedparser.parse(site.ask(feed).body)
        assert not read.bozo
        assert read.version == "atom10"
        assert kind == "hostile" or len(read.entries) == 50
        assert read.entries
        for entry in read.entries:
            article = site.json(f"{urlsplit(entry.link).path}.json")
            assert entry.id.endswith(f":{article['id']}")
            assert entry.updated == article["last_changed"]
            assert entry.title == clean(article["title"])
            body = html.escape(clean(article["body"] or ""), quote=False).split("\n\n")
            assert all(f"<p>{paragraph}</p>" in entry.content[0].value for paragraph in filter(None, body))
