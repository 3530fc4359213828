"""What serve uses of aiohttp beyond its documentation: each test names the module to mend after an upgrade."""

from __future__ import annotations

import inspect

from aiohttp import web

MEND = "aiohttp has changed what harbincrawl/serve/aiohttp_private.py relies on: "


def test_a_server_makes_a_request_handler_of_its_further_arguments() -> None:
    source = inspect.getsource(web.Server.__call__)
    assert "RequestHandler(self, loop=self._loop, **self._kwargs)" in source, (
        f"{MEND}it makes connections in another way"
    )


def test_a_request_handler_answers_broken_requests_by_handle_error() -> None:
    names = list(inspect.signature(web.RequestHandler.handle_error).parameters)
    assert names == ["self", "request", "status", "exc", "message"], f"{MEND}handle_error takes something else"
    assert "self.handle_error(" in inspect.getsource(web.RequestHandler), f"{MEND}handle_error is not called any more"
