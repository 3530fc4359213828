"""How a text may be written so that a plain search does not find it, and a search that finds it all the same."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import quote, quote_plus, unquote_to_bytes

Write = Callable[[str], str]


def _each(pattern: str) -> Write:
    return lambda text: "".join(pattern.format(ord(sign)) for sign in text)


def _between(joint: str) -> Write:
    return lambda text: joint.join(text)


def _shift(capital: int, small: int) -> Write:
    def shifted(text: str) -> str:
        letters = {65 + at: capital + at for at in range(26)} | {97 + at: small + at for at in range(26)}
        return text.translate(letters)

    return shifted


def _escape_units(text: str) -> str:
    data = text.encode("utf-16-be")
    return "".join(f"\\u{data[at]:02X}{data[at + 1]:02x}" for at in range(0, len(data), 2))


WRITINGS: dict[str, Write] = {
    "as it is": str,
    "percent-encoded": quote,
    "percent-encoded, blanks as plus": quote_plus,
    "percent-encoded in GB18030": lambda text: quote(text, encoding="gb18030"),
    "percent-encoded, letters too": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent-encoded in GB18030, letters too": lambda text: "".join(f"%{byte:02X}" for byte in text.encode("gb18030")),
    "percent-encoded twice": lambda text: quote(quote(text)),
    "as escape() of JavaScript": lambda text: _escape_units(text).replace("\\u", "%u"),
    "JSON": json.dumps,
    "JSON within JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON, each unit": _escape_units,
    "JSON, mathematical letters": lambda text: json.dumps(_shift(0x1D5A0, 0x1D5BA)(text)),
    "JavaScript, \\x": lambda text: "".join(
        f"\\x{ord(sign):02x}" if sign < "\x80" else _escape_units(sign) for sign in text
    ),
    "JavaScript, \\u{}": _each("\\u{{{:x}}}"),
    "JavaScript, joined": lambda text: '" + "'.join(text),
    "entities, decimal": _each("&#{};"),
    "entities, hexadecimal": _each("&#x{:X};"),
    "entities, without an end": _each("&#{} "),
    "entities, named": lambda text: html.escape(text).replace("’", "&rsquo;").replace(" ", "&nbsp;"),
    "entities, escaped twice": _each("&amp;#x{:x};"),
    "entities, escaped thrice": lambda text: html.escape(html.escape(_each("&#{};")(text))),
    "entities within JSON": lambda text: json.dumps(_each("&#{};")(text)),
    "percent-encoded within entities": lambda text: _each("&#{};")(quote(text)),
    "capitals": str.upper,
    "small letters": str.lower,
    "full width": lambda text: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    "mathematical letters": _shift(0x1D5A0, 0x1D5BA),
    "circled letters": _shift(0x24B6, 0x24D0),
    "soft hyphens": _between("\u00ad"),
    "soft hyphens as entities": _between("&shy;"),
    "zero width": _between("\u200b\u200c\u200d\ufeff\u2060"),
    "zero width as escapes": lambda text: json.dumps("\u200b".join(text)),
    "overrides": lambda text: "\u202e" + "\u202c\u2066".join(text),
    "grapheme joiners": _between("\u034f"),
    "tags of Unicode": _between("\U000e0041"),
    "fillers of Hangul": _between("\u3164"),
    "variation selectors": _between("\ufe0f"),
    "control characters": _between("\x01"),
    "accents": _between("\u0301"),
    "bold letters": lambda text: "".join(f"<b>{html.escape(sign)}</b>" for sign in text),
    "breaks": _between("<wbr>"),
    "lines": _between("<br>\r\n"),
    "tags with a > in them": _between("<i title='a > b'></i>"),
    "comments": _between("<!-- -->"),
    "comments with tags in them": _between("<!-- <b> a > b -->"),
    "scripts": _between("<script>if (a > b) c()</script>"),
    "markup within JSON": lambda text: json.dumps("<b>".join(text)).replace("<", "\\u003c"),
    "markup, escaped": _between("&lt;b&gt;"),
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 of GB18030": lambda text: base64.b64encode(text.encode("gb18030")).decode(),
    "Base64 in lines": lambda text: base64.encodebytes((". " * 30 + text).encode()).decode(),
    "Base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "a word of mail": lambda text: f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?=",
    "a quoted word of mail": lambda text: (
        f"=?utf-8?Q?{binascii.b2a_qp(text.encode(), header=True).decode()}?=".replace("=\n", "")
    ),
    "cut": lambda text: text[: len(text) * 3 // 4] + "…",
    "cut with dots": lambda text: text[: len(text) * 4 // 5] + "...",
    "cut, percent-encoded": lambda text: quote(text[: len(text) * 3 // 4] + "…"),
    "cut with an entity": lambda text: text[: len(text) * 3 // 4] + " &hellip;",
}  # fmt: skip
"""By name; each of them gives text that may stand anywhere in a page."""


class _Visible(HTMLParser):
    """What a browser shows, as Python's own parser understands it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.is_hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as it is called
        self.is_hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as it is called
        self.is_hidden = False

    def handle_data(self, data: str) -> None:
        if not self.is_hidden:
            self.pieces.append(data)


def bare(text: str) -> str:
    """Its letters and digits: decomposed, in small letters, without whatever is none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in folded if sign.isalnum() and sign not in "\u115f\u1160")


def scan(data: bytes) -> Iterator[str]:
    """All that some bytes may say, bare: read in each coding, its escapes undone one kind and one layer at a time."""
    for codec in ("utf-8", "gb18030", *(("utf-16-le", "utf-16-be") if b"\0" in data else ())):
        text = data.decode(codec, "ignore")
        yield bare(text)
        for _ in range(6):
            parser = _Visible()
            # It gives up at `<![` before what is no name, as some packed bytes have it.
            with suppress(AssertionError):
                parser.feed(text)
                parser.close()
            yield bare("".join(parser.pieces))
            yield bare(re.sub(r"(?s)<script.*?</script>|<!--.*?-->|<[^>]*>", "", text))
            before = text
            text = html.unescape(text)
            text = re.sub(
                r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|%u([0-9A-Fa-f]{4})",
                lambda match: chr(min(int(next(filter(None, match.groups())), 16), 0x10FFFF)),
                re.sub(r"\\([\\\"/])", r"\1", text),
            )
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            yield bare(text)
            for each in ("utf-8", "gb18030"):
                yield bare(unquote_to_bytes(text).decode(each, "ignore"))
            text = unquote_to_bytes(text).decode("utf-8", "ignore") if "%" in text else text
            if text == before:
                break
    for run in re.findall(rb"[A-Za-z0-9+/_-]{24,}", re.sub(rb"(?<=[A-Za-z0-9+/]{70})\n", b"", data)):
        letters = run.translate(bytes.maketrans(b"-_", b"+/"))
        unpacked = base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")
        yield from (bare(unpacked.decode(codec, "ignore")) for codec in ("utf-8", "gb18030"))
    yield bare(binascii.a2b_qp(data, header=True).decode("utf-8", "ignore"))
