"""Texts folded to bare letters and digits, so that no escape, markup, case, width or invisible sign hides a text."""

from __future__ import annotations

import base64
import codecs
import quopri
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from harbincrawl.escapes import has_foreign_bytes, unescape
from harbincrawl.pages.html.decode import decode_page

CUT = "\x1f"
"""What an ellipsis becomes: a title may be cut there."""
_ELLIPSES = ("...", "\u2026", "\u22ef", "\u2025")
_ASCII = bytes(range(128))
_DROPPED = bytes(byte for byte in _ASCII if not chr(byte).isalnum() and chr(byte) != CUT)
_LOWER = bytes(range(256)).lower()
_FOREIGN = re.compile("[^\x00-\x7f]+")
# Letters that nobody sees: the fillers of Hangul, which other invisible letters are folded to.
_UNSEEN = re.compile("[\\W_\u115f\u1160]")

_TAGS = (
    re.compile(r"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>"""),
    re.compile(r"""<(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>"""),
    re.compile(r"<[^<>]*+>"),
)
"""A tag with all that its attributes hold; one within an attribute; whatever looks like one."""
_HIDDEN = [(begin, end, re.compile(f"{begin}.*?{end}", re.DOTALL | re.IGNORECASE)) for begin, end in (
    ("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))]  # fmt: skip
_CLAIM = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,30})""", re.IGNORECASE)
_MOST_CLAIMS = 4
_BASE64 = bytes(ord({"-": "+", "_": "/"}.get(sign, sign)) if sign.isascii() and (sign.isalnum() or sign in "+/-_")
                else 32 for sign in map(chr, range(256)))  # fmt: skip
_LEAST_BASE64, _LINE = 24, 60
"""Letters of a run that is looked at, and of a line that another one may follow."""
_CODECS = ("utf-8", "gb18030")


def fold(text: str) -> str:
    """`text` as its letters and digits alone, without accents, case and width; an ellipsis is CUT."""
    for ellipsis in _ELLIPSES:
        text = text.replace(ellipsis, CUT)
    data = text.encode("utf-8", "ignore").translate(_LOWER, _DROPPED)
    if data.isascii():
        return data.decode("ascii")
    return _FOREIGN.sub(lambda match: _fold_foreign(match[0]), data.decode("utf-8"))


def list_forms(text: str) -> Iterator[str]:
    """`text` folded, with its escapes undone, with markup and without; each form once."""
    yield from {fold(plain): None for plain in dict.fromkeys(_list_plain(text))}


def list_texts(data: bytes, charset: str | None = None) -> Iterator[str]:
    """What bytes may say as text: in the coding that a reader takes, in those that they claim, and packed as Base64."""
    yield from dict.fromkeys(_decode(data, charset))
    # What is packed is packed as letters of ASCII, in whatever coding the page is.
    data = data.replace(b"\0", b"")
    if b"=?" in data or b"quoted-printable" in data:
        yield from _decode(quopri.decodestring(data, header=True), None)
    if packed := b" ".join(filter(None, map(_unpack_base64, _list_runs(data)))):
        yield from _decode(packed, None)


def list_stripped(text: str) -> Iterator[str]:
    """`text` without markup, as far as one can tell where markup ends: with scripts and without, as tags are nested."""
    yield from (tag.sub("", text) for tag in _TAGS)
    bare = text
    for hidden in _HIDDEN:
        yield _strip_hidden(text, *hidden)
        bare = _strip_hidden(bare, *hidden)
    if bare is not text:
        yield bare
        yield from (tag.sub("", bare) for tag in _TAGS)


def _strip_hidden(text: str, begin: str, end: str, pattern: re.Pattern[str]) -> str:
    lower = text.lower()
    if begin in lower and (at := text.find(">", lower.rfind(end)) + 1):
        # Each beginning before the last end has one: no search goes far for nothing.
        return pattern.sub("", text[:at]) + text[at:]
    return text


def _list_plain(text: str) -> Iterator[str]:
    bare = dict.fromkeys(list_stripped(text)) if "<" in text else ()
    for codec in _CODECS if has_foreign_bytes(text) else _CODECS[:1]:
        plain = unescape(text, codec)
        yield plain
        yield from (unescape(each, codec) for each in bare)
        if plain.count("<") > text.count("<"):
            yield from list_stripped(plain)


def _decode(data: bytes, charset: str | None) -> Iterator[str]:
    yield decode_page(data, charset)
    claims = [charset, *(claim.decode("ascii") for claim in _CLAIM.findall(data[:4096])[:_MOST_CLAIMS])]
    if b"\0" in data:
        claims += ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
    if not _is_utf_8(data):
        claims += ["utf-8", "gb18030", "cp1252"]
    for claim in filter(None, claims):
        try:
            # Python's codecs that are no page's are refused, but for one, which takes time by the square.
            if (name := codecs.lookup(claim).name) != "punycode":
                yield data.decode(name, "ignore")
        except (LookupError, ValueError):
            continue


def _is_utf_8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


@lru_cache(maxsize=4096)
def _fold_foreign(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", plain))


def _list_runs(data: bytes) -> Iterator[bytes]:
    """What may be Base64: long runs of its letters; long lines and the one behind them are one run."""
    lines: list[bytes] = []
    for line in (*data.translate(_BASE64).split(), b""):
        lines.append(line)
        if len(line) < _LINE or len(line) % 4:
            run = b"".join(lines)
            lines.clear()
            if len(run) >= _LEAST_BASE64:
                yield run


def _unpack_base64(run: bytes) -> bytes:
    """What a run of letters says as Base64; nothing where that is no text."""
    data = base64.b64decode(run[: len(run) - (len(run) % 4 == 1)] + b"==")
    return (
        data if any(len(data.decode(codec, "ignore").encode(codec)) * 4 > len(data) * 3 for codec in _CODECS) else b""
    )
