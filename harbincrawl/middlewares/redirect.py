"""Redirects as Scrapy follows them, but for those that lead nowhere."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Follows no empty Location, and refuses one that is no address.

    Scrapy's own asks the same address again for the one, and fails by the other with an error of Python's, which it
    logs as a traceback where the answer was that of robots.txt.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer, or the request that follows it. Raises IgnoreRequest."""
        if not (response.headers.get("Location") or b"").strip():
            return response
        try:
            followed: Request | Response = super().process_response(request, response)
        except ValueError as error:
            raise IgnoreRequest("redirects to what is no address") from error
        return followed
