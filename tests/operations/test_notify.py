"""Words about a run: the switch hears every run by its id, the others of a change, and nothing ever fails a crawl."""

from __future__ import annotations

import base64
import http.client
import json
import smtplib
import socket
import threading
import time
import urllib.error
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage, Message
from itertools import chain, repeat
from typing import Any

import pytest

from harbincrawl.config.schema import Smtp
from harbincrawl.operations import notify
from harbincrawl.operations.notify import Notice, Notifier, hide_target
from tests.support.receiver import Receiver


def notice(good: bool, was_good: bool) -> Notice:
    return Notice(good, was_good, "run 7: words", {"event": "x", "run": 7, "archive": "/srv/a\nb"})


def make(targets: list[str], warned: list[str] | None = None, **more: Any) -> Notifier:
    told = {"always": False, "pause": 0.0} | more
    return Notifier(targets, Smtp(), warn=(warned if warned is not None else []).append, **told)


@pytest.mark.parametrize(("good", "last"), [(True, "/ping/abc"), (False, "/ping/abc/fail")])
def test_a_switch_hears_start_and_end_of_every_run_under_one_id(receiver: Receiver, good: bool, last: str) -> None:
    notifier = make([f"{receiver.url}/ping/abc?create=1"])
    notifier.start("run 7 begins")
    notifier.end(notice(good, True))
    (start, asked, begun), (end, again, said) = receiver.got
    assert (start, end) == ("/ping/abc/start", last)
    assert asked == again == {"create": ["1"], "rid": [notifier.run_id]}
    assert (begun, said) == ("run 7 begins", "run 7: words")


@pytest.mark.parametrize(
    ("good", "was_good", "always", "told"),
    [
        (True, True, False, 0),
        (False, True, False, 1),
        (False, False, False, 0),
        (True, False, False, 1),
        (True, True, True, 1),
    ],
)
def test_a_webhook_hears_of_a_change_only(
    receiver: Receiver, good: bool, was_good: bool, always: bool, told: int
) -> None:
    notifier = make([f"webhook+{receiver.url}/hook"], always=always)
    notifier.start("run 7 begins")
    notifier.end(notice(good, was_good))
    assert len(receiver.got) == told
    for path, _, body in receiver.got:
        assert path == "/hook"
        assert json.loads(body)["run"] == 7
        assert json.loads(body)["run_id"] == notifier.run_id


def test_what_cannot_be_reached_is_tried_again_told_and_forgotten(receiver: Receiver) -> None:
    receiver.status = 500
    warned: list[str] = []
    make([f"{receiver.url}/secret"], warned).end(notice(True, True))
    assert len(receiver.got) == notify.ATTEMPTS
    assert len(warned) == 1
    assert "secret" not in warned[0]
    nowhere: list[str] = []
    make(["http://127.0.0.1:9/secret", "webhook+http://127.0.0.1:9/x"], nowhere).end(notice(False, True))
    assert len(nowhere) == 2


def test_a_target_that_refuses_is_not_asked_again(receiver: Receiver) -> None:
    receiver.status = 404
    warned: list[str] = []
    make([receiver.url], warned).end(notice(True, True))
    assert (len(receiver.got), len(warned)) == (1, 1)


class FakeSmtp:
    """Stands for smtplib.SMTP; keeps what it is told."""

    sent: list[EmailMessage]
    said: list[object]

    def __init__(self, host: str, port: int, timeout: float, context: object = None) -> None:
        FakeSmtp.said = [(host, port, timeout, context is not None)]
        FakeSmtp.sent = []

    def __enter__(self) -> FakeSmtp:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def starttls(self, context: object) -> None:
        FakeSmtp.said.append("starttls" if context else "no context")

    def login(self, user: str, password: str) -> None:
        FakeSmtp.said.append((user, password))

    def send_message(self, message: EmailMessage) -> None:
        FakeSmtp.sent.append(message)


def test_mail_goes_by_the_settings_of_smtp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP", FakeSmtp)
    smtp = Smtp("mail.example.org", 587, "a@example.org", "me", "word", "starttls")
    warned: list[str] = []
    Notifier(["mailto:b@example.org"], smtp, always=False, warn=warned.append).end(notice(False, True))
    assert FakeSmtp.said == [("mail.example.org", 587, notify.TIMEOUT, False), "starttls", ("me", "word")]
    (message,) = FakeSmtp.sent
    assert (message["To"], message["From"]) == ("b@example.org", "a@example.org")
    assert message["Subject"] == "harbincrawl: something is amiss in /srv/a b"
    assert message.get_content() == "run 7: words\n"
    assert warned == []


def test_mail_over_tls_and_word_of_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP_SSL", FakeSmtp)
    Notifier(["mailto:b@example.org"], Smtp(security="tls"), always=False, warn=[].append).end(notice(True, False))
    assert FakeSmtp.sent[0]["Subject"] == "harbincrawl: all is well again in /srv/a b"


def test_a_target_is_shown_without_what_opens_it() -> None:
    assert hide_target("https://user:pass@hc.example/uuid?x=1") == "https://hc.example/…"


class Server:
    """A server on this machine that says the next of `answers` to each connection, byte by byte; the last for ever."""

    def __init__(self, *answers: bytes, endless: bytes = b"", first: bool = False) -> None:
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._speak, args=(answers, endless, first), daemon=True).start()

    def _speak(self, answers: Sequence[bytes], endless: bytes, first: bool) -> None:
        for answer in chain(answers, repeat(answers[-1])):
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                if not first:
                    self.heard.append(connection.recv(65536))
                connection.sendall(answer)
                if first:
                    self.heard.append(connection.recv(65536))
                while endless:
                    connection.sendall(endless)
                    time.sleep(0.01)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


