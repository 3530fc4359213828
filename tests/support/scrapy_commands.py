"""Scrapy's own commands as its users run them, in processes of their own, and parts of such a user's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.forge import PATIENCE, Running, forge

ROOT = Path(__file__).parents[2]
"""The project's folder, with its scrapy.cfg."""


@dataclass(frozen=True)
class Ended:
    """What a command ended with."""

    code: int
    printed: bytes
    """Its stdout."""
    words: str
    """Its stderr."""

    @property
    def text(self) -> str:
        return self.printed.decode()


def run_scrapy(*arguments: str) -> Ended:
    """`python -m scrapy ARGUMENTS`; raises TimeoutExpired for one that never ends."""
    words = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
    return Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def start_scrapy(
    *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None, prelude: str = ""
) -> Running:
    """The same in a process that is forked, which starts sooner; `prelude` is Python that it runs first."""
    before = f"""
import scrapy.cmdline
os.chdir({str(folder)!r})
os.environ.update({dict(environment or {})!r})
main = lambda words: scrapy.cmdline.execute(["scrapy", *words])
"""
    return forge().start(arguments, before + prelude)


def fork_scrapy(
    *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None, prelude: str = ""
) -> Ended:
    """`start_scrapy`, to its end."""
    running = start_scrapy(*arguments, folder=folder, environment=environment, prelude=prelude)
    code, _, words = running.wait()
    return Ended(code, running.out.read_bytes(), words)


def crawl_words(archive: Path, url: str, *settings: str) -> list[str]:
    """The words of `scrapy crawl` over the twin at `url`, with `settings` (NAME=VALUE)."""
    words = ["crawl", "harbin_today", "-a", f"archive={archive}", "-a", f"site_url={url}", "-s", "DOWNLOAD_DELAY=0"]
    return words + [word for setting in settings for word in ("-s", setting)]


@dataclass(frozen=True)
class Parts:
    """A module `parts_of_a_user` that lies in a folder."""

    folder: Path

    @property
    def prelude(self) -> str:
        """Makes it one that can be imported."""
        return f"sys.path.insert(0, {str(self.folder)!r})\n"

    @property
    def notes(self) -> list[str]:
        """What its parts noted down, in order."""
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []


def write_parts(folder: Path, source: str) -> Parts:
    """Writes the module; its parts may call `note(text)`."""
    folder.mkdir()
    head = f"""
def note(text):
    with open({str(folder / "notes")!r}, "a") as file:
        file.write(f"{{text}}\\n")
"""
    (folder / "parts_of_a_user.py").write_text(head + source)
    return Parts(folder)
