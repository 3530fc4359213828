"""Bytes of a page to text: what the bytes say counts more than what header and page claim."""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,30})""", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHINESE = frozenset(("gb2312", "gbk", "gb18030", "x-gbk", "gb-2312", "gb_2312-80", "cp936", "euc-cn"))
_ASCII = bytes(range(128))
_HEAD = 4096
_PIECE = 256
"""Bytes that are decoded at once, at least."""


def decode_page(body: bytes, declared: str | None = None) -> str:
    """`body` as text; `declared` is the charset of the HTTP header.

    A byte order mark decides; bytes that are valid UTF-8 are UTF-8, whatever is claimed, since text in another
    coding is only by a rare chance (see `_is_chance`); then the claims, gb2312 and gbk read as the GB18030 that
    contains them; then GB18030. Bytes that fit nothing become U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) if name == "utf-8" else 0 :].decode(name, "replace")
    match = _META.search(body[:_HEAD])
    codecs_claimed = [_codec(claim) for claim in (declared, match[1].decode("ascii") if match else None)]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = error
    else:
        if "gb18030" not in codecs_claimed or "utf-8" in codecs_claimed or not _is_chance(body):
            return text
    for codec in codecs_claimed:
        if codec is None or codec == "utf-8":
            continue
        try:
            return _decode_chinese(body) if codec == "gb18030" else body.decode(codec)
        except UnicodeDecodeError:
            continue
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError as error:
        # A page with a few broken bytes: the coding that reads further is the page's.
        return body.decode("gb18030" if error.start > broken.start else "utf-8", "replace")


def _decode_chinese(body: bytes) -> str:
    """As `body.decode("gb18030")`, of whose text most is ASCII that Python's decoder takes byte by byte.

    It is divided before tags: no character but `<` itself has that byte. Raises UnicodeDecodeError, of a piece.
    """
    pieces, at = [], 0
    while at < len(body):
        end = body.find(b"<", at + _PIECE)
        piece = body[at : end if end >= 0 else len(body)]
        pieces.append(piece.decode("ascii" if piece.isascii() else "gb18030"))
        at += len(piece)
    return "".join(pieces)


def _is_chance(body: bytes) -> bool:
    """True where GB18030 bytes may be valid UTF-8 by chance: an English page whose only Chinese is `图片10.jpg` is.

    Pairs of Chinese bytes can only look like characters of two bytes, most of them far from those that an English
    page in UTF-8 would have (Latin-1, or punctuation, which has three).
    """
    foreign = set(body.translate(None, _ASCII).decode("utf-8"))
    return bool(foreign) and max(foreign) < "\u0800" and any(character > "\xff" for character in foreign)


def _codec(claim: str | None) -> str | None:
    if not claim:
        return None
    name = claim.strip().lower()
    if name in _CHINESE:
        return "gb18030"
    try:
        # Only codings that keep ASCII as it is can be a page's: its tags are ASCII.
        return name if b"<html>".decode(name) == "<html>" else None
    except (LookupError, ValueError):
        return None
