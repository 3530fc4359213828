"""Conditional requests: with the ETag and Last-Modified of what is stored, so that the site need not send it again."""

from __future__ import annotations

from scrapy import Request

from harbincrawl.fetch.headers import is_sendable

VALIDATORS = "validators"
"""Key of a request's meta: (ETag, Last-Modified) of the stored answer, each None where it had none."""
_HEADERS = ("If-None-Match", "If-Modified-Since")


class ConditionalMiddleware:
    """Sends the validators of a request with its address, and not to where it redirects: they are of the one alone."""

    def process_request(self, request: Request) -> None:
        """Sets or removes the headers of a request that has VALIDATORS; others go as they are."""
        validators: tuple[str | None, str | None] | None = request.meta.get(VALIDATORS)
        if validators is None:
            return
        for header, value in zip(_HEADERS, validators, strict=True):
            if value and is_sendable(value) and "redirect_times" not in request.meta:
                request.headers[header] = value
            else:
                request.headers.pop(header, None)
