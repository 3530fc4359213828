"""What of the lines of an article's body is paragraph, caption, picture or file name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.roles import Reason, Roles

from .captions import LONGEST_CAPTION, SENTENCES, give_placed
from .pictures import is_credit, is_file_name, split_credit

_WORD = re.compile(r"\w")
_NEAR = 4
"""Lines between a picture and a caption at most, where the words in its brackets say nothing of a credit."""
_FEWEST_PHOTOS = 2
"""Pictures of a photo story: a line under a single one may well be all the text of an article."""


def give_body_roles(roles: Roles, start: int, end: int, layout: Layout | None = None, *, is_part: bool = False) -> None:
    """Gives every line of the body, from `start` up to `end`, its role, but to those that have one.

    `layout` knows where captions of the page's template stand. `is_part`: the article has more pages than this one.
    """
    lines = roles.lines
    none = Reason.NONE
    places = [at for at in range(start, end) if roles.whole[at] is none]
    kinds = read_kinds([lines[at] for at in places])
    give_placed(kinds, [lines[at] for at in places], layout)
    if _is_photo_story(kinds, [lines[at] for at in places], is_part=is_part):
        kinds = [Reason.ALL_CAPTIONS if kind is Reason.TEXT else kind for kind in kinds]
    credited = Reason.CREDITED
    for at, kind in zip(places, kinds, strict=True):
        roles.whole[at] = kind
        if kind is credited:
            words, _ = split_credit(lines[at].text) or ("", "")
            credit = lines[at].text[len(words) :].lstrip()
            roles.divide(
                at, [(words, Reason.CREDITED), (credit, Reason.CREDIT)] if words else [(credit, Reason.CREDIT)]
            )


def read_kinds(lines: Sequence[Line]) -> list[Reason]:
    """What the lines of a text are by themselves and by the credits beside them; what is nothing else is text."""
    kinds = [_read_kind(line) for line in lines]
    _judge_credits(kinds, lines)
    return kinds


def _is_photo_story(kinds: Sequence[Reason], lines: Sequence[Line], *, is_part: bool) -> bool:
    """True where every line stands right under a picture; on a page of several the other pages may say otherwise."""
    shown, text = Reason.PICTURE, Reason.TEXT
    if shown not in kinds or text not in kinds:
        return False
    has_captions = Reason.CREDITED in kinds or Reason.FIGCAPTION in kinds
    if not all(
        kind is not text or (_stands_under_image(kinds, n) and _may_be_caption(lines[n].text, has_captions))
        for n, kind in enumerate(kinds)
    ):
        return False
    photos = sum(len(line.images) for line, kind in zip(lines, kinds, strict=True) if kind is shown)
    return photos >= (1 if is_part else _FEWEST_PHOTOS)


def _judge_credits(kinds: list[Reason], lines: Sequence[Line]) -> None:
    """Leaves lines captions where their brackets are a credit; one of its own line makes the line above it one."""
    if Reason.CREDITED not in kinds:
        return
    pictures = [n for n, kind in enumerate(kinds) if kind is Reason.PICTURE]
    for n, kind in enumerate(kinds):
        if kind is not Reason.CREDITED:
            continue
        words, credit = split_credit(lines[n].text) or ("", "")
        place = bisect_left(pictures, n)
        near = any(abs(pictures[at] - n) <= _NEAR for at in (place - 1, place) if 0 <= at < len(pictures))
        if not is_credit(credit, near_picture=near):
            kinds[n] = Reason.TEXT
        elif not words and n and kinds[n - 1] is Reason.FIGCAPTION:
            kinds[n] = Reason.CREDIT
        elif not words and n and kinds[n - 1] is Reason.TEXT and _is_uncredited(kinds, lines, n):
            kinds[n - 1 : n + 1] = [Reason.CREDIT_BELOW, Reason.CREDIT]


def _is_uncredited(kinds: Sequence[Reason], lines: Sequence[Line], n: int) -> bool:
    """True where the line above the credit at `n` is a caption: it stands under a picture, or both right above one."""
    text = lines[n - 1].text
    above = n + 1 < len(kinds) and kinds[n + 1] is Reason.PICTURE and not SENTENCES.search(text)
    return len(text) <= LONGEST_CAPTION and (above or _stands_under_image(kinds, n - 1))


def _read_kind(line: Line) -> Reason:
    if line.images:
        return Reason.ORNAMENT if all(picture.small for picture in line.images) else Reason.PICTURE
    text = line.text
    if is_file_name(text):
        return Reason.FILE_NAME
    if len(text) <= 3 and not _WORD.search(text):
        return Reason.MARKS
    if split_credit(text):
        return Reason.CREDITED
    return Reason.FIGCAPTION if line.figcaption else Reason.TEXT


def _may_be_caption(text: str, has_captions: bool) -> bool:
    """False for a line that is long, or that has two sentences where no caption of the page has a credit."""
    return len(text) <= LONGEST_CAPTION and (has_captions or not SENTENCES.search(text))


def _stands_under_image(kinds: Sequence[Reason], at: int) -> bool:
    before = at - 1
    while before >= 0 and kinds[before] in (Reason.FILE_NAME, Reason.MARKS):
        before -= 1
    if before < 0 or kinds[before] is not Reason.PICTURE:
        return False
    # A picture whose caption stands above it has none below.
    above = before - 1 - (before > 0 and kinds[before - 1] is Reason.CREDIT)
    has_caption = above >= 0 and kinds[above] in (Reason.CREDITED, Reason.CREDIT_BELOW)
    return not has_caption or (above > 0 and kinds[above - 1] is Reason.PICTURE)
