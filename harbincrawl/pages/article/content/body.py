"""What of the lines of an article's body is paragraph, caption, picture or file name."""

from __future__ import annotations

import re
from bisect import bisect_left

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles

from .pictures import is_credit, is_file_name, split_credit

_SENTENCES = re.compile(r"\w{2}[.!?][\"”’']?\s*[\"“‘']?[A-Z]")
_WORD = re.compile(r"\w")
_NEAR = 4
"""Lines between a picture and a caption at most, where the words in its brackets say nothing of a credit."""
_LONGEST_CAPTION = 300
"""Characters of a caption without a credit; a longer line under a picture is a paragraph."""


def give_body_roles(roles: Roles, start: int, end: int) -> None:
    """Gives every line of the body, from `start` up to `end`, its role, but to those that have one."""
    lines = roles.lines
    none, text = Reason.NONE, Reason.TEXT
    places = [at for at in range(start, end) if roles.whole[at] is none]
    kinds = [_read_kind(lines[at]) for at in places]
    _judge_credits(kinds, [lines[at] for at in places])
    has_captions = Reason.CREDITED in kinds or Reason.FIGCAPTION in kinds
    if Reason.PICTURE in kinds and all(
        kind is not text or (_stands_under_image(kinds, n) and _may_be_caption(lines[at].text, has_captions))
        for n, (at, kind) in enumerate(zip(places, kinds, strict=True))
    ):
        # A photo-only article: every line stands right under a picture.
        kinds = [Reason.ALL_CAPTIONS if kind is text else kind for kind in kinds]
    credited = Reason.CREDITED
    for at, kind in zip(places, kinds, strict=True):
        roles.whole[at] = kind
        if kind is credited:
            words, _ = split_credit(lines[at].text) or ("", "")
            credit = lines[at].text[len(words) :].lstrip()
            roles.divide(
                at, [(words, Reason.CREDITED), (credit, Reason.CREDIT)] if words else [(credit, Reason.CREDIT)]
            )


def _judge_credits(kinds: list[Reason], lines: list[Line]) -> None:
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


def _is_uncredited(kinds: list[Reason], lines: list[Line], n: int) -> bool:
    """True where the line above the credit at `n` is a caption: it stands under a picture, or both right above one."""
    text = lines[n - 1].text
    above = n + 1 < len(kinds) and kinds[n + 1] is Reason.PICTURE and not _SENTENCES.search(text)
    return len(text) <= _LONGEST_CAPTION and (above or _stands_under_image(kinds, n - 1))


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
    return len(text) <= _LONGEST_CAPTION and (has_captions or not _SENTENCES.search(text))


def _stands_under_image(kinds: list[Reason], at: int) -> bool:
    before = at - 1
    while before >= 0 and kinds[before] in (Reason.FILE_NAME, Reason.MARKS):
        before -= 1
    if before < 0 or kinds[before] is not Reason.PICTURE:
        return False
    # A picture whose caption stands above it has none below.
    above = before - 1 - (before > 0 and kinds[before - 1] is Reason.CREDIT)
    has_caption = above >= 0 and kinds[above] in (Reason.CREDITED, Reason.CREDIT_BELOW)
    return not has_caption or (above > 0 and kinds[above - 1] is Reason.PICTURE)
