"""A captured page without its own looks: its words by block, and the page written anew with some of them marked.

Nothing is left that hides, colours or marks: no style, no class, no element but those that order a text. So no page can
hide one of our marks, or show one that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain, repeat
from pathlib import PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from harbincrawl.pages.html.elements import BLOCKS

Find = Callable[[str], str | None]
"""What to write in place of an address in the page; None: nothing."""
Side = Literal["old", "new"]
_UNSEEN = frozenset("script style template iframe svg math xmp noembed title datalist rp".split())
"""Elements that are left out with all that is in them."""
_RENAMED = dict.fromkeys("section article header footer nav aside main figure hgroup form fieldset".split(), "div")
"""Elements that would be landmarks or controls."""
_WRITTEN = frozenset(
    "a p div span table caption thead tbody tfoot tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 blockquote"
    " center address pre hr br b strong i em tt code kbd samp var cite q abbr sub sup figcaption img".split()
)
"""Of all others only what is in them is written: they do nothing, hide something, or look like a mark."""
_VOID = frozenset(("hr", "br", "img"))
_NUMBERS = frozenset(("colspan", "rowspan", "start", "value"))
_BREAKS = BLOCKS | {"br", "option"}
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Letters of scripts without spaces: each is a word of its own."""
PICTURE = "\ufffc"
"""What stands for a picture in a text."""
_NOTHING = "\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Signs that nobody sees."""
_WORD = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+|[^\s\w{_NOTHING}]")
_LONGEST = 200
"""Characters of a picture's name."""
_MARK = (
    "all:initial!important;font:inherit!important;font-size:max(1em,13px)!important;white-space:inherit!important;"
    "unicode-bidi:isolate!important;-webkit-box-decoration-break:clone!important;box-decoration-break:clone!important;"
    "print-color-adjust:exact!important;padding:0 2px!important;cursor:inherit!important;"
)
MARKS: dict[Side, tuple[str, str]] = {
    "old": ("del", f"{_MARK}background:#fadfda!important;color:#82200f!important;text-decoration:line-through"),
    "new": ("ins", f"{_MARK}background:#dbeedd!important;color:#0b4d18!important;text-decoration:underline 2px"),
}
"""Name and style of what marks a word that only the older, or only the newer page has."""
PLAIN_STYLE = (
    "<style>img{max-width:100%;height:auto}table{max-width:100%}"
    f"{''.join(f'{name}{{{style}!important}}' for name, style in MARKS.values())}</style>\n"
)
"""All the style that such a page has."""
_MOST_STYLED = 1000
"""Marks that have their style themselves, too: a page may have fifty thousand."""


class Block(NamedTuple):
    """A piece of a page that stands on lines of its own."""

    words: list[str]
    """Words, signs, and names of pictures."""
    text: str
    chunks: list[tuple[int, int]]
    """(where in `text` it begins, number of the chunk of the page)."""


