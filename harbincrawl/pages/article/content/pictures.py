"""Pictures, their captions and credits, and the file names that stand for them: what belongs to which."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import SEAM, Line, LineImage, is_within, shared_depth
from harbincrawl.pages.roles import Reason, Role
from harbincrawl.records import Image

_FILE_NAME = re.compile(r"[^\s/\\:*?\"<>|][^/\\:*?\"<>|]{0,90}\.(?:jpe?g|png|gif|bmp|webp|tiff?)", re.IGNORECASE)
_LAST_LETTERS = frozenset("gfpGFP")
"""With which all these endings end."""
_CREDIT = re.compile(r"\s*[\[［]\s*(?P<credit>[^\[\]［］]{1,120}?)\s*[\]］]\s*[.。]?$")
_OWNER = re.compile(
    r"photo|picture|image|图|摄|/|\.(?:com|cn|net|org)\b|xinhua|\bvcg\b|\bcfp\b|china daily|provided|courtesy",
    re.IGNORECASE,
)
"""What a credit says of itself."""
_NO_CREDIT = re.compile(
    r"sic$|(?:part|chapter|note|page|figure|table|fig)\.?\s*\d|(?:translated|edited|written|compiled) by\b"
    r"|(?:editor's )?note\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"(?:photo|picture|image)s?\s*(?:/|:|by\b|from\b|provided\b|courtesy\b)", re.IGNORECASE)
"""How a credit without brackets begins."""
_CREDIT_LABEL = re.compile(r"(?:(?:photo|picture|image)s? )?credits?\s*[:：]\s*", re.IGNORECASE)
_PUBLISHER = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:com|cn|net|org|info|tv)(?:\.[a-z]{2})?"
    r"|(?:[A-Z][\w’'&.-]*\s+){1,4}"
    r"(?:Daily|Times|Post|Herald|Gazette|Tribune|Weekly|Journal|Press|(?:News )?Agency)(?: Online)?"
    r"|Xinhua(?: News(?: Agency)?)?|Reuters|CCTV|CGTN|AFP"
    r"|[\u3400-\u9fff]{1,10}(?:[网报]|日报|晚报|时报|新华社|通讯社|电视台)"
)
"""The name of a publisher, by its form."""
_LONGEST_NAME = 40
"""Characters of one, and of a credit alone on its line."""
_LETTERS = re.compile(r"[^\W\d_]{2}")


def is_file_name(text: str) -> bool:
    """True for the name of a picture's file and nothing else; a look at the end spares nearly every line the rest."""
    return text[-1:] in _LAST_LETTERS and _FILE_NAME.fullmatch(text) is not None


def split_credit(text: str) -> tuple[str, str] | None:
    """(words, credit) of a line that ends in a credit in square brackets; None for any other line."""
    return _split_credit(text) if text.rstrip(" .。").endswith(("]", "］")) else None


@lru_cache(maxsize=64)
def _split_credit(text: str) -> tuple[str, str] | None:
    """Kept for the few captions of a page, each of which is asked for five times."""
    match = _CREDIT.search(text)
    if not match or not _LETTERS.search(match["credit"]):
        return None
    return text[: match.start()].rstrip(), match["credit"]


def is_publisher(text: str) -> bool:
    """True for words that are the name of a paper, an agency or a broadcaster, or the domain of a site."""
    return len(text) <= _LONGEST_NAME and _PUBLISHER.fullmatch(text) is not None


def split_caption(line: Line, *, is_placed: bool = False) -> tuple[str, str] | None:
    """(words, credit) of a line with a credit in square brackets, or of a caption by its place with one in an element.

    Where the credit is a line of its own it has no words.
    """
    if found := split_credit(line.text):
        return found
    last = (line.marked or line.text).rpartition(SEAM)[2].strip() if is_placed or line.figcaption else ""
    credit = _read_credit(last) if line.text.endswith(last) else None
    return (line.text[: -len(last)].rstrip(), credit) if credit else None


def _read_credit(words: str) -> str | None:
    """The credit that all of these words are, without brackets; None for any others."""
    label = _CREDIT_LABEL.match(words)
    if not (label or _SAID.match(words) or is_publisher(words)):
        return None
    return words[label.end() :] if label else words


def find_credit(lines: Sequence[Line], at: int) -> str | None:
    """The credit that line `at` is, right below its picture, in an element with it and perhaps its caption alone."""
    line = lines[at]
    credit = _read_credit(line.text) if at and len(line.text) <= _LONGEST_NAME else None
    if not credit or line.is_link or all(image.small for image in lines[at - 1].images):
        return None
    holder = line.path[: shared_depth(line.path, lines[at - 1].path)]
    beside = (near for near in (*lines[max(0, at - 2) : at], *lines[at + 1 : at + 4]) if is_within(near.path, holder))
    others = [near for near in beside if near.text and not is_file_name(near.text)]
    return credit if len(others) <= 1 else None


