"""Random histories of an archive through the real commands: what an honest site, machine and operator may do to it."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harbincrawl.operations.rebuild import rebuild
from tests.support import purging
from tests.support.clocks import DAY, HOUR, YEAR, set_clock
from tests.support.crawling import ask, crawl, execute, launch, start_crawl
from tests.support.forge import Running
from tests.support.purging import check
from tests.support.reread_cases import run_ingest, run_reparse
from tests.support.twin import Fault, Server, Twin, changes, make_twin, serve
from tests.support.twin.faults import scattered

SECTIONS = ("news", "gallery", "culture/music")
NONE = 0 * DAY


class History:
    """An archive and its site, to which steps happen; each returns a line of words on what it did."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.folder = folder
        self.archive = folder / "archive"
        self.twin: Twin = make_twin(seed, self.dice.randint(12, 40), sections=SECTIONS)
        self.server: Server
        self.clock = ""
        """A prelude that sets the clock of commands; what is done in this process has the right one."""
        self.steps: dict[Callable[[], str], int] = {
            self.crawl: 8, self.change: 8, self.break_pages: 2, self.kill: 3, self.interrupt: 1, self.purge: 1,
            self.reparse: 1, self.ingest: 1, self.damage_and_give_up: 2, self.mend_pages: 2, self.kill_other: 2,
            self.look_on: 1, self.set_clock: 2, self.fill_disk: 3,
        }  # fmt: skip

    def run(self, count: int) -> Iterator[str]:
        """Does `count` steps, the first one a crawl; yields words on each."""
        with serve(self.twin, gzip=self.dice.random() < 0.5, conditional=self.dice.random() < 0.7) as server:
            self.server = server
            yield self.crawl()
            for _ in range(count):
                (step,) = self.dice.choices(list(self.steps), list(self.steps.values()))
                yield step()

    def crawl(self) -> str:
        arguments = [*self.dice.choice(((), ("--all",), ("news",), ("gallery", "news")))]
        for more in (
            ("--full",), ("--recheck", "all"), ("--recheck", "all"), ("--recheck", "none"), ("--limit", "5"),
            ("--images",), ("--since", "2024-01-01"), ("--concurrency", "4"),
        ):  # fmt: skip
            if self.dice.random() < 0.2 and more[0] not in arguments:
                arguments += more
        ended = crawl(self.archive, self.server, *arguments, code=None, prelude=self.clock)
        assert ended.code in (0, 3), ended.words
        return f"crawl {' '.join(arguments)} -> {ended.code} {ended.last}"

    def change(self) -> str:
        dice, twin = self.dice, self.twin
        done = changes.churn(twin, dice.randint(1, 8), dice=dice)
        live = [number for number, story in twin.stories.items() if not story.gone]
        number = dice.choice(live)
        kind = dice.randrange(5)
        if kind == 0:
            changes.list_also(twin, number, dice.choice(SECTIONS))
            done.append(f"also {number}")
        elif kind == 1:
            done.append(changes.link_elsewhere(twin, dice.choice(SECTIONS)))
        elif kind == 2:
            done.append(changes.edit(twin, number, "white space", dice=dice))
        elif kind == 3:
            gone = [number for number, story in twin.stories.items() if story.gone]
            for one in gone[:3]:
                changes.restore(twin, one)
            done.append(f"restore {gone[:3]}")
        else:
            changes.pass_days(twin, dice.randint(1, 5))
        return "; ".join(done)

    def break_pages(self) -> str:
        dice, twin = self.dice, self.twin
        paths = [story.path for story in twin.stories.values()]
        paths += [f"/{section}/" for section in SECTIONS] + [f"/{section}/index_2.html" for section in SECTIONS]
        kinds = ("404", "500", "soft404", "empty", "home", "charset", "cut")
        faults = {path: Fault(dice.choice(kinds), dice.choice((1, 5, None))) for path in dice.sample(paths, 4)}
        faults |= scattered(paths, 0.1, dice)
        with twin.lock:
            twin.faults |= faults
        return f"faults {faults}"

    def mend_pages(self) -> str:
        with self.twin.lock:
            self.twin.faults.clear()
        return "no faults"

    def kill(self) -> str:
        return self._end(start_crawl(self.archive, self.server, "--all", "--recheck", "all", prelude=self.clock), 1.5)

    def _end(self, running: Running, most: float, number: int = signal.SIGKILL) -> str:
        """Sends a signal to a command, sometime before so many seconds have passed."""
        wait = self.dice.random() * most
        time.sleep(wait)
        running.send(number)
        return f"ended after {wait:.3f} s -> {running.wait()[0]}"

    def kill_other(self) -> str:
        arguments = self.choose_writing()
        running = launch(self.archive, *arguments, prelude=self.clock)
        return f"{' '.join(arguments)} {self._end(running, 0.3)}"

    def set_clock(self) -> str:
        by = self.dice.choice((NONE, NONE, -HOUR, -DAY, -YEAR, 100 * YEAR))
        self.clock = set_clock(by, stands=self.dice.random() < 0.2) if by else ""
        return f"the clock is off by {by}"

    def fill_disk(self) -> str:
        """A crawl, or another command that writes, may make no file longer than so much."""
        most = self.dice.randrange(4, 1200) << 10
        arguments = self.dice.choice(
            [self.choose_writing(), ["crawl", "--site-url", self.server.url, "--delay", "0", "--recheck", "all"]]
        )
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        code, _, said = execute(self.archive, *arguments, prelude=limit + self.clock)
        assert code in (0, 2, 3, 8, 9) and "Traceback" not in said, said
        return f"{' '.join(arguments)} with files of {most} bytes at most -> {code}"

    def choose_writing(self) -> list[str]:
        number = self.dice.choice(ask(self.archive, "SELECT number FROM articles") or [(1,)])[0]
        files = map(str, sorted((self.folder / "other" / "warc").glob("*.gz")))
        arguments: list[str] = self.dice.choice(
            [
                ["purge", "--yes", str(number)],
                ["purge", "--yes", "--copies", "--everywhere", str(number)],
                ["rebuild", "--give-up"],
                ["reparse", "--apply"],
                ["ingest", "--site-url", self.server.url, *files],
            ]
        )
        return arguments

    def look_on(self) -> str:
        """Verifies while a crawl and a purge write."""
        running = start_crawl(self.archive, self.server, "--all", "--recheck", "all")
        found = check(self.archive).problems
        running.wait()
        number = self.dice.choice(ask(self.archive, "SELECT number FROM articles") or [(1,)])[0]
        purging = launch(self.archive, "purge", "--yes", number)
        found += check(self.archive).problems
        purging.wait()
        assert not found, found
        return "verified beside a crawl and a purge"

    def interrupt(self) -> str:
        running = start_crawl(self.archive, self.server, "--all", "--recheck", "all", "--full")
        return self._end(running, 1.5, signal.SIGINT)

    def purge(self) -> str:
        numbers = [number for (number,) in ask(self.archive, "SELECT number FROM articles")]
        chosen = self.dice.sample(numbers, min(2, len(numbers)))
        if chosen:
            copies, everywhere = (self.dice.random() < 0.5 for _ in range(2))
            purging.run(self.archive, *chosen, copies=copies, everywhere=everywhere)
        return f"purge {chosen}"

    def reparse(self) -> str:
        report = run_reparse(self.archive, apply=True)
        return f"reparse: {report.changed} changed, {report.unread}"

    def ingest(self) -> str:
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        crawl(other, self.server, "--all", code=None)
        time.sleep(1)
        files = [path for path in sorted((other / "warc").glob("*")) if path.suffix != ".open"]
        if not files:
            return "nothing to ingest"
        return f"ingest: {run_ingest(self.archive, *files, origin=self.server.url).as_dict()}"

    def damage_and_give_up(self) -> str:
        files = sorted((self.archive / "warc").glob("*.warc.gz"))
        if not files:
            return "nothing to damage"
        path = self.dice.choice(files)
        data = bytearray(path.read_bytes())
        kind = self.dice.choice(("flip", "zeros", "short", "gone"))
        at = self.dice.randrange(len(data))
        if kind == "flip":
            data[at] ^= 1 << self.dice.randrange(8)
        elif kind == "zeros":
            data[at : at + 3000] = bytes(len(data[at : at + 3000]))
        elif kind == "short":
            del data[at:]
        path.write_bytes(data)
        if kind == "gone":
            path.unlink()
            # Names of WARC files are of a second: none is used twice.
            time.sleep(1)
        if not check(self.archive).damaged:
            return f"{kind} at {at} says nothing"
        done = rebuild(self.archive, give_up=True, progress=lambda *_: None, workers=1)
        return f"{kind} at {at} of {path.name}: {done.unread}"
