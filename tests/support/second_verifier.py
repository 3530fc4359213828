#!/usr/bin/env python3
"""Check a folder that proves what an article said: `second_verifier.py FOLDER [--seal HASH]`.

Ends with 0 (whole and anchored), 3 (whole, not anchored) or 1 (refused).
"""

import argparse
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FILES = ("record.json", "pages.warc", "proof.json")
ORIGINS = ("WARC-Source-URI", "Harbincrawl-Origin", "Harbincrawl-Answered-By")
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
HASH = re.compile(r"[0-9a-f]{64}")
STEP = re.compile(r"[LR][0-9a-f]{64}")
STAMP_TIME = re.compile(r"Time stamp: (\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4} GMT)")


class Refused(Exception):  # noqa: N818 - a verdict
    """Says why a proof is not whole."""


def demand(holds: object, reason: str) -> None:
    """Refuse the proof if something does not hold."""
    if not holds:
        raise Refused(reason)


class Record(NamedTuple):
    """One record of `pages.warc`: its number, its type, where it begins, all its bytes, its head and its block."""

    number: int
    kind: str
    offset: int
    whole: bytes
    fields: dict[str, str]
    block: bytes


def read_records(data: bytes) -> dict[int, Record]:
    """Records of `pages.warc` by their numbers; it has nothing else."""
    records: dict[int, Record] = {}
    offset, last = 0, -1
    while offset < len(data):
        where = f"pages.warc, byte {offset}"
        start = data.find(b"\r\n\r\n", offset) + 4
        first, *lines = data[offset : max(start - 4, offset)].decode("utf-8").split("\r\n")
        demand(first == "WARC/1.1", f"{where}: no record of WARC 1.1")
        fields = {name: value.strip(" \t") for name, _, value in (line.partition(":") for line in lines)}
        length, ordinal = fields.get("Content-Length", ""), fields.get("Harbincrawl-Ordinal", "")
        demand(NUMBER.fullmatch(length) and NUMBER.fullmatch(ordinal), f"{where}: no length or no number")
        number, end = int(ordinal), start + int(length)
        demand(data[end : end + 4] == b"\r\n\r\n", f"{where}: the record does not end where it should")
        demand(number > last, f"record {number} is not in its order")
        whole = data[offset : end + 4]
        records[number] = Record(number, fields.get("WARC-Type", ""), offset, whole, fields, data[start:end])
        offset, last = end + 4, number
    return records


def list_noted(note: Record, hashed: str) -> set[int]:
    """The answers that a record of the log notes with the hash of the article, and their further pages."""
    rows = json.loads(note.block)["rows"]
    noted = set()
    for table, column in (("articles", 8), ("revisions", 2)):
        for row in rows.get(table, []):
            if row[-1] == hashed:
                noted |= {row[column], row[column + 1]}
    noted.discard(None)
    return noted | {row[0] for row in rows.get("captures", []) if row[15] in noted}


def check_answers(records: dict[int, Record], answers: dict[int, Record], hashed: str) -> None:
    """Refuse answers that do not show the wording, and answers without their requests."""
    noted: set[int] = set()
    for note in records.values():
        if note.fields.get("Harbincrawl-Event") == "decided":
            noted |= list_noted(note, hashed)
    demand(noted & set(answers), "no record of the log has the hash of record.json with an answer that is there")
    payloads = {make_payload(record) for number, record in answers.items() if number in noted}
    for number, record in answers.items():
        shown = number in noted or make_payload(record) in payloads
        demand(shown, f"answer {number} shows another wording, or another article")
        if not any(origin in record.fields for origin in ORIGINS):
            demand(number - 1 in records, f"the request of answer {number} is missing")


def make_payload(record: Record) -> tuple[str, str, str]:
    """Digest of the bytes of a page, and its address without the host."""
    address = record.fields["WARC-Target-URI"]
    path, _, query = address.partition("://")[2].partition("#")[0].partition("?")
    return record.fields["WARC-Payload-Digest"], path.partition("/")[2], query


def follow(entry: bytes, path: Any) -> str:
    """Root of the tree to which a path leads from an entry."""
    value = sha256(b"\0" + entry).digest()
    demand(isinstance(path, list) and all(map(STEP.fullmatch, path)), "a path has a wrong step")
    for step in path:
        other = bytes.fromhex(step[1:])
        value = sha256(b"\1" + (other + value if step[0] == "L" else value + other)).digest()
    return value.hex()


