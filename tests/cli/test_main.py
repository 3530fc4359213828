"""The entry point: exit codes, what is loaded, output that nobody takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import harbincrawl
from harbincrawl import __version__
from harbincrawl.cli.main import COMMANDS
from tests.support.archives import build_archive
from tests.support.crawling import execute
from tests.support.forge import forge

COMMAND = [sys.executable, "-m", "harbincrawl"]
PACKAGE = str(Path(harbincrawl.__file__).parent)
MOST_FILES = 32
"""Files of the package whose code a search runs."""
HEAVY = tuple("scrapy twisted sqlite_utils bs4 lxml dateparser rich numpy warcio pyarrow difflib".split())


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


def test_the_version_is_told() -> None:
    assert run("--version").stdout.split()[-1] == __version__


@pytest.mark.parametrize(("words", "code"), [(("search", "x"), 2), (("status",), 2), (("backup", "b"), 2)])
def test_a_message_names_the_archive_by_its_absolute_path_wherever_it_is_read(
    tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    here = f"os.chdir({str(tmp_path)!r})\nos.environ['PATH'] = '/nowhere'"
    ended, _, said = execute("none", *words, prelude=here)
    assert (ended, f"{tmp_path}/none" in said) == (code, True), said


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    code, printed, _ = forge().start([name, "--help"]).wait()
    assert code == 0
    examples = [line for line in printed.splitlines() if line.lstrip().startswith("harbincrawl ")]
    assert name == "demo" or any(name in line.split() for line in examples)


def test_the_list_of_commands_loads_none_of_them() -> None:
    code = f"import sys, harbincrawl.cli.main; sys.exit(any(name in sys.modules for name in {HEAVY!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("lines", [0, 1])
def test_a_closed_pipe_is_silent(tmp_path: Path, lines: int) -> None:
    build_archive(tmp_path, [{"number": number, "title": f"metro {number}"} for number in range(1, 3000)])
    command = [*COMMAND, "--archive", str(tmp_path), "search", "metro", "--limit", "0", "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        for _ in range(lines):
            process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_a_search_enters_few_files_and_loads_nothing_heavy(tmp_path: Path) -> None:
    build_archive(tmp_path, [{"number": 1, "title": "metro"}])
    code = (
        "import sys\nentered = set()\n"
        "sys.setprofile(lambda frame, event, value: entered.add(frame.f_code.co_filename))\n"
        "from harbincrawl.cli.main import main\n"
        f"try:\n    main(['--archive', {str(tmp_path)!r}, 'search', 'metro'])\n"
        "except SystemExit as ended:\n    sys.setprofile(None)\n"
        f"    loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        f"    files = [name for name in entered if name.startswith({PACKAGE!r})]\n"
        "    print('', ended.code, len(files), *loaded, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    code, files, *loaded = done.stderr.splitlines()[-1].split()
    assert (code, loaded) == ("0", [])
    assert int(files) <= MOST_FILES


LONG = "x" * 300


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [{"number": number, "title": f"metro {number}"} for number in (1, 2)]
    return build_archive(tmp_path_factory.mktemp("printing"), articles)


@pytest.mark.parametrize("words", [["search", "metro"], ["export", "-"], ["show", "1"]])
def test_a_full_disk_behind_stdout_is_8_and_one_line(archive: Path, words: list[str]) -> None:
    """What `test_streams.py` does with every command, in a process of its own from the start."""
    with Path("/dev/full").open("w") as full:
        command = [*COMMAND, "--archive", str(archive), *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    last = "harbincrawl: no space left for the output (No space left on device): free disk space and run again."
    assert (done.returncode, done.stderr.splitlines()[-1], "Traceback" in done.stderr) == (8, last, False)


@pytest.mark.parametrize(
    "words",
    [
        ["export", LONG],
        ["export", f"{LONG}.jsonl"],
        ["backup", LONG],
        ["ingest", f"{LONG}.warc"],
        ["export", __file__, "--format", "text"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_2_and_one_line(archive: Path, tmp_path: Path, words: list[str]) -> None:
    code, _, said = execute(archive, *words, prelude=f"os.chdir({str(tmp_path)!r})")
    assert code == 2, said
    assert len(said.splitlines()) == 1 and said.startswith("harbincrawl: ")
    assert list(tmp_path.iterdir()) == []