class Page:
    """A page as its elements are reported: its words by block, and what to write of it."""

    def __init__(self, find_link: Find, find_picture: Find) -> None:
        self._find_link, self._find_picture = find_link, find_picture
        self.reset()

    def reset(self) -> None:
        """Forgets what was reported before."""
        self.blocks: list[Block] = []
        self.chunks: list[str] = []
        """Tags as they are written, and texts as they are read."""
        self._texts: set[int] = set()
        self._unseen = self._bodies = 0
        self._begin_block()

    def _begin_block(self) -> None:
        self._pieces: list[str] = []
        self._pictures: list[str] = []
        self._places: list[tuple[int, int]] = []
        self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None:
        """An element begins."""
        if self._unseen or tag in _UNSEEN:
            self._unseen += 1
            return
        self._bodies += tag == "body"
        if tag in _BREAKS:
            self._close_block()
        name = _RENAMED.get(tag, tag)
        if self._bodies and name in _WRITTEN:
            if name == "img":
                self._add(PICTURE)
                self._pictures.append(f"picture {_name_picture(attributes)}")
            self.chunks.append(self._write_start(name, attributes))

    def end(self, tag: str, /) -> None:
        """An element ends."""
        if self._unseen:
            self._unseen -= 1
            return
        name = _RENAMED.get(tag, tag)
        if self._bodies and name in _WRITTEN and name not in _VOID:
            self.chunks.append(f"</{name}>")
        if tag in _BREAKS:
            self._close_block()
        self._bodies -= tag == "body"

    def data(self, text: str, /) -> None:
        """A piece of text."""
        if self._bodies and not self._unseen:
            self._texts.add(len(self.chunks))
            # Only we write what stands for a picture.
            self._add(text.replace(PICTURE, " "))
            self.chunks.append(text)

    def _add(self, text: str) -> None:
        self._places.append((self._length, len(self.chunks)))
        self._pieces.append(text)
        self._length += len(text)

    def _close_block(self) -> None:
        if self._length:
            text = "".join(self._pieces)
            words: list[str] = _WORD.findall(text)
            if self._pictures:
                names = iter(self._pictures)
                words = [next(names) if word == PICTURE else word for word in words]
            if words:
                self.blocks.append(Block(words, text, self._places))
            self._begin_block()

    def _write_start(self, name: str, attributes: Mapping[str, str]) -> str:
        kept = {key: attributes[key] for key in ("alt", "lang") if key in attributes}
        kept |= {key: attributes[key] for key in _NUMBERS & attributes.keys() if attributes[key].isdecimal()}
        if attributes.get("dir", "").lower() in ("ltr", "rtl"):
            kept["dir"] = attributes["dir"]
        if name == "a" and (link := self._find_link(attributes.get("href", ""))):
            kept |= {"href": link, "target": "_top"}
        elif name == "img" and (picture := self._find_picture(attributes.get("src", ""))):
            kept["src"] = picture
        written = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
        return f"<{name}{written}>"

    def write(self, side: Side, marked: Sequence[tuple[int, int]]) -> str:
        """The page's body with the words `begin` to `end` of each of `marked` in marks."""
        cuts: dict[int, list[tuple[int, int]]] = {}
        for number, begin, end in _cut(self.blocks, marked):
            cuts.setdefault(number, []).append((begin, end))
        name, style = MARKS[side]
        openings = chain(repeat(f'<{name} style="{style}!important">', _MOST_STYLED), repeat(f"<{name}>"))
        closing = f"</{name}>"
        written: list[str] = []
        for number, chunk in enumerate(self.chunks):
            spans = cuts.get(number, ())
            if number not in self._texts:
                written.append(f"{next(openings)}{chunk}{closing}" if spans else chunk)
                continue
            at = 0
            for begin, end in spans:
                inner = escape(chunk[begin:end], quote=False)
                written += [escape(chunk[at:begin], quote=False), next(openings) if inner.strip() else "", inner]
                written.append(closing if inner.strip() else "")
                at = end
            written.append(escape(chunk[at:], quote=False))
        return "".join(written)


def _cut(blocks: Sequence[Block], marked: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(number of a chunk, begin, end in it) of what is marked, in the order of the page."""
    spans = iter(marked)
    span = next(spans, None)
    first = 0
    for block in blocks:
        last = first + len(block.words)
        if span is None or span[0] >= last:
            first = last
            continue
        places = find_places(block.text)
        bounds = [*(place for place, _ in block.chunks), len(block.text)]
        while span is not None and span[0] < last:
            begin = places[max(span[0], first) - first][0]
            end = places[min(span[1], last) - first - 1][1]
            for at, (place, number) in enumerate(block.chunks):
                low, high = max(begin, place), min(end, bounds[at + 1])
                if low < high:
                    yield number, low - place, high - place
            if span[1] > last:
                break
            span = next(spans, None)
        first = last


def find_places(text: str) -> list[tuple[int, int]]:
    """Where each word of a block's text begins and ends."""
    return [match.span() for match in _WORD.finditer(text)]


def _name_picture(attributes: Mapping[str, str]) -> str:
    """What tells one picture from another: the end of its address, and its words."""
    try:
        name = PurePosixPath(urlsplit(attributes.get("src", "")).path).name
    except ValueError:
        name = ""
    return f"{name[:_LONGEST]} {attributes.get('alt', '')[:_LONGEST]}".strip()


def read_page(text: str, find_link: Find = lambda _: None, find_picture: Find = lambda _: None) -> Page:
    """A page from its source."""
    from harbincrawl.pages.html.parser import parse_page  # costs a start 80 ms

    page = Page(find_link, find_picture)
    if not parse_page(text, page):
        # It has no markup at all.
        parse_page(f"<p>{text}", page)
    return page
