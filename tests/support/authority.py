"""A time stamp authority (RFC 3161) on loopback: `openssl ts` behind a small server, with keys made then and there."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.support.listening import Handler, listen

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is missing, which signs and judges: apt-get install openssl"
)
Manner = Literal[
    "honest", "garbage", "rejected", "mods", "other seal", "other nonce", "hang", "drip", "drip head", "endless",
    "redirect", "error", "empty", "cut", "broken signature", "lying",
]  # fmt: skip
"""What an authority does with a request."""
_KEYS = {
    "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
    "rsa": ("-newkey", "rsa:2048", "-nodes"),
}
_CONFIG = Path(__file__).with_suffix(".cnf")


def openssl(*arguments: str | Path, input: bytes | None = None) -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], input=input, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def judge(token: bytes, seal: str, root: Path, folder: Path, at: datetime | None = None) -> bool:
    """Whether `openssl ts -verify` takes a token for a stamp of the seal, trusting `root`, as of the time `at`."""
    (folder / "judged.tsr").write_bytes(token)
    (folder / "judged").write_text(seal)
    when = ("-attime", str(int(at.timestamp()))) if at is not None else ()
    command = ("openssl", "ts", "-verify", "-data", folder / "judged", "-in", folder / "judged.tsr", "-CAfile", root)
    done = subprocess.run([*map(str, command), *when], capture_output=True, timeout=60)
    assert (b"Verification: OK" in done.stdout) == (done.returncode == 0)
    return done.returncode == 0


class Authority:
    """An authority with a root, an intermediate and a certificate of its own in a folder; it may answer on loopback."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "Test Stamps",
        usage: str = "tsa",
        valid: tuple[datetime, datetime] | None = None,
        key: str = "ec",
    ) -> None:
        """`usage` is the section of its certificate's extensions.

        `valid` says from when to when that is, else ten years before and after now.
        """
        self._key = _KEYS[key]
        self.folder = folder
        self.manner: Manner = "honest"
        self.asked: list[bytes] = []
        """The requests so far."""
        self.root = folder / "root.pem"
        folder.mkdir(parents=True, exist_ok=True)
        self._config = folder / "openssl.cnf"
        self._config.write_text(_CONFIG.read_text("utf-8").format(folder=folder))
        (folder / "serial").write_text("01")
        (folder / "issued").write_text("")
        self._issue("root", "ca", f"/CN={name} Root", "root", None)
        self._issue("middle", "ca", f"/CN={name} Authority", "root", None)
        self._issue("tsa", usage, f"/O=Tests/CN={name}", "middle", valid)
        (folder / "chain.pem").write_bytes((folder / "middle.pem").read_bytes())
        self._lock = threading.Lock()
        self.address = ""
        """Where it answers, if it does."""
        self.closing = threading.Event()

    def _issue(
        self, name: str, section: str, subject: str, issuer: str, valid: tuple[datetime, datetime] | None
    ) -> None:
        request = self.folder / f"{name}.csr"
        openssl("req", *self._key, "-keyout", self.folder / f"{name}.key", "-out", request, "-config", self._config,
                "-subj", subject)  # fmt: skip
        now = datetime.now(UTC)
        first, last = valid or (now - timedelta(days=3650), now + timedelta(days=3650))
        by = ("-selfsign",) if name == issuer else ("-cert", self.folder / f"{issuer}.pem")
        by = (*by, "-keyfile", self.folder / f"{issuer}.key")
        # `x509` knows no dates before 3.4.
        openssl("ca", "-batch", "-config", self._config, "-name", "issuing", *by, "-in", request,
                "-out", self.folder / f"{name}.pem", "-extensions", section, "-notext",
                "-startdate", f"{first:%Y%m%d%H%M%SZ}", "-enddate", f"{last:%Y%m%d%H%M%SZ}")  # fmt: skip

    def stamp(self, request: bytes) -> bytes:
        """Its honest answer to a request."""
        with self._lock:
            (self.folder / "request.tsq").write_bytes(request)
            return openssl("ts", "-reply", "-queryfile", self.folder / "request.tsq", "-config", self._config,
                           "-section", "stamps")  # fmt: skip

    def stamp_seal(self, seal: str, *arguments: str) -> bytes:
        """Its stamp of a seal, asked for without any program of ours."""
        (self.folder / "seal").write_text(seal)
        asked = openssl("ts", "-query", "-data", self.folder / "seal", *(arguments or ("-sha256", "-cert")))
        return self.stamp(asked)

    def sign(self, statement: bytes, *arguments: str) -> bytes:
        """A response that it granted, over any statement (TSTInfo), signed as `openssl cms -sign` is told."""
        signed = openssl(
            "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-econtent_type", "1.2.840.113549.1.9.16.1.4",
            "-signer", self.folder / "tsa.pem", "-inkey", self.folder / "tsa.key",
            "-certfile", self.folder / "middle.pem", "-md", "sha256", *arguments, input=statement,
        )  # fmt: skip
        return b"\x30" + _length(len(signed) + 5) + b"\x30\x03\x02\x01\x00" + signed

    def read_statement(self, token: bytes) -> bytes:
        """What an honest token signs (TSTInfo)."""
        (self.folder / "honest.tsr").write_bytes(token)
        held = openssl("ts", "-reply", "-in", self.folder / "honest.tsr", "-token_out")
        return openssl("cms", "-verify", "-noverify", "-inform", "DER", "-binary", input=held)

    def restate(self, token: bytes, old: bytes, new: bytes) -> bytes:
        """Another token of its own that says `new` where an honest one says `old`."""
        statement = self.read_statement(token)
        assert old in statement
        return self.sign(statement.replace(old, new, 1), "-cades")

    def answer(self, request: bytes) -> bytes:
        """What it answers in its present manner, where that is an answer at all."""
        self.asked.append(request)
        if self.manner == "other seal":
            return self.stamp_seal("something else")
        if self.manner == "other nonce":  # a stamp of the same, as an answer to somebody else's request
            found = request.index(b"\x04\x20")
            digest = request[found + 2 : found + 34].hex()
            return self.stamp(openssl("ts", "-query", "-digest", digest, "-sha256", "-cert"))
        if self.manner == "rejected":
            return self.stamp(request.replace(b"\x02\x01\x01\x30", b"\x02\x01\x02\x30", 1))
        token = self.stamp(request)
        if self.manner == "mods":
            return token.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x01", 1)
        if self.manner == "lying":
            return self.restate(token, datetime.now(UTC).strftime("%Y").encode(), b"2021")
        if self.manner == "cut":
            return token[:-7]
        if self.manner == "broken signature":
            return token[:-1] + bytes((token[-1] ^ 1,))
        return {"garbage": b"<html>\x1b[31mno", "empty": b""}.get(self.manner, token)

    def serve(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        manner = self.manner
        try:
            if manner in ("hang", "drip head"):
                self.asked.append(request)
                self._trickle(handler, b"" if manner == "hang" else b"HTTP/1.0 200 OK\r\nX: " + b"x" * 9000)
                return
            if manner in ("redirect", "error"):
                self.asked.append(request)
                handler.send_response(302 if manner == "redirect" else 503)
                handler.send_header("Location", f"{self.address}/elsewhere")
                handler.end_headers()
                return
            body = self.answer(request)
            handler.send_response(200)
            handler.send_header("Content-Type", "application/timestamp-reply")
            if manner not in ("endless", "drip"):
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if manner == "drip":
                self._trickle(handler, body * 1000)
            elif manner == "endless":
                while not self.closing.is_set():
                    handler.wfile.write(body * 1000)
            else:
                handler.wfile.write(body)
        except OSError:
            pass  # whoever asked has gone

    def _trickle(self, handler: BaseHTTPRequestHandler, data: bytes) -> None:
        """Sends a byte now and then; nothing at all where there is none."""
        for at in range(len(data) or 1 << 30):
            if self.closing.wait(0.05):
                return
            if data:
                handler.wfile.write(data[at : at + 1])
                handler.wfile.flush()


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    data = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((0x80 | len(data),)) + data


@contextmanager
def time_stamp_authority(folder: Path, **details: Any) -> Iterator[Authority]:
    """An authority that answers at `address`; who trusts `root` (PEM) trusts it. `details` are those of `Authority`."""
    authority = Authority(folder, **details)

    class PostHandler(Handler):
        def answer(self) -> None:
            authority.serve(self, self.read_body())

    with listen(PostHandler) as origin:
        authority.address = f"{origin}/stamp"
        try:
            yield authority
        finally:
            authority.closing.set()


def write_settings(archive: Path, *addresses: str) -> None:
    """Has the runs of an archive be stamped by these authorities."""
    archive.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{each}"' for each in addresses)
    (archive / "config.toml").write_text(f"[seal]\ntimestamp = [{listed}]\n")
