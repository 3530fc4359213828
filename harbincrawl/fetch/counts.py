"""What a crawl asked and was answered, kept in Scrapy's statistics: what a cache answers is not among it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy.statscollectors import StatsCollector

REQUESTS = "harbincrawl/requests"
"""Requests that the site was sent, robots.txt, retries and redirects included."""
BYTES = "harbincrawl/response_bytes"
"""Of bodies, as they came over the wire."""
STATUS = "harbincrawl/response_status_count/"
"""Followed by an HTTP status: how many answers had it."""


@dataclass(frozen=True)
class FetchCounts:
    """What was asked and answered, for the report."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    """Of bodies, as they came over the wire."""
    forbidden: int = 0
    """Addresses that robots.txt forbids."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Answers by HTTP status."""

    @property
    def answered(self) -> bool:
        """True once the server answered anything."""
        return bool(self.statuses)

    @property
    def not_modified(self) -> int:
        """Answers of 304."""
        return self.statuses.get(304, 0)


def count_answer(stats: StatsCollector, status: int, size: int) -> None:
    """Counts an answer with a body of `size` bytes, and the request that it is of."""
    stats.inc_value(REQUESTS)
    stats.inc_value(BYTES, size)
    stats.inc_value(f"{STATUS}{status}")


def read_counts(stats: StatsCollector) -> FetchCounts:
    """What the statistics hold, Scrapy's own of retries and of robots.txt among them."""
    values = stats.get_stats()
    return FetchCounts(
        requests=values.get(REQUESTS, 0),
        retries=values.get("retry/count", 0),
        bytes=values.get(BYTES, 0),
        forbidden=values.get("robotstxt/forbidden", 0),
        statuses={int(name.removeprefix(STATUS)): count for name, count in values.items() if name.startswith(STATUS)},
    )
