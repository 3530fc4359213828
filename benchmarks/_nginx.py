"""Serves pages by nginx on loopback, where the system has it."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10.0
"""Seconds that it may take to begin."""
CONF = """
daemon off;
worker_processes 1;
pid {folder}/pid;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    # No charset: the pages say theirs.
    types {{ text/html html; text/plain txt; }}
    default_type text/html;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    gzip off;
    gzip_static {packed};
    {temporary}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
    }}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""What it keeps folders for, outside of ours where it is not told."""


class NginxError(Exception):
    """It does not begin; its own words."""


def find_nginx() -> str | None:
    """Its path; `/usr/sbin` is not on every PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def read_version(binary: str) -> str:
    """`nginx/1.26.3`."""
    said = subprocess.run([binary, "-v"], capture_output=True, text=True, check=False).stderr
    return said.strip().rpartition(" ")[2]


@contextmanager
def served_by_nginx(binary: str, pages: dict[str, bytes], *, packed: bool) -> Iterator[str]:
    """The address of a server of `pages` by path, gzipped beforehand where `packed`; raises NginxError."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for path, body in pages.items():
            place = folder / "site" / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
            if packed:
                place.with_name(place.name + ".gz").write_bytes(gzip.compress(body, 6, mtime=0))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        conf = folder / "nginx.conf"
        conf.write_text(
            CONF.format(
                folder=folder,
                port=port,
                packed="on" if packed else "off",
                # Of root's folder its workers could read nothing as anybody else.
                user="user root;" if os.geteuid() == 0 else "",
                temporary="\n    ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY),
            ),
            encoding="utf-8",
        )
        errors = folder / "errors.log"
        process = subprocess.Popen([binary, "-e", errors, "-p", folder, "-c", conf], stderr=subprocess.DEVNULL)
        try:
            _wait_for(process, port, errors)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                said = errors.read_text("utf-8", "replace").strip() if errors.exists() else ""
                raise NginxError(said or "nginx did not begin") from None
            time.sleep(0.02)
