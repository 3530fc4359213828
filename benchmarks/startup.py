"""How long does each command take from start to end where it has next to nothing to do?

    python -m benchmarks.startup [--runs N]

Beside a Python that imports click and sqlite3 and ends. Every command is asked for its help, and those that read are
asked a question of a small archive, too. Best of N, in turn: what is slower than the best is the machine's other work.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks._measure import Cost, interleave, measure, report_aim
from benchmarks.search_archive import COMMON, build
from harbincrawl.cli.main import COMMANDS

ARTICLES = 10_000
BARE, EMPTY = "python -c 'import click, sqlite3'", "python -c pass"
AIM = 2.5
"""Times BARE, for a search of ARTICLES articles."""
SEARCH = f"search {COMMON}"


def list_commands(archive: Path) -> dict[str, list[str]]:
    """What is started, by name."""
    ours = [sys.executable, "-m", "harbincrawl", "--archive", str(archive)]
    # The console script is what people start; `-m` costs the same but for looking the package up.
    asked = {
        SEARCH: [*ours, "search", COMMON],
        "search --count": [*ours, "search", COMMON, "--count"],
        "show": [*ours, "show", "1"],
        "stats --json": [*ours, "stats", "--json"],
        "status": [*ours, "status"],
    }
    told = {f"{name} --help": [*ours, name, "--help"] for name in COMMANDS}
    bare = {BARE: [sys.executable, "-c", "import click, sqlite3"], EMPTY: [sys.executable, "-c", "pass"]}
    return {**bare, "harbincrawl --help": [*ours, "--help"], **asked, **told}


def main() -> None:
    """Starts everything in turn and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=9)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder)
        build(archive, ARTICLES)
        # 3: status says that there was no run; 9: nothing found.
        runs = {name: partial(measure, one, codes=(0, 3, 9)) for name, one in list_commands(archive).items()}
        costs = interleave(told.runs, runs)
    print(f"best of {told.runs}, an archive of {ARTICLES:,} articles")
    print(f"{'':<36}{'ms':>8}{'ms CPU':>8}{'of bare':>9}{'MB':>6}")
    for name, some in costs.items():
        ratio = _best(some) / _best(costs[BARE])
        spent = min(cost.processor for cost in some)
        memory = max(cost.memory for cost in some)
        print(f"{name:<36}{_best(some) * 1000:>8.0f}{spent * 1000:>8.0f}{ratio:>9.2f}{memory:>6.0f}")
    ratio = _best(costs[SEARCH]) / _best(costs[BARE])
    report_aim("search of 10,000 articles: times a Python with click and sqlite3", ratio, AIM)


def _best(costs: list[Cost]) -> float:
    return min(cost.seconds for cost in costs)


if __name__ == "__main__":
    main()
