#!/usr/bin/env python3
"""Check a folder that proves what an article said: `second_verifier.py FOLDER [--seal HASH]`.

Ends with 0 (whole and anchored), 3 (whole, not anchored) or 1 (refused).
"""

import argparse
import html
import io
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FILES = {"statement.md", "record.json", "pages.warc", "pages.wacz", "proof.json", "verify_proof.py"}
RECORD_KEYS = ["author", "body", "id", "images", "source", "title", "updated"]
IMAGE_KEYS = ["caption", "credit", "file_name", "url"]
ORIGINS = ("WARC-Source-URI", "Harbincrawl-Origin", "Harbincrawl-Answered-By")
MARKUP = r"(?is)<!--(?:.*?-->|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)|<[!/?a-z][^>]*(?:>|\Z)|&#\d{9,};?"
LONG_REFERENCE = re.compile(r"(?a)(?<=&#)0*(\d{1,10})\d*")  # Python reads no number of more than 4,300 digits
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
HASH = re.compile(r"[0-9a-f]{64}")
STEP = re.compile(r"[LR][0-9a-f]{64}")
STAMP_TIME = re.compile(r"Time stamp: (\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4} GMT)")
STATEMENT = """\
# {}: what this folder proves, if it is anchored

## Read by the archive, and where it stands in the pages

{}## Captured, says the archive

{}## Its seals over these records, each over those above too, and time stamps

{}Proven, if `verify_proof.py` (not the one in this folder) prints "whole, anchored by" a time stamp, or a seal that came to
you by another way (--seal): whoever calls himself the archive had these records by that time, byte for byte, and had noted
that he read these words in them. Not proven: that he did not make them up before, that the site sent them (a kept answer is
not signed), that a reader saw them, when they were captured, that there were no other wordings, that what they say is true.
"""


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


def find_note(records: dict[int, Record], answers: dict[int, Record], hashed: str) -> tuple[Record, dict[str, str]]:
    """The record of the log that notes the hash of the article, and what it has in place of addresses of answers."""
    addresses = {number: record.fields["WARC-Target-URI"] for number, record in answers.items()}
    for note in records.values():
        rows = json.loads(note.block)["rows"] if note.fields.get("Harbincrawl-Event") == "decided" else {}
        for table, column in (("articles", 9), ("revisions", 3)):
            if any(row[-1] == hashed and row[column] in answers for row in rows.get(table, [])):
                return note, {addresses[row[0]]: row[2] for row in rows.get("captures", []) if row[0] in answers}
    raise Refused("no record of the log has the hash of record.json with an answer that is there")


def check_answers(records: dict[int, Record], answers: dict[int, Record], note: Record, name: str) -> None:
    """Refuse answers of other articles, answers without their requests, and records that belong to no answer."""
    key = name.rpartition(":")[2]
    wanted = re.compile(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])")
    kinds = {number: record.kind for number, record in records.items() if record is not note}
    belonging = {note.number}
    for number, record in answers.items():
        demand(key and wanted.search(record.fields["WARC-Target-URI"]), f"answer {number} is one of another article")
        request = number
        if not any(origin in record.fields for origin in ORIGINS):
            request = number - 2 if kinds.get(number - 1) == "metadata" else number - 1
            demand(kinds.get(request) == "request", f"the request of answer {number} is missing")
        belonging.update(range(request, number + 1))
    demand(belonging == set(records), "there are records that belong to no answer")


