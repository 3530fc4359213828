"""What a time stamp says, and whether it can be believed: by `rfc3161-client`, or by `openssl` where that refuses."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

from harbincrawl.text import clean, shorten

MOST_BYTES = 65_536
"""Of a response: four certificates with long keys are a tenth of it."""
MOST_ROOTS = 10_000_000
"""Bytes of a file of certificates."""
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_GRANTED = (0, 1)
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_MESSAGE = re.compile(r"^ {4}[0-9a-f]{4} - ([0-9a-f]{2}(?:[ -][0-9a-f]{2})*)", re.MULTILINE)
_LONGEST_NAME = 80


class Statement(NamedTuple):
    """What a token says, whoever signed it."""

    time: datetime
    """UTC."""
    function: str
    """The hash function of what was stamped: `sha256`, `sha384`, `sha512`; else its number or name."""
    imprint: bytes
    """The hash of what was stamped."""
    nonce: int | None
    signer: str
    """The name of who signed, as it may be printed; empty where it is not known."""


class UnreadError(ValueError):
    """Raised for a token that only openssl could read, which is missing."""


@dataclass(frozen=True)
class TokenCheck:
    """Whether a token proves that a seal existed at a time."""

    statement: Statement | None
    """None where it cannot be read."""
    fault: str | None = None
    """Why it is no stamp of this seal, whoever made it."""
    doubt: str | None = None
    """Why it proves nothing here, though it may be a stamp of this seal."""


def make_request(seal: str) -> TimeStampRequest:
    """Asks for a stamp over the 64 hexadecimal digits of `seal` in ASCII, with certificates and a number of its own."""
    return TimestampRequestBuilder(seal.encode(), HashAlgorithm.SHA256, nonce=True, cert_req=True).build()


def read_statement(data: bytes) -> Statement:
    """What the token in a response says. Raises ValueError, which says why it is none, UnreadError."""
    return _read(data)[0]


def check_answer(data: bytes, seal: str, request: TimeStampRequest) -> TokenCheck:
    """Whether a response is the stamp of `seal` that was asked for; nothing is said of who signed it."""
    check = check_token(data, seal, None)
    if check.fault is None and check.statement is not None and check.statement.nonce != request.nonce:
        return TokenCheck(check.statement, "it answers another request (nonce)")
    return check


def check_token(data: bytes, seal: str, roots: bytes | None) -> TokenCheck:
    """Whether the response `data` (DER, TimeStampResp) proves when `seal` existed.

    `roots` are the certificates that are trusted (PEM), as of the time that the token says; None: nothing is asked of
    who signed.
    """
    try:
        statement, response = _read(data)
    except UnreadError as error:
        return TokenCheck(None, None, str(error))
    except ValueError as error:
        return TokenCheck(None, str(error))
    if not is_of(statement, seal):
        return TokenCheck(statement, "it is of something else than this seal")
    if roots is not None and response is not None and _is_believed(response, seal, roots):
        return TokenCheck(statement)
    return _ask_openssl(data, seal, roots, statement)


def read_roots(data: bytes) -> bytes:
    """The certificates in a file (PEM). Raises ValueError, which says what is wrong with it."""
    blocks = _BLOCK.findall(data)
    if not blocks or len(data) > MOST_ROOTS:
        raise ValueError("expected certificates in PEM, of 10 MB at most")
    wrong = len(blocks) - len(_load_roots(data))
    if wrong:
        raise ValueError(f"{wrong} of the {len(blocks)} certificates in it cannot be read")
    return data


def read_system_roots() -> bytes:
    """The certificates that the system trusts, where Python's `ssl` looks for them."""
    paths = ssl.get_default_verify_paths()
    files = [Path(paths.cafile)] if paths.cafile else []
    files += sorted(Path(paths.capath).glob("????????.[0-9]")) if paths.capath else []
    found: dict[bytes, None] = {}
    for path in files:
        with suppress(OSError):
            found |= dict.fromkeys(_BLOCK.findall(path.read_bytes()))
    return b"\n".join(found)


@lru_cache(maxsize=2)
def _load_roots(roots: bytes) -> list[x509.Certificate]:
    """Those that can be read."""
    found = []
    for block in _BLOCK.findall(roots):
        with suppress(ValueError), warnings.catch_warnings(action="ignore"):  # numbers below 1, for one
            found.append(x509.load_pem_x509_certificate(block))
    return found


