"""A proof as files, put together of what the archive has, with a statement in words, and written whole."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.decisions import read_wording
from harbincrawl.errors import DestinationError, NoEvidenceError
from harbincrawl.files import check_full
from harbincrawl.identity import write_document
from harbincrawl.sites import Site
from harbincrawl.text import count_text

from . import verify_proof
from .records import Link, Records, read_answers, read_chain, read_events

Stamps = Mapping[str, Sequence[bytes]]
"""Time stamps by the seal that they are on."""
_STATEMENT = """\
# What {id} said

An archive of {site} captured {id}, "{title}".
It noted that each of the {answers} below, captured from {first} to {last} as it says, shows the words of
`record.json`. Whoever has a seal of this archive that somebody else kept, or trusts the authority of a time stamp,
can show with this folder that the archive had these pages and this note by then, and that nobody changed them since.
It is good for citing what a page said after the page was changed or removed. It does not show that the site sent the
pages, that the times of capture are right, that there was no other wording between them, or that what they say is
true. `verify_proof.py` checks the folder and lists its pages and seals; it does not read this text, which anybody can
change.

## The words

{words}"""


class Proof(NamedTuple):
    """What a stranger is given."""

    files: dict[str, bytes]
    """By path in its folder."""
    answers: int
    """How many answers of the site it has."""
    left: int
    """Answers of this wording that it has not: no record of them is kept, or no seal covers it."""
    seals: tuple[str, ...]
    """The seals that it has, the newest one last."""
    stamps: int
    """How many time stamps."""


def make_proof(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    number: int,
    revision: int,
    stamps: Stamps,
    kept: str | None,
) -> Proof:
    """The proof of a revision of an article of the archive in `folder`; the chain of seals leads to `kept`, if given.

    Raises NoEvidenceError, NotFoundError, WarcError, BucketError.
    """
    id = read_id(connection, number)
    # The answers that show the revision, each with those of its further pages.
    firsts = list_shown(connection, site, number).get(revision, [])
    rows = [row for first in firsts for row in find_pages(connection, first.id)]
    record = write_document(read_wording(connection, number, revision))
    hash = sha256(record).hexdigest()
    answers = read_answers(folder, connection, rows)
    if not answers:
        raise NoEvidenceError(
            f"revision {revision} of {id} has no evidence: no record of a page that shows it is left."
        )
    events = read_events(folder, connection, [row for row in rows if row.id in answers], hash)
    if not events:
        raise NoEvidenceError(f"no record of the log notes these words of {id} alone, and with an answer that is kept.")
    chain, found = _read_bound(folder, connection, answers, events, hash, stamps.keys(), kept)
    shown = answers.keys() & found.keys()
    if not shown:
        raise NoEvidenceError(
            f"revision {revision} of {id} is not sealed yet: it is when the run that stored it has ended."
        )
    files = {"pages.warc": b"".join(found.values()), "record.json": record}
    seals = []
    for link in chain:
        tokens = stamps.get(link.seal, ()) if link.seal in _choose_stamped(chain, stamps) else ()
        names = [f"stamps/{sha256(token).hexdigest()}.tsr" for token in tokens]
        files |= dict(zip(names, tokens, strict=True))
        seals.append({**link._asdict(), "stamps": names})
    files["proof.json"] = json.dumps({"seals": seals}).encode()
    files["statement.md"] = write_statement(site, record, verify_proof.read_records(files["pages.warc"]))
    files["verify_proof.py"] = Path(verify_proof.__file__).read_bytes()
    here = len(shown & {row.id for row in rows})
    return Proof(
        files,
        answers=len(shown),
        left=len(rows) - here,
        seals=tuple(link.seal for link in chain),
        stamps=sum(len(each["stamps"]) for each in seals),
    )


def _read_bound(
    folder: Path,
    connection: sqlite3.Connection,
    answers: Mapping[int, Records],
    events: Records,
    hash: str,
    stamped: Collection[str],
    kept: str | None,
) -> tuple[list[Link], Records]:
    """The seals, and the records under them: of all answers that these show to have the wording, and `events`."""
    bound = dict(answers)
    while True:
        records = {at: data for each in (events, *bound.values()) for at, data in each.items()}
        shown = _find_shown(records, hash)
        if shown >= bound.keys():
            chain = read_chain(folder, connection, records, stamped, kept)
            found = {at: records[at] for at in sorted(int(number) for link in chain for number in link.records)}
            shown = _find_shown(found, hash)
            if shown >= bound.keys() & found.keys():
                return chain, found
        bound = {number: each for number, each in bound.items() if number in shown}


def _find_shown(records: Records, hash: str) -> set[int]:
    warc = b"".join(records[at] for at in sorted(records))
    return set(map(int, verify_proof.find_answers(hash, verify_proof.read_records(warc))))


def _choose_stamped(chain: Sequence[Link], stamps: Stamps) -> set[str]:
    """The seals whose time stamps are handed over: the first one of all, and the first that covers all records."""
    stamped = [at for at, link in enumerate(chain) if link.seal in stamps]
    last = max(at for at, link in enumerate(chain) if link.records)
    return {chain[at].seal for at in (*stamped[:1], *[at for at in stamped if at >= last][:1])}


def write_proof(path: Path, files: Mapping[str, bytes]) -> None:
    """Writes a new folder of these files, or a ZIP file where `path` ends with `.zip`: whole or not at all.

    Raises DestinationError where there is something already, NoSpaceError.
    """
    if path.exists() or path.is_symlink():
        raise DestinationError(f"{path} is already there: name another place, or remove it.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".zip":
            part.write_bytes(pack_files(path.stem, files))
        else:
            for name, data in files.items():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                (part / name).write_bytes(data)
        part.rename(path)
    except OSError as error:
        check_full(error, path)
        raise DestinationError(f"{path} cannot be written ({error.strerror}): name another place.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):
            part.unlink()


def pack_files(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of a folder of these files."""
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            about = zipfile.ZipInfo(f"{folder}/{name}")
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, data)
    return packed.getvalue()


def write_statement(site: Site, record: bytes, records: verify_proof.Records) -> bytes:
    """The file `statement.md` of a proof of `record` by these records."""
    article = json.loads(record)
    dates = sorted(each["warc-date"] for each in records.values() if verify_proof.is_answer(each))
    text = _STATEMENT.format(
        id=article["id"],
        site=_clean(f"{site.title} ({site.base})"),
        title=_clean(article["title"] or ""),
        answers=count_text(len(dates), "answer"),
        first=dates[0],
        last=dates[-1],
        words="".join(f"    {_clean(f'{name}: {text}')}\n\n" for name, text in _list_texts(article)),
    )
    return text.encode(errors="replace")


def _list_texts(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of an article with their names; those that are missing are left out."""
    texts = [(name, article[name]) for name in ("title", "updated", "author", "source")]
    texts += [(f"paragraph {at}", text) for at, text in enumerate((article["body"] or "").split("\n\n"), 1)]
    for at, image in enumerate(article["images"], 1):
        texts += [(f"picture {at}, {name}", image[name]) for name in ("caption", "credit")]
    yield from (each for each in texts if each[1])


def _clean(line: str) -> str:
    """A line in which whatever is not printable is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
