"""POST requests to addresses that the settings name: all at once, in a few seconds, without a redirect."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from typing import IO, NamedTuple

from harbincrawl.version import __version__

PATIENCE = 10.0
"""Seconds that all servers together have, whatever they do."""
_TICK = 0.02
_LATE = "no whole answer in time"


class Answer(NamedTuple):
    """What came of a request."""

    body: bytes | None
    """None: there is no answer."""
    reason: str = ""
    """Why there is none, without a word of the server's: it may repeat what is secret of the address."""
    status: int = 0
    """Of an answer that refuses; 0: there is none."""


def post_all(
    requests: Mapping[str, bytes],
    headers: Mapping[str, str],
    max_bytes: int,
    *,
    is_stopped: Callable[[], bool] = lambda: False,
    patience: float | None = None,
) -> dict[str, Answer]:
    """What the addresses (http or https) answer, each to its own body.

    Answers have at most `max_bytes`; nothing follows a redirect. Whoever has not answered in whole after `patience`
    seconds, PATIENCE unless given, or when `is_stopped` or an interrupt comes, has not answered.
    """
    patience = PATIENCE if patience is None else patience
    answers: dict[str, Answer] = {}
    end = time.monotonic() + patience

    def post(address: str, body: bytes) -> None:
        answers[address] = _post(address, body, headers, max_bytes)

    for each in requests.items():
        # Threads that nobody waits for: a name server or a server that trickles would hold up whatever waits for it.
        threading.Thread(target=post, args=each, daemon=True).start()
    reason = _LATE
    try:
        while len(answers) < len(requests) and time.monotonic() < end:
            if is_stopped():
                reason = "interrupted"
                break
            time.sleep(_TICK)
    except KeyboardInterrupt:
        reason = "interrupted"
    return {address: answers.get(address, Answer(None, reason)) for address in requests}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for the error that it is: whoever answers must not choose what else is asked."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


def _post(address: str, body: bytes, headers: Mapping[str, str], max_bytes: int) -> Answer:
    headers = {**headers, "User-Agent": f"harbincrawl/{__version__}"}
    request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - http(s), as the settings are
    try:
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=PATIENCE) as reply:
            read = reply.read(max_bytes + 1)
        return Answer(read) if len(read) <= max_bytes else Answer(None, f"its answer has more than {max_bytes:,} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        said = f"HTTP {error.code}" + (", a redirect" if 300 <= error.code < 400 else "")
        return Answer(None, said, error.code)
    except Exception as error:  # noqa: BLE001 - whatever a server answers, no run is to end by it
        return Answer(None, _explain(error))


def _explain(error: Exception) -> str:
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, TimeoutError):
        return _LATE
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
