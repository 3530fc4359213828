"""Texts as sets of word shingles, and the small signatures by which those that share most of theirs find each other."""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Shingles = NDArray[np.uint64]
    """The distinct shingles of a text, as sorted 64-bit hashes; two share one by chance once in 10^13 texts."""

WIDTH = 2
"""Words a shingle. A word changed here and there costs WIDTH shingles, a new paragraph all of its own: two words keep
retouched texts (copies) furthest from texts that share blocks (none). Measured in `benchmarks/near_duplicates.py`."""
THRESHOLD = 0.8
"""From here on, as `weigh` has it, two texts are near copies: up to one word in eighteen changed."""
LONGER = 1.25
"""How many times the shingles of the shorter of two near copies the longer may have: a quarter added."""
LACK, SURPLUS = 1.5, 0.5
"""What a shingle costs that only the shorter text has, and one that only the longer has; 1 and 1 would be Jaccard."""
FEWEST = 24
"""Distinct shingles below which a text is too short to be a near copy: captions such as "A view of Harbin" recur."""
ROWS = 4
BANDS = 16
"""A signature is BANDS x ROWS bytes. Two texts of similarity 0.8 share no band once in 4,500 pairs, of 0.85 once in
130,000, of 0.72, where a quarter was added, once in 150; of two with 0.3 one pair in eight is looked at in vain."""
SLACK = 0.2
"""How far the estimate by signatures may lie below the similarity: four standard deviations of BANDS x ROWS draws."""

_SYMBOL = re.compile(
    rb"\xc2[\x80-\xbf]"  # U+0080-00BF: no-break space, quotes, signs
    rb"|\xe2[\x80-\xaf][\x80-\xbf]"  # U+2000-2BFF: dashes, quotes, bullets, arrows
    rb"|\xe3\x80[\x80-\xbf]"  # U+3000-303F: Chinese punctuation
    rb"|\xef\xbc[\x80-\x8f\x9a-\xa0\xbb-\xbf]|\xef\xbd[\x80\x9b-\xa5]"  # full-width punctuation
)
_IDEOGRAPH = re.compile(
    rb"\xe3[\x81-\x83\x90-\xbf][\x80-\xbf]|[\xe4-\xe9][\x80-\xbf]{2}|\xef[\xa4-\xab][\x80-\xbf]|\xf0[\xa0-\xb3][\x80-\xbf]{2}"
)
_BELOW_IDEOGRAPHS = bytes(range(0xE3))
_LETTERS = bytes(code if code >= 0x80 or chr(code).isalnum() else 0x20 for code in range(0x100))
_COLUMNS = 4096
_BLANK = 0x20
_BASE = 0xD1342543DE82EF95
_PIECES = struct.Struct(f"<{BANDS}I")
_MIX = 0x9E3779B97F4A7C15
_FINISH = 0xBF58476D1CE4E5B9


def fold_words(text: str) -> bytes:
    """The words of `text` as they count for similarity, blanks between: UTF-8 of NFC, case folded, no punctuation.

    An ideograph is a word of its own. White space tells nothing but where words end, as in `identity.normal_form`.
    """
    # In bytes, because `\w+` over a str takes longer than all the rest of a signature.
    folded = unicodedata.normalize("NFC", text).casefold().encode("utf-8", "surrogatepass")
    if not folded.isascii():
        folded = _SYMBOL.sub(b" ", folded)
        if folded.translate(None, _BELOW_IDEOGRAPHS):
            folded = _IDEOGRAPH.sub(rb" \g<0> ", folded)
    return folded.translate(_LETTERS)


