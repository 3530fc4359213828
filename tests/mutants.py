"""Whether the tests of a room notice when its code is changed: mutants of it, and how many the tests kill.

`python -m tests.mutants [ROOM]...`. Of each room every run tries the same sample of mutants, in a copy of the files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parents[1]
ROOMS = {
    "walk": (["harbincrawl/walk/*"], ["tests/walk"]),
    "query": ([f"harbincrawl/search/{name}.py" for name in ("grammar", "matching", "tree")], ["tests/search"]),
    "fold": (["harbincrawl/reread/fold.py", "harbincrawl/reread/lists.py"], ["tests/reread"]),
    "seals": (
        [f"harbincrawl/operations/verify/{name}.py" for name in ("log", "seals")],
        ["tests/archive/test_seals.py"]
        + [f"tests/operations/test_{name}.py" for name in ("forgeries", "log_forgeries", "seal_excuses")],
    ),
    "text": ([f"harbincrawl/pages/article/content/{name}.py" for name in ("furniture", "text")], ["tests/pages"]),
}
"""By room, patterns of its files, and its tests."""
SAMPLE = int(os.environ.get("MUTANTS", "60"))
"""Mutants of a room that are tried."""
_ATTEMPTS = 10
KILLED = ("killed", "timeout", "segfault")


def write_settings(folder: Path, files: list[str], tests: list[str]) -> None:
    """What the tool reads: what to change, and which tests to run."""
    lists = {"only_mutate": files, "also_copy": ["benchmarks"], "pytest_add_cli_args_test_selection": tests,
             "pytest_add_cli_args": ["-m", "not attack"]}  # fmt: skip
    lines = [f"{name}=" + "".join(f"\n    {each}" for each in values) for name, values in lists.items()]
    text = "\n".join(["[mutmut]", "source_paths=harbincrawl", "use_git_change_detection=false", *lines, ""])
    (folder / "setup.cfg").write_text(text, "utf-8")


def copy_files(folder: Path) -> None:
    """The files that git knows, as they are now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, check=True, capture_output=True, text=True).stdout
    for name in listed.strip("\0").split("\0"):
        if (HERE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / name, folder / name)


def run_tool(folder: Path, *arguments: str) -> str:
    """What the tool prints; how it ends says nothing."""
    told = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(told, cwd=folder, capture_output=True, text=True, check=False).stdout


def read_results(folder: Path) -> dict[str, str]:
    """By name of each mutant, what became of it."""
    lines = run_tool(folder, "results", "--all", "true").splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)  # type: ignore[misc]


def try_room(room: str) -> bool:
    """Prints how many mutants of a sample are killed, and which survive; whether any could be tried."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        folder = Path(temporary)
        copy_files(folder)
        write_settings(folder, *ROOMS[room])
        # Makes all mutants and tries none: no name is like this one.
        run_tool(folder, "run", "none")
        names = sorted(read_results(folder), key=lambda name: sha256(name.encode()).digest())
        if not names:
            sys.stdout.write(f"{room}: no mutants; do its tests pass?\n")
            return False
        sample = names[:SAMPLE]
        results = read_results(folder)
        for _ in range(_ATTEMPTS):
            # It stops at the end of a process that it did not start, such as one that a test's pool leaves.
            if left := [name for name in sample if results[name] == "not checked"]:
                run_tool(folder, "run", *left)
                results = read_results(folder)
        counts = Counter(results[name] for name in sample)
        killed = sum(counts[each] for each in KILLED)
        sys.stdout.write(f"{room}: {killed} of {len(sample)} killed ({len(names)} in all) {dict(counts)}\n")
        for name in sample:
            if results[name] not in KILLED:
                sys.stdout.write(f"\n{results[name]}: {name}\n{run_tool(folder, 'show', name)}")
        sys.stdout.flush()
        return True


if __name__ == "__main__":
    tried = [try_room(room) for room in sys.argv[1:] or ROOMS]
    sys.exit(not all(tried))
