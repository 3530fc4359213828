"""`crawl --images`: pictures of the site's own host, kept by what they are, wanted again while they are missing."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from harbincrawl.pipelines.store import find_picture_type
from harbincrawl.twin.pictures import draw_picture
from tests.support.crawling import NEWS_AND_GALLERY, ask, crawl, execute
from tests.support.twin import Server, Twin, make_twin, serve
from tests.support.twin.faults import Fault
from tests.support.twin.newsroom.model import Picture
from tests.support.twin.server import Told


@pytest.fixture
def twin() -> Twin:
    return make_twin(3, 24, sections=("news", "gallery"))


def sources(twin: Twin) -> list[str]:
    """The paths of all pictures, each once."""
    found = [block.src for story in twin.stories.values() for block in story.blocks if isinstance(block, Picture)]
    return sorted({src for src in found if src})


def kept(archive: Path) -> dict[str, str | None]:
    return dict(ask(archive, "SELECT url, media FROM images WHERE url IS NOT NULL"))


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests if request.path.startswith("/d/file/")]


def test_pictures_are_kept_by_hash_with_their_evidence_and_missing_ones_wanted_again(
    tmp_path: Path, twin: Twin
) -> None:
    paths = sources(twin)
    gone, page, forbidden, huge = paths[:4]
    twin.faults = {
        gone: Fault("404", 1),
        page: Fault("home", 1),
        forbidden: Fault("redirect", 1, to="http://www.example.com/x.png"),
        huge: Fault("bomb", 1, megabytes=40),
    }
    with serve(twin) as server:
        found = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--images", code=3).report
        assert found["images"] == {"wanted": len(paths), "kept": len(paths) - 4, "failed": 4}
        told = {failure["address"].removeprefix("http://e.my399.com"): failure for failure in found["failures"]}
        assert told[gone]["reason"] == "HTTP 404"
        assert told[page]["reason"] == "it is no JPEG, PNG, GIF, WebP or BMP picture"
        assert (told[forbidden]["class"], told[huge]["class"]) == ("refused", "too-large")
        again = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--images").report
        assert again["images"] == {"wanted": 4, "kept": 4, "failed": 0}
    media = kept(tmp_path)
    for path in paths:
        body = draw_picture(path)
        # The twin's addresses say .jpg, its pictures are PNG.
        name = media[f"http://e.my399.com{path}"]
        assert name == f"{hashlib.sha256(body).hexdigest()}.png"
        assert (tmp_path / "media" / name).read_bytes() == body
    proven = "SELECT count(DISTINCT address) FROM captures WHERE address LIKE '%/d/file/%' AND warc IS NOT NULL"
    assert ask(tmp_path, proven) == [(len(paths),)]


@pytest.mark.attack
def test_larger_ones_than_allowed_and_those_of_other_hosts_are_not_kept(tmp_path: Path, twin: Twin) -> None:
    (tmp_path / "config.toml").write_text("image_max_bytes = 60\n")
    story = next(story for story in twin.stories.values() if story.listed and story.page_count == 1)
    elsewhere = Picture("http://127.0.0.2:9/secret.png", "A picture from elsewhere", "Xinhua")
    story.blocks = (*story.blocks, elsewhere)
    with serve(twin) as server:
        found = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--images", code=3).report
    assert found["images"]["kept"] == 0
    assert {failure["class"] for failure in found["failures"]} == {"too-large"}
    assert kept(tmp_path)["http://127.0.0.2:9/secret.png"] is None
    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (b"\xff\xd8\xff\xe0 jfif", "jpg"),
        (draw_picture("/x"), "png"),
        (b"GIF89a...", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"BM......", "bmp"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', None),
        (b'<?xml version="1.0"?><svg/>', None),
        (b"<html>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_picture_is_what_its_first_bytes_say(body: bytes, ending: str | None) -> None:
    assert find_picture_type(body) == ending


def test_pictures_of_any_name_are_evidence_that_verify_and_purge_find(tmp_path: Path) -> None:
    names = ("a b.jpg", "太阳岛.jpg", "%e5%a4%aa.jpg?x=1 2", 'a|b"{}^`.jpg')
    images = "".join(f"<img src='/d/file/{name}'>" for name in names)
    page = f"<h1>A title</h1><p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p><p>Words.</p>{images}"
    lines = "<div><a href=/news/2020-01-01/7.html>A title</a> 2020-01-01<br>Words.</div>"

    def answer(path: str) -> Told | None:
        if path.startswith("/d/file/"):
            return 200, {"Content-Type": "image/png"}, draw_picture(path)
        found = {"/news/": lines, "/news/2020-01-01/7.html": page}.get(path)
        return found and (200, {"Content-Type": "text/html; charset=utf-8"}, found.encode())

    with serve(None, told=answer) as server:
        assert crawl(tmp_path, server, "--images").report["images"] == {"wanted": 4, "kept": 4, "failed": 0}
    addresses = [row[0] for row in ask(tmp_path, "SELECT address FROM captures WHERE address LIKE '%/d/file/%'")]
    assert len(addresses) == len(names)
    assert all(address.isascii() and " " not in address for address in addresses)
    execute(tmp_path, "verify", code=0)
    assert execute(tmp_path, "purge", "7", "--yes")[0] in (0, 3)
    stored = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "warc").glob("*.gz"))
    assert [path for path in asked(server) if draw_picture(path) in stored] == []
