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
from dataclasses import KW_ONLY, dataclass, field, replace
from email.message import EmailMessage, Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from harbincrawl.config.schema import Smtp
from harbincrawl.version import __version__

from .notices import ToldTargets

TIMEOUT = 10.0
"""Seconds for one attempt, however the server spreads its bytes."""
ATTEMPTS = 3
_MOST_BODY = 10_000
_WEBHOOK = "webhook+"


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
    has_run: bool = True
    """False where no run could begin: that is always told."""
    is_failing: bool = False
    """Whether articles that failed wait to be asked again."""

    @property
    def is_early(self) -> bool:
        """Whether all is well only because what failed was not asked: that ends no alarm, and nobody is told so."""
        return self.good and self.is_failing


@dataclass(frozen=True)
class News:
    """What is new under a saved search."""

    subject: str
    """One line."""
    summary: str
    """Lines for people."""
    document: Mapping[str, Any]
    """The same for programs."""


@dataclass(eq=False, repr=False)  # its targets are secret
class Notifier:
    """Tells a run's start and end to all targets.

    A target is `http(s)://…` (a dead-man switch in the manner of healthchecks.io: pinged at every start and end, with
    the run's id), `webhook+http(s)://…` (gets the notice as JSON) or `mailto:ADDRESS`; these two hear of a change of
    state, of every run with `always`, and of what is new under saved searches. `warn` hears of what could not be
    delivered. `told` keeps what each of them was told last; without it nobody is told again of what was not taken.
    """

    targets: Sequence[str]
    smtp: Smtp
    _: KW_ONLY
    always: bool
    warn: Callable[[str], None]
    pause: float = 1.0
    told: ToldTargets | None = None
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()), init=False)
    """One id for start and end of a run, by which the switch takes its time."""
    _starting: list[threading.Thread] = field(default_factory=list, init=False)

    def start(self, text: str, *, was_good: bool = True) -> None:
        """Pings the switches; the crawl does not wait for them. `was_good`: the state until now, for new targets."""
        for target in self.targets:
            if not is_switch(target):
                if self.told is not None:
                    self.told.begin(target, hide_target(target), good=was_good)
            else:
                thread = threading.Thread(target=self._ping, args=(target, "start", text), daemon=True)
                thread.start()
                self._starting.append(thread)

    def end(self, notice: Notice) -> None:
        """Tells everybody how it ended."""
        for thread in self._starting:
            # A start that arrives after its end would leave the switch waiting for ever.
            thread.join(ATTEMPTS * (TIMEOUT + self.pause * 4))
        self._starting.clear()
        for target in self.targets:
            if is_switch(target):
                self._ping(target, "" if notice.good else "fail", notice.summary)
            else:
                self._tell_state(target, notice)
        if self.told is not None and not notice.is_early:
            self.told.end(good=notice.good)

    def _tell_state(self, target: str, notice: Notice) -> None:
        """Tells a target the state where it knows another one."""
        if self.told is not None and notice.has_run:
            was_good = self.told.was_told(target, good=notice.good, was_good=notice.was_good) or notice.is_early
            event = name_event(good=notice.good, was_good=was_good)
            notice = replace(notice, was_good=was_good, document={**notice.document, "event": event})
        if self.always or notice.good != notice.was_good:
            taken = self._send(target, _write_subject(notice), notice.summary, notice.document)
            if self.told is not None and not notice.is_early:
                self.told.settle(target, hide_target(target), good=notice.good, taken=taken)

    @property
    def hears_news(self) -> bool:
        """Whether any target hears of what is new."""
        return not all(map(is_switch, self.targets))

    def tell_news(self, news: News) -> bool:
        """Tells webhooks and mail what is new; True where all of them took it."""
        targets = [target for target in self.targets if not is_switch(target)]
        taken = [self._send(target, news.subject, news.summary, news.document) for target in targets]
        return all(taken)

    def _send(self, target: str, subject: str, text: str, document: Mapping[str, Any]) -> bool:
        """Sends a notice by mail or to a webhook; True where it was taken."""
        if target.startswith("mailto:"):
            return self._mail(target.removeprefix("mailto:"), subject, text)
        body = json.dumps({**document, "run_id": self.run_id}, ensure_ascii=False).encode()
        return self._post(target.removeprefix(_WEBHOOK), body, "application/json")

    def _ping(self, target: str, event: str, text: str) -> None:
        parts = urlsplit(target)
        path = parts.path.rstrip("/") + (f"/{event}" if event else "")
        query = "&".join(filter(None, (parts.query, f"rid={self.run_id}")))
        address = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
        self._post(address, text.encode()[:_MOST_BODY], "text/plain; charset=utf-8")

    def _post(self, address: str, body: bytes, kind: str) -> bool:
        headers = {"Content-Type": kind, "User-Agent": f"harbincrawl/{__version__}"}
        request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - http(s), checked

        def send() -> None:
            try:
                with urllib.request.build_opener(_SameHost).open(request, timeout=TIMEOUT) as answer:
                    answer.read(_MOST_BODY)
            except urllib.error.HTTPError as error:
                error.close()
                raise

        return self._try(send, f"notify {hide_target(address)}")

    def _mail(self, receiver: str, subject: str, text: str) -> bool:
        message = EmailMessage()
        # A line break in a header would begin another one.
        message["Subject"] = " ".join(subject.split())
        message["From"] = self.smtp.sender
        message["To"] = receiver
        message.set_content(text)
        return self._try(lambda: send_mail(self.smtp, message), "send mail")

    def _try(self, send: Callable[[], None], what: str) -> bool:
        """Sends, again after a pause where it did not work; False where the last failure is told and forgotten."""
        last: Exception | None = None
        for attempt in range(1, ATTEMPTS + 1):
            last = _run_bounded(send)
            if last is None:
                return True
            refused = isinstance(last, urllib.error.HTTPError) and 300 <= last.code < 500 and last.code != 429
            if refused:
                break
            if attempt < ATTEMPTS:
                time.sleep(self.pause * attempt)
        self.warn(f"could not {what}: {_explain(last)}")
        return False