@pytest.mark.parametrize("answer", [b"rubbish\r\n\r\n", b"HTTP/1.1 2x0 Odd\r\n\r\n", b"", b"\x00\xff" * 99])
def test_an_answer_that_is_none_is_told_and_forgotten(answer: bytes) -> None:
    warned: list[str] = []
    with Server(answer) as server:
        make([f"http://127.0.0.1:{server.port}/ping/abcdef"], warned).end(notice(True, True))
    (said,) = warned
    assert said.startswith("could not notify http://127.0.0.1:")
    assert "abcdef" not in said and said.isprintable()


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\r\n", b"220", b"rubbish\r\n", b"\x00\xff" * 99, b"\x16\x03\x01\r\n", b"220 " + b"x" * 9000 + b"\r\n",
        b"2x0 odd\r\n", b"-12 odd\r\n", b"999 odd\r\n", b"421 word-1 \xff\r\n", b"554 word-1\r\n",
        b"220 a\r\n250-AUTH PLAIN\r\n", b"220 a\r\n250 b\r\n\xff\xff\r\n", b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)  # fmt: skip
def test_a_mail_server_that_speaks_rubbish_is_told_and_forgotten(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT", 0.3)
    warned: list[str] = []
    with Server(answer, first=True) as server:
        smtp = Smtp("127.0.0.1", server.port, "a@example.org", "me", "word-1")
        Notifier(["mailto:b@example.org"], smtp, always=True, warn=warned.append, pause=0.0).end(notice(False, True))
    (said,) = warned
    assert said.startswith("could not send mail: ")
    assert "word-1" not in said and said.isprintable()


@pytest.mark.parametrize(
    ("target", "first", "endless"),
    [
        ("http://127.0.0.1:{port}/x", b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        ("http://127.0.0.1:{port}/x", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("webhook+http://127.0.0.1:{port}/x", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"y"),
        ("mailto:b@example.org", b"220", b"-more\r\n220"),
    ],
)
def test_an_answer_without_end_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch, target: str, first: bytes, endless: bytes
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT", 0.3)
    monkeypatch.setattr(notify, "ATTEMPTS", 1)
    warned: list[str] = []
    with Server(first, endless=endless, first=target.startswith("mailto")) as server:
        smtp = Smtp("127.0.0.1", server.port)
        told = [target.format(port=server.port)]
        Notifier(told, smtp, always=True, warn=warned.append, pause=0.0).end(notice(True, True))
    # Without an end to the waiting, this test would have none; which clock ends it first is chance.
    assert warned[0].endswith(("no answer within 0.3 seconds", "timed out"))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_on_the_same_host_only(receiver: Receiver, status: int) -> None:
    def redirect(to: str) -> bytes:
        return f"HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()

    away = receiver.url.replace("127.0.0.1", "127.1.2.3")
    for to in (f"{away}/private", "http://169.254.169.254/", "file:///etc/passwd", "ftp://127.0.0.1/"):
        warned: list[str] = []
        with Server(redirect(to)) as server:
            make([f"webhook+http://127.0.0.1:{server.port}/token-1"], warned, always=True).end(notice(True, True))
            assert len(server.heard) == 1
        assert warned[0].endswith(f"HTTP {status}, a redirect to another host")
        assert "token-1" not in warned[0]
    assert receiver.got == []
    with Server(redirect(f"{receiver.url}/there")) as server:
        make([f"webhook+http://127.0.0.1:{server.port}/token-1"], always=True).end(notice(True, True))
    ((path, _, body),) = receiver.got
    assert (path, json.loads(body)["run"]) == ("/there", 7)


def test_no_password_is_sent_without_encryption() -> None:
    warned: list[str] = []
    smtp = Smtp("mail.invalid", 25, "a@example.org", "me", "word-1")
    Notifier(["mailto:b@example.org"], smtp, always=True, warn=warned.append, pause=0.0).end(notice(True, True))
    assert "no password is sent without encryption" in warned[0]
    warned.clear()
    with Server(b"220 a\r\n250-b\r\n250 AUTH PLAIN\r\n", first=True) as server:
        smtp = replace(smtp, host="127.0.0.1", port=server.port, security="starttls")
        Notifier(["mailto:b@example.org"], smtp, always=True, warn=warned.append, pause=0.0).end(notice(True, True))
        heard = b"".join(server.heard)
    assert "STARTTLS extension not supported" in warned[0]
    assert b"AUTH" not in heard


def test_no_message_shows_a_secret_whatever_an_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no https://me:word1@hc.example/token-1?key=token-2 for pass%20word")

    monkeypatch.setattr("urllib.request.build_opener", fail)
    monkeypatch.setattr(smtplib, "SMTP", fail)
    warned: list[str] = []
    smtp = Smtp("mail.example.org", 25, "a@example.org", "me", "pass word", "starttls")
    targets = ["https://me:word1@hc.example/token-1?key=token-2", "mailto:b@example.org"]
    Notifier(targets, smtp, always=True, warn=warned.append, pause=0.0).end(notice(False, True))
    assert warned == ["could not notify https://hc.example/…: RuntimeError", "could not send mail: RuntimeError"]
    words = base64.b64encode(b"\0me\0pass word")
    for error in (
        smtplib.SMTPAuthenticationError(535, b"not " + words),
        smtplib.SMTPRecipientsRefused({"b@example.org": (550, b"no pass word")}),
        urllib.error.HTTPError("https://hc.example/token-1", 500, "token-1", Message(), None),
        http.client.BadStatusLine("token-1"),
    ):
        shown = notify._explain(error)
        assert not any(secret in shown for secret in ("pass", "token", words.decode()))
