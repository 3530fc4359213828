"""Texts folded to bare letters and digits, so that no entity, tag, case or width hides a text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from harbincrawl.pages.html.decode import decode_page

_ASCII = bytes(range(128))
_DROPPED = bytes(byte for byte in _ASCII if not chr(byte).isalnum())
_LOWER = bytes(range(256)).lower()
_FOREIGN = re.compile("[^\x00-\x7f]+")
_UNSEEN = re.compile(r"[\W_]")
_TAG = re.compile("<[^<>]*+>")
_CODECS = ("utf-8", "gb18030")


def fold(text: str) -> str:
    """`text` as its letters and digits alone, without accents, case and width."""
    data = text.encode("utf-8", "ignore").translate(_LOWER, _DROPPED)
    if data.isascii():
        return data.decode("ascii")
    return _FOREIGN.sub(lambda match: _fold_foreign(match[0]), data.decode("utf-8"))


def list_forms(text: str) -> Iterator[str]:
    """`text` folded, with its entities undone, with tags and without; each form once."""
    yield from {fold(html.unescape(each)): None for each in (text, _TAG.sub("", text))}


def list_texts(data: bytes, charset: str | None = None) -> Iterator[str]:
    """What bytes may say as text: in the coding that a reader takes, in UTF-8 and in GB18030."""
    texts = {decode_page(data, charset): None}
    if not data.isascii():
        texts |= {data.decode(codec, "ignore"): None for codec in _CODECS}
    yield from texts


@lru_cache(maxsize=4096)
def _fold_foreign(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", plain))
