"""The result of verifying an archive: what is proven, damaged (with what repairs it) or unproven (with the reason)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harbincrawl.errors import ExitCode
from harbincrawl.pages.version import PARSER

MOST_NAMED = 50
"""Problems of one kind that are named one by one; all are counted."""

_CHECKED = ("articles", "revisions", "captures", "files", "records", "media")
"""The order in which they are printed."""

MEND = "harbincrawl verify --mend"
REPARSE = "harbincrawl reparse --apply"
REBUILD = "harbincrawl duplicates --rebuild"
BACKUP = "restore it from a backup of the archive"
FROM_LOG = f"harbincrawl rebuild; else {BACKUP}"
MOVE = "move it away"
MEND_AND_CRAWL = f"{BACKUP}; else {MEND}, then harbincrawl crawl --all"
OUT_OF_REACH = "its bucket is out of reach"
"""Why evidence proves nothing today."""


class Problem(NamedTuple):
    """Something that is damaged."""

    kind: str
    """`database`, `index`, `article`, `revision`, `counts`, `capture`, `warc`, `media`, `list`, `queue`, `copy`,
    `value`, `text`, `seal`, `stamp` (of a seal), `token` (that was kept elsewhere)."""
    where: str
    """The article, file or row."""
    what: str
    mend: str
    """The command that repairs it, or what else to do."""


class Note(NamedTuple):
    """No damage, but worth knowing."""

    kind: str
    """`leftover`, `tail`, `lost`, `unfinished`, `clock`."""
    where: str
    what: str


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


class StampProof(NamedTuple):
    """A time stamp of a seal."""

    run: int
    """The run that ended with the seal."""
    seal: str
    authority: str
    """The address that was asked; of a token that was kept elsewhere its file."""
    at: str
    """When the seal existed, as the token says."""
    token: str
    """In base64."""
    signer: str
    """The name in the certificate that signed it."""
    doubt: str | None
    """Why it proves nothing here; None: it is proven."""

    def as_object(self) -> dict[str, Any]:
        """For --json."""
        return {"proven": self.doubt is None, **self._asdict()}


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
    notes: list[Note] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_CHECKED, 0)))
    """Numbers of articles, revisions, captures, records, files looked at."""
    proven: Counter[str] = field(default_factory=Counter)
    """By kind of row, how many say what the evidence says."""
    unproven: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind of row and reason, how many have no evidence to compare with."""
    seal: SealProof | None = None
    """The newest seal, or the one that was asked for."""
    stamps: list[StampProof] = field(default_factory=list)
    """The time stamps that are of their seals, proven or not, the oldest seal first."""
    tokens: dict[str, StampProof] = field(default_factory=dict)
    """By the names of their files, the tokens kept elsewhere that are proven, and the seals that they stamp."""
    last_gap: int = 0
    """Number of the record behind the last place in the log where others may be lost; 0: there is none."""
    lost_seals: set[int] = field(default_factory=set)
    """The runs whose seal has no record in the log any more."""
    lost_files: set[int] = field(default_factory=set)
    """Numbers of files of the log that are missing."""
    unsaid_removals: set[tuple[str, int]] = field(default_factory=set)
    """Records that were removed, by the first name of their file and their offset, where the log has lost what the run
    said of it."""
    seals: int = 0
    """Seals that hold."""
    broken_captures: set[int] = field(default_factory=set)
    """Ids of captures whose record, or the original of it, cannot be read."""
    unreachable: dict[str, str] = field(default_factory=dict)
    """By name, why WARC files in a bucket could not be read; nothing is said of what is in them."""
    unreachable_captures: set[int] = field(default_factory=set)
    """Ids of captures whose record, or the original of it, is in such a file."""
    found_captures: set[int] = field(default_factory=set)
    """Ids of captures that are given up as lost, and are there."""
    broken_files: set[str] = field(default_factory=set)
    """Names of WARC files with damaged bytes."""
    broken_media: set[str] = field(default_factory=set)
    is_index_broken: bool = False
    deleted: set[int] = field(default_factory=set)
    """Numbers of articles that a run left stored, and that are gone."""
    row_mend: str = FROM_LOG
    """What puts wrong rows right that the log tells: MEND where it has all that it told."""
    wrong_rows: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)
    """Table and key of rows that are not what log and pages say."""
    right_rows: dict[tuple[str, tuple[Any, ...]], dict[str, Any] | None] = field(default_factory=dict)
    """Of these, what they have to be; None: there is to be no such row."""

    def report(self, kind: str, where: object, what: str, mend: str) -> None:
        """Adds a problem; `where` may be a value of a stranger's database, which can be anything."""
        self.damaged[kind] += 1
        if self.damaged[kind] <= MOST_NAMED:
            self.problems.append(Problem(kind, where if isinstance(where, str) else ascii(where), what, mend))

    def report_index(self, what: str) -> None:
        """Reports the index as broken, once."""
        if not self.is_index_broken:
            self.is_index_broken = True
            self.report("index", "articles_fts", what, MEND)

    def leave(self, kind: str, reason: str, count: int = 1) -> None:
        """Counts rows that nothing proves."""
        if count:
            self.unproven.setdefault(kind, Counter())[reason] += count

    def find_reason(self, capture: int) -> str | None:
        """Why the evidence of a capture cannot be read; None: it can, or nothing is known of it."""
        if capture in self.broken_captures:
            return "evidence damaged"
        return OUT_OF_REACH if capture in self.unreachable_captures else None

    def find_stamp(self, run: int) -> StampProof | None:
        """The first proven time stamp of the seal of `run`, or of a later one, which covers it."""
        return min(
            (each for each in self.stamps if each.doubt is None and each.run >= run),
            key=lambda each: each.at, default=None,
        )  # fmt: skip

    @property
    def exit_code(self) -> int:
        """0; 7 if anything is damaged; else 6 if a bucket that holds some of the evidence is out of reach."""
        if self.damaged:
            return ExitCode.DATABASE
        return ExitCode.UNREACHABLE if self.unreachable else ExitCode.DONE

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "whole": not (self.damaged or self.unreachable),
            "quick": self.quick,
            "checked": {kind: count for kind, count in self.checked.items() if count},
            "proven": dict(self.proven),
            "damaged": dict(self.damaged),
            "unproven": {kind: dict(reasons) for kind, reasons in self.unproven.items()},
            "unreachable": self.unreachable,
            "seal": self.seal.hash if self.seal else None,
            "seals": {
                "hold": self.seals,
                "run": self.seal.run if self.seal else None,
                "records": self.seal.records if self.seal else 0,
                "removed": self.seal.removed if self.seal else 0,
                "purged": self.seal.gone if self.seal else {},
            },
            "timestamps": [each.as_object() for each in self.stamps],
            "tokens": {name: each.as_object() for name, each in self.tokens.items()},
            "problems": [each._asdict() for each in self.problems],
            "notes": [each._asdict() for each in self.notes],
        }
