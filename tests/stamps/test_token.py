"""Tokens against seals: `openssl ts -verify` is the judge of what is believed and of what is not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harbincrawl.stamps.token import (
    TokenCheck,
    check_answer,
    check_token,
    make_request,
    read_roots,
)
from tests.support.authority import Authority, judge, needs_openssl
from tests.support.families import sample

pytestmark = needs_openssl
SEAL, OTHER = "5" * 64, "6" * 64


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def roots(authority: Authority) -> bytes:
    return read_roots(authority.root.read_bytes())


def days(count: float) -> datetime:
    """So many days from now."""
    return (datetime.now(UTC) + timedelta(days=count)).replace(microsecond=0)


def say_time(token: bytes, authority: Authority, moment: datetime) -> bytes:
    """Another token of the authority, of another time."""
    found = re.search(rb"\x18.(\d{14})", authority.read_statement(token), re.DOTALL)
    assert found
    return authority.restate(token, found[1], f"{moment:%Y%m%d%H%M%S}".encode())


def stamp(*arguments: str, seal: str = SEAL) -> Callable[[Authority, Path], bytes]:
    """What the authority gives whoever asks with these arguments of `openssl ts -query`."""
    return lambda authority, _: authority.stamp_seal(seal, *arguments)


def say(count: float) -> Callable[[Authority, Path], bytes]:
    """A token of so many days from now."""
    return lambda authority, _: say_time(authority.stamp_seal(SEAL), authority, days(count))


def sign_as(usage: str) -> Callable[[Authority, Path], bytes]:
    """The statement of an honest token, signed by a certificate for other things, whose root is trusted, too."""

    def make(authority: Authority, folder: Path) -> bytes:
        other = Authority(folder / "other", usage=usage)
        with authority.root.open("ab") as trusted:
            trusted.write(other.root.read_bytes())
        return other.sign(authority.read_statement(authority.stamp_seal(SEAL)), "-cades")

    return make


def stamp_by(**details: object) -> Callable[[Authority, Path], bytes]:
    """A stamp of another authority, whose root is trusted, too."""

    def make(authority: Authority, folder: Path) -> bytes:
        other = Authority(folder / "other", **details)  # type: ignore[arg-type]
        with authority.root.open("ab") as trusted:
            trusted.write(other.root.read_bytes())
        return other.stamp_seal(SEAL)

    return make


def stamp_while_valid(authority: Authority, folder: Path) -> bytes:
    """A token of last year, by a certificate that has expired since."""
    other = Authority(folder / "other", valid=(days(-400), days(-300)))
    authority.root.write_bytes(other.root.read_bytes())
    return say_time(other.stamp_seal(SEAL), other, days(-350))


def mark_as_changed(authority: Authority, _: Path) -> bytes:
    return authority.stamp_seal(SEAL).replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x01", 1)


def break_signature(authority: Authority, _: Path) -> bytes:
    token = authority.stamp_seal(SEAL)
    return token[:-1] + bytes((token[-1] ^ 1,))


def change_statement(authority: Authority, _: Path) -> bytes:
    """Another time in the statement, and the signature as it was."""
    token = authority.stamp_seal(SEAL)
    year = f"{datetime.now(UTC):%Y}".encode()
    at = token.index(authority.read_statement(token))
    return token[:at] + token[at:].replace(year, b"2019", 1)


CASES: dict[str, tuple[Callable[[Authority, Path], bytes], bool]] = {
    "an honest stamp": (stamp(), True),
    "asked for with sha512": (stamp("-sha512", "-cert"), True),
    "of another seal": (stamp(seal=OTHER), False),
    "by an unknown root": (lambda _, folder: Authority(folder / "other").stamp_seal(SEAL), False),
    "by another root that is known": (stamp_by(), True),
    "by a key of RSA": (stamp_by(key="rsa"), True),
    "granted with changes": (mark_as_changed, True),
    "with a broken signature": (break_signature, False),
    "by a certificate that has expired": (stamp_by(valid=(days(-400), days(-300))), False),
    "by one that was not valid yet": (stamp_by(valid=(days(300), days(400))), False),
    "of a time when it was valid, though it has expired": (stamp_while_valid, True),
    "before there was a root": (say(-9000), False),
    "years ahead": (say(9000), False),
    "a lie that nobody can tell": (say(-9), True),
    "by a certificate of a web server": (sign_as("server"), False),
    "by a certificate for two purposes": (sign_as("both"), False),
    "by a certificate whose purpose is not critical": (sign_as("loose"), False),
    "by a certificate for no purpose": (sign_as("none"), False),
    "without any certificate": (stamp("-sha256"), False),
    "with a statement that was changed": (change_statement, False),
}  # fmt: skip


def is_proven(check: TokenCheck) -> bool:
    return check.fault is None and check.doubt is None


def find_time(check: TokenCheck) -> datetime | None:
    return check.statement.time if check.statement else None


@pytest.mark.parametrize("case", sample(CASES))
def test_what_is_proven_is_what_openssl_takes(tmp_path: Path, case: str) -> None:
    make, is_right = CASES[case]
    authority = Authority(tmp_path / "authority")
    token = make(authority, tmp_path)
    check = check_token(token, SEAL, read_roots(authority.root.read_bytes()))
    assert is_proven(check) == judge(token, SEAL, authority.root, tmp_path, find_time(check)) == is_right, check


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.attack), 40])
def test_a_token_with_one_bit_changed_is_believed_only_where_openssl_believes_it(
    authority: Authority, roots: bytes, tmp_path: Path, every: int
) -> None:
    token = authority.stamp_seal(SEAL)
    dice = random.Random(every)
    believed = 0
    for at in range(0, len(token), every):
        changed = bytearray(token)
        changed[at] ^= 1 << dice.randrange(8)
        check = check_token(bytes(changed), SEAL, roots)
        if is_proven(check):
            believed += 1
            assert judge(bytes(changed), SEAL, authority.root, tmp_path, find_time(check)), at
    # Bytes that are neither signed nor needed: the status, what is said of the algorithms.
    assert believed < 30


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x00", b"<html>", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 500])
def test_what_is_no_response_is_said_to_be_none(data: bytes, roots: bytes) -> None:
    check = check_token(data, SEAL, roots)
    assert check.fault is not None
    assert check.statement is None


def test_an_answer_has_to_be_one_to_the_request(authority: Authority) -> None:
    request = make_request(SEAL)
    assert check_answer(authority.stamp(request.as_bytes()), SEAL, request).fault is None
    assert check_answer(authority.stamp(make_request(SEAL).as_bytes()), SEAL, request).fault is not None
    assert check_answer(authority.stamp(make_request(OTHER).as_bytes()), SEAL, request).fault is not None
    assert request.nonce != make_request(SEAL).nonce


def test_what_nobody_can_read_is_kept_unread(
    authority: Authority, roots: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library reads no certificates in the order in which OpenSSL writes them."""
    request = make_request(SEAL)
    token = authority.stamp(request.as_bytes())
    monkeypatch.setenv("PATH", "")
    for check in (check_token(token, SEAL, roots), check_answer(token, SEAL, request)):
        assert (check.fault, check.statement) == (None, None)
        assert check.doubt is not None and "it was not checked" in check.doubt
    assert check_token(b"<html>", SEAL, roots).fault is not None