def check_seals(seals: Any, records: dict[int, Record]) -> None:
    """Refuse seals that do not cover the ones before and all records, in their order."""
    before: str | None = None
    covered: list[str] = []
    for entry in seals:
        demand(sorted(entry) == ["link", "records", "seal", "stamps"], "a seal has other keys")
        demand(isinstance(entry["stamps"], list), "the stamps of a seal are no list")
        seal, link = entry["seal"], entry["link"]
        right = link == [] if before is None else follow(before.encode("ascii"), link) == seal
        demand(right and HASH.fullmatch(seal), f"seal {seal:.64} does not cover the one before")
        for key, path in entry["records"].items():
            demand(NUMBER.fullmatch(key) and int(key) in records, f"record {key[:40]} of a seal is not there")
            demand(follow(sha256(records[int(key)].whole).digest(), path) == seal, f"record {key} was changed")
        covered += entry["records"]
        before = seal
    demand(covered == [str(number) for number in records], "the seals have other records than pages.warc")


def check_stamp(file: Path, seal: str) -> tuple[bool, str]:
    """Whether `openssl` believes a time stamp of a seal, and when it was made, or why not."""
    if shutil.which("openssl") is None:
        return False, "there is no openssl"
    command = ["openssl", "ts", "-in", str(file)]
    printed = subprocess.run([*command, "-reply", "-text"], capture_output=True, timeout=60).stdout
    # Whoever gives a stamp can write words before what is signed, even a time: what names two has none.
    times = STAMP_TIME.findall(printed.decode("utf-8", "replace"))
    if len(times) != 1:
        return False, "openssl finds no time in it, or more than one"
    made, system = " ".join(times[0]), ssl.get_default_verify_paths()
    roots = os.environ.get("SSL_CERT_FILE") or system.cafile
    command += ["-CAfile", roots] if roots else ["-CApath", system.capath or system.openssl_capath]
    command += ["-digest", sha256(seal.encode("ascii")).hexdigest(), "-attime", str(ssl.cert_time_to_seconds(made))]
    done = subprocess.run([*command, "-verify"], capture_output=True, timeout=60)
    why = done.stderr.decode("utf-8", "replace").rpartition("routines:")[2].strip()
    return done.returncode == 0, made if done.returncode == 0 else f"{why}; made {made}, if it is genuine"


def check_proof(folder: Path) -> list[Any]:
    """Seals of a proof that is whole."""
    files = {name: (folder / name).read_bytes() for name in FILES}
    seals: list[Any] = json.loads(files["proof.json"])["seals"]
    records = read_records(files["pages.warc"])
    check_seals(seals, records)
    for name in (name for seal in seals for name in seal["stamps"]):
        right = name == f"stamps/{sha256((folder / name).read_bytes()).hexdigest()}.tsr"
        demand(right, "a time stamp was changed")
    answers = {number: record for number, record in records.items() if record.kind in ("response", "revisit")}
    check_answers(records, answers, sha256(files["record.json"]).hexdigest())
    return seals


def judge(folder: Path, kept: str | None) -> tuple[int, str]:
    """Exit code for a folder, and why: the verdict, or the reason of a refusal."""
    try:
        folder = folder.resolve()
        seals = check_proof(folder)
        values = [seal["seal"] for seal in seals]
        demand(kept is None or kept in values, "the seal that you keep is not there")
        last = max(index for index, seal in enumerate(seals) if seal["records"])
        anchors = [f"seal {kept}, which you keep"] if kept is not None and values.index(kept) >= last else []
        doubts = ""
        for index, name in [(index, name) for index, seal in enumerate(seals) for name in seal["stamps"]]:
            believed, said = check_stamp(folder / name, values[index])
            doubts += "" if believed else f"{name} does not count: {said}\n"
            anchors += [f"{name}, of {said}"] if believed and index >= last else []
    except Refused as reason:
        return 1, str(reason)
    except Exception as problem:  # noqa: BLE001 - whatever else is wrong with what somebody else wrote
        return 1, f"it cannot be read: {type(problem).__name__}: {problem!s:.200}"
    if anchors:
        return 0, f"{doubts}whole, anchored by {' and by '.join(anchors)}"
    return 3, f"{doubts}not anchored: whoever gave it to you could have made all of it"


def main() -> int:
    """Print the verdict on a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seal", help="a seal of the archive that was kept elsewhere")
    options = parser.parse_args()
    code, reason = judge(options.folder, options.seal)
    print(("refused: " * (code == 1) + reason).encode("ascii", "backslashreplace").decode("ascii"))
    return code


if __name__ == "__main__":
    sys.exit(main())
