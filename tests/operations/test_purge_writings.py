"""Take-downs of what quotes an article: written in any way, in any place of a page or record, in any coding."""

from __future__ import annotations

import gzip
import random
import zlib
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from harbincrawl.operations.purge.evidence import RecordSearch, make_plan
from harbincrawl.operations.purge.marks import make_marks
from harbincrawl.operations.purge.pictures import Pictures
from harbincrawl.reread.executor import Executor
from harbincrawl.twin import Twin, TwinAnswer, make_twin, serve
from harbincrawl.warc.captures import Exchange
from harbincrawl.warc.notices import rewrite
from tests.support.crawling import ask, check_whole, crawl, records
from tests.support.families import sample
from tests.support.purging import contents, problems, run
from tests.support.sites import HARBIN_TODAY
from tests.support.warc_cases import MOMENT, make_exchange, make_writer
from tests.support.writings import WRITINGS, bare, scan

TITLE = "The metro’s second line, 第二条线路 & its trams opened"
PLACES: dict[str, str] = {
    "a paragraph": "<p>@</p>",
    "an attribute": '<a href="/about/" title="@">more</a>',
    "an attribute without quotes": "<i data-x=@></i>",
    "an address": '<a href="/search/?q=@&amp;page=2">more</a>',
    "a script": "<script>var t = @;</script>",
    "a comment": "<!-- @ -->",
    "a style": "<style>b::after { content: '@' }</style>",
    "a hidden part": "<div style='display: none'>@</div>",
    "a picture's words": "<img src=x.png alt='@'>",
    "CDATA": "<![CDATA[@]]>",
    "a text area": "<textarea>@</textarea>",
    "a data address": '<iframe src="data:text/html,@"></iframe>',
    "behind the end": "</body></html>@",
    "no page": '{"title": @}',
}
CODINGS: dict[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "utf-8": ("utf-8", "utf-8", bytes),
    "gb18030": ("gb18030", "gb2312", bytes),
    "gb18030 that says utf-8": ("gb18030", "utf-8", bytes),
    "utf-8 that says iso-8859-1": ("utf-8", "iso-8859-1", bytes),
    "utf-16": ("utf-16-le", "utf-16", bytes),
    "gzip": ("utf-8", "utf-8", gzip.compress),
    "gzip, and text behind it": ("utf-8", "utf-8", lambda data: gzip.compress(b"<p>Lions.</p>") + data),
    "deflate, cut short": ("utf-8", "utf-8", lambda data: zlib.compress(data + random.Random(1).randbytes(999))[:-50]),
    "br, cut short": ("utf-8", "utf-8", lambda data: brotli.compress(data + random.Random(1).randbytes(9999))[:-50]),
}  # fmt: skip
"""By name, of which the first word is the Content-Encoding: how a page is coded, what it claims, how it is packed."""
_INNOCENT = b"<p>The metro's second line & its trams closed: "
HEADERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "X-": lambda said: {"response_headers": [("X-Title", said)]},
    "Location": lambda said: {"status": 302, "response_headers": [("Location", f"/search/?q={said}")]},
    "Link": lambda said: {"response_headers": [("Link", f"</x>; rel=next; title*=UTF-8''{said}")]},
    "Content-Disposition": lambda said: {"response_headers": [("Content-Disposition", f'inline; filename="{said}"')]},
    "Content-Type": lambda said: {"response_headers": [("Content-Type", f"image/png; name={said}")]},
    "Referer": lambda said: {"request_headers": [("Referer", f"http://e.my399.com/search/?q={said}")]},
    "the reason": lambda said: {"reason": said},
    "the address": lambda said: {"address": f"http://e.my399.com/search/?q={said}"},
    "the name of its file": lambda said: {"origin": f"{said}.warc.gz"},
}


def list_pages(place: str, every: int) -> Iterator[tuple[str, Exchange]]:
    """A response for each so manieth way to write the title and each coding, with the title in one place."""
    for writing, write in list(WRITINGS.items())[::every]:
        if any(end in write("ab") and end in PLACES[place] for end in ("</script>", "-->")):
            continue  # it would end its place, and most of the title would stand behind it
        said = write(TITLE)
        said = said.replace(" ", "&#32;") if "without quotes" in place else said
        for coding, (codec, claim, pack) in CODINGS.items():
            page = f"<html><meta charset={claim}><title>More</title><body>{PLACES[place].replace('@', said)}<p>Tigers."
            body = pack(page.encode(codec))
            fields = [("Content-Type", f"text/html; charset={claim}"), ("Content-Length", str(len(body)))]
            packing = coding.partition(",")[0]
            fields += [("Content-Encoding", packing)] if packing in ("gzip", "deflate", "br") else []
            yield f"{writing}, {coding}", make_exchange(body=body, response_headers=fields)


def list_headers(place: str) -> Iterator[tuple[str, Exchange]]:
    for writing, write in WRITINGS.items():
        if place in ("the address", "the name of its file", "Referer") and set("#/<&") & set(
            write(TITLE).removeprefix("http://")
        ):
            continue  # such signs end an address, and a name
        yield writing, make_exchange(body=writing.encode(), **HEADERS[place](write(TITLE)))


