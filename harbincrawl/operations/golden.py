"""Proves a site file by its golden lines: what a person sees on a page, and the record that it should give.

`golden/NAME.lines.txt` beside the site file has a line of the page on each line, links as `[words](address)`, pictures
as `![words](address)`, a heading behind `# `; or `golden/NAME.html` is the page itself, as `explain --save` writes it.
`golden/NAME.json` has the record: of an article the keys of an exported one, of a list `url` and `lines`; a key that is
not there is not compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from harbincrawl.errors import NotAnArticle, PageTooLargeError, SiteFileError, SpecialFileError
from harbincrawl.fields import KEYS, READ_KEYS
from harbincrawl.files import open_part
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.html.line import Line, LineImage, Link
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article, Listing
from harbincrawl.sites import Site
from harbincrawl.text import clean, shorten, suggest

from .golden_pair import Head, describe_pair, read_head

FOLDER = "golden"
ENDING = ".lines.txt"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\[\]]*)\]\((?P<address>[^()\s]+)\)")
_LETTER = re.compile(r"[^\W\d_]")
_LEFT_OUT = {*KEYS, "number", "key"}.difference(READ_KEYS) | {"summary", "word_count"}
"""Keys of a record that no single page tells; those of ids are in the address already."""
_ITEMS = {"body": "body, paragraph {}", "images": "images {}", "lines": "line {} of the list"}
"""What is compared item by item, and how messages name an item."""
_SHOWN = 80


@dataclass(frozen=True)
class Golden:
    """A page as lines, and the record that it should give."""

    path: Path
    """Of the lines."""
    texts: tuple[str, ...]
    record: Mapping[str, Any]
    page: Document
    head: Head | None = None
    """What the page says of itself."""

    def fail(self, key: str, expected: object, found: object, *near: object) -> NoReturn:
        """Raises SiteFileError, which names the line that has one of the texts `near`, or what was expected."""
        line = self._find_line((*near, expected, found))
        what = "line" if self.path.name.endswith(ENDING) else "visible line"
        raise SiteFileError(f"{self.path} {what} {line}: {key}: expected {_show(expected)}, read {_show(found)}")

    def _find_line(self, texts: tuple[object, ...]) -> int:
        for text in texts:
            if isinstance(text, str) and text.strip():
                for number, line in enumerate(self.texts, 1):
                    if text in line or text in _plain(line):
                        return number
        return 1


def check_goldens(path: Path, site: Site, today: date) -> int:
    """How many pages beside the site file at `path` give their record. Raises SiteFileError for one that does not."""
    goldens = list(read_goldens(path))
    for golden in goldens:
        address = golden.record.get("url") or golden.record.get("address")
        canonical = site.canonical(address) if isinstance(address, str) else None
        meaning = site.read_address(canonical) if canonical else None
        if canonical is None or meaning is None:
            raise SiteFileError(
                f"{golden.path} line 1: url: {_show(address)} is no address of an article or a list of {site.base}"
            )
        record: Article | Listing
        try:
            if meaning.kind == "article":
                day = golden.head.day if golden.head else None
                record = read_article(golden.page, canonical, site, today=day or today)
            else:
                record = read_listing(golden.page, canonical, site)
        except NotAnArticle as error:
            raise SiteFileError(f"{golden.path} line 1: it is no article: {error.reason}") from None
        _compare_record(golden, record, site)
    return len(goldens)


def read_goldens(path: Path) -> Iterator[Golden]:
    """The goldens of the site file at `path`; those named after another file in its folder are that one's."""
    folder = path.parent / FOLDER
    others = [f"{other.stem}-" for other in path.parent.glob("*.toml") if other.stem != path.stem]
    for source in sorted((*folder.glob(f"*{ENDING}"), *folder.glob("*.html"))):
        if any(source.name.startswith(other) for other in others):
            continue
        record = _find_record(source)
        try:
            written, stored = _read_part(source), _read_part(record)
            values = json.loads(stored.decode("utf-8-sig"))
        except SpecialFileError as error:
            raise SiteFileError(str(error)) from None
        except OSError as error:
            raise SiteFileError(f"{error.filename}: cannot be read: {error.strerror}") from None
        except json.JSONDecodeError as error:
            raise SiteFileError(f"{record} line {error.lineno}: not valid JSON: {error.msg}") from None
        except UnicodeDecodeError:
            raise SiteFileError(f"{record}: it is not UTF-8") from None
        if not isinstance(values, dict):
            raise SiteFileError(f"{record} line 1: expected an object")
        yield _read_golden(source, written, values)


def _read_part(path: Path) -> bytes:
    with open_part(path) as stream:
        return stream.read()


def _find_record(source: Path) -> Path:
    return source.with_name(source.name.removesuffix(ENDING).removesuffix(".html") + ".json")


