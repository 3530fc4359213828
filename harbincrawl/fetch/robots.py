"""robots.txt by RFC 9309: what may be asked for, and how slowly."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

LONGEST = 512 * 1024
"""Bytes of robots.txt that are read, as the standard asks at least."""
LONGEST_DELAY = 600.0
"""Seconds; a site that wants more between two requests does not want to be crawled."""


@dataclass(frozen=True)
class Robots:
    """The rules of the site's robots.txt for our User-Agent."""

    status: int | None
    """Of its answer; None where there was none."""
    rules: Protego | None
    """None: everything is allowed, or nothing is (`closed`)."""
    closed: bool = False
    """True where the file could not be fetched, or asks for hours of delay: then everything counts as forbidden."""
    agent: str = "harbincrawl"
    reason: str | None = None
    """Why it is closed, as the beginning of a sentence."""

    def allows(self, address: str) -> bool:
        """Whether `address` may be asked for."""
        if self.closed:
            return False
        return self.rules is None or bool(self.rules.can_fetch(address, self.agent))

    @property
    def refusal(self) -> str:
        """Why an address may not be asked for."""
        if not self.closed:
            return "robots.txt forbids it"
        return f"{self.reason}, so nothing was crawled"

    @property
    def delay(self) -> float | None:
        """Seconds between two requests that the site asks for."""
        delay = self.rules.crawl_delay(self.agent) if self.rules else None
        return float(delay) if delay is not None and delay > 0 else None

    def summary(self) -> dict[str, object]:
        """For the report."""
        kind = "closed" if self.closed else "rules" if self.rules else "none"
        return {"status": self.status, "says": kind, "crawl_delay": self.delay, "reason": self.reason}


def read_robots(status: int | None, body: bytes, agent: str, reason: str | None = None) -> Robots:
    """The rules in an answer: 2xx is read; 4xx means that there are none; anything else closes the site.

    429 closes it, too: it means that we ask too much, and nothing is known of what we may ask.
    """
    if status is not None and 200 <= status < 300:
        robots = Robots(status, Protego.parse(body[:LONGEST].decode("utf-8-sig", "replace")), agent=agent)
        if robots.delay is None or robots.delay <= LONGEST_DELAY:
            return robots
        reason = f"robots.txt asks for a Crawl-delay of {robots.delay:.0f} seconds"
    if status is not None and 400 <= status < 500 and status != 429:
        return Robots(status, None, agent=agent)
    return Robots(status, None, closed=True, agent=agent, reason=reason)
