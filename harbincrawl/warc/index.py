"""The CDXJ index of WARC files, with which replay tools find captures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import ip_address
from posixpath import normpath
from urllib.parse import quote, unquote_to_bytes, urlsplit

from harbincrawl.errors import DamagedError, TooLargeError
from harbincrawl.places import Place, open_place
from harbincrawl.text import PORTS

from .feed import MAX_UNPACKED
from .heads import Fields, find_field, parse_date, split_block
from .reader import read_http
from .records import Record, walk_records

_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def make_key(address: str) -> str:
    """The SURT key of an http address: reversed host, path and query in lower case, sorted parameters.

    `http://www.example.com/News/?b=2&a=1` is `com,example)/news?a=1&b=2`.
    """
    parts = urlsplit(address)
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    key = host if _is_ip(host) else ",".join(reversed(host.split(".")))
    if parts.port is not None and parts.port != PORTS.get(parts.scheme.lower()):
        key += f":{parts.port}"
    path = normpath(re.sub("/{2,}", "/", _normalise_spelling(parts.path or "/")))
    key += ")" + path
    if parts.query:
        query = _normalise_spelling(parts.query)
        key += "?" + "&".join(sorted(query.split("&"), key=lambda part: part.partition("=")[::2]))
    return key


def _normalise_spelling(text: str) -> str:
    """`text` in lower case, with one spelling for each character even if it is percent-encoded several times."""
    raw = text.encode("utf-8", "surrogatepass")
    while (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return quote(raw, safe=_SAFE).lower()


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def index_file(path: Place, name: str) -> Iterator[tuple[str, int]]:
    """(line in CDXJ, byte offset of its end) of each record of `path`; the lines have the file name `name`.

    The line is empty unless the record is a response or revisit. Damaged records and those without address or date are
    skipped. Raises WarcError.
    """
    with open_place(path, name) as stream:
        for record in walk_records(stream, name):
            if not isinstance(record, Record):
                continue
            try:
                head = b""
                if record.type in ("response", "revisit"):
                    head, _ = split_block(record.read_block(MAX_UNPACKED))
                end = record.finish()
                yield _make_line(record, head, end, name), end
            except (DamagedError, TooLargeError, ValueError):
                continue


def _make_line(record: Record, head: bytes, end: int, name: str) -> str:
    if record.type not in ("response", "revisit"):
        return ""
    fields: Fields = ()
    status = ""
    if head.strip():
        number, _, fields = read_http(head, name, record.offset)
        status = str(number)
    target = record.target
    if not target:
        raise ValueError("a capture without an address")
    moment = parse_date(find_field(record.fields, "WARC-Date") or "")
    mime = "warc/revisit" if record.type == "revisit" else find_field(fields, "Content-Type")
    values = {
        "url": target,
        "mime": re.split(r"[;\s]", mime or "")[0],
        "status": status,
        "digest": find_field(record.fields, "WARC-Payload-Digest") or "",
        "length": str(end - record.offset),
        "offset": str(record.offset),
        "filename": name,
    }
    about = json.dumps({key: value for key, value in values.items() if value})
    return f"{make_key(target)} {moment:%Y%m%d%H%M%S} {about}\n"
