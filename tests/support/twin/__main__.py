"""`python -m tests.support.twin`: serves the twin of a site until a signal comes."""

from __future__ import annotations

import argparse
import signal

from .manner import DEFAULT, HARBIN, read_manner
from .server import serve
from .site import make_twin


def main() -> None:
    words = argparse.ArgumentParser("python -m tests.support.twin", description="Serve an offline twin on 127.0.0.1.")
    words.add_argument("--seed", type=int, default=1, help="same seed, same bytes (default 1)")
    words.add_argument("--articles", type=int, default=60, help="number of articles (default 60)")
    words.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    words.add_argument("--site", default=DEFAULT, metavar="NAME|FILE", help="a site by its name or its file (.toml)")
    words.add_argument("--hostile", action="store_true", help="markup, control characters, formulas in titles")
    given = words.parse_args()
    manner = HARBIN if given.site == DEFAULT else read_manner(given.site)
    twin = make_twin(given.seed, given.articles, page_size=manner.page_size, hostile=given.hostile, manner=manner)
    signals = (signal.SIGINT, signal.SIGTERM)
    # Blocked before any thread starts, so that the signal waits for us and for nobody else.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with serve(twin, given.port) as server:
        print(server.url, flush=True)
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
