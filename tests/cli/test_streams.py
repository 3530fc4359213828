"""Every command with a stdout that takes nothing: a full disk, a closed stream, a reader that has gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.user import change_user
from tests.support.crawling import crawl, execute
from tests.support.every_command import Call, list_calls
from tests.support.families import sample
from tests.support.twin import Server, make_twin, serve

SINKS = {
    "as usual": "",
    "full": "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)",
    "closed": "os.close(1); sys.stdout = None",
    "gone": "reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1); os.close(writer)",
}
"""What the command's process does to its stdout before it begins."""
PLURAL = re.compile(
    r"(?<![-:.,/\d])\b1 (?:[a-z]+ )?(?:addresses|articles|bytes|captures|copies|days|failures|files|hits|hours|lines"
    r"|links|lists|minutes|names|pages|pictures|records|requests|revisions|rows|runs|seals|seconds|sections|things|words)\b"
)
FULL = "harbincrawl: no space left for the output (No space left on device): free disk space and run again."


@dataclass(frozen=True)
class Stage:
    """What the calls work on."""

    folder: Path
    server: Server
    number: int
    """Of an article."""

    usual: dict[Call, tuple[int, str, str]] = field(default_factory=dict)
    """How calls ended that were asked for as usual."""

    def run_as_usual(self, call: Call) -> tuple[int, str, str]:
        """(exit code, stdout, stderr) of the call, which is done once."""
        if call not in self.usual:
            self.usual[call] = self.run(call, "as usual")
        return self.usual[call]

    def run(self, call: Call, sink: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr) of the call; after a stdout that took nothing its archive has to be whole."""
        folder = self.folder / f"{call} {sink}".replace("/", " ")[:200]
        folder.mkdir()
        archive = folder / "archive"
        if call.needs_archive:
            shutil.copytree(self.folder / "archive", archive)
        (warc,) = (self.folder / "other" / "warc").glob("*.gz")
        places = {"url": self.server.url, "warc": warc, "new": folder / "new", "backup": self.folder / "backup"}
        words = [word.format(**places, id=self.number) for word in call.words]
        path = f"os.environ['PATH'] = {str(self.folder)!r} + ':/usr/bin:/bin'\n"
        ended = execute(archive, *words, prelude=path + SINKS[sink])
        database = archive / FILE
        before = self.folder / "archive" / FILE
        if sink != "as usual" and database.exists() and database.stat().st_mtime_ns != before.stat().st_mtime_ns:
            execute(archive, "verify", "--workers", "1", code=0)
        return ended


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("streams")
    crontab = folder / "crontab"
    crontab.write_text(
        '#!/bin/sh\nif [ "$1" = -l ]; then echo no crontab for me >&2; exit 1; else cat > /dev/null; fi\n'
    )
    crontab.chmod(0o755)
    twin = make_twin(3, 1, sections=("news",))
    with serve(twin) as server:
        for name in ("archive", "other"):
            crawl(folder / name, server)
        add = ["watch", "add", "all", "section:news"]
        execute(folder / "archive", *add, code=0)
        with change_user(folder / "archive") as user:
            user.execute("UPDATE saved_searches SET printed = 0")
        execute(folder / "archive", "backup", folder / "backup", code=0)
        yield Stage(folder, server, twin.listing("news")[0].number)


CALLS = list_calls()
HELP = [call for call in CALLS if "--help" in call.words]
DEMO = Call(("demo", "--folder", "{new}"))
OTHERS = [call for call in CALLS if call not in HELP and call != DEMO]
FIRST = list({call.words[:1]: call for call in reversed(OTHERS)}.values())
"""One of each command, or group of commands."""


# All help is printed by one function of click's.
@pytest.mark.parametrize(
    ("call", "sink"),
    [
        *sample([(HELP[0], sink) for sink in ("full", "closed", "gone")]),
        *((call, "full") if call in FIRST else pytest.param(call, "full", marks=pytest.mark.attack) for call in OTHERS),
        pytest.param(DEMO, "full", marks=pytest.mark.attack),
        *sample([(call, ("closed", "gone")[turn % 2]) for turn, call in enumerate(OTHERS)], 13),
    ],
    ids=str,
)
def test_a_stdout_that_takes_nothing_costs_a_line_and_nothing_that_is_stored(
    stage: Stage, call: Call, sink: str
) -> None:
    # A demo takes seconds: once is enough.
    code, printed, said = (0, "what it found", "") if call == DEMO else stage.run_as_usual(call)
    assert not PLURAL.search(printed + said), "one of a thing is no plural"
    ended, _, said = stage.run(call, sink)
    assert "Traceback" not in said and "Broken pipe" not in said
    if sink == "full" and printed:
        assert (ended, said.count("no space left")) == (8, 1), said
        assert FULL in said
    else:
        # Whoever has gone is told nothing, not even that nothing was found.
        assert ended == (0 if sink == "gone" and printed else code), said
