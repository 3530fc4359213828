"""Texts as sets of word shingles, their similarity, and MinHash signatures for finding similar texts."""

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
    """The distinct shingles of a text as sorted 64-bit hashes; a collision happens about once in 10^13 texts."""

WIDTH = 2
"""Words in a shingle. A changed word changes WIDTH shingles. Two words separate edited texts (copies) best from texts
that only share some paragraphs (no copies), as measured in `benchmarks/near_duplicates.py`."""
THRESHOLD = 0.8
"""The least value of `weigh_similarity` of two near copies: about one word in eighteen changed."""
LONGER = 1.25
"""The longer of two near copies has at most this many times the shingles of the shorter one."""
LACK, SURPLUS = 1.5, 0.5
"""Weights of a shingle that only the shorter, or only the longer text has; with 1 and 1 it would be Jaccard."""
FEWEST = 24
"""Texts with fewer distinct shingles are never near copies: captions such as "A view of Harbin" recur."""
ROWS = 4
BANDS = 16
"""A signature is BANDS x ROWS bytes. Two texts of similarity 0.8 share no band (are missed) in one of 4,500 pairs, of
0.85 in one of 130,000, of 0.72 (a quarter added) in one of 150. Of pairs with 0.3, one in eight is a candidate."""
SLACK = 0.2
"""How far the estimate from signatures may be below the true similarity: four standard deviations."""

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
_PIECE = 1 << 16
"""Bytes of a text that are hashed at once."""
_MOST = (1 << 64) - 1
_BASE = 0xD1342543DE82EF95
_PIECES = struct.Struct(f"<{BANDS}I")
_MIX = 0x9E3779B97F4A7C15
_FINISH = 0xBF58476D1CE4E5B9


def fold_words(text: str) -> bytes:
    """The words of `text` for comparison, separated by spaces: UTF-8 of NFC, case folded, without punctuation.

    Each ideograph is a word.
    """
    # In bytes, because `\w+` on a str would take longer than the rest of making a signature.
    folded = unicodedata.normalize("NFC", text).casefold().encode("utf-8", "surrogatepass")
    if not folded.isascii():
        folded = _SYMBOL.sub(b" ", folded)
        if folded.translate(None, _BELOW_IDEOGRAPHS):
            folded = _IDEOGRAPH.sub(rb" \g<0> ", folded)
    return folded.translate(_LETTERS)


def read_shingles(text: str) -> Shingles:
    """The distinct shingles of `text`; empty for a text of fewer than WIDTH words."""
    import numpy as np

    hashes = _hash_words(fold_words(text))
    count = len(hashes) - WIDTH + 1
    if count < 1:
        return np.empty(0, np.uint64)
    mixed = hashes[:count].copy()
    for place in range(1, WIDTH):
        # The multiplication makes the order of words count: "a b" and "b a" differ.
        mixed *= np.uint64(_MIX)
        mixed ^= hashes[place : place + count]
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(_FINISH)
    mixed ^= mixed >> np.uint64(29)
    mixed.sort()
    return mixed[np.concatenate(([True], mixed[1:] != mixed[:-1]))]


def _hash_words(words: bytes) -> Shingles:
    """The hash of each of `words`, which blanks separate: a polynomial over its bytes modulo 2^64.

    The text is hashed in pieces, so that memory does not grow with it; a word may lie in several of them.
    """
    import numpy as np

    # All words of a piece are hashed at once, with prefix sums: the sum up to the end of the word minus the sum up to
    # its beginning, divided by the power at its beginning. The base is odd, so its powers have inverses modulo 2^64.
    powers, inverses = _make_powers(min(_PIECE, 1 << len(words).bit_length()) + 2)
    hashes: list[Shingles] = []
    begun, length = 0, 0
    for at in range(0, len(words), _PIECE):
        piece = words[at : at + _PIECE]
        letters = np.frombuffer(b" %b " % piece, np.uint8)
        is_word = letters != _BLANK
        edges = np.flatnonzero(is_word[1:] != is_word[:-1])
        sums = np.cumsum(letters * powers[: len(letters)], dtype=np.uint64)
        found = (sums[edges[1::2]] - sums[edges[::2]]) * inverses[edges[::2]]
        if length and piece[0] != _BLANK:
            # The rest of the word that began in an earlier piece.
            found[0] = (begun + pow(_BASE, length, 1 << 64) * int(found[0])) & _MOST
            length += int(edges[1])
        elif length:
            hashes.append(np.array([begun], np.uint64))
            length = 0
        if piece[-1] == _BLANK:
            length = 0
        else:
            length = length if length and len(found) == 1 else int(edges[-1] - edges[-2])
            begun, found = int(found[-1]), found[:-1]
        hashes.append(found)
    if length:
        hashes.append(np.array([begun], np.uint64))
    return np.concatenate(hashes) if hashes else np.empty(0, np.uint64)