def name_event(*, good: bool, was_good: bool) -> str:
    """What happened to the state: `recovered`, `broke`, or `well` and `amiss` where it is as it was."""
    return "recovered" if good and not was_good else "well" if good else "broke" if was_good else "amiss"


def _write_subject(notice: Notice) -> str:
    said = "all is well again" if not notice.was_good else "all is well"
    return f"harbincrawl: {said if notice.good else 'something is amiss'} in {notice.document.get('archive', '')}"


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to the same host, with the body, and never from https to http.

    Whoever answers for a target must not choose what else is asked: a machine of the own network, for one.
    """

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        del msg
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if before.hostname != after.hostname or after.scheme not in ("https", before.scheme):
            raise urllib.error.HTTPError(req.full_url, code, "redirects to another host", headers, fp)
        return urllib.request.Request(newurl, req.data, req.headers, method="POST")  # noqa: S310 - http(s)


def _run_bounded(send: Callable[[], None]) -> Exception | None:
    """What `send` raised; TimeoutError where it took too long: a server may send one byte after the other for ever."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            send()
        except Exception as error:  # noqa: BLE001 - whatever a server answers, the crawl is not to end by it
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    if thread.is_alive():
        return TimeoutError(f"no answer within {TIMEOUT:g} seconds")
    return raised[0] if raised else None


def _explain(error: Exception | None) -> str:
    """What went wrong, without a word of the server's: it may repeat what opens a target, in any spelling."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}" + (", a redirect to another host" if 300 <= error.code < 400 else "")
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    name = type(error).__name__
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{name}: the server answers {error.smtp_code}"
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPNotSupportedError | TimeoutError):
        return f"{name}: {error}"
    if isinstance(error, ssl.SSLError):
        return f"{name}: {error.reason}"
    return f"{name}: {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def send_mail(smtp: Smtp, message: EmailMessage) -> None:
    """Sends one mail. Raises OSError, SMTPException; a password goes nowhere without encryption."""
    if smtp.shows_password:
        raise smtplib.SMTPNotSupportedError("no password is sent without encryption: set smtp.security")
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


def is_switch(target: str) -> bool:
    """Whether a target is a dead-man switch: pinged, and told nothing else."""
    return target.startswith(("http://", "https://"))


def describe_target(target: str) -> str:
    """What a target gets."""
    if is_switch(target):
        return "a dead-man switch: pinged at the start, success and failure of every run"
    kind = "mail" if target.startswith("mailto:") else "a webhook"
    return f"{kind}: told of changes of the state, and of what is new under saved searches"


def try_target(target: str, smtp: Smtp, archive: Path, warn: Callable[[str], None], pause: float = 1.0) -> int:
    """Sends a test notice of each kind; `warn` hears of each that was not taken. The number of notices."""
    notifier = Notifier([target], smtp, always=False, warn=warn, pause=pause)
    if is_switch(target):
        notifier.start(f"test: a run of {archive} begins")
        notifier.end(_make_notice(archive, good=True))
        return 2
    for good in (False, True):
        notifier.end(_make_notice(archive, good=good))
    summary = f"test: 0 articles new or changed under a saved search of {archive}"
    document = {"event": "news", "test": True, "archive": str(archive), "search": "test", "query": "", "articles": []}
    notifier.tell_news(
        News(f"harbincrawl: test: 0 new under test in {archive}", summary, {**document, "summary": summary})
    )
    return 3


def _make_notice(archive: Path, *, good: bool) -> Notice:
    summary = f"test: {'all is well again' if good else 'something is amiss'} in {archive}"
    document = {"event": "recovered" if good else "broke", "test": True, "archive": f"{archive} (test)", "run": None}
    return Notice(good, not good, summary, {**document, "summary": summary})
