"""`make bench`: all benchmarks, saved as RESULTS.md; `make bench NAME=storing`: one, with its own sizes, printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks import results

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Runs the named benchmarks, or all; returns the number of those that failed."""
    if not names:
        return results.main([])
    # Whatever is no benchmark by itself has no main to run.
    known = sorted(path.stem for path in HERE.glob("[!_]*.py") if "__main__" in path.read_text("utf-8"))
    if unknown := [name for name in names if name not in known]:
        print(f"no benchmark {', '.join(unknown)}; known are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names:
        print(f"\n== {name} ==", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
