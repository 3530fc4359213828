"""Root certificates: those of a file, or those that the system trusts, where Python's `ssl` looks for them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from cryptography import x509

from .signer import fold_name, guard

MOST_BYTES = 10_000_000
"""Of a file of certificates."""
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+", re.ASCII)
"""How the files of a folder of certificates are named."""


class Roots:
    """Certificates that are trusted."""

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self._by_subject: dict[str, list[x509.Certificate]] = {}
        for each in certificates:
            self._by_subject.setdefault(fold_name(each.subject), []).append(each)

    def find_above(self, certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
        """Those that may stand in a chain above these: the library loads each of a hundred anew for each token."""
        found: dict[str, list[x509.Certificate]] = {}
        waiting = list(certificates)
        while waiting:
            issuer = fold_name(waiting.pop().issuer)
            if issuer in self._by_subject and issuer not in found:
                found[issuer] = self._by_subject[issuer]
                waiting += found[issuer]
        return [each for those in found.values() for each in those]


def read_roots(data: bytes) -> Roots:
    """The certificates in a file (PEM). Raises ValueError, which says what is wrong with it."""
    blocks = _BLOCK.findall(data)
    if not blocks or len(data) > MOST_BYTES:
        raise ValueError("expected certificates in PEM, of 10 MB at most")
    found = list(_load(data))
    if len(found) < len(blocks):
        raise ValueError(f"{len(blocks) - len(found)} of the {len(blocks)} certificates in it cannot be read")
    return Roots(found)


def read_system_roots() -> Roots:
    """The certificates that the system trusts; what cannot be read is left out."""
    paths = ssl.get_default_verify_paths()
    found: dict[x509.Certificate, None] = {}
    files = [Path(paths.cafile)] if paths.cafile else []
    if paths.capath:
        files += sorted(each for each in Path(paths.capath).iterdir() if _HASHED.fullmatch(each.name))
    for path in files:
        try:
            found |= dict.fromkeys(_load(path.read_bytes()))
        except OSError:
            continue
    return Roots(found)


def _load(data: bytes) -> Iterator[x509.Certificate]:
    for block in _BLOCK.findall(data):
        with suppress(ValueError):
            yield guard(partial(_load_one, block))


def _load_one(block: bytes) -> x509.Certificate:
    found = x509.load_pem_x509_certificate(block)
    for name in (found.subject, found.issuer):
        fold_name(name)  # read when it is asked for, which may fail
    return found