def read_article(data: bytes) -> dict[str, Any]:
    """The record of the article, in the one way in which it can be written."""
    article: dict[str, Any] = json.loads(data)
    plain = json.dumps(article, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    demand(plain.encode("utf-8") == data, "record.json is written in another way")
    images = article["images"]
    right = sorted(article) == RECORD_KEYS and all(sorted(image) == IMAGE_KEYS for image in images)
    demand(right and isinstance(images, list), "record.json has other keys")
    texts = [article[key] for key in RECORD_KEYS if key != "images"] + [text for i in images for text in i.values()]
    demand(all(text is None or isinstance(text, str) for text in texts), "record.json has what is no text")
    return article


def texts_of(article: dict[str, Any]) -> dict[str, str]:
    """Texts of the article by their names, in their order."""
    texts = {name: article[name] for name in ("title", "updated", "author", "source")}
    for number, paragraph in enumerate((article["body"] or "").split("\n\n"), 1):
        texts[f"paragraph {number}"] = paragraph
    for number, image in enumerate(article["images"], 1):
        texts |= {f"picture {number}, {name}": image[name] for name in ("caption", "credit")}
    return {name: text for name, text in texts.items() if text}


def unpack(body: bytes) -> bytes:
    """A body as it is without gzip: one stream, as far as it goes."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    page, unpacker = bytearray(), zlib.decompressobj(31)
    with suppress(zlib.error):  # byte by byte: what stands before a fault is not lost, and nothing grows unseen
        for at in range(len(body)):
            page += unpacker.decompress(body[at : at + 1])
            demand(len(page) < 1 << 28, "an answer is too large to be unpacked")
            if unpacker.eof:
                break
    return bytes(page)


def bare(text: str) -> str:
    """A text without what is blank or cannot be seen."""
    return "".join(character for character in text if unicodedata.category(character)[0] not in "ZC")


def words_of(part: bytes) -> list[str]:
    """The words of a part of a page, in each charset."""
    texts = [re.sub(MARKUP, "", part.decode(charset, "replace")) for charset in ("utf-8", "gb18030", "cp1252")]
    return [bare(html.unescape(LONG_REFERENCE.sub(r"\1", text))) for text in texts]


def check_places(places: Any, texts: dict[str, str], records: dict[int, Record]) -> None:
    """Refuse places where the texts do not stand."""
    demand(list(places) == list(texts), "proof.json has other places than there are texts")
    pages = {r.number: unpack(r.block.partition(b"\r\n\r\n")[2]) for r in records.values() if r.kind == "response"}
    cuts = {number: bytearray(len(page) + 1) for number, page in pages.items()}  # 1 between two bytes of markup
    for number, page in pages.items():
        for match in re.finditer(MARKUP.encode("ascii"), page):
            cuts[number][match.start() + 1 : match.end()] = b"\1" * (match.end() - match.start() - 1)
    wholes = [words for page in pages.values() for words in words_of(page)] if None in places.values() else []
    for name, place in places.items():
        said = bare(texts[name])
        if place is None:
            demand(not any(said in words for words in wholes), f"{name} is in one of the pages")
            continue
        demand([type(value) for value in place] == [int] * 3, f"the place of {name} is none")
        number, start, end = place
        demand(number in pages and 0 <= start < end <= len(pages[number]), f"the place of {name} is not there")
        part = pages[number][start:end]
        cut = cuts[number][start] or cuts[number][end] or part.startswith(b"<") or part.endswith(b">")
        demand(not cut, f"the place of {name} begins or ends in markup")
        demand(said in words_of(part), f"{name} is not where proof.json says")
        demand(said not in words_of(part[1:]) + words_of(part[:-1]), f"the place of {name} is too wide")


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
        demand(list(entry) == ["seal", "link", "records", "stamps"], "a seal has other keys")
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


def make_statement(article: dict[str, Any], proof: Any, answers: dict[int, Record], others: dict[str, str]) -> str:
    """The text of `statement.md`."""
    words, pages = [], []
    for name, text in texts_of(article).items():
        place = proof["places"][name]
        where = "page of record {}, bytes {} to {}".format(*place) if place else "in none of these pages"
        words.append(f"{name} ({where}): {text}")
    for record in answers.values():
        address = record.fields["WARC-Target-URI"]
        line = f"{record.fields['WARC-Date']}, record {record.number}: {address}"
        line += f", taken for a mirror of {others[address]}" if others.get(address, address) != address else ""
        line += "".join(f", by way of {record.fields[name]}" for name in ORIGINS if name in record.fields)
        profile = record.fields.get("WARC-Profile", "").rpartition("/")[2]
        pages.append(line + (f", without a page ({profile})" if record.kind == "revisit" else ""))
    covered = [f"{seal['seal']}, over {', '.join(seal['records']) or 'no more'}" for seal in proof["seals"]]
    seals = ["; ".join([line, *seal["stamps"]]) for line, seal in zip(covered, proof["seals"], strict=True)]
    lists = [["".join(c if c.isprintable() else " " for c in line) for line in each] for each in (words, pages, seals)]
    return STATEMENT.format(article["id"], *("".join(f"    {line}\n\n" for line in lines) for lines in lists))


def make_wacz(warc: bytes, answers: dict[int, Record], title: str | None) -> bytes:
    """The bytes of `pages.wacz`."""
    index, pages = [], [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Pages"})]
    for record in answers.values():
        address, date = record.fields["WARC-Target-URI"], record.fields["WARC-Date"]
        host, _, path = address.partition("//")[2].partition("/")
        entry = {"url": address, "filename": "pages.warc", "offset": record.offset, "length": len(record.whole)}
        index.append(f"{host})/{path} {re.sub('[^0-9]', '', date)} {json.dumps(entry)}\n")
        pages.append(json.dumps({"url": address, "ts": date, "title": title}))
    files = {"archive/pages.warc": warc, "indexes/index.cdxj": "".join(sorted(index)).encode("utf-8")}
    files["pages/pages.jsonl"] = "\n".join(pages).encode("utf-8")
    parts = [
        {"name": k.split("/")[1], "path": k, "hash": f"sha256:{sha256(v).hexdigest()}", "bytes": len(v)}
        for k, v in files.items()
    ]
    package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": parts})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, file in {**files, "datapackage.json": package.encode("utf-8")}.items():
            archive.writestr(zipfile.ZipInfo(name), file)
    return target.getvalue()


def read_files(folder: Path, names: set[str], folders: set[str]) -> dict[str, bytes]:
    """Files of a folder by their names; refuses one that has anything else, or less, or links."""
    entries = {entry.name: entry for entry in folder.iterdir()}
    other = sorted(set(entries) ^ (names | folders))
    demand(not other, f"there is more or less in the folder than there should be: {other!a:.200}")
    for name, entry in entries.items():
        right = entry.is_file() if name in names else entry.is_dir()
        demand(right and not entry.is_symlink(), f"{name} is no file, or no folder")
    return {name: (folder / name).read_bytes() for name in names}


def check_proof(folder: Path) -> list[Any]:
    """Seals of a proof that is whole."""
    has_stamps = (folder / "stamps").exists()
    files = read_files(folder, FILES, {"stamps"} if has_stamps else set())
    proof = json.loads(files["proof.json"])
    demand(list(proof) == ["seals", "places"], "proof.json has other keys")
    demand(json.dumps(proof).encode("ascii") == files["proof.json"], "proof.json is written in another way")
    seals: list[Any] = proof["seals"]
    records = read_records(files["pages.warc"])
    check_seals(seals, records)
    stamps = [name for seal in seals for name in seal["stamps"]]
    found = read_files(folder / "stamps", {Path(name).name for name in stamps}, set()) if has_stamps else {}
    right = all(name == f"{sha256(data).hexdigest()}.tsr" for name, data in found.items())
    right = right and bool(stamps) == has_stamps and sorted(stamps) == sorted(f"stamps/{name}" for name in found)
    demand(right, "a time stamp was changed")
    article = read_article(files["record.json"])
    answers = {number: record for number, record in records.items() if record.kind in ("response", "revisit")}
    note, others = find_note(records, answers, sha256(files["record.json"]).hexdigest())
    check_answers(records, answers, note, article["id"])
    check_places(proof["places"], texts_of(article), records)
    statement = make_statement(article, proof, answers, others).encode("utf-8")
    demand(statement == files["statement.md"], "statement.md does not fit")
    demand(make_wacz(files["pages.warc"], answers, article["title"]) == files["pages.wacz"], "pages.wacz does not fit")
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
