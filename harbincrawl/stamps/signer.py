"""Who signed a time stamp: the certificate, whether the token names it, and whether the signature is its own."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harbincrawl.text import clean, shorten

from .cms import SignedParts, read_named

HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}
_SHA256 = next(iter(HASHES))
_PLAIN_RSA = {f"1.2.840.113549.1.1.{last}" for last in (1, 11, 12, 13)}
"""Kinds of signature with the padding of PKCS #1, version 1.5."""
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_CERTIFICATES = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"
"""The signed attributes that name the certificate that signed: RFC 5035, RFC 2634 (SHA-1)."""
_LONGEST_NAME = 80


def guard(ask: Callable[[], Any]) -> Any:
    """What `ask` returns. Raises ValueError for whatever the libraries make of bytes that they do not know."""
    with warnings.catch_warnings():
        # Certificates of others have what the library warns of: numbers below 1, for one.
        warnings.simplefilter("ignore")
        try:
            return ask()
        except Exception as error:
            raise ValueError("what is in it cannot be read") from error


def find_signer(parts: SignedParts) -> x509.Certificate | None:
    """The certificate in the response that its signature names."""
    number = int.from_bytes(parts.serial, signed=True)
    for each in load_certificates(parts):
        if each.issuer.public_bytes() == parts.issuer and guard(partial(getattr, each, "serial_number")) == number:
            return each
    return None


def load_certificates(parts: SignedParts) -> Iterator[x509.Certificate]:
    """The certificates in the response, less those that cannot be read."""
    for data in parts.certificates:
        with suppress(ValueError):
            yield guard(partial(_load_certificate, data))


def _load_certificate(data: bytes) -> x509.Certificate:
    found = x509.load_der_x509_certificate(data)
    # Names are read when they are asked for.
    for name in (found.issuer, found.subject):
        fold_name(name)
    return found


def is_named(parts: SignedParts, signer: x509.Certificate) -> bool:
    """Whether the signed attributes name this certificate, as they must: no other one with the same key will do."""
    named = [parts.values[each] for each in _CERTIFICATES if each in parts.values]
    try:
        firsts = [next(read_named(each)) for each in named]
    except (ValueError, StopIteration):
        return False
    data = signer.public_bytes(Encoding.DER)
    for attribute, (number, digest) in zip(named, firsts, strict=True):
        is_old = attribute is parts.values.get(_CERTIFICATES[1])
        function = "sha1" if is_old else HASHES.get(number or _SHA256, ("", None))[0]
        if not function or hashlib.new(function, data, usedforsecurity=False).digest() != digest:
            return False
    return bool(named)


def is_own_name(name: Any, signer: x509.Certificate) -> bool:
    """Whether the name that a token gives its authority, if any, is one of those in its certificate."""
    if name is None:
        return True
    if isinstance(name, x509.DirectoryName) and fold_name(signer.subject) == fold_name(name.value):
        return True
    try:
        others = guard(lambda: signer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except ValueError:
        return False
    return name in list(others)


def is_signed(parts: SignedParts, signer: x509.Certificate) -> bool:
    """Whether the signature is that of the certificate; True, too, for a kind that is not known here."""
    _, function = HASHES.get(parts.digest, ("", None))
    if function is None:
        return True
    digest = hashes.Hash(function)
    digest.update(parts.content)
    held = parts.values.get(_MESSAGE_DIGEST)
    if held is None or held.content != digest.finalize():
        return False
    try:
        key = guard(signer.public_key)
        if isinstance(key, rsa.RSAPublicKey) and parts.algorithm in _PLAIN_RSA:
            key.verify(parts.signature, parts.attributes, padding.PKCS1v15(), function)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(parts.signature, parts.attributes, ec.ECDSA(function))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(parts.signature, parts.attributes)
    except InvalidSignature:
        return False
    except ValueError:
        return True
    return True


def may_stamp(signer: x509.Certificate) -> bool:
    try:
        found = guard(lambda: signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage))
    except ValueError:
        return False
    return found.critical and list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def fold_name(name: x509.Name) -> str:
    """A name as it is compared with others: without case, however it is written down (RFC 5280, section 7.1)."""
    return " ".join(name.rfc4514_string().casefold().split())


def name_subject(name: x509.Name) -> str:
    """The common name, else the whole one, as it may be printed."""
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    value = common[-1].value if common else name.rfc4514_string()
    return shorten(" ".join(clean(str(value)).split()), _LONGEST_NAME) or "(no name)"
