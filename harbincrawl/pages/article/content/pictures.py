"""Pictures, their captions and credits, and the file names that stand for them: what belongs to which."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from harbincrawl.pages.html.line import Line, LineImage
from harbincrawl.pages.roles import Reason, Role
from harbincrawl.records import Image
from harbincrawl.sites import Site

FILE_NAME = re.compile(r"[^\s/\\:*?\"<>|][^/\\:*?\"<>|]{0,90}\.(?:jpe?g|png|gif|bmp|webp|tiff?)", re.IGNORECASE)
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
_LETTERS = re.compile(r"[^\W\d_]{2}")


def split_credit(text: str) -> tuple[str, str] | None:
    """(words, credit) of a line that ends in a credit in square brackets; None for any other line."""
    if not text.rstrip(" .。").endswith(("]", "］")):
        return None
    match = _CREDIT.search(text)
    if not match or not _LETTERS.search(match["credit"]):
        return None
    return text[: match.start()].rstrip(), match["credit"]


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

    @property
    def bare(self) -> bool:
        return not self.caption and not self.credit


class Pictures:
    """Gives each caption and file name its picture: the one before it, else the one behind it."""

    def __init__(self, base: str, site: Site) -> None:
        self.base = base
        self.site = site
        self.found: list[_Draft] = []
        self.captions: deque[tuple[str | None, str | None]] = deque()
        """Captions that wait for the next picture."""
        self.file_name: str | None = None
        """A file name that waits for the next picture."""
        self.group: list[_Draft] = []
        """Pictures in a row that have no caption yet."""
        self.last: _Draft | None = None
        """The picture that the last caption belongs to."""
        self.due: deque[_Draft] = deque()
        """Those of the group that the captions at hand, which stand in a row, belong to."""

    def collect(self, lines: Sequence[Line], reasons: Sequence[Reason]) -> list[Image]:
        """The pictures of `lines` in order; `reasons` says of each line what it is."""
        before = Role.UNACCOUNTED
        runs = _count_runs(reasons)
        for at, (line, reason) in enumerate(zip(lines, reasons, strict=True)):
            role = reason.role
            if role is Role.PARAGRAPH:
                self.group = []
            elif role is Role.PICTURE:
                for picture in line.images:
                    if not picture.small:
                        self._add(picture)
            elif role is Role.FILE_NAME:
                self._name(line.text, adjacent=before is Role.PICTURE)
            elif role is Role.CAPTION:
                words, credit = (split_credit(line.text) if reason is Reason.CREDITED else None) or (line.text, None)
                self._caption(words or None, credit, runs[at])
            elif role is Role.CREDIT:
                self._credit(line.text)
            before = role
        if self.file_name and self.found and not self.found[-1].named:
            self.found[-1].file_name = self.file_name
        # A caption whose picture the page does not show: its words are kept.
        self.found += [_Draft(None, caption, credit) for caption, credit in self.captions]
        return [Image(one.url, one.caption, one.credit, one.file_name) for one in self.found]

    def _add(self, picture: LineImage) -> None:
        address = self.site.absolute(picture.src, self.base)
        if address is None:
            return
        printed = picture.alt if picture.alt and FILE_NAME.fullmatch(picture.alt) else self.file_name
        self.file_name = None
        draft = _Draft(address, file_name=printed or _last_part(address), named=printed is not None)
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

    def _credit(self, text: str) -> None:
        """Gives the caption before it a credit that stands on a line of its own."""
        _, credit = split_credit(text) or ("", text)
        if self.captions:
            self.captions[-1] = self.captions[-1][0], credit
        elif self.last is not None:
            self.last.credit = credit

    def _caption(self, caption: str | None, credit: str | None, in_a_row: int) -> None:
        if self.group and not self.due:
            # As many captions as pictures in a row: in order. Fewer: they belong to the last pictures.
            first = max(0, len(self.group) - in_a_row)
            self.due.extend(self.group[first:])
            del self.group[first:]
        if self.due:
            draft = self.due.popleft()
        elif self.found and self.found[-1].bare:
            draft = self.found[-1]
        else:
            self.captions.append((caption, credit))
            return
        draft.caption, draft.credit = caption, credit
        self.last = draft


def _count_runs(reasons: Sequence[Reason]) -> list[int]:
    """For each line how many captions stand in a row from it on; file names and stray marks divide no row."""
    runs = [0] * (len(reasons) + 1)
    for at in range(len(reasons) - 1, -1, -1):
        if reasons[at].role is Role.CAPTION:
            runs[at] = runs[at + 1] + 1
        elif reasons[at] in (Reason.FILE_NAME, Reason.MARKS, Reason.CREDIT):
            runs[at] = runs[at + 1]
    return runs


def _last_part(address: str) -> str | None:
    return unquote(urlsplit(address).path.rsplit("/", 1)[-1]) or None
