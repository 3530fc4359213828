"""robots.txt by RFC 9309: what may be asked for, and how slowly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

PRODUCT = "harbincrawl"
"""Our product token: the only name by which the file can mean us, whatever the User-Agent says besides."""
LONGEST = 512 * 1024
"""Bytes of robots.txt that are read, as the standard asks at least."""
LONGEST_DELAY = 600.0
"""Seconds; a site that wants more between two requests does not want to be crawled."""
_AGENT_LINE = re.compile(
    r"^([ \t]*user[- ]?agent[ \t]*:)[ \t]*(?:(\*)|([a-z_-]*))[^\r\n]*", re.IGNORECASE | re.MULTILINE
)
_NOBODY = "-"
"""What Protego finds in no name: it would take a group for `news`, or for `harbin`, for ours."""


@dataclass(frozen=True)
class Robots:
    """The rules of the site's robots.txt for us."""

    status: int | None
    """Of its answer; None where there was none."""
    rules: Protego | None
    """None: everything is allowed, or nothing is (`closed`)."""
    closed: bool = False
    """True where the file could not be fetched, or asks for hours of delay: then everything counts as forbidden."""
    reason: str | None = None
    """Why it is closed, as the beginning of a sentence."""

    def allows(self, address: str) -> bool:
        """Whether `address` may be asked for."""
        if self.closed:
            return False
        return self.rules is None or bool(self.rules.can_fetch(address, PRODUCT))

    @property
    def refusal(self) -> str:
        """Why an address may not be asked for."""
        if not self.closed:
            return "robots.txt forbids it"
        return f"{self.reason}, so nothing was crawled"

    @property
    def delay(self) -> float | None:
        """Seconds between two requests that the site asks for."""
        delay = self.rules.crawl_delay(PRODUCT) if self.rules else None
        return float(delay) if delay is not None and delay > 0 else None

    def summary(self) -> dict[str, object]:
        """For the report."""
        kind = "closed" if self.closed else "rules" if self.rules else "none"
        return {"status": self.status, "says": kind, "crawl_delay": self.delay, "reason": self.reason}


def read_robots(status: int | None, body: bytes, reason: str | None = None) -> Robots:
    """The rules in an answer: 2xx is read; 4xx means that there are none; anything else closes the site.

    429 closes it, too: it means that we ask too much, and nothing is known of what we may ask.
    """
    if status is not None and 200 <= status < 300:
        robots = Robots(status, Protego.parse(_name_groups(_cut(body).decode("utf-8-sig", "replace"))))
        if robots.delay is None or robots.delay <= LONGEST_DELAY:
            return robots
        reason = f"robots.txt asks for a Crawl-delay of {robots.delay:.0f} seconds"
    if status is not None and 400 <= status < 500 and status != 429:
        return Robots(status, None)
    return Robots(status, None, closed=True, reason=reason)


def _cut(body: bytes) -> bytes:
    """The lines that lie whole within LONGEST: half of `Disallow: /private` would forbid everything."""
    if len(body) <= LONGEST:
        return body
    return body[: max(body.rfind(b"\n", 0, LONGEST), body.rfind(b"\r", 0, LONGEST)) + 1]


def _name_groups(text: str) -> str:
    """The file with our token, `*` or nobody as the name of each group."""

    def name(line: re.Match[str]) -> str:
        return f"{line[1]} {line[2] or (PRODUCT if line[3].lower() == PRODUCT else _NOBODY)}"

    return _AGENT_LINE.sub(name, text)
