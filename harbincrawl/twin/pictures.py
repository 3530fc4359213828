"""Draws the twin's pictures: a small landscape for every path, with hills and a sky of its own."""

from __future__ import annotations

import random
import struct
import zlib
from hashlib import sha256
from math import sin

_WIDTH, _HEIGHT = 384, 256
_SKIES = (
    ((64, 104, 156), (226, 214, 196)),
    ((38, 52, 88), (214, 132, 108)),
    ((122, 158, 186), (236, 240, 242)),
    ((24, 32, 60), (96, 120, 168)),
    ((148, 172, 160), (242, 226, 180)),
)
"""Colours above and at the horizon."""
_GROUNDS = ((58, 76, 84), (84, 62, 58), (196, 208, 218), (52, 78, 60), (112, 96, 78))
_SHADES = 48
"""Of the sky."""
_HILLS = 3


def draw_picture(path: str) -> bytes:
    """A valid PNG that no other path gets."""
    dice = random.Random(sha256(path.encode()).digest())
    above, below = dice.choice(_SKIES)
    ground = dice.choice(_GROUNDS)
    palette = [_mix(above, below, at / (_SHADES - 1)) for at in range(_SHADES)]
    palette += [_mix(below, ground, (at + 1) / _HILLS) for at in range(_HILLS)]
    image = _draw_land(dice)
    rows = b"".join(b"\0" + image[at : at + _WIDTH] for at in range(0, len(image), _WIDTH))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _make_chunk(kind, data)
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)),
            (b"PLTE", bytes(part for colour in palette for part in colour)),
            (b"tEXt", b"Comment\0" + path.encode("ascii", "replace")),
            (b"IDAT", zlib.compress(rows, 6)),
            (b"IEND", b""),
        )
    )


def _draw_land(dice: random.Random) -> bytearray:
    """The sky with hills before it, as places of the palette, row by row."""
    sky = bytes(min(_SHADES - 1, y * _SHADES * 3 // (2 * _HEIGHT)) for y in range(_HEIGHT))
    waves = [
        (dice.uniform(0.008, 0.03), dice.uniform(0, 6), dice.uniform(8, 34), dice.uniform(0.04, 0.11))
        for _ in range(_HILLS)
    ]
    image = bytearray(_WIDTH * _HEIGHT)
    for x in range(_WIDTH):
        column = sky
        for hill, (pace, begin, height, ripple) in enumerate(waves):
            top = 120 + 40 * hill + round(height * sin(begin + pace * x) + 5 * sin(begin + ripple * x))
            column = column[:top] + bytes((_SHADES + hill,)) * (_HEIGHT - top)
        image[x::_WIDTH] = column
    return image


def _mix(first: tuple[int, int, int], second: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(first, second, strict=True))
    return red, green, blue


def _make_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