def make_digest(shingles: Shingles) -> int:
    """A signed 64-bit hash of a set of shingles."""
    digest = hashlib.blake2b(shingles.astype("<u8", copy=False).tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def measure_jaccard(one: Shingles, other: Shingles) -> float:
    """The Jaccard similarity, 0.0 to 1.0; 0.0 if either set is empty."""
    import numpy as np

    if not len(one) or not len(other):
        return 0.0
    both = np.concatenate((one, other))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)


def weigh_similarity(similarity: float, one: int, other: int) -> float:
    """The similarity that decides on near copies, for texts of `one` and `other` shingles and a Jaccard `similarity`.

    If words were replaced, each text has shingles that the other lacks. If words were only added, the shorter text has
    none of its own. An addition is the smaller difference, so shingles that only the longer text has count one third
    of those that only the shorter one has. For texts of equal length the result is the Jaccard similarity; it is 0.0 if
    one text is more than a quarter longer.
    """
    short, long = (one, other) if one <= other else (other, one)
    if long > LONGER * short:
        return 0.0
    shared = similarity * (short + long) / (1 + similarity)
    return shared / (shared + LACK * (short - shared) + SURPLUS * (long - shared)) if shared else 0.0


def make_signature(shingles: Shingles) -> bytes | None:
    """The MinHash signature: BANDS x ROWS bytes, each the low byte of the least hash under one permutation.

    None for fewer than FEWEST shingles. Signatures are stored: they must be equal on all machines, in all releases.
    """
    import numpy as np

    if len(shingles) < FEWEST:
        return None
    factors = _make_factors()
    tops = (shingles >> np.uint64(32)).astype(np.uint32)
    least = np.full(BANDS * ROWS, np.uint32(0xFFFFFFFF))
    for start in range(0, len(tops), _COLUMNS):
        np.minimum(least, (factors * tops[start : start + _COLUMNS]).min(axis=1), out=least)
    return least.astype(np.uint8).tobytes()


def make_band_keys(signature: bytes) -> list[int]:
    """BANDS integers below 2^36, one per band: texts that share one are candidates."""
    return [place << 32 | piece for place, piece in enumerate(_PIECES.unpack(signature))]


def estimate_jaccard(signature: bytes, others: Sequence[bytes]) -> list[float]:
    """Estimates of the Jaccard similarity to each of `others`."""
    import numpy as np

    if not others:
        return []
    table = np.frombuffer(b"".join(others), np.uint8).reshape(len(others), len(signature))
    equal = (table == np.frombuffer(signature, np.uint8)).mean(axis=1)
    estimates: list[float] = equal.tolist()
    return estimates


@cache
def _make_powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first powers of _BASE and their inverses, modulo 2^64."""
    import numpy as np

    inverse = pow(_BASE, -1, 1 << 64)
    powers, inverses = (np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64) for base in (_BASE, inverse))
    return powers, inverses


@cache
def _make_factors() -> NDArray[np.uint32]:
    """A column of odd factors: multiplying by one of them modulo 2^32 is a permutation.

    They come from a hash, because the random numbers of numpy may change between its versions.
    """
    import numpy as np

    stream = hashlib.shake_256(b"harbincrawl near copies").digest(4 * BANDS * ROWS)
    return (np.frombuffer(stream, "<u4").astype(np.uint32) | np.uint32(1))[:, None]
