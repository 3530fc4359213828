"""Real commands in processes of their own, forked from one that has loaded all that they need."""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 300.0
"""Seconds after which what is waited for has surely failed, on any machine."""


class Forge:
    """A process that has loaded all of ours and forks for each command: a whole crawl in a quarter of the time."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="crawling-")
        # The folder of the test that happens to be first is gone when the last one runs.
        self.process = subprocess.Popen(
            [sys.executable, "-c", _FORGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self.started = 0
        atexit.register(self.close)

    def start(self, arguments: Sequence[str], prelude: str = "") -> Running:
        """A process of its own that is `harbincrawl` with these arguments."""
        self.started += 1
        out, err = (Path(self.folder.name) / f"{self.started}.{name}" for name in ("out", "err"))
        return Running(self, int(self.tell(["start", list(arguments), str(out), str(err), prelude])), out, err)

    def tell(self, what: list[object]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.folder.cleanup()


@dataclass
class Running:
    """A crawl that was started; it is waited for once."""

    forge: Forge
    pid: int
    out: Path
    err: Path

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def is_alive(self) -> bool:
        return self.forge.tell(["peek", self.pid]) == "alive"

    def wait(self) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        code = int(self.forge.tell(["wait", self.pid]))
        # Killed at once it has made no file.
        printed, said = (path.read_text(errors="replace") if path.exists() else "" for path in (self.out, self.err))
        return code, printed, said


_FORGE = f"""
import functools, gc, importlib.metadata, json, os, pkgutil, resource, signal, sys, traceback
# Scrapy logs the versions of what it uses, and looks for their files each time.
importlib.metadata.version = functools.cache(importlib.metadata.version)
import scrapy.core.downloader.contextfactory, scrapy.core.downloader.handlers.http11
import scrapy.utils.misc, scrapy.utils.versions
import harbincrawl
# Without pandas, which it would load where that is installed.
sys.modules["pandas"] = None
from sqlite_utils import Database
del sys.modules["pandas"]
for module in pkgutil.walk_packages(harbincrawl.__path__, "harbincrawl."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
# What Scrapy loads by its name when a crawl begins: half the time of a small one.
import encodings.gb18030, encodings.idna, scrapy.pqueues, scrapy.squeues
from scrapy.settings import default_settings as scrapys
for name in (
    scrapys.DUPEFILTER_CLASS, scrapys.LOG_FORMATTER, *scrapys.DOWNLOAD_HANDLERS_BASE.values(),
    *scrapys.DOWNLOADER_MIDDLEWARES_BASE, *scrapys.EXTENSIONS_BASE, *scrapys.SPIDER_MIDDLEWARES_BASE,
):
    scrapy.utils.misc.load_object(name)
from harbincrawl.cli.main import main

# Reading by processes takes a second to begin with: a test that is about them says --workers 2.
harbincrawl.reread.executor.count_cores = lambda: 1
harbincrawl.sites.default_site()
scrapy.utils.versions.get_versions()
Database(memory=True).close()
# The collector of a child goes through none of this, and writes to none of its pages.
gc.collect()
gc.freeze()

def forge(arguments, out, err, prelude):
    if child := os.fork():
        return child
    # A crawl that hangs is ended by the alarm of its own process.
    signal.alarm({int(PATIENCE)})
    for name, number in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    code = 1
    try:
        exec(prelude, globals())
        main(arguments)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)

for line in sys.stdin:
    what, *rest = json.loads(line)
    if what == "start":
        said = forge(*rest)
    elif what == "wait":
        said = os.waitstatus_to_exitcode(os.waitpid(rest[0], 0)[1])
    else:
        said = "ended" if os.waitid(os.P_PID, rest[0], os.WEXITED | os.WNOHANG | os.WNOWAIT) else "alive"
    print(said, flush=True)
"""


@functools.cache
def forge() -> Forge:
    return Forge()


def wait_for(happened: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.005)
