"""Words about a run: the switch hears every run by its id, the others of a change, and nothing ever fails a crawl."""

from __future__ import annotations

import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from harbincrawl.config.schema import Smtp
from harbincrawl.operations import notify
from harbincrawl.operations.notify import Notice, Notifier, hide_target
from tests.support.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


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


@pytest.mark.parametrize("answer", [b"rubbish\r\n\r\n", b"HTTP/1.1 2x0 Odd\r\n\r\n", b"", b"\x00\xff" * 99])
def test_an_answer_that_is_none_is_told_and_forgotten(answer: bytes) -> None:
    def speak() -> None:
        for _ in range(notify.ATTEMPTS):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        warned: list[str] = []
        make([f"http://127.0.0.1:{listener.getsockname()[1]}/ping/abcdef"], warned).end(notice(True, True))
        thread.join(5)
    (said,) = warned
    assert said.startswith("could not notify http://127.0.0.1:")
    assert "abcdef" not in said and said.isprintable()


def test_no_message_shows_a_secret_whatever_an_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no https://me:word1@hc.example/token-1?key=token-2 for pass%20word")

    monkeypatch.setattr(notify.urllib.request, "urlopen", fail)
    monkeypatch.setattr(smtplib, "SMTP", fail)
    warned: list[str] = []
    smtp = Smtp("mail.example.org", 25, "a@example.org", "me", "pass word")
    targets = ["https://me:word1@hc.example/token-1?key=token-2", "mailto:b@example.org"]
    Notifier(targets, smtp, always=True, warn=warned.append, pause=0.0).end(notice(False, True))
    assert [said.partition(":")[0] for said in warned] == ["could not notify https", "could not send mail"]
    for secret in ("word1", "token-1", "token-2", "pass word", "pass%20word"):
        assert secret not in "".join(warned)
