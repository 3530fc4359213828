"""Proofs with one thing changed, by whoever owns the folder; in half of them all is made anew that he can reach."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from harbincrawl.archive.runs.seals import find_paths, hash_tree
from harbincrawl.identity import write_document
from harbincrawl.operations.proof import verify_proof

Files = dict[str, bytes]
Forgery = Callable[[random.Random, Files], Files | None]
"""What it makes of a proof; None where that proof has nothing of the kind."""


NAMED = ("pages.warc", "proof.json", "record.json")
"""The files that prove; a stamp is one more."""


def _replace(files: Files, name: str, data: bytes) -> Files | None:
    return None if data == files[name] else files | {name: data}


def flip_byte(dice: random.Random, files: Files) -> Files:
    name = dice.choice(NAMED)
    data = bytearray(files[name])
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return files | {name: bytes(data)}


def cut_or_add_bytes(dice: random.Random, files: Files) -> Files | None:
    name = dice.choice(NAMED)
    data, at = files[name], dice.randrange(len(files[name]) + 1)
    end = at + dice.randrange(1, 40)
    changed = data[:at] + data[end:] if end <= len(data) and dice.random() < 0.5 else data[:at] + b"\n" + data[at:]
    # A line break between two values of proof.json is no change of what it says.
    return None if name == "proof.json" and _is_same(changed, data) else files | {name: changed}


def _is_same(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def drop_file(dice: random.Random, files: Files) -> Files:
    gone = dice.choice(NAMED)
    return {name: data for name, data in files.items() if name != gone}


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
    return _replace(files, name, made)


def _change_value(dice: random.Random, value: Any) -> Any:
    if isinstance(value, int):
        return dice.choice([value + dice.choice([-3, -1, 1, 2]), float(value), str(value), -value - 1])
    if isinstance(value, str) and value:
        at = dice.randrange(len(value))
        return dice.choice(
            [value[:at] + value[at + 1 :], value + " ", value.swapcase(), value[:at] + "7" + value[at + 1 :]]
        )
    return dice.choice([[], {}, "x", 5])


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
    return _replace(files, "pages.warc", b"".join(records))


def reorder_path(dice: random.Random, files: Files) -> Files | None:
    """Two steps of a path, or the paths of two records, in another order."""
    proof = json.loads(files["proof.json"])
    records = dice.choice([each["records"] for each in proof["seals"] if each["records"]])
    one, other = dice.choice(list(records)), dice.choice(list(records))
    if one != other:
        records[one], records[other] = records[other], records[one]
    elif len(records[one]) > 1:
        records[one].reverse()
    return _replace(files, "proof.json", json.dumps(proof).encode())


def reorder_records(dice: random.Random, files: Files) -> Files | None:
    """All records and their paths in another order, each with its own path."""
    proof = json.loads(files["proof.json"])
    records = _take_apart(files)[0]
    if len(proof["seals"][0]["records"]) < 2 or any(each["records"] for each in proof["seals"][1:]):
        return None
    dice.shuffle(records)
    numbers = [find_number(each) for each in records]
    proof["seals"][0]["records"] = {number: proof["seals"][0]["records"][number] for number in numbers}
    made = files | {"pages.warc": b"".join(records), "proof.json": json.dumps(proof).encode()}
    return None if made["pages.warc"] == files["pages.warc"] else made


def find_number(record: bytes) -> str:
    """The number of a record of the log."""
    return record.partition(b"Harbincrawl-Ordinal: ")[2].partition(b"\r")[0].decode()


PLAIN: tuple[Forgery, ...] = (
    flip_byte, cut_or_add_bytes, drop_file, change_json, change_warc, reorder_path, reorder_records,
)  # fmt: skip


def merge(one: Files, other: Files) -> Files:
    """Both proofs in one, as a proof of the words of `one`: all records and paths are genuine.

    The proofs are of the same archive, and with both a seal has all entries that it needs.
    """
    documents = [json.loads(each["proof.json"])["seals"] for each in (one, other)]
    links: dict[str, dict[str, Any]] = {}
    for each in (seal for document in documents for seal in document):
        known = links.setdefault(each["seal"], {**each, "records": {}})
        known["records"] |= each["records"]
        known["link"] = known["link"] or each["link"]
    order = max(documents, key=len)
    seals = [links[each["seal"]] for each in order]
    for seal in seals:
        seal["records"] = {number: seal["records"][number] for number in sorted(seal["records"], key=int)}
    seals[0]["link"] = []
    records = {int(find_number(each)): each for files in (one, other) for each in _take_apart(files)[0]}
    return one | {
        "pages.warc": b"".join(records[number] for number in sorted(records)),
        "proof.json": json.dumps({"seals": seals}).encode(),
    }


def remake(files: Files, records: list[bytes], record: dict[str, Any], dice: random.Random, *, keep: bool) -> Files:
    """A proof of these records and this record: hashes, paths and seals made anew.

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
    stamps = {name: data for name, data in files.items() if name.startswith("stamps/") and keep}
    rest = {name: data for name, data in files.items() if not name.startswith("stamps/")}
    made = {"pages.warc": warc, "record.json": write_document(record), "proof.json": json.dumps(proof).encode()}
    return {**rest, **stamps, **made}


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
    proof = json.loads(files["proof.json"])
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
    return files | {"pages.warc": files["pages.warc"] + b"".join(added), "proof.json": json.dumps(proof).encode()}


REMADE: tuple[Forgery, ...] = (
    change_words, change_record_alone, change_time, leave_out_request, leave_out_event, add_capture,
)  # fmt: skip
