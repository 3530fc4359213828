"""Proofs with one thing changed, by whoever owns the folder; in half of them all is made anew that he can reach."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from harbincrawl.archive.runs.seals import find_paths, hash_tree
from harbincrawl.identity import write_document
from harbincrawl.operations.proof import verify_proof
from harbincrawl.operations.proof.places import find_places

Files = dict[str, bytes]
Forgery = Callable[[random.Random, Files], Files | None]
"""What it makes of a proof; None where that proof has nothing of the kind."""


def flip_byte(dice: random.Random, files: Files) -> Files:
    name = dice.choice([each for each in sorted(files) if files[each]])
    data = bytearray(files[name])
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return files | {name: bytes(data)}


def cut_or_add_bytes(dice: random.Random, files: Files) -> Files:
    name = dice.choice(sorted(files))
    data, at = files[name], dice.randrange(len(files[name]) + 1)
    end = at + dice.randrange(1, 40)
    changed = data[:at] + data[end:] if end <= len(data) and dice.random() < 0.5 else data[:at] + b"\n" + data[at:]
    return files | {name: changed}


def drop_or_add_file(dice: random.Random, files: Files) -> Files:
    if dice.random() < 0.5:
        gone = dice.choice(sorted(files))
        return {name: data for name, data in files.items() if name != gone}
    return files | {dice.choice(["more.txt", "stamps/x.tsr", "pages/pages.jsonl", ".hidden"]): b"x"}


def _list_values(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values within `value`."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from _list_values(inner, (*path, key))


def change_json(dice: random.Random, files: Files) -> Files | None:
    """A value of `proof.json` or `record.json`: another, retyped, removed, doubled, swapped, or one more."""
    name = dice.choice(["proof.json", "record.json"])
    document = json.loads(files[name])
    *way, key = dice.choice(list(_list_values(document)))
    holder = document
    for step in way:
        holder = holder[step]
    value, how = holder[key], dice.randrange(5)
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = _change_value(dice, value)
    elif how == 2 and isinstance(holder, dict):
        holder[f"{key}x"] = value
    elif isinstance(holder, list) and how == 3:
        holder.insert(key, value)
    elif isinstance(holder, list) and len(holder) > 1:
        other = dice.randrange(len(holder))
        holder[key], holder[other] = holder[other], holder[key]
    else:
        holder[key] = None if value is not None else "x"
    made = write_document(document) if name == "record.json" else json.dumps(document).encode()
    return None if made == files[name] else files | {name: made}


def _change_value(dice: random.Random, value: Any) -> Any:
    if isinstance(value, int):
        return dice.choice([value + dice.choice([-3, -1, 1, 2]), float(value), str(value), -value - 1])
    if isinstance(value, str) and value:
        at = dice.randrange(len(value))
        return dice.choice(
            [value[:at] + value[at + 1 :], value + " ", value.swapcase(), value[:at] + "7" + value[at + 1 :]]
        )
    return dice.choice([[], {}, "x", 5])


def change_statement(dice: random.Random, files: Files) -> Files | None:
    lines = files["statement.md"].decode().split("\n")
    at = dice.randrange(len(lines))
    if lines[at]:
        lines[at] = dice.choice([lines[at] + " Indeed.", lines[at].replace("not ", ""), lines[at][:-1], ""])
    else:
        lines[at] = "All of this is certain."
    made = "\n".join(lines).encode()
    return None if made == files["statement.md"] else files | {"statement.md": made}


def change_wacz(dice: random.Random, files: Files) -> Files:
    """One member of the WACZ, packed as before."""
    with zipfile.ZipFile(io.BytesIO(files["pages.wacz"])) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = dice.choice(sorted(members))
    at = dice.randrange(len(members[name]))
    members[name] = (
        members[name][:at] + b"9" + members[name][at + 1 :] if dice.random() < 0.8 else members[name] + b"\n"
    )
    with zipfile.ZipFile(made := io.BytesIO(), "w") as target:
        for each, data in members.items():
            target.writestr(zipfile.ZipInfo(each), data)
    return files | {"pages.wacz": made.getvalue() if made.getvalue() != files["pages.wacz"] else b"PK"}


def change_warc(dice: random.Random, files: Files) -> Files | None:
    """A record left out, doubled, moved, or with another head."""
    records = [each["data"] for each in verify_proof.read_records(files["pages.warc"]).values()]
    at, how = dice.randrange(len(records)), dice.randrange(4)
    if how == 0:
        del records[at]
    elif how == 1:
        records.insert(at, records[at])
    elif how == 2 and len(records) > 1:
        records.append(records.pop(0))
    else:
        records[at] = records[at].replace(b"\r\nWARC-Date: 20", b"\r\nWARC-Date: 19", 1)
    made = b"".join(records)
    return None if made == files["pages.warc"] else files | {"pages.warc": made}


PLAIN: tuple[Forgery, ...] = (
    flip_byte, cut_or_add_bytes, drop_or_add_file, change_json, change_statement, change_wacz, change_warc,
)  # fmt: skip


def remake(files: Files, records: list[bytes], record: dict[str, Any], dice: random.Random, *, keep: bool) -> Files:
    """A proof of these records and this record: hashes, paths, seals, places, statement and WACZ all made anew.

    `keep`: the seals stay as they are, and what is changed has the paths that it had; else there is one new seal over
    all records, and the old ones behind it.
    """
    old = json.loads(files["record.json"])
    hash, new = (sha256(write_document(each)).hexdigest().encode() for each in (old, record))
    records = [each.replace(hash, new) for each in records]
    warc = b"".join(records)
    pages = verify_proof.read_records(warc)
    proof = json.loads(files["proof.json"])
    if keep:
        for seal in proof["seals"]:
            seal["records"] = {number: path for number, path in seal["records"].items() if number in pages}
    else:
        digests = [sha256(each["data"]).digest() for each in pages.values()]
        entries = [dice.randbytes(32), *digests, dice.randbytes(32)]
        paths = find_paths(entries, range(1, len(digests) + 1))
        first = {"seal": hash_tree(entries).hex(), "link": [], "records": dict(zip(pages, paths.values(), strict=True)),
                 "stamps": []}  # fmt: skip
        others = [{**each, "records": {}, "stamps": []} for each in proof["seals"]]
        proof["seals"] = [first, *others]
    proof["places"] = find_places(record, pages)
    made = {"pages.warc": warc, "record.json": write_document(record), "proof.json": json.dumps(proof).encode()}
    stamps = {name: data for name, data in files.items() if name.startswith("stamps/") and keep}
    made = {**{name: files[name] for name in files if not name.startswith("stamps/")}, **stamps, **made}
    try:
        return made | verify_proof.make_files(proof, record, pages, made)
    except SystemExit:
        # What the verifier's own code refuses to make, no forger can make with it.
        return made


def _take_apart(files: Files) -> tuple[list[bytes], dict[str, Any]]:
    records = [each["data"] for each in verify_proof.read_records(files["pages.warc"]).values()]
    return records, json.loads(files["record.json"])


def change_words(dice: random.Random, files: Files) -> Files | None:
    """A word of the record and of the page, for one of as many letters."""
    records, record = _take_apart(files)
    words = [each for each in (record["body"] or record["title"] or "").split() if each.isalpha() and len(each) > 4]
    for word in dice.sample(words, len(words)):
        other = word[::-1]
        if other != word and any(word.encode() in each for each in records):
            swapped = [_change_block(each, word.encode(), other.encode()) for each in records]
            text = json.loads(json.dumps(record).replace(word, other))
            return remake(files, swapped, text, dice, keep=dice.random() < 0.5)
    return None


def _change_block(record: bytes, old: bytes, new: bytes) -> bytes:
    """A record with other words of as many letters, its own head as it was."""
    head, end, block = record.partition(b"\r\n\r\n")
    return head + end + block.replace(old, new)


def change_record_alone(dice: random.Random, files: Files) -> Files | None:
    """The record says what the page does not: a paragraph less, two swapped, a blank less, another date or name."""
    records, record = _take_apart(files)
    paragraphs = (record["body"] or "").split("\n\n")
    how = dice.randrange(5)
    if how == 0 and len(paragraphs) > 1:
        del paragraphs[dice.randrange(len(paragraphs))]
    elif how == 1 and len(paragraphs) > 1:
        paragraphs[0], paragraphs[-1] = paragraphs[-1], paragraphs[0]
    elif how == 2 and " " in paragraphs[0]:
        paragraphs[0] = paragraphs[0].replace(" ", "", 1)
    elif how == 3:
        record["updated"] = "1999-12-31"
    else:
        record["author"] = "Nobody"
    record["body"] = "\n\n".join(paragraphs) or None
    if write_document(record) == files["record.json"]:
        return None
    return remake(files, records, record, dice, keep=dice.random() < 0.5)


def change_time(dice: random.Random, files: Files) -> Files | None:
    """When, or from where, a page was captured."""
    records, record = _take_apart(files)
    if dice.random() < 0.5:
        changed = [each.replace(b"WARC-Date: 202", b"WARC-Date: 201") for each in records]
    else:
        changed = [each.replace(b"WARC-Target-URI: http://127", b"WARC-Target-URI: http://128") for each in records]
    if changed == records:
        return None
    return remake(files, changed, record, dice, keep=dice.random() < 0.5)


def leave_out_request(dice: random.Random, files: Files) -> Files | None:
    """The request of an answer, with its path, as if there had been none."""
    records, record = _take_apart(files)
    kinds = [each["warc-type"] for each in verify_proof.read_records(files["pages.warc"]).values()]
    requests = [at for at, kind in enumerate(kinds) if kind == "request" and kinds[at + 1] != "metadata"]
    if not requests:
        return None
    del records[dice.choice(requests)]
    return remake(files, records, record, dice, keep=True)


def leave_out_event(dice: random.Random, files: Files) -> Files | None:
    """The record that notes the words."""
    records, record = _take_apart(files)
    kept = [each for each in records if b"Harbincrawl-Event" not in each]
    return remake(files, kept, record, dice, keep=True)


def add_capture(dice: random.Random, files: Files) -> Files | None:
    """One more capture of the page, later, under a seal behind the last one."""
    pages = verify_proof.read_records(files["pages.warc"])
    proof, record = json.loads(files["proof.json"]), json.loads(files["record.json"])
    answers = [number for number, each in pages.items() if each["warc-type"] == "response"]
    number = dice.choice(answers)
    before = str(int(number) - 1)
    if before not in pages:
        return None
    last = max(map(int, pages))
    added = []
    for at, each in enumerate((before, number), last + 10):
        data = pages[each]["data"].replace(
            f"Harbincrawl-Ordinal: {each}\r\n".encode(), f"Harbincrawl-Ordinal: {at}\r\n".encode()
        )
        added.append(data.replace(b"WARC-Date: 202", b"WARC-Date: 203"))
    entries = [proof["seals"][-1]["seal"].encode(), *(sha256(each).digest() for each in added), dice.randbytes(32)]
    paths = find_paths(entries, (0, 1, 2))
    proof["seals"].append({
        "seal": hash_tree(entries).hex(), "link": paths[0],
        "records": {str(last + 10): paths[1], str(last + 11): paths[2]}, "stamps": [],
    })  # fmt: skip
    warc = files["pages.warc"] + b"".join(added)
    made = files | {"pages.warc": warc}
    return made | verify_proof.make_files(proof, record, verify_proof.read_records(warc), made)


REMADE: tuple[Forgery, ...] = (
    change_words, change_record_alone, change_time, leave_out_request, leave_out_event, add_capture,
)  # fmt: skip
