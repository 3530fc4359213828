"""Take-downs of pictures: all that an article ever showed go, and none that another article shows, too."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.twin.pictures import draw_picture
from tests.support.crawling import ask, crawl, records
from tests.support.purging import contents, problems, run
from tests.support.twin import Twin, TwinAnswer, changes, make_twin, serve
from tests.support.twin.newsroom.model import Picture

TARGET = 1265
"""An article of seven pages with a picture each."""
OTHER, THIRD = 5047, 4840
FOLDER = "/d/file/2015-02-10/1265_"


@pytest.fixture
def twin() -> Twin:
    twin = make_twin(7, 40)
    assert [story.page_count for number, story in twin.stories.items() if number == TARGET] == [7]
    return twin


def show(twin: Twin, number: int, place: int, source: str) -> None:
    """Puts another picture in the place of one of an article; its words stay."""
    story = twin.stories[number]
    at = [n for n, block in enumerate(story.blocks) if isinstance(block, Picture) and block.src][place]
    with twin.lock:
        block = story.blocks[at]
        assert isinstance(block, Picture)
        story.blocks = (*story.blocks[:at], replace(block, src=source), *story.blocks[at + 1 :])


def send(twin: Twin, pictures: dict[str, bytes]) -> None:
    """Has the twin send other bytes for some pictures."""
    plain = twin.answer

    def answer(path: str, now: object = None) -> TwinAnswer:
        made = plain(path, now)  # type: ignore[arg-type]
        return replace(made, body=pictures[path]) if path in pictures else made

    twin.answer = answer  # type: ignore[method-assign]


def list_pictures(archive: Path) -> set[str]:
    return {path.name for path in (archive / "media").iterdir()}


def name_of(data: bytes, ending: str = "png") -> str:
    return f"{hashlib.sha256(data).hexdigest()}.{ending}"


def find_bytes(archive: Path, data: bytes) -> bool:
    return any(data[24:] in each for each in contents(archive))


@pytest.mark.attack
def test_every_picture_that_it_ever_showed_goes(tmp_path: Path, twin: Twin) -> None:
    archive = tmp_path / "archive"
    earlier = draw_picture(f"{FOLDER}3.jpg")
    later, silent, worded = (draw_picture(path) + b"\0" for path in ("later", "silent", "worded"))
    shared = draw_picture("/of two articles")
    sent = {f"{FOLDER}2.jpg": shared, "/d/file/2023-03-06/5047_0.jpg": shared}
    send(twin, sent)
    with serve(twin, conditional=False) as server:
        first = [draw_picture(f"{FOLDER}{place}.jpg") for place in (0, 1, 3, 4, 5, 6)]
        # One address for two articles.
        show(twin, THIRD, 0, f"{FOLDER}1.jpg")
        crawl(archive, server, "--all", "--images")
        # Replaced without another wording, on the last page; and with one.
        sent |= {f"{FOLDER}6-b.jpg": silent, f"{FOLDER}0-b.jpg": worded, f"{FOLDER}3.jpg": later}
        show(twin, TARGET, 6, f"{FOLDER}6-b.jpg")
        show(twin, TARGET, 3, f"{FOLDER}3-b.jpg")
        crawl(archive, server, "--all", "--images", "--recheck", "all")
        assert ask(archive, "SELECT revision FROM articles WHERE number = ?", TARGET) == [(1,)]
        # Back at its address with other bytes; what was shown in between is in no row any more.
        show(twin, TARGET, 3, f"{FOLDER}3.jpg")
        show(twin, TARGET, 0, f"{FOLDER}0-b.jpg")
        changes.edit(twin, TARGET, "title")
        crawl(archive, server, "--all", "--images", "--recheck", "all")
    between = draw_picture(f"{FOLDER}3-b.jpg")
    gone = [each for each in (*first, earlier, later, silent, worded, between) if each != first[1]]
    assert {name_of(each) for each in gone} <= list_pictures(archive), "the test sees them"
    others = {path for (path,) in ask(archive, "SELECT media FROM images WHERE number != ?", TARGET) if path}
    before = records(archive)
    run(archive, TARGET)
    assert list_pictures(archive) == others
    assert {name_of(shared), name_of(first[1])} <= others
    for each in gone:
        assert not find_bytes(archive, each)
    named = [address for (address,) in ask(archive, "SELECT address FROM captures") if FOLDER in address]
    assert {address.rpartition("_")[2] for address in named} == {"1.jpg", "2.jpg"}
    assert not any(f"{FOLDER}{place}".encode() in data for place in "03456" for data in contents(archive))
    del before[TARGET]
    assert records(archive) == before
    assert problems(archive) == []
    assert find_bytes(archive, shared)
    assert find_bytes(archive, first[1])
    run_job(archive, ExportJob(str(tmp_path / "all.wacz")))
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        (tmp_path / "wacz").mkdir()
        wacz.extractall(tmp_path / "wacz")
    assert not any(find_bytes(tmp_path / "wacz", each) for each in gone)


def test_pictures_of_earlier_wordings_of_others_stay(tmp_path: Path, twin: Twin) -> None:
    with serve(twin, conditional=False) as server:
        show(twin, OTHER, 0, f"{FOLDER}1.jpg")
        crawl(tmp_path, server, "--all", "--images")
        show(twin, OTHER, 0, "/d/file/2023-03-06/5047_0.jpg")
        changes.edit(twin, OTHER, "title")
        crawl(tmp_path, server, "--all", "--images", "--recheck", "all")
    assert FOLDER in json.dumps(ask(tmp_path, "SELECT images FROM revisions WHERE number = ?", OTHER))
    run(tmp_path, TARGET)
    assert find_bytes(tmp_path, draw_picture(f"{FOLDER}1.jpg"))
    assert name_of(draw_picture(f"{FOLDER}1.jpg")) in list_pictures(tmp_path)
    assert problems(tmp_path) == []
