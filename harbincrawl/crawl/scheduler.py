"""The scheduler of a spider that makes no requests: its queue is the archive's, and it awaits each answer itself."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler


class NoScheduler(BaseScheduler):
    """Holds nothing. Scrapy asks it at every turn, and its own, with queues and a filter, takes up to 2% of a crawl."""

    def has_pending_requests(self) -> bool:
        return False

    def enqueue_request(self, request: Request) -> bool:  # noqa: ARG002 - the interface is Scrapy's
        """Takes none; Scrapy then reports it as dropped."""
        return False

    def next_request(self) -> Request | None:
        return None
