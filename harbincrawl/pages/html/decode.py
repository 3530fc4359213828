"""Bytes of a page to text: what the bytes say counts more than what header and page claim."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,30})""", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHINESE = frozenset(("gb2312", "gbk", "x-gbk", "gb-2312", "gb_2312-80", "euc-cn"))
"""Names that Python does not know, or knows for less than the GB18030 that is meant."""
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape"))
"""Codecs of Python that are no page's."""
_ASCII = bytes(range(128))
_SOUND = re.compile("[\xa0-\xff\u0800-\ufffc\U00010000-\U0010ffff]")
"""What a page in UTF-8 has beyond ASCII: Latin-1, and what takes three bytes or more."""
_HEAD = 4096


def decode_page(body: bytes, declared: str | None = None) -> str:
    """`body` as text; `declared` is the charset of the HTTP header.

    A byte order mark decides; bytes that are valid UTF-8 are UTF-8, whatever is claimed, since text in another
    coding is only by a rare chance (see `_is_chance`); so are broken bytes that a claim calls UTF-8, or nothing calls
    anything, if most of them are valid; then the other claims, gb2312 and gbk read as the GB18030 that contains them;
    then GB18030. Bytes that fit nothing become U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) if name == "utf-8" else 0 :].decode(name, "replace")
    match = _META.search(body[:_HEAD])
    claims = [_codec(claim) for claim in (declared, match[1].decode("ascii") if match else None)]
    says_utf_8 = "utf-8" in claims
    try:
        text = body.decode("utf-8")
        valid = len(body)
        if says_utf_8 or "gb18030" not in claims or not _is_chance(body):
            return text
    except UnicodeDecodeError as error:
        valid = error.start
        if (says_utf_8 or not any(claims)) and _is_mostly_valid(text := _decode_broken(body)):
            return text
    for codec in claims:
        if codec is None or codec == "utf-8":
            continue
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError as error:
        # A page with a few broken bytes: the coding that reads further is the page's.
        return _decode_broken(body) if error.start <= valid else body.decode("gb18030", "replace")


def _decode_broken(body: bytes) -> str:
    """As UTF-8, with U+FFFD for what is none."""
    return body.decode("utf-8", "replace")


def _is_chance(body: bytes) -> bool:
    """True where GB18030 bytes may be valid UTF-8 by chance: an English page whose only Chinese is `图片10.jpg` is.

    Pairs of Chinese bytes can only look like characters of two bytes, most of them far from those that an English
    page in UTF-8 would have (Latin-1, or punctuation, which has three).
    """
    foreign = set(body.translate(None, _ASCII).decode("utf-8"))
    return bool(foreign) and max(foreign) < "\u0800" and any(character > "\xff" for character in foreign)


def _is_mostly_valid(text: str) -> bool:
    """True where more characters of a page decoded as UTF-8 are valid than are broken.

    Characters that Chinese bytes are now and then by chance (see `_is_chance`) do not count.
    """
    return _SOUND.subn("", text)[1] > text.count("\ufffd")


@lru_cache(maxsize=64)
def _codec(claim: str | None) -> str | None:
    if not claim:
        return None
    name = claim.strip().lower()
    if name in _CHINESE:
        return "gb18030"
    try:
        name = codecs.lookup(name).name
        # Only codings that keep ASCII as it is can be a page's: its tags are ASCII.
        if name in _NO_CHARSETS or _ASCII.decode(name) != _ASCII.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    return {"utf-8-sig": "utf-8", "gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)