def is_credit(words: str, *, near_picture: bool) -> bool:
    """True where words in square brackets say whose picture it is; `near_picture`: one stands close by."""
    return not _NO_CREDIT.match(words) if near_picture else bool(_OWNER.search(words))


@dataclass(slots=True)
class _Draft:
    """A picture while its words are still being looked for."""

    url: str | None
    caption: str | None = None
    credit: str | None = None
    file_name: str | None = None
    named: bool = False


class Pictures:
    """Gives each caption and file name its picture: the one before it, else the one behind it."""

    def __init__(self, page: SitePage) -> None:
        self.page = page
        self.found: list[_Draft] = []
        self.captions: deque[tuple[str | None, str | None]] = deque()
        """Captions that wait for the next picture."""
        self.file_name: str | None = None
        """A file name that waits for the next picture."""
        self.group: list[_Draft] = []
        """Pictures in a row that have no caption yet."""
        self.due: deque[_Draft] = deque()
        """Those of the group that the captions at hand, which stand in a row, belong to."""
        self.captioned: _Draft | None = None
        """The picture of the caption right above."""

    def collect(self, lines: Sequence[Line], reasons: Sequence[Reason]) -> list[Image]:
        """The pictures of `lines` in order; `reasons` says of each line what it is."""
        before = Role.UNACCOUNTED
        # Members of an enumeration by their names of the module take five times as long, and all lines are asked.
        paragraph, shown, named, captioned = Role.PARAGRAPH, Role.PICTURE, Role.FILE_NAME, Role.CAPTION
        credit = Role.CREDIT
        placed_above, held_above = Reason.PLACED_ABOVE, Reason.HELD_ABOVE
        for at, (line, reason) in enumerate(zip(lines, reasons, strict=True)):
            role = reason.role
            self.captioned = self.captioned if role is captioned else None
            if role is paragraph:
                self.group = []
            elif role is shown:
                for picture in line.images:
                    if not picture.small:
                        self._add(picture)
            elif role is credit and self.group:
                self.group[-1].credit = _read_credit(line.text)
                continue
            elif role is named:
                self._name(line.text, adjacent=before is shown)
            elif role is captioned:
                words, owner = split_caption(line, is_placed=True) or (line.text, None)
                if reason is placed_above or reason is held_above:
                    self.captions.append((words, owner))
                else:
                    self._caption(words or None, owner, reasons, at)
            before = role
        if self.file_name and self.found and not self.found[-1].named:
            self.found[-1].file_name = self.file_name
        # A caption whose picture the page does not show: its words are kept.
        self.found += [_Draft(None, caption, credit) for caption, credit in self.captions]
        return [Image(one.url, one.caption, one.credit, one.file_name) for one in self.found]

    def _add(self, picture: LineImage) -> None:
        address = self.page.site.absolute(picture.src, self.page.base)
        if address is None:
            return
        printed = picture.alt if picture.alt and is_file_name(picture.alt) else self.file_name
        self.file_name = None
        last = unquote(urlsplit(address).path.rsplit("/", 1)[-1])
        draft = _Draft(address, file_name=printed or last or None, named=printed is not None)
        self.found.append(draft)
        if self.captions:
            draft.caption, draft.credit = self.captions.popleft()
        else:
            self.group.append(draft)

    def _name(self, text: str, *, adjacent: bool) -> None:
        if adjacent and self.found and not self.found[-1].named:
            self.found[-1].file_name, self.found[-1].named = text, True
        else:
            self.file_name = text

    def _caption(self, caption: str | None, credit: str | None, reasons: Sequence[Reason], at: int) -> None:
        """Gives the caption of line `at` its picture."""
        if self.group and not self.due:
            # As many captions as pictures in a row: in order. Fewer: they belong to the last pictures.
            first = max(0, len(self.group) - _count_row(reasons, at))
            self.due.extend(self.group[first:])
            del self.group[first:]
        if self.captioned and caption is None and self.captioned.credit is None:
            # The credit of the caption right above it.
            self.captioned.credit = credit
            return
        if not self.due:
            self.captions.append((caption, credit))
            return
        self.captioned = self.due.popleft()
        self.captioned.caption, self.captioned.credit = caption, credit or self.captioned.credit


def _count_row(reasons: Sequence[Reason], at: int) -> int:
    """How many captions stand in a row from line `at` on; file names and stray marks divide no row."""
    count = 0
    for place in range(at, len(reasons)):
        if reasons[place].role is Role.CAPTION:
            count += 1
        elif reasons[place] not in (Reason.FILE_NAME, Reason.MARKS):
            break
    return count
