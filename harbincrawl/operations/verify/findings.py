"""The result of verifying an archive: what is proven, damaged or unproven (with the reason)."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harbincrawl.errors import ExitCode
from harbincrawl.pages.version import PARSER

Progress = Callable[[str, int, int], None]
"""Gets (what is checked, number done, total); what begins with `warc_records.BYTES` is in bytes."""
MOST_NAMED = 50
"""Problems of one kind that are named one by one; all are counted."""

_CHECKED = ("articles", "revisions", "captures", "files", "records", "media")
"""The order in which they are printed."""

NO_SEAL = 1
"""The number of the record from which the first seal covers all."""
DAMAGED = "evidence damaged"
"""Why evidence proves nothing today."""


class Problem(NamedTuple):
    """Something that is damaged."""

    kind: str
    """Of a row its table; else `database`, `index`, `text`, `warc`, `media`, `seal`, `stamp` (of a seal), `token` (that
    was kept elsewhere)."""
    where: str
    """The key of the row, or the file."""
    what: str
    """The columns that differ, `missing`, `not in the log`; else what is wrong."""


@dataclass(frozen=True, slots=True)
class SealProof:
    """What a seal of the chain vouches for."""

    hash: str
    run: int
    records: int
    """Records of the log up to it."""
    removed: int
    """Records of them that are not there any more, removed on purpose or lost."""
    gone: dict[str, int] = field(default_factory=dict)
    """By id, the articles that were purged since, each with the run of the purge."""


@dataclass
class Findings:
    """All that was found."""

    quick: bool
    parser: str = PARSER
    """The version of the reader of the site's pages."""
    problems: list[Problem] = field(default_factory=list)
    """At most MOST_NAMED of a kind."""
    damaged: Counter[str] = field(default_factory=Counter)
    """By kind, the number of all problems."""
    mirror: str | None = None
    """The origin that the archive was crawled from in place of the site's own."""
    notes: list[Problem] = field(default_factory=list)
    """What a power cut left behind the last seal, and what puts it right."""
    checked: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_CHECKED, 0)))
    """Numbers of articles, revisions, captures, records, files looked at."""
    proven: Counter[str] = field(default_factory=Counter)
    """By kind of row, how many say what the evidence says."""
    unproven: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind of row and reason, how many have no evidence to compare with."""
    seal: SealProof | None = None
    """The newest seal, or the one that was asked for."""
    stamps: list[dict[str, Any]] = field(default_factory=list)
    """The time stamps that are of their seals, the oldest seal first: `run`, `seal`, `authority`, `at`, `token`;
    `proven`, or why not (`doubt`); `signer`, the name in the certificate."""
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the names of their files, the tokens kept elsewhere that are proven, and the seals that they stamp."""
    last_gap: int = 0
    """Number of the record behind the last place in the log where others may be lost; 0: there is none."""
    last_seal: int = NO_SEAL
    """Number of the record of the last seal; 0: it is not known."""
    missing_records: list[tuple[int, int]] = field(default_factory=list)
    """First and last number of records that are not in the log, and of which no run says that they are lost."""
    lost_files: set[int] = field(default_factory=set)
    """Numbers of files of the log that are missing."""
    unsaid_removals: set[tuple[str, int]] = field(default_factory=set)
    """Records that were removed, by the first name of their file and their offset, where the log has lost what the run
    said of it."""
    seals: int = 0
    """Seals that hold."""
    faults: dict[int, str] = field(default_factory=dict)
    """By the id of a capture, why its record, or the original of it, cannot be read, if ever one was kept."""
    broken_files: set[str] = field(default_factory=set)
    """Names of WARC files with damaged bytes."""

    def report(self, kind: str, where: object, what: str) -> None:
        """Adds a problem; `where` may be a value of a stranger's database, which can be anything."""
        self.damaged[kind] += 1
        if self.damaged[kind] <= MOST_NAMED:
            self.problems.append(Problem(kind, where if isinstance(where, str) else ascii(where), what))

    def report_index(self, what: str) -> None:
        """Reports the index as broken, once."""
        if not self.damaged["index"]:
            self.report("index", "articles_fts", what)

    def put_behind(self, where: str, what: str, cure: str = "the next crawl puts it right") -> None:
        """Notes what a power cut left."""
        self.notes.append(Problem("behind", where, f"{what}: {cure}"))

    def leave(self, kind: str, reason: str, count: int = 1) -> None:
        """Counts rows that nothing proves."""
        if count:
            self.unproven.setdefault(kind, Counter())[reason] += count

    @property
    def cure(self) -> str | None:
        """The commands that repair what is damaged, unless a backup has the files as they were; None: nothing is."""
        if not self.damaged["warc"]:
            return "harbincrawl rebuild" if self.damaged else None
        mirror = f" --site-url {shlex.quote(self.mirror)}" if self.mirror else ""
        return f"harbincrawl rebuild --give-up, then harbincrawl crawl --all{mirror}"

    @property
    def exit_code(self) -> int:
        """0; 7 if anything is damaged; else 3 if there are notes."""
        if self.damaged:
            return ExitCode.DATABASE
        return ExitCode.AMISS if self.notes else ExitCode.DONE

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "whole": not (self.damaged or self.notes),
            "quick": self.quick,
            "checked": {kind: count for kind, count in self.checked.items() if count},
            "proven": dict(self.proven),
            "damaged": dict(self.damaged),
            "unproven": {kind: dict(reasons) for kind, reasons in self.unproven.items()},
            "seal": self.seal.hash if self.seal else None,
            "seals": {
                "hold": self.seals,
                "run": self.seal.run if self.seal else None,
                "records": self.seal.records if self.seal else 0,
                "removed": self.seal.removed if self.seal else 0,
                "purged": self.seal.gone if self.seal else {},
            },
            "timestamps": self.stamps,
            "tokens": self.tokens,
            "problems": [each._asdict() for each in self.problems],
            "repair": self.cure,
            "notes": [each._asdict() for each in self.notes],
        }
