"""Where the text of an article changed: each place of its present text with what stood there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, islice, pairwise
from typing import Literal, NamedTuple

from harbincrawl.archive.articles.revisions import DiffPiece, Revision, diff_words

REVISIONS = 20
"""The last ones are compared; what changed before them is in the list of all revisions."""
_MOST_LETTERS = 400_000
"""Of all texts that are compared: of longer ones fewer revisions are."""
_FIELDS = ("title", "updated", "author", "source")
"""The fields of a single text."""
_MOST_PAIRS = 2_000_000
"""Pairs of words, or of paragraphs, that are looked at for one article, in some 0.2 seconds; what is left then is
paired in order, and shown as replaced."""
_DIFF = 2000
"""What the shortest diff costs, in pairs; comparing the words of two paragraphs costs a fiftieth of that."""
_ALIKE = 0.3
"""The share of their words that two paragraphs must have in common to be told from others as one that changed."""
_CRUMBS = 0.35
"""With a smaller share of letters that stayed, a text was rewritten: its diff would be crumbs."""


class Rewording(NamedTuple):
    """What a place said up to a revision."""

    kind: Literal["reworded", "added", "removed"]
    """What the next revision did; added: nothing stood here before."""
    revision: int
    """The last one that said so; `next` does not."""
    next: int
    seen: str
    """When the next one was first seen."""
    pieces: tuple[DiffPiece, ...]
    """`same` and `removed` are what was said, `same` and `added` what the next revision says."""

    @property
    def is_rewritten(self) -> bool:
        """Whether nothing of it stayed that would be worth to be compared."""
        return self.kind == "reworded" and all(piece.change != "same" for piece in self.pieces)

    @property
    def former(self) -> str | None:
        """What was said; None: nothing."""
        said = "".join(piece.text for piece in self.pieces if piece.change != "added")
        return None if self.kind == "added" else said


class Place(NamedTuple):
    """A paragraph or a caption."""

    text: str | None
    """What it says; None: it was taken out."""
    former: tuple[Rewording, ...] = ()
    """What it said before, the newest first."""


class Former(NamedTuple):
    """All that changed in the last revisions of an article."""

    fields: dict[str, tuple[Rewording, ...]]
    """By field, the newest first; empty for one that did not change."""
    captions: list[Place]
    body: list[Place]
    since: int | None
    """The first revision that was compared, where there are earlier ones."""


class _Budget:
    """How many pairs may still be looked at."""

    def __init__(self, pairs: int) -> None:
        self._left = pairs

    def take(self, pairs: int) -> bool:
        """Whether so many are left; they are not any more."""
        if pairs > self._left:
            return False
        self._left -= pairs
        return True


def trace_wordings(revisions: Sequence[Revision]) -> Former:
    """Where the last revisions of an article differ; `revisions` are all of them, the oldest first, at least one."""
    chosen = _choose_last(revisions)
    left = _Budget(_MOST_PAIRS)
    fields = {field: _compare([getattr(each, field) or None for each in chosen], chosen, left) for field in _FIELDS}
    body = _trace([list_paragraphs(each) for each in chosen], chosen, left)
    captions = _trace([list_captions(each) for each in chosen], chosen, left)
    return Former(fields, captions, body, chosen[0].revision if len(chosen) < len(revisions) else None)


def _choose_last(revisions: Sequence[Revision]) -> Sequence[Revision]:
    """As many of the last ones as are compared: at least the last one."""
    letters = accumulate(len(each.body or "") for each in reversed(revisions))
    most = sum(1 for taken in islice(letters, REVISIONS) if taken <= _MOST_LETTERS)
    return revisions[-max(1, most) :]


def list_paragraphs(revision: Revision) -> list[str]:
    """The paragraphs of its text."""
    return revision.body.split("\n\n") if revision.body else []


def list_captions(revision: Revision) -> list[str]:
    """The captions of its pictures with their credits; pictures without are left out."""
    return [line for line in map(join_caption, revision.images) if line]


def join_caption(image: dict[str, str | None]) -> str:
    """Caption and credit of a picture as they are compared."""
    credit = image.get("credit")
    return " ".join(filter(None, (image.get("caption"), f"[{credit}]" if credit else None)))


def _trace(wordings: Sequence[list[str]], revisions: Sequence[Revision], left: _Budget) -> list[Place]:
    """The places of all paragraphs that any of the revisions has; those of each stand in its order."""
    # A row a place, a column a revision: whatever a revision says is in its column, from above.
    rows: list[list[str | None]] = [[text] for text in wordings[0]]
    for number, (old, new) in enumerate(pairwise(wordings), 1):
        if old == new:
            for row in rows:
                row.append(row[-1])
            continue
        alive = [at for at, row in enumerate(rows) if row[-1] is not None]
        merged: list[list[str | None]] = []
        taken = 0
        for before, after in _align(old, new, left):
            text = None if after is None else new[after]
            if before is None:
                merged.append([*[None] * number, text])
                continue
            merged += ([*row, None] for row in rows[taken : alive[before]])
            merged.append([*rows[alive[before]], text])
            taken = alive[before] + 1
        rows = merged + [[*row, None] for row in rows[taken:]]
    return [Place(row[-1], _compare(row, revisions, left)) for row in rows]


def _compare(texts: Sequence[str | None], revisions: Sequence[Revision], left: _Budget) -> tuple[Rewording, ...]:
    """What a place said before, of what it said in each revision."""
    found: list[Rewording] = []
    for at in range(len(texts) - 1, 0, -1):
        old, new = texts[at - 1], texts[at]
        if old == new:
            continue
        kind: Literal["reworded", "added", "removed"]
        kind = "added" if old is None else "removed" if new is None else "reworded"
        pieces = _diff(old or "", new or "", left)
        found.append(Rewording(kind, revisions[at - 1].revision, revisions[at].revision, revisions[at].seen, pieces))
    return tuple(found)


def _diff(old: str, new: str, left: _Budget) -> tuple[DiffPiece, ...]:
    """The diff by words; of texts that have little in common, or where no time is left, each as a whole."""
    if old and new and left.take(_DIFF + len(old.split()) * len(new.split())):
        pieces = diff_words(old, new)
        same = sum(len(piece.text) for piece in pieces if piece.change == "same" and not piece.text.isspace())
        if same >= _CRUMBS * min(len(old), len(new)):
            return tuple(pieces)
    whole = (DiffPiece("removed", old), DiffPiece("added", new))
    return tuple(piece for piece in whole if piece.text)


def _align(old: Sequence[str], new: Sequence[str], left: _Budget) -> Iterator[tuple[int | None, int | None]]:
    """Which paragraph of `new` each one of `old` became: (None, n) was added, (n, None) taken out; each in order."""
    first = _count_alike(old, new)
    last = _count_alike(old[first:][::-1], new[first:][::-1])
    ends, new_ends = len(old) - last, len(new) - last
    yield from ((at, at) for at in range(first))
    yield from _align_middle(old[first:ends], new[first:new_ends], first, left)
    yield from zip(range(ends, len(old)), range(new_ends, len(new)), strict=True)


def _count_alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many paragraphs are the same from the first on."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _align_middle(
    old: Sequence[str], new: Sequence[str], begin: int, left: _Budget
) -> Iterator[tuple[int | None, int | None]]:
    if not left.take(len(old) * len(new)):
        yield from _pair(old, new, (begin, begin), left)
        return
    for tag, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(begin + first, begin + last), range(begin + new_first, begin + new_last), strict=True)
        else:
            yield from _pair(old[first:last], new[new_first:new_last], (begin + first, begin + new_first), left)


def _pair(
    old: Sequence[str], new: Sequence[str], begin: tuple[int, int], left: _Budget
) -> Iterator[tuple[int | None, int | None]]:
    """As `_align` where no paragraph is the same, both from `begin` on: those that share most of their words."""
    if left.take(len(old) * len(new) * _DIFF // 50):
        pairs = _choose(old, new)
    else:
        pairs = list(zip(range(len(old)), range(len(new)), strict=False))
    at = new_at = 0
    for before, after in [*pairs, (len(old), len(new))]:
        if before - at == after - new_at:
            # As many stood here before: each was rewritten.
            yield from ((begin[0] + at + each, begin[1] + new_at + each) for each in range(before - at))
            at, new_at = before, after
        yield from ((begin[0] + each, None) for each in range(at, before))
        yield from ((None, begin[1] + each) for each in range(new_at, after))
        if before < len(old):
            yield begin[0] + before, begin[1] + after
        at, new_at = before + 1, after + 1


def _choose(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs, in order, that have most in common when they are taken together."""
    measure = _measure(old, new)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for before in range(len(old) - 1, -1, -1):
        for after in range(len(new) - 1, -1, -1):
            paired = best[before + 1][after + 1] + measure(before, after)
            best[before][after] = max(best[before + 1][after], best[before][after + 1], paired)
    pairs, before, after = [], 0, 0
    while before < len(old) and after < len(new):
        if best[before][after] == best[before + 1][after]:
            before += 1
        elif best[before][after] == best[before][after + 1]:
            after += 1
        else:
            pairs.append((before, after))
            before, after = before + 1, after + 1
    return pairs


def _measure(old: Sequence[str], new: Sequence[str]) -> Callable[[int, int], float]:
    """How much of their words two paragraphs share, from _ALIKE to 1; 0 for less."""
    words, others = ([Counter(text.lower().split()) for text in texts] for texts in (old, new))
    sizes, other_sizes = ([each.total() for each in counts] for counts in (words, others))

    def measure(before: int, after: int) -> float:
        total = sizes[before] + other_sizes[after]
        # Two texts in a script without blanks are a word each.
        if sizes[before] == other_sizes[after] == 1:
            return SequenceMatcher(None, old[before][:400], new[after][:400]).ratio()
        shared = 2 * (words[before] & others[after]).total() / total if total else 0.0
        return shared if shared >= _ALIKE else 0.0

    return measure
