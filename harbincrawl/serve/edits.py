"""What one revision changed, short enough for a list: the most telling field, the words around its first change."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple
from unicodedata import normalize

from harbincrawl.archive.articles.revisions import DiffPiece, Revision
from harbincrawl.identity import normal_form

_LABELS = {
    "title": "title", "body": "text", "captions": "captions", "updated": "printed date", "author": "author",
    "source": "source",
}  # fmt: skip
"""The fields by what readers call them, the most telling one first."""
# A Chinese sentence has no blanks, and a text that attacks may have none for a megabyte.
_TOKEN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]\s*|[^\s\u2e80-\u9fff\uf900-\ufaff]{1,60}\s*")
_LONGEST = 400_000
"""Letters of a text that are looked at."""
_COMPARED = 80
"""Words of each side that are compared one by one."""
_AROUND = 9
"""Words before and behind a change that are shown at most."""
_SHOWN = 26
"""Words of a removed or added piece that are shown at most."""
_BRIDGE = 2
"""Words between two changes that are shown as changed with them, for crumbs are hard to read."""
_LINE = 60
"""Letters of a line."""
_KEPT = 0.4
"""The share of words that stay below which a passage is shown as replaced, whole."""
_ENDS = (".", "!", "?", "。", "！", "？", "”")


class Edit(NamedTuple):
    """What one revision changed."""

    field: str
    """The one that is shown: `title`, `body`, `captions`, `updated`, `author` or `source`."""
    label: str
    """What readers call it: `text`."""
    others: tuple[str, ...]
    """What else changed, as readers call it."""
    pieces: tuple[DiffPiece, ...]
    """The words around the first change; of a date the whole old and new one. Empty: it is too far behind."""

    @property
    def is_rewritten(self) -> bool:
        """Whether the pieces are a passage and what stands in its place, too long to be read side by side in a line."""
        lengths = {each.change: len(each.text) for each in self.pieces if each.change != "same"}
        changes = sum(each.change != "same" for each in self.pieces)
        return changes == len(lengths) == 2 and min(lengths.values()) > _LINE


def find_edit(old: Revision, new: Revision) -> Edit | None:
    """What `new` changed; None where nothing but white space differs."""
    texts = {name: (getattr(old, name) or "", getattr(new, name) or "") for name in _LABELS}
    changed = [name for name, (before, after) in texts.items() if normal_form(before) != normal_form(after)]
    for name in changed:
        before, after = texts[name]
        if name == "updated":
            pieces = [DiffPiece("removed", before), DiffPiece("added", after)]
        else:
            pieces = cut_change(before, after)
        if pieces:
            return _make_edit(name, changed, pieces)
    # It is somewhere behind what is looked at.
    return _make_edit(changed[0], changed, []) if changed else None


def _make_edit(name: str, changed: Sequence[str], pieces: Sequence[DiffPiece]) -> Edit:
    others = tuple(_LABELS[each] for each in changed if each != name)
    return Edit(name, _LABELS[name], others, tuple(pieces))


def cut_change(old: str, new: str) -> list[DiffPiece]:
    """The first change between two texts with some words around it; empty where only white space differs.

    What is cut off has an ellipsis in its place. It takes a few milliseconds, however long the texts are.
    """
    before, after = (_TOKEN.findall(normalize("NFC", text[:_LONGEST]).lstrip()) for text in (old, new))
    begin, new_begin, end, new_end = _find_bounds(before, after)
    removed, added = before[begin:end], after[new_begin:new_end]
    if not removed and not added:
        return []
    is_cut = max(len(removed), len(added)) > _COMPARED
    middle = _compare(removed[:_COMPARED], added[:_COMPARED])
    ahead = _take_before(after[:new_begin])
    if ahead and begin and not ahead[-1].isspace() and before[begin - 1][-1].isspace():
        ahead += " "
    behind = [] if is_cut else _take_behind(after[new_end:])
    pieces = [*([DiffPiece("same", ahead)] if ahead else []), *middle]
    tail = "".join(behind).rstrip()
    if not behind and pieces and pieces[-1].text == " ":
        pieces.pop()
    is_open = bool(pieces) and pieces[-1].text.endswith("…") and not behind
    if (is_cut or new_end + len(behind) < len(after)) and not is_open:
        tail += " …"
    return [*pieces, DiffPiece("same", tail)] if tail else pieces


def _find_bounds(before: Sequence[str], after: Sequence[str]) -> tuple[int, int, int, int]:
    """(begin, begin, end, end) of the words of both texts within which they differ, white space left aside."""
    ours, theirs = ([token.rstrip() for token in tokens] for tokens in (before, after))
    old, new = "".join(ours), "".join(theirs)
    shared = _count_shared(old, new, 1)
    if shared == len(old) == len(new):
        return len(before), len(after), len(before), len(after)
    most = min(len(old), len(new)) - shared
    ending = _count_shared(old[len(old) - most :], new[len(new) - most :], -1)
    starts, new_starts = ([*accumulate(map(len, tokens), initial=0)] for tokens in (ours, theirs))
    # Only where a word begins in both: of "At" and "A" nothing is the same.
    begin = max(each for each in {*starts} & {*new_starts} if each <= shared)
    total, new_total = len(old), len(new)
    rest = max(each for each in {total - s for s in starts} & {new_total - s for s in new_starts} if each <= ending)
    return (
        bisect_left(starts, begin), bisect_left(new_starts, begin),
        bisect_left(starts, total - rest), bisect_left(new_starts, new_total - rest),
    )  # fmt: skip


def _count_shared(old: str, new: str, step: int) -> int:
    """How many letters two texts begin with alike; with the step -1, end with. By halves: a text may be a megabyte."""
    least, most = 0, min(len(old), len(new))
    while least < most:
        half = (least + most + 1) // 2
        same = old[:half] == new[:half] if step > 0 else old[len(old) - half :] == new[len(new) - half :]
        least, most = (half, most) if same else (least, half - 1)
    return least


def _compare(removed: Sequence[str], added: Sequence[str]) -> list[DiffPiece]:
    """The pieces of a passage, word by word, or the whole of both where little of it stays."""
    ours, theirs = ([token.rstrip() for token in tokens] for tokens in (removed, added))
    runs: list[tuple[list[str], list[str], list[str]]] = []
    """Each (what stays before it, removed, added)."""
    stays: list[str] = []
    kept = 0
    for tag, first, last, new_first, new_last in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal" or "".join(ours[first:last]) == "".join(theirs[new_first:new_last]):
            stays = stays + list(added[new_first:new_last])
            kept += new_last - new_first
        elif runs and len(stays) <= _BRIDGE:
            runs[-1][1].extend([*stays, *removed[first:last]])
            runs[-1][2].extend([*stays, *added[new_first:new_last]])
            stays = []
        else:
            runs.append((stays, list(removed[first:last]), list(added[new_first:new_last])))
            stays = []
    if removed and added and kept < _KEPT * max(len(removed), len(added)):
        runs, stays = [([], list(removed), list(added))], []
    pieces: list[DiffPiece] = []
    for same, old, new in runs:
        if same:
            pieces.append(DiffPiece("same", "".join(same)))
        pieces += _show(old, new)
    return [*pieces, DiffPiece("same", "".join(stays))] if stays else pieces


def _show(removed: Sequence[str], added: Sequence[str]) -> list[DiffPiece]:
    """A change, cut; the blank between its two sides, or behind it, belongs to neither."""
    pieces: list[DiffPiece] = []
    for change, tokens in (("removed", removed), ("added", added)):
        text = "".join(tokens[:_SHOWN]).rstrip()
        if text:
            ellipsis = " …" if len(tokens) > _SHOWN else ""
            pieces += [DiffPiece("removed" if change == "removed" else "added", text + ellipsis)]
            pieces += [DiffPiece("same", " ")] if tokens[-1][-1:].isspace() or change == "removed" else []
    return pieces


def _take_before(tokens: Sequence[str]) -> str:
    """What is shown before a change: from the beginning of its sentence on, or some words of it."""
    start = max(0, len(tokens) - _AROUND)
    for at in range(len(tokens) - 1, start - 1, -1):
        if tokens[at].rstrip().endswith(_ENDS) or (at < len(tokens) - 1 and "\n" in tokens[at]):
            return "".join(tokens[at + 1 :])
    return ("… " if start else "") + "".join(tokens[start:])


def _take_behind(tokens: Sequence[str]) -> list[str]:
    """What is shown behind a change: to the end of its sentence, or some words of it."""
    for at, token in enumerate(tokens[:_AROUND]):
        if token.rstrip().endswith(_ENDS) or "\n" in token:
            return list(tokens[: at + 1])
    return list(tokens[:_AROUND])
