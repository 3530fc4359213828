"""What a time stamp says, and whether it can be believed: whatever we use of `rfc3161_client`.

The library is not enough for a token of which nothing but its bytes is known. It refuses certificates that are out of
order, and a stamp that was granted with changes; it does not ask whether the certificate is the one that the token
names (RFC 5035), and it looks at the signature only where it trusts the certificate. So `signer` does these things, and
`openssl ts -verify` is the judge of both in tests/stamps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampTokenInfo,
    VerifierBuilder,
    decode_timestamp_response,
)

from harbincrawl.text import time_text

from .cms import SignedParts, read_response
from .roots import Roots
from .signer import (
    HASHES,
    find_signer,
    guard,
    is_named,
    is_own_name,
    is_signed,
    load_certificates,
    may_stamp,
    name_subject,
)

MOST_BYTES = 65_536
"""Of a response: four certificates with long keys are a tenth of it."""


class Request(NamedTuple):
    """What an authority is asked."""

    body: bytes
    nonce: int | None


class Statement(NamedTuple):
    """What a token says, whoever signed it."""

    time: datetime
    """UTC."""
    function: str
    """The hash function of what was stamped: `sha256`, `sha384`, `sha512`; else its number."""
    imprint: bytes
    """The hash of what was stamped."""
    nonce: int | None


@dataclass(frozen=True)
class TokenCheck:
    """Whether a token proves that a seal existed at a time."""

    time: datetime | None
    """What it says, UTC; None where it cannot be read."""
    signer: str
    """The name in the certificate that signed; empty where it cannot be read."""
    fault: str | None = None
    """Why it is no stamp of this seal, whoever made it."""
    doubt: str | None = None
    """Why it proves nothing here, though it is a stamp of this seal: who signed is not known, or was not allowed to."""

    @property
    def is_proven(self) -> bool:
        """Whether it is a stamp of the seal by somebody whom the roots vouch for."""
        return self.fault is None and self.doubt is None


def make_request(seal: str) -> Request:
    """Asks for a stamp over the 64 hexadecimal digits of `seal` in ASCII, with certificates and a number of its own."""
    made = TimestampRequestBuilder(seal.encode(), HashAlgorithm.SHA256, nonce=True, cert_req=True).build()
    return Request(made.as_bytes(), made.nonce)


def read_statement(data: bytes) -> Statement:
    """What the token in a response says. Raises ValueError, which says why it is none."""
    return _read_info(_read(data))


def stamps_seal(data: bytes, seal: str) -> bool:
    """Whether the token in a response says that it is one of `seal`. Raises ValueError where it says nothing."""
    return _is_of(read_statement(data), seal)


def check_answer(data: bytes, seal: str, request: Request) -> TokenCheck:
    """Whether a response is the stamp of `seal` that was asked for; nothing is said of who signed it."""
    check = check_token(data, seal, None)
    if check.fault is None and read_statement(data).nonce != request.nonce:
        return TokenCheck(check.time, check.signer, "it answers another request (nonce)")
    return check


def check_token(data: bytes, seal: str, roots: Roots | None) -> TokenCheck:
    """Whether the response `data` (DER, TimeStampResp) proves when `seal` existed.

    `roots` are the certificates that are trusted, as of the time that the token says; None: nothing is asked of who
    signed.
    """
    try:
        parts = _read(data)
        statement = _read_info(parts)
    except ValueError as error:
        return TokenCheck(None, "", str(error))
    signer = find_signer(parts)
    if signer is None:
        return TokenCheck(statement.time, "", "the certificate of who signed it is not in it")
    fault, doubt = _find_fault(parts, statement, signer, seal), None
    if fault is None and roots is not None:
        doubt = _find_doubt(parts, statement, signer, seal, roots)
    return TokenCheck(statement.time, name_subject(signer.subject), fault, doubt)


def _read(data: bytes) -> SignedParts:
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES:,} bytes")
    return read_response(data)


def _read_info(parts: SignedParts) -> Statement:
    info = guard(lambda: _decode(parts))
    if info.version != 1:
        raise ValueError(f"it is of another version ({info.version})")
    time, imprint = info.gen_time, info.message_imprint
    number = imprint.hash_algorithm.dotted_string
    function, _ = HASHES.get(number, (number, None))
    return Statement(time.astimezone(UTC), function, imprint.message, info.nonce)


def _decode(parts: SignedParts) -> TimeStampTokenInfo:
    response = decode_timestamp_response(parts.ordered)
    return response.tst_info


def _is_of(statement: Statement, seal: str) -> bool:
    known = {name for name, _ in HASHES.values()}
    return statement.function in known and hashlib.new(statement.function, seal.encode()).digest() == statement.imprint


def _find_fault(parts: SignedParts, statement: Statement, signer: x509.Certificate, seal: str) -> str | None:
    if statement.function not in {name for name, _ in HASHES.values()}:
        return f"its hash function ({statement.function}) is not known here"
    if not _is_of(statement, seal):
        return "it is of something else than this seal"
    if not is_named(parts, signer):
        return "it does not name the certificate that signed it"
    try:
        is_own = is_own_name(guard(lambda: _decode(parts).name), signer)
    except ValueError:
        is_own = False
    if not is_own:
        return "it names another authority than its certificate"
    return None if is_signed(parts, signer) else "its signature is broken"


def _find_doubt(
    parts: SignedParts, statement: Statement, signer: x509.Certificate, seal: str, roots: Roots
) -> str | None:
    first, last = signer.not_valid_before_utc, signer.not_valid_after_utc
    if not first <= statement.time <= last:
        return f"its certificate was valid from {time_text(first)} to {time_text(last)} alone"
    if not may_stamp(signer):
        return "its certificate is not one for time stamps alone"
    above = roots.find_above(load_certificates(parts))
    try:
        guard(lambda: _verify_chain(parts, seal, above))
    except ValueError:
        issuer = name_subject(signer.issuer)
        return (
            f"no root that is trusted here, and was valid then, vouches for its certificate, issued by {issuer}: name"
            " one with --tsa-certificates FILE"
        )
    return None


def _verify_chain(parts: SignedParts, seal: str, roots: Sequence[x509.Certificate]) -> None:
    verifier = VerifierBuilder(roots=list(roots)).build()
    verifier.verify_message(decode_timestamp_response(parts.ordered), seal.encode())
