"""Running the site: binding, signals, the end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from aiohttp import web
from yarl import URL

from harbincrawl.api import open_archive
from harbincrawl.errors import OptionsError
from harbincrawl.text import is_loopback_host

from .aiohttp_private import Connection
from .app import FIXED_HEADERS, App, Settings
from .pools import Readers

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PATIENCE = 30.0
"""Seconds in which a client takes a byte, or asks again."""
_BACKLOG = 256
_FILES = 1 << 16
_TURN = 0.0005
"""Seconds for which a thread keeps Python to itself while others wait, a tenth of Python's own: an article takes many
short turns beside a search that counts words. 95% of articles took 0.104 s with it, 0.125 s without."""
_AT_MOST = 1.0
"""Seconds for pages that are under way when it ends: what reads the archive for them has been stopped."""


def make_settings(host: str, base: str, allowed: tuple[str, ...], *, is_behind_proxy: bool) -> Settings:
    """Settings of a site that listens at `host`. Raises OptionsError for a base path that is none."""
    base = base.strip().rstrip("/")
    # Addresses have it as it is: without anything that is quoted there.
    if base and (not base.startswith("/") or "//" in base or URL.build(path=base).raw_path != base):
        raise OptionsError(f"--base-path {base}: expected a path such as /archive.")
    # Where it listens at all addresses, it is asked for by this machine's name, too.
    own = {socket.gethostname().lower()} if host in ("0.0.0.0", "::") else set()  # noqa: S104 - what was asked for
    names = {*_LOOPBACK, host.lower(), *own, *(each.lower().strip("[]") for each in allowed)}
    return Settings(base, frozenset(names), not is_loopback_host(host), is_behind_proxy)


def serve(folder: Path, settings: Settings, host: str, port: int, started: Callable[[str], None]) -> int:
    """Serves until a signal ends it; the exit code. `started` is called with the address once it answers.

    Raises OptionsError where the port cannot be had, and as `open_archive`.
    """
    # Says now whether the archive can be read.
    with open_archive(folder) as archive:
        site = archive.site
    with closing(App(settings, site, Readers(folder))) as app:
        return _run(app.make_application(), settings.base, host, port, started)


def _allow_files() -> None:
    """Asks for as many open files as this process may have: each client is one, and who hardly reads keeps it."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # Windows has none

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _run(application: web.Application, base: str, host: str, port: int, started: Callable[[str], None]) -> int:
    _allow_files()
    sock = _bind(host, port)
    name = f"[{host}]" if ":" in host else host
    try:
        return asyncio.run(_serve(application, sock, lambda: started(f"http://{name}:{sock.getsockname()[1]}{base}/")))
    finally:
        sock.close()


async def _serve(application: web.Application, sock: socket.socket, started: Callable[[], None]) -> int:
    sys.setswitchinterval(_TURN)
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 0)):
        loop.add_signal_handler(number, _end, ended, code)
    runner = web.AppRunner(application, shutdown_timeout=_AT_MOST)
    await runner.setup()
    server = runner.server
    assert server is not None  # noqa: S101 - it is there once it is set up
    connect = partial(
        Connection, server, FIXED_HEADERS, loop=loop, access_log=None, keepalive_timeout=_PATIENCE, lingering_time=0
    )
    listening = await loop.create_server(connect, sock=sock, backlog=_BACKLOG)
    started()
    code = await ended
    listening.close()
    await runner.cleanup()
    return code


def _end(ended: asyncio.Future[int], code: int) -> None:
    if not ended.done():
        ended.set_result(code)


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OptionsError(f"--host {host} cannot be used: {error.strerror or error}.") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections inherit it: whoever takes no byte for so long is let go, whatever else waits.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(_PATIENCE * 1000))
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise OptionsError(
            f"{host}:{port} cannot be used ({error.strerror}): name another port with --port."
        ) from error
    sock.setblocking(False)
    return sock


def open_browser(address: str) -> None:
    """Shows the address in a browser."""
    import webbrowser

    webbrowser.open(address)
