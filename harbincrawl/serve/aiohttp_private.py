"""All that the server uses of aiohttp without its documentation promising it: look here first after an upgrade.

Relied on, and tried by broken requests in tests/serve/test_safety.py: `web.Server` makes a `web.RequestHandler` for
each connection, which answers what it cannot parse by the response of its `handle_error`, past every handler of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web


class Connection(web.RequestHandler):
    """A connection to `server`, with `fixed_headers` also on answers to broken requests."""

    __slots__ = ("fixed_headers",)

    def __init__(self, server: web.Server, fixed_headers: Mapping[str, str], **values: Any) -> None:
        super().__init__(server, **values)
        self.fixed_headers = fixed_headers

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's own argument; it repeats what was sent
    ) -> web.StreamResponse:
        """A plain answer that shows nothing of the request or of the error, with the headers of all others."""
        if request.writer is not None and request.writer.output_size > 0:
            raise ConnectionError("a part of the answer is sent already")
        if status >= 500:
            self.log_exception("a page failed", exc_info=exc)
        text = "The request could not be read.\n" if status < 500 else "The page could not be made.\n"
        response = web.Response(status=status, text=text, headers=self.fixed_headers)
        response.force_close()
        return response