def read_shingles(text: str) -> Shingles:
    """The distinct runs of WIDTH words in `text`; none for a text of fewer words."""
    import numpy as np

    letters = np.frombuffer(b" %b " % fold_words(text), np.uint8)
    is_word = letters != _BLANK
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    # A word's hash is a polynomial over its bytes modulo 2^64. All words are hashed at once: the sum up to a word's end
    # less the sum up to its beginning, divided by the power that it begins with. Odd numbers have inverses there.
    powers, inverses = _powers(1 << len(letters).bit_length())
    sums = np.cumsum(letters * powers[: len(letters)], dtype=np.uint64)
    hashes = (sums[edges[1::2]] - sums[edges[::2]]) * inverses[edges[::2]]
    count = len(hashes) - WIDTH + 1
    if count < 1:
        return np.empty(0, np.uint64)
    mixed = hashes[:count].copy()
    for place in range(1, WIDTH):
        # Multiplied between the words, so that "a b" and "b a" differ.
        mixed *= np.uint64(_MIX)
        mixed ^= hashes[place : place + count]
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(_FINISH)
    mixed ^= mixed >> np.uint64(29)
    mixed.sort()
    return mixed[np.concatenate(([True], mixed[1:] != mixed[:-1]))]


def set_digest(shingles: Shingles) -> int:
    """A signed 64-bit number: equal ones mean equal sets of shingles."""
    digest = hashlib.blake2b(shingles.astype("<u8", copy=False).tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def jaccard(one: Shingles, other: Shingles) -> float:
    """Shared shingles over all shingles, 0.0 to 1.0; 0.0 where either text has none."""
    import numpy as np

    if not len(one) or not len(other):
        return 0.0
    both = np.concatenate((one, other))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)


def weigh(similarity: float, one: int, other: int) -> float:
    """How much two texts of `one` and `other` shingles, of a Jaccard `similarity`, look like copies of each other.

    Where words were changed or a part was replaced, either text lacks what the other has; where some was added, the
    shorter lacks it and has nothing else instead. That is less of a difference: what only the longer text has counts
    a third of what only the shorter has. For texts of one length it is the Jaccard similarity; 0.0 where more than a
    quarter was added.
    """
    short, long = (one, other) if one <= other else (other, one)
    if long > LONGER * short:
        return 0.0
    shared = similarity * (short + long) / (1 + similarity)
    return shared / (shared + LACK * (short - shared) + SURPLUS * (long - shared)) if shared else 0.0


def make_signature(shingles: Shingles) -> bytes | None:
    """MinHash: BANDS x ROWS bytes, each the low byte of the least hash under one permutation of 32-bit numbers.

    None for fewer than FEWEST shingles. The bytes are the same on every machine and in every release: they are stored.
    """
    import numpy as np

    if len(shingles) < FEWEST:
        return None
    factors = _factors()
    tops = (shingles >> np.uint64(32)).astype(np.uint32)
    least = np.full(BANDS * ROWS, np.uint32(0xFFFFFFFF))
    for start in range(0, len(tops), _COLUMNS):
        np.minimum(least, (factors * tops[start : start + _COLUMNS]).min(axis=1), out=least)
    return least.astype(np.uint8).tobytes()


def band_keys(signature: bytes) -> list[int]:
    """BANDS integers below 2^36, one a band: texts that share one are candidates."""
    return [place << 32 | piece for place, piece in enumerate(_PIECES.unpack(signature))]


def estimate_jaccard(signature: bytes, others: Sequence[bytes]) -> list[float]:
    """About how similar the text of `signature` is to each of `others`."""
    import numpy as np

    if not others:
        return []
    table = np.frombuffer(b"".join(others), np.uint8).reshape(len(others), len(signature))
    equal = (table == np.frombuffer(signature, np.uint8)).mean(axis=1)
    estimates: list[float] = equal.tolist()
    return estimates


@cache
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first powers of _BASE and their inverses, modulo 2^64."""
    import numpy as np

    inverse = pow(_BASE, -1, 1 << 64)
    powers, inverses = (np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64) for base in (_BASE, inverse))
    return powers, inverses


@cache
def _factors() -> NDArray[np.uint32]:
    """A column of odd factors: multiplied by one, modulo 2^32, numbers are permuted.

    From a hash and not from numpy's dice, which may change.
    """
    import numpy as np

    stream = hashlib.shake_256(b"harbincrawl near copies").digest(4 * BANDS * ROWS)
    return (np.frombuffer(stream, "<u4").astype(np.uint32) | np.uint32(1))[:, None]
