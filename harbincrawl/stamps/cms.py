"""A time stamp response taken apart (RFC 3161, RFC 5652): what is signed, by what signature, and its certificates.

Only what the library for time stamps does not give: its parser takes no set of certificates that is out of order, which
OpenSSL writes, and it shows no signed attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

SEQUENCE, SET, OBJECT, OCTETS, INTEGER = 0x30, 0x31, 0x06, 0x04, 0x02
_FIRST, _SECOND = 0xA0, 0xA1
"""The tags [0] and [1] of parts that may be missing."""
_GRANTED = b"\x30\x03\x02\x01\x00"
_DEEPEST_LENGTH = 4
"""Bytes of a length: no response is as long as these can say."""


class Part(NamedTuple):
    """A value in DER."""

    tag: int
    whole: bytes
    """Tag, length and content."""
    content: bytes


class SignedParts(NamedTuple):
    """What a response signs, and with what."""

    status: int
    """0: granted, 1: granted with changes; else there is no token."""
    content: bytes
    """The token's own statement (TSTInfo)."""
    certificates: tuple[bytes, ...]
    issuer: bytes
    """Of the certificate that signed, as it is written there; `serial` the bytes of its number."""
    serial: bytes
    digest: str
    """The number of the hash function of content and attributes, `2.16.840.1.101.3.4.2.1` for SHA-256."""
    algorithm: str
    """The number of the kind of signature."""
    attributes: bytes
    """What the signature is over, as a set."""
    values: Mapping[str, Part]
    """The first value of each signed attribute, by the number of the attribute."""
    signature: bytes
    ordered: bytes
    """The same response, granted, with its certificates in the order of DER."""


def read_parts(data: bytes) -> list[Part]:
    """The values that stand one behind the other in `data`. Raises ValueError."""
    found, at = [], 0
    while at < len(data):
        begin, tag = at, data[at]
        if tag & 0x1F == 0x1F or at + 2 > len(data):  # numbers above 30 are not used here
            raise ValueError("it is no DER")
        size = data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            if not 0 < count <= _DEEPEST_LENGTH or at + count > len(data):
                raise ValueError("it is no DER")
            size = int.from_bytes(data[at : at + count])
            if size < 0x80 or not data[at]:
                raise ValueError("it is no DER")
            at += count
        if at + size > len(data):
            raise ValueError("it is cut off")
        found.append(Part(tag, data[begin : at + size], data[at : at + size]))
        at += size
    return found


def write_part(tag: int, content: bytes) -> bytes:
    """A value in DER."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def read_object(content: bytes) -> str:
    """The number of an object, `1.2.840.113549.1.9.4`. Raises ValueError."""
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not content or content[-1] & 0x80:
        raise ValueError("a number of an object in it is cut off")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def read_inside(part: Part, *tags: int, has_more: bool = False) -> list[Part]:
    """The values in a value, which have these tags; the first ones where it may have more. Raises ValueError."""
    inside = read_parts(part.content)
    found = inside[: len(tags)] if has_more else inside
    if tuple(each.tag for each in found) != tags:
        raise ValueError("it has another form")
    return inside


def read_response(data: bytes) -> SignedParts:
    """Takes a response apart. Raises ValueError, which says why it is none; also where it has no token."""
    (response,) = read_inside(Part(0, data, data), SEQUENCE)
    info, *token = read_inside(response, SEQUENCE, has_more=True)
    if not read_inside(info, INTEGER, has_more=True)[0].content:
        raise ValueError("it has another form")
    status = int.from_bytes(read_inside(info, INTEGER, has_more=True)[0].content, signed=True)
    if status not in (0, 1):
        raise ValueError(f"no time stamp was granted (status {status})")
    if len(token) != 1 or token[0].tag != SEQUENCE:
        raise ValueError("there is no token in it")
    kind, wrapped = read_inside(token[0], OBJECT, _FIRST)
    (signed,) = read_inside(wrapped, SEQUENCE)
    version, digests, content, *others = read_inside(signed, INTEGER, SET, SEQUENCE, has_more=True)
    sets = {each.tag: each for each in others}
    if len(sets) != len(others) or not {SET} <= set(sets) <= {SET, _FIRST, _SECOND}:
        raise ValueError("it has another form")
    signers = read_parts(sets[SET].content)
    if len(signers) != 1:
        raise ValueError(f"it has {len(signers)} signatures, where a time stamp has one")
    certificates = [each.whole for each in read_parts(sets[_FIRST].content)] if _FIRST in sets else []
    ordered = write_part(_FIRST, b"".join(sorted(certificates))) if certificates else b""
    tail = b"".join(sets[tag].whole for tag in (_SECOND, SET) if tag in sets)
    remade = write_part(SEQUENCE, version.whole + digests.whole + content.whole + ordered + tail)
    whole = write_part(SEQUENCE, kind.whole + write_part(_FIRST, remade))
    _, held = read_inside(content, OBJECT, _FIRST)
    (statement,) = read_inside(held, OCTETS)
    _, name, digest, attributes, algorithm, signature = read_inside(
        signers[0], INTEGER, SEQUENCE, SEQUENCE, _FIRST, SEQUENCE, OCTETS, has_more=True
    )[:6]
    issuer, serial = read_inside(name, SEQUENCE, INTEGER)
    return SignedParts(
        status=status,
        content=statement.content,
        certificates=tuple(certificates),
        issuer=issuer.whole,
        serial=serial.content,
        digest=_read_algorithm(digest),
        algorithm=_read_algorithm(algorithm),
        attributes=write_part(SET, attributes.content),
        values=_read_attributes(attributes),
        signature=signature.content,
        ordered=write_part(SEQUENCE, _GRANTED + whole),
    )


def read_named(attribute: Part) -> Iterator[tuple[str | None, bytes]]:
    """(number of the hash function, hash) of each certificate that an attribute of signing certificates names.

    RFC 5035 and, without a number, RFC 2634. Raises ValueError.
    """
    for each in read_parts(read_inside(attribute, SEQUENCE, has_more=True)[0].content):
        inside = read_parts(each.content)
        function = _read_algorithm(inside.pop(0)) if inside and inside[0].tag == SEQUENCE else None
        if not inside or inside[0].tag != OCTETS:
            raise ValueError("it has another form")
        yield function, inside[0].content


def _read_algorithm(part: Part) -> str:
    return read_object(read_inside(part, OBJECT, has_more=True)[0].content)


def _read_attributes(attributes: Part) -> dict[str, Part]:
    values: dict[str, Part] = {}
    for each in read_parts(attributes.content):
        key, held = read_inside(each, OBJECT, SET)
        (value, *_) = read_parts(held.content) or [held]
        values.setdefault(read_object(key.content), value)
    return values