def _read_golden(source: Path, written: bytes, values: Mapping[str, Any]) -> Golden:
    if source.suffix == ".html":
        try:
            page = read_document(decode_page(written), str(source))
        except PageTooLargeError as error:
            raise SiteFileError(f"{source}: {error.reason}") from None
        return Golden(source, tuple(line.text for line in page.lines), values, page, read_head(written))
    try:
        texts = tuple(written.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError:
        raise SiteFileError(f"{source}: it is not UTF-8") from None
    return Golden(source, texts, values, Document(read_lines(texts), values.get("document_title"), None, None))


def read_lines(texts: tuple[str, ...]) -> list[Line]:
    """The lines of a page as the reader takes them; empty ones are none."""
    made = []
    for written in texts:
        heading = written.startswith("# ")
        text = written[2:] if heading else written
        pictures = [match for match in _LINK.finditer(text) if match["picture"]]
        links = [Link(match["address"], " ".join(match["words"].split())) for match in _LINK.finditer(text)
                 if not match["picture"]]  # fmt: skip
        rest = " ".join(_LINK.sub(" ", text).split())
        if pictures:
            made.append(Line("", images=[LineImage(each["address"], each["words"] or None) for each in pictures]))
        if plain := _plain(text):
            is_link = bool(links) and not _LETTER.search(rest)
            made.append(Line(plain, links, rest, is_link, heading=heading, emphasis=heading))
    return made


def _plain(text: str) -> str:
    """The words of a line, without what marks its links."""
    return " ".join(
        _LINK.sub(lambda match: "" if match["picture"] else match["words"], text.removeprefix("# ")).split()
    )


def _compare_record(golden: Golden, record: Article | Listing, site: Site) -> None:
    """Raises SiteFileError where `record` is otherwise than the golden one; what that leaves out is not compared."""
    found = describe_pair(record)
    is_article = isinstance(record, Article)
    if is_article:
        found["section_path"] = found["section_path"] or None
        found = {key: value for key, value in found.items() if key not in _LEFT_OUT}
    else:
        found["url"] = found["address"]
        found["lines"] = [line | {"address": line["url"], "updated": line["date"]} for line in found["lines"]]
    for key, expected in golden.record.items():
        if is_article and (key in _LEFT_OUT or key == "address"):
            continue
        if key not in found:
            _refuse_unknown(golden, key, found)
        if key in ("url", "address"):
            # It says which page this is; only a further page may have another one than its article.
            if is_article and found["page"] == 1 and site.canonical(str(expected)) not in (found[key], None):
                golden.fail(key, expected, found[key])
        elif key in _ITEMS:
            _compare_items(golden, key, expected, found[key], site)
        elif expected != found[key]:
            golden.fail(key, expected, found[key])


def _compare_items(golden: Golden, key: str, expected: Any, found: Sequence[Any], site: Site) -> None:
    """The same of paragraphs, pictures or lines of a list: one by one, and whether there are as many."""
    if key == "body" and not isinstance(expected, list):
        expected = str(expected).split("\n\n") if expected else []
    if key == "images" and (not isinstance(expected, list) or len(expected) != len(found)):
        count = len(expected) if isinstance(expected, list) else expected
        golden.fail(key, count, len(found), *(each["caption"] for each in found))
    for number, (one, other) in enumerate(zip(expected, found, strict=False), 1):
        where = _ITEMS[key].format(number)
        if key == "body":
            if one != other:
                golden.fail(where, one, other)
            continue
        for name, value in one.items():
            if key == "lines" and name not in other and name not in _LEFT_OUT:
                _refuse_unknown(golden, name, other)
            if name in ("url", "address") and key == "lines":
                value = site.canonical(str(value)) or value
            if name in other and value != other[name]:
                golden.fail(f"{where}, {name}", value, other[name], one.get("title"))
    if len(expected) == len(found):
        return
    if key == "body":
        one, other = ([*each, None][min(len(expected), len(found))] for each in (expected, found))
        golden.fail(_ITEMS[key].format(min(len(expected), len(found)) + 1), one, other)
    rest = [each.get("title") for each in (*expected[len(found) :], *found[len(expected) :])]
    golden.fail("lines of the list", len(expected), len(found), *rest)


def _refuse_unknown(golden: Golden, key: str, known: Mapping[str, Any]) -> NoReturn:
    hint = suggest(key, known, otherwise=f"; known: {', '.join(known)}")
    record = _find_record(golden.path)
    line = next((n for n, each in enumerate(record.read_text("utf-8-sig").splitlines(), 1) if f'"{key}"' in each), 1)
    raise SiteFileError(f'{record} line {line}: unknown key "{clean(key)}"{hint}')


def _show(value: object) -> str:
    return shorten(clean(json.dumps(value, ensure_ascii=False, default=str)), _SHOWN)
