"""Words about a run to whoever should know: a dead-man switch, a webhook, a mail. None of them ever fails a crawl."""

from __future__ import annotations

import json
import smtplib
import ssl
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from harbincrawl.config.schema import Smtp
from harbincrawl.text import clean
from harbincrawl.version import __version__

TIMEOUT = 10.0
"""Seconds for one attempt."""
ATTEMPTS = 3
_PAUSE = 1.0
_MOST_BODY = 10_000
_WEBHOOK = "webhook+"
_SHORTEST_SECRET = 4
"""Characters: shorter parts of an address open nothing, and are parts of common words."""
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Notice:
    """What there is to say at a run's end."""

    good: bool
    """Whether all is well: the run ended with 0, and no health rule stands broken."""
    was_good: bool
    """The same after the run before."""
    summary: str
    """Lines for people."""
    document: Mapping[str, Any]
    """The same for programs."""


class Notifier:
    """Tells a run's start and end to all targets.

    A target is `http(s)://…` (a dead-man switch in the manner of healthchecks.io: pinged at every start and end, with
    the run's id), `webhook+http(s)://…` (gets the notice as JSON) or `mailto:ADDRESS`; these two hear of a change of
    state, and of every run with `always`. `warn` hears of what could not be delivered.
    """

    def __init__(
        self, targets: Sequence[str], smtp: Smtp, *, always: bool, warn: Callable[[str], None], pause: float = _PAUSE
    ) -> None:
        self.targets = list(targets)
        self.smtp = smtp
        self.always = always
        self.warn = warn
        self.pause = pause
        self.run_id = str(uuid.uuid4())
        """One id for start and end of a run, by which the switch takes its time."""
        self._starting: list[threading.Thread] = []

    def start(self, text: str) -> None:
        """Pings the switches; the crawl does not wait for them."""
        for target in self.targets:
            if _is_switch(target):
                thread = threading.Thread(target=self._ping, args=(target, "start", text), daemon=True)
                thread.start()
                self._starting.append(thread)

    def end(self, notice: Notice) -> None:
        """Tells everybody how it ended."""
        for thread in self._starting:
            # A start that arrives after its end would leave the switch waiting for ever.
            thread.join(ATTEMPTS * (TIMEOUT + self.pause * 4))
        self._starting.clear()
        news = self.always or notice.good != notice.was_good
        for target in self.targets:
            if _is_switch(target):
                self._ping(target, "" if notice.good else "fail", notice.summary)
            elif news and target.startswith("mailto:"):
                self._mail(target.removeprefix("mailto:"), notice)
            elif news:
                body = json.dumps({**notice.document, "run_id": self.run_id}, ensure_ascii=False).encode()
                self._post(target.removeprefix(_WEBHOOK), body, "application/json")

    def _ping(self, target: str, event: str, text: str) -> None:
        parts = urlsplit(target)
        path = parts.path.rstrip("/") + (f"/{event}" if event else "")
        query = "&".join(filter(None, (parts.query, f"rid={self.run_id}")))
        address = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
        self._post(address, text.encode()[:_MOST_BODY], "text/plain; charset=utf-8")

    def _post(self, address: str, body: bytes, kind: str) -> None:
        headers = {"Content-Type": kind, "User-Agent": f"harbincrawl/{__version__}"}
        request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - http(s), checked

        def send() -> None:
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - the same
                    answer.read(_MOST_BODY)
            except urllib.error.HTTPError as error:
                error.close()
                raise

        self._try(send, f"notify {hide_target(address)}")

    def _mail(self, receiver: str, notice: Notice) -> None:
        message = EmailMessage()
        name = notice.document.get("archive", "")
        said = "all is well again" if not notice.was_good else "all is well"
        said = said if notice.good else "something is amiss"
        # A line break in a header would begin another one.
        message["Subject"] = " ".join(f"harbincrawl: {said} in {name}".split())
        message["From"] = self.smtp.sender
        message["To"] = receiver
        message.set_content(notice.summary)
        self._try(lambda: send_mail(self.smtp, message), "send mail")

    def _try(self, send: Callable[[], None], what: str) -> None:
        """Sends, again after a pause where it did not work; the last failure is told and forgotten."""
        last: Exception | None = None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                send()
                return
            except Exception as error:  # noqa: BLE001 - whatever a server answers, the crawl is not to end by it
                last = error
                refused = isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code != 429
                if refused:
                    break
                if attempt < ATTEMPTS:
                    time.sleep(self.pause * attempt)
        self.warn(f"could not {what}: {type(last).__name__}: {self._hide_secrets(str(last))}")

    def _hide_secrets(self, text: str) -> str:
        """`text` on one line without our targets, their parts and our password, whatever an answer repeats of them."""
        secrets = {self.smtp.password or ""}
        for target in self.targets:
            address = target.removeprefix(_WEBHOOK)
            secrets.add(address)
            if not target.startswith("mailto:"):
                parts = urlsplit(address)
                secrets |= {parts.username or "", parts.password or "", parts.query, parts.path}
                secrets |= set(parts.path.split("/"))
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                for written in {secret, quote(secret), unquote(secret)}:
                    text = text.replace(written, "…")
        return " ".join(clean(text).split())[:_LONGEST_REASON]


def send_mail(smtp: Smtp, message: EmailMessage) -> None:
    """Sends one mail. Raises OSError, SMTPException."""
    if smtp.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            smtp.host, smtp.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT)
    with server:
        if smtp.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password)
        server.send_message(message)


def hide_target(target: str) -> str:
    """A target as logs may show it: whoever knows the rest of such an address can speak in our name."""
    scheme, colon, rest = target.partition("://")
    return f"{scheme}://{rest.split('/')[0].split('?')[0].rpartition('@')[2]}/…" if colon else target[:40]


def _is_switch(target: str) -> bool:
    return target.startswith(("http://", "https://"))
