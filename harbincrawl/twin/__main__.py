"""`python -m harbincrawl.twin`: serves a twin until a signal comes."""

from __future__ import annotations

import argparse
import signal
import sys

from .server import serve
from .site import make_twin


def main() -> None:
    """Make a twin as asked for, print its address on stdout, and serve it."""
    parser = argparse.ArgumentParser(
        prog="python -m harbincrawl.twin", description="Serve an offline twin of the site on 127.0.0.1."
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes (default 1)")
    parser.add_argument("--articles", type=int, default=60, help="number of articles (default 60)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    given = parser.parse_args()
    signals = (signal.SIGINT, signal.SIGTERM)
    # Blocked before any thread starts, so that the signal waits for us and for nobody else.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        with serve(make_twin(given.seed, given.articles), given.port) as url:
            print(url, flush=True)
            signal.sigwait(signals)
    except OSError as error:
        sys.exit(f"python -m harbincrawl.twin: {error.strerror}")


if __name__ == "__main__":
    main()