def check_found(folder: Path, cases: Iterator[tuple[str, Exchange]]) -> None:
    """Of each case a record is removed, and none of the innocent ones between them."""
    names: list[str] = []
    innocents: list[int] = []
    with make_writer(folder) as writer:
        for name, exchange in cases:
            writer.write(exchange)
            innocent = make_exchange(body=_INNOCENT + name.encode())
            innocents.append(writer.write(innocent).offset)
            names.append(name)
    (file,) = folder.glob("*.gz")
    search = RecordSearch(make_marks(["8200"], [TITLE], HARBIN_TODAY), Pictures(), MOMENT)
    removals = make_plan([file], search, Executor(), lambda *_: None).get(file.name, {})
    offsets = {bisect(innocents, offset) for offset in removals}
    assert [name for at, name in enumerate(names) if at not in offsets] == []
    assert not removals.keys() & set(innocents)
    rewrite(file, folder / "after.warc.gz", removals)
    file.unlink()
    telling = bare(TITLE)[:20]
    left = [data for data in contents(folder) if not data.startswith(b"\x1f\x8b") and _INNOCENT not in data]
    assert [data for data in left if any(telling in said for said in scan(data))] == []


@pytest.mark.parametrize(
    ("place", "every"),
    [("a paragraph", 4), *(pytest.param(place, 1, marks=pytest.mark.attack) for place in PLACES)],
)
def test_a_page_that_quotes_it_is_found(tmp_path: Path, place: str, every: int) -> None:
    check_found(tmp_path, list_pages(place, every))


@pytest.mark.parametrize("place", sample(HEADERS, 2))
def test_a_header_that_quotes_it_is_found(tmp_path: Path, place: str) -> None:
    check_found(tmp_path, list_headers(place))


def plant(twin: Twin, target: int, cases: list[str]) -> dict[str, str]:
    """Has a page of each of some articles quote the title of another one; the cases by the paths of the pages."""
    plain, paths = twin.answer, {}
    title = next(each["title"] for each in twin.truth() if each["number"] == target)
    others = [story for number, story in sorted(twin.stories.items()) if number != target and not story.gone]
    for case, story in zip(cases, others, strict=False):
        paths[story.path] = case

    def answer(path: str, now: Any = None) -> TwinAnswer:
        made = plain(path, now)
        if path not in paths:
            return made
        writing, place = paths[path].split(", in ")
        codec = "gb18030" if b"charset=gb" in made.body.lower() else "utf-8"
        said = PLACES[place].replace("@", WRITINGS[writing](title)).encode(codec, "ignore")
        return replace(made, body=made.body.replace(b"</body>", said + b"</body>"))

    twin.answer = answer  # type: ignore[method-assign]
    return paths


@pytest.mark.parametrize(("size", "every"), [(14, 6), pytest.param(60, 1, marks=pytest.mark.attack)])
def test_nothing_that_quotes_it_is_left_in_any_file_and_the_others_are_as_before(
    tmp_path: Path, size: int, every: int
) -> None:
    twin = make_twin(7, size)
    target = int(twin.listing("news")[1].number)
    unseen = ("an attribute", "a script", "a comment", "a style", "a hidden part", "a data address")
    dice = random.Random(1)
    whole = [writing for writing in WRITINGS if not writing.startswith(("scripts", "comments"))]
    paths = plant(twin, target, [f"{writing}, in {dice.choice(unseen)}" for writing in whole[::every]])
    with serve(twin, gzip=True) as server:
        crawl(tmp_path, server, "--all", code=None)
    before = records(tmp_path)
    telling = bare(before[target]["title"])[:20]
    alike = [found for number, one in before.items() if number != target and telling in (found := bare(one["title"]))]

    def quotes(data: bytes) -> bool:
        for said in scan(data):
            # What is kept of another article in words has its title, which may begin alike.
            for title in alike if b"WARC-Type: conversion" in data[:60] else ():
                said = said.replace(title, "")
            if telling in said:
                return True
        return False

    def find_quotes() -> int:
        return sum(map(quotes, (data for data in contents(tmp_path) if len(data) < 200_000)))

    assert find_quotes() >= len(paths) > 8, "the test sees them"
    done = run(tmp_path, target)
    assert find_quotes() == 0
    assert done.holders == []
    del before[target]
    assert records(tmp_path) == before
    rows = ask(tmp_path, "SELECT address FROM captures WHERE id IN (SELECT capture FROM lost_captures)")
    lost = {address.removeprefix("http://e.my399.com") for (address,) in rows}
    assert paths.keys() <= lost
    bodies = {story.path: twin.answer(story.path).body for story in twin.stories.values()}
    innocent = {path for path, body in bodies.items() if f"{target}." not in str(body) and path not in paths}
    assert not innocent & lost
    assert problems(tmp_path) == []
    check_whole(tmp_path)
