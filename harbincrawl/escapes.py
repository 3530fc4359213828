"""Escapes undone: what HTML, addresses, JavaScript and JSON write for a character becomes that character."""

from __future__ import annotations

import html
import re
from functools import partial

DEPTH = 5
"""Layers of escapes that are undone: an address within JSON within an attribute has three."""
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}[0-~]?)+")
"""Escaped bytes; in GB18030 the second byte of a character may be a letter or digit, which stands there as it is."""
_PERCENT_U = re.compile(r"%u([0-9A-Fa-f]{4})")
_BACKSLASH = re.compile(
    r"\\(?:u\{0*([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|(.))",
    re.DOTALL,
)
_BLANKS = dict.fromkeys("nrtbfv", " ")


def unescape(text: str, codec: str = "utf-8") -> str:
    """`text` without escapes: entities, `%41`, `%u0041`, `\\u0041`, `\\x41` and their like, also one within another.

    `codec` (`utf-8`, `gb18030`) is how escaped bytes are read where they are valid in both.
    """
    undo = partial(_undo_bytes, codec=codec)
    for _ in range(DEPTH):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "\\" in text:
            text = _BACKSLASH.sub(_undo_backslash, text)
        if "%" in text:
            text = _PERCENT.sub(undo, _PERCENT_U.sub(lambda match: chr(int(match[1], 16)), text))
        if text == before:
            break
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two escapes of a pair are one character.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def has_foreign_bytes(text: str) -> bool:
    """Whether bytes beyond ASCII are escaped in `text`, which may be of either codec."""
    return re.search("%[89A-Fa-f][0-9A-Fa-f]", text) is not None


def _undo_backslash(match: re.Match[str]) -> str:
    *hexadecimal, octal, other = match.groups()
    if other is not None:
        return _BLANKS.get(other, other)
    number = int(octal, 8) if octal else int(next(filter(None, hexadecimal)), 16)
    return chr(number) if number <= 0x10FFFF else ""


def _undo_bytes(match: re.Match[str], codec: str) -> str:
    run = match[0]
    if re.search("%[89A-Fa-f]", run) is None:
        return re.sub("%(..)", lambda one: chr(int(one[1], 16)), run)
    data = re.sub(rb"%(..)", lambda one: bytes.fromhex(one[1].decode()), run.encode())
    for each in (codec, *({"utf-8", "gb18030"} - {codec})):
        try:
            return data.decode(each)
        except UnicodeDecodeError:
            continue
    return data.decode(codec, "ignore")
