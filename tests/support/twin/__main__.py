"""`python -m tests.support.twin`: serves a twin until a signal comes."""

from __future__ import annotations

import argparse
import errno
import os
import random
import signal
import sys
from collections.abc import Sequence

from .control import HELP, control
from .faults import scattered
from .manner import DEFAULT, HARBIN, read_manner
from .server import ROBOTS, serve
from .site import make_twin
from .skins import END_SKINS, SKINS


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a twin as told, print its address on stdout, and serve it; 0 after a signal, 2 for wrong usage."""
    words = argparse.ArgumentParser(
        prog="python -m tests.support.twin",
        description="Serve an offline twin of the site on 127.0.0.1.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    # argparse's own --help says nothing of a full disk behind stdout.
    words.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    words.add_argument("--seed", type=int, default=1, help="same seed, same bytes (default 1)")
    words.add_argument("--articles", type=int, default=60, help="how many stories (default 60)")
    words.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    words.add_argument("--site", default=DEFAULT, metavar="NAME|FILE", help="a site by its name or its file (.toml)")
    words.add_argument("--page-size", type=int, help="lines on a list page (default: the site's, else 8)")
    words.add_argument("--sections", nargs="+", metavar="PATH", help="path prefixes")
    words.add_argument(
        "--skins", nargs="+", metavar="NAME", choices=[*SKINS, *END_SKINS],
        help=f"kinds of markup, of {', '.join([*SKINS, *END_SKINS])} (default: all)",
    )  # fmt: skip
    words.add_argument("--faults", type=float, default=0.0, metavar="SHARE", help="share of articles that fail once")
    words.add_argument("--gzip", action="store_true", help="compress answers")
    words.add_argument("--hostile", action="store_true", help="markup, control characters, formulas in titles")
    words.add_argument("--bare", action="store_true", help="no attributes but href, src and alt")
    words.add_argument("--no-conditional", action="store_true", help="neither ETag nor Last-Modified nor 304")
    words.add_argument("--robots", metavar="TEXT", default=ROBOTS, help="text of robots.txt (default: all is allowed)")
    told = words.parse_args(arguments)
    if told.help:
        print(words.format_help(), end="")
        return 0
    try:
        manner = HARBIN if told.site == DEFAULT else read_manner(told.site)
    except (OSError, ValueError, KeyError) as error:
        words.error(f"--site {told.site}: {error}")
    twin = make_twin(
        told.seed,
        told.articles,
        sections=tuple(told.sections) if told.sections else None,
        skins=tuple(told.skins) if told.skins else None,
        page_size=told.page_size or manner.page_size,
        hostile=told.hostile,
        manner=manner,
    )
    twin.bare = told.bare
    twin.faults = scattered((story.path for story in twin.stories.values()), told.faults, random.Random(told.seed))
    signals = (signal.SIGINT, signal.SIGTERM)
    # Blocked before any thread starts, so that the signal waits for us and for nobody else.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with serve(
        twin, told.port, gzip=told.gzip, robots=told.robots, conditional=not told.no_conditional, control=control(twin)
    ) as server:
        print(server.url, flush=True)
        signal.sigwait(signals)
    return 0


def guarded_main(arguments: Sequence[str] | None = None) -> int:
    """As `main`; where its output or its port cannot be had, that is one line, and 8 where there is no space left."""
    try:
        try:
            return main(arguments)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        if sys.stdout is not None:
            # Python would try once more to write what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0
        sys.stderr.write(f"python -m tests.support.twin: {error.strerror}\n")
        return 8 if error.errno == errno.ENOSPC else 1


if __name__ == "__main__":
    sys.exit(guarded_main())