def _read(data: bytes) -> tuple[Statement, TimeStampResponse | None]:
    """What a response says; None in place of it where the library cannot read it."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES:,} bytes")
    try:
        response = decode_timestamp_response(data)
        said = _describe(response) if response.status in _GRANTED else None
    except Exception as error:  # noqa: BLE001 - whatever the library makes of bytes that it does not know
        return _read_by_openssl(data, error), None
    if said is None:
        raise ValueError("no time stamp was granted")
    return said, response


def _describe(response: TimeStampResponse) -> Statement:
    info, imprint = response.tst_info, response.tst_info.message_imprint
    function = imprint.hash_algorithm.dotted_string
    known = _HASHES.get(function, function)
    return Statement(info.gen_time.astimezone(UTC), known, imprint.message, info.nonce, _name_signer(response))


def _name_signer(response: TimeStampResponse) -> str:
    """The common name in the certificate that signed; empty where there is none that can be read."""
    with suppress(Exception):
        (signer,) = response.signed_data.signer_infos
        for each in map(x509.load_der_x509_certificate, response.signed_data.certificates):
            if each.serial_number == signer.serial_number and each.issuer == signer.issuer:
                return _make_name(str(each.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[-1].value))
    return ""


def _make_name(name: str) -> str:
    return shorten(" ".join(clean(name).split()), _LONGEST_NAME)


def _read_by_openssl(data: bytes, error: Exception) -> Statement:
    if shutil.which("openssl") is None:
        if "InvalidSetOrdering" in str(error):  # certificates in the order in which OpenSSL writes them
            raise UnreadError("it was not checked: rfc3161-client cannot read it, and openssl is missing")
        raise ValueError("it cannot be read") from error
    with _written(data) as path:
        done = _run_openssl("ts", "-reply", "-in", path, "-text")
    if done.returncode:
        raise ValueError("it cannot be read")
    # Before it stands text that is not signed.
    said = done.stdout.rpartition("\nTST info:\n")[2]
    fields = dict(re.findall(r"^(Hash Algorithm|Time stamp|Nonce|TSA): (.*)$", said, re.MULTILINE))
    if "Time stamp" not in fields:
        raise ValueError("no time stamp was granted")
    name = re.search(r"\bCN ?= ?([^/,]+)", fields.get("TSA", ""))
    with suppress(KeyError, ValueError):
        nonce = fields.get("Nonce", "unspecified")
        return Statement(
            datetime.fromtimestamp(ssl.cert_time_to_seconds(re.sub(r"\.\d+", "", fields["Time stamp"])), UTC),
            fields["Hash Algorithm"],
            bytes.fromhex(" ".join(_MESSAGE.findall(said.partition("\nSerial number")[0])).replace("-", " ")),
            None if nonce == "unspecified" else int(nonce, 0),
            _make_name(name[1]) if name else "",
        )
    raise ValueError("it cannot be read")


def is_of(statement: Statement, seal: str) -> bool:
    """Whether a token says that it is one of `seal`."""
    known = statement.function in _HASHES.values()
    return known and hashlib.new(statement.function, seal.encode()).digest() == statement.imprint


def _is_believed(response: TimeStampResponse, seal: str, roots: bytes) -> bool:
    """Whether the library believes a response."""
    try:
        return VerifierBuilder(roots=_load_roots(roots)).build().verify_message(response, seal.encode())
    except Exception:  # noqa: BLE001 - whatever it makes of bytes that it does not know
        return False


def _ask_openssl(data: bytes, seal: str, roots: bytes | None, statement: Statement) -> TokenCheck:
    """What openssl makes of a response that is a stamp of the seal by what it says."""
    if shutil.which("openssl") is None:
        return TokenCheck(statement, None, None if roots is None else _doubt("openssl is missing"))
    why = ""
    with _written(data) as path:
        if roots is not None:
            (file := path.with_name("roots.pem")).write_bytes(roots)
            digest = hashlib.new(statement.function, seal.encode()).hexdigest()
            at = str(int(statement.time.timestamp()))
            trusted = ("-attime", at, "-CAfile", file)
            done = _run_openssl("ts", "-verify", "-in", path, "-digest", digest, *trusted)
            if not done.returncode:
                return TokenCheck(statement)
            why = _explain(done)
        token = path.with_name("token.der")
        _run_openssl("ts", "-reply", "-in", path, "-token_out", "-out", token)
        done = _run_openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", token, "-out", os.devnull)
    if done.returncode:
        return TokenCheck(statement, f"its signature is broken ({_explain(done)})")
    return TokenCheck(statement, None, None if roots is None else _doubt(why))


def _doubt(why: str) -> str:
    return f"no root that is trusted here vouches for it ({why}): name one with --tsa-certificates FILE"


@contextmanager
def _written(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        (path := Path(folder, "stamp.tsr")).write_bytes(data)
        yield path


def _run_openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")  # noqa: S603


def _explain(done: subprocess.CompletedProcess[str]) -> str:
    """The reason that openssl gives, without the places in its code."""
    reasons = re.findall(r"routines:[^:]*:([^:\n]+):[^:\n]*:\d+:(?:Verify error:)?(.*)$", done.stderr, re.MULTILINE)
    return clean(next((detail or reason for reason, detail in reversed(reasons)), "openssl refuses it"))
