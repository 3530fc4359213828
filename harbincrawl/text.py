"""How text is written: made safe to print, JSON, widths, counts, times (UTC, RFC 3339); the nearest known word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
OPEN, CLOSE = "\x01", "\x02"
"""Around a word that was found, on its way to whoever shows it; `clean` takes such characters out of all else."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs with which a formula begins, also in full width."""
_CELL_STARTS = ("\t", "\r", "\n")
"""Signs that some spreadsheets pass over before they look for a formula."""

PORTS = {"http": 80, "https": 443}
"""The port that an address of a scheme means without naming it."""


def clean(text: str) -> str:
    """`text` without control characters (line feed and tab stay), direction overrides, surrogates and noncharacters."""
    return _UNSAFE.sub("", text)


def disarm(cell: str) -> str:
    """A text for a cell of a table that spreadsheets open: what they would run as a formula begins with an apostrophe.

    Only for texts: a number that is below zero is none, and stays one.
    """
    is_formula = cell.startswith(_CELL_STARTS) or cell.lstrip().startswith(_FORMULA_SIGNS)
    return f"'{cell}" if is_formula else cell


def write_json(value: object, indent: int | None = None) -> str:
    """`value` as JSON, UTF-8 as it is, but control characters and direction overrides as `\\u` escapes.

    So nothing in it can steer a terminal, and nothing of the text is lost.
    """
    return escape_json(json.dumps(value, ensure_ascii=False, indent=indent))


def make_cell(value: object) -> object:
    """A value as a cell of CSV has it: lists and structs are JSON."""
    text = write_json(value) if isinstance(value, list | dict) else value
    return clean(text) if isinstance(text, str) else text


def escape_json(text: str) -> str:
    """JSON as it is, but control characters and direction overrides in its strings as `\\u` escapes."""
    if clean(text) == text:
        return text
    return "".join(letter if clean(letter) else f"\\u{ord(letter):04x}" for letter in text)


def web_address(url: str) -> str:
    """`url` where it is a web address, without signs that end one in Markdown, HTML or TeX; else nothing."""
    safe = re.sub(r"[\s<>\"{}\\^`|]", "", clean(url))
    return safe if safe.startswith(("http://", "https://")) else ""


def name_host(address: str) -> str:
    """The host of a web address in lower case, with its port where that is not its scheme's own; else nothing."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{port}" if host and port not in (None, PORTS.get(parts.scheme)) else host


def is_loopback(address: str) -> bool:
    """Whether the host of a web address is this machine, by its name alone."""
    try:
        return is_loopback_host(urlsplit(address).hostname or "")
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    """Whether a host, which may be an IPv6 address in brackets, is this machine, whatever a name server says."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def display_width(text: str) -> int:
    """Columns that `text` takes on a terminal: Chinese characters two, control and combining characters none."""
    if text.isascii() and text.isprintable():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if letter < " " or combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


def shorten(text: str, width: float, measure: Callable[[str], float] = display_width) -> str:
    """`text` on one line, with an ellipsis where it was cut to be at most `width` wide, as `measure` measures."""
    text = " ".join(text.split())
    if measure(text) <= width:
        return text
    taken = measure("…")
    for place, letter in enumerate(text):
        taken += measure(letter)
        if taken > width:
            return text[:place].rstrip() + "…"
    return text


def count_text(number: int, one: str, many: str | None = None) -> str:
    """`1 copy`, `2,000 copies`; without `many` the plural has an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def time_text(moment: datetime) -> str:
    """`2026-01-31T04:05:06Z`."""
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def read_time(text: str) -> datetime:
    """The moment that `time_text` wrote. Raises ValueError for another form."""
    marks = text[4:8:3] == "--" and text[10::9] == "TZ" and text[13:17:3] == "::"
    if marks and len(text) == 20 and text.isascii():
        # In a tenth of strptime's time, which judges all other forms.
        return datetime.fromisoformat(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, for "did you mean"; None where none is near."""
    from difflib import get_close_matches  # only a mistake needs it

    by_lower = {each.lower(): each for each in known}
    matches = get_close_matches(word.lower(), by_lower, 1)
    return by_lower[matches[0]] if matches else None


def suggest(word: str, known: Iterable[str], form: str = '"{}"', otherwise: str = "") -> str:
    """`; did you mean "…"?` with the nearest known word, written as `form` has it; `otherwise` where none is near."""
    near = nearest(word, known)
    return f"; did you mean {form.format(near)}?" if near else otherwise
