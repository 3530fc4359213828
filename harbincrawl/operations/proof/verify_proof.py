"""Checks a proof: python3 verify_proof.py FOLDER-OR-ZIP [--seal HASH]; 0: proven and anchored, 3: not anchored, 1: refused.

Proven, if a copy of this program that did not come with the proof prints "whole, anchored by" a time stamp, or a seal that
came to you by another way (--seal): whoever calls himself the archive had these records by that time, byte for byte, and had
noted that he read the words of record.json in each answer that is named. Not proven: that he did not make them up before, that
the site sent them, that a reader saw them, when they were captured, that there were no other wordings, that they are true."""
import argparse, calendar, json, re, shutil, ssl, subprocess, sys, tempfile, time, zipfile
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
SECOND_HAND = ("warc-source-uri", "harbincrawl-origin", "harbincrawl-answered-by")  # fields of what the site did not send us
SEAL = {"seal": str, "link": list, "records": dict, "stamps": list}  # what proof.json has of each
Records = dict[str, dict[str, Any]]

def check(fact: object, reason: str) -> None:
    if not fact:
        raise SystemExit(f"refused: {reason}")

def climb(entry: bytes, path: list[str]) -> str:
    """The root of the tree that has `entry` (RFC 6962, section 2.1); `path` is what stands Left or Right of it."""
    root = sha256(b"\0" + entry).digest()
    for step in path:
        other = bytes.fromhex(step[1:])
        check(step in ("L" + other.hex(), "R" + other.hex()), "a path is written in another way")
        root = sha256(b"\1" + (other + root if step[0] == "L" else root + other)).digest()
    return root.hex()

def read_records(data: bytes) -> Records:
    """The records of a WARC file by their numbers, which rise: fields of the head in lower case, and all bytes in `data`."""
    records, at, last = Records(), 0, -1
    while at < len(data):
        begin = data.index(b"\r\n\r\n", at) + 4
        fields = (line.partition(": ") for line in data[at:begin].decode("utf-8", "replace").split("\r\n"))
        head: dict[str, Any] = {name.lower(): value for name, _, value in fields}
        end = begin + int(head["content-length"]) + 4
        check(int(head["harbincrawl-ordinal"]) > last, "its records are not in their order")
        last = int(head["harbincrawl-ordinal"])
        records[str(last)], at = {**head, "data": data[at:end], "at": at}, end
    return records

def find_answers(hash: str, records: Records) -> dict[str, str]:
    """The answers that show the wording with this hash, with the addresses that the archive has for them.

    These are the ones that an event of the log notes with it, their further pages, and those that have the very bytes of
    one of them at the same path of a site: revisits, 304s, and what they refer to.
    """
    bound: dict[str, str] = {}
    for event in (each for each in records.values() if each.get("harbincrawl-event") == "decided"):
        rows = json.loads(event["data"].partition(b"\r\n\r\n")[2])["rows"]
        states = [row[8:] for row in rows.get("articles", [])] + [row[2:] for row in rows.get("revisions", [])]
        noted = {answer for state in states if state[-1] == hash for answer in state[:2]} - {None}
        pages = {str(row[0]): row[2] for row in rows.get("captures", []) if row[0] in noted or row[15] in noted}
        bound |= dict.fromkeys(map(str, noted), "") | pages
    same: dict[tuple[str, ...], list[str]] = {}
    for number, each in records.items():
        if is_answer(each):
            same.setdefault((each["warc-payload-digest"], *urlsplit(each["warc-target-uri"])[2:4]), []).append(number)
    for numbers in same.values():
        known = [number for number in numbers if number in bound]
        bound |= {number: bound[known[0]] for number in numbers if known and number not in bound}
    return {number: bound[number] for number in records if number in bound}

def is_answer(record: dict[str, Any]) -> bool:
    return record["warc-type"] in ("response", "revisit")

def list_answers(hash: str, records: Records) -> list[str]:
    """A line for each answer; refuses those that do not show the wording, and those without their request."""
    bound, lines = find_answers(hash, records), list[str]()
    check(bound, "record.json is not what the archive noted of any answer")
    for number, each in ((number, each) for number, each in records.items() if is_answer(each)):
        check(number in bound, f"answer {number} does not show this wording: {each['warc-target-uri']}")
        ways = [f", by way of {each[name]}" for name in SECOND_HAND if name in each]
        check(ways or str(int(number) - 1) in records, f"the request of answer {number} is missing")
        ways += [f", without a page ({each['warc-profile'].rpartition('/')[2]})"] if each["warc-type"] == "revisit" else []
        place = f", taken for a mirror of {bound[number]}" if bound[number] not in ("", each["warc-target-uri"]) else ""
        lines.append("".join([f"{each['warc-date']}, record {number}: {each['warc-target-uri']}", place, *ways]))
    return lines

def check_stamp(token: bytes, seal: str) -> tuple[bool, str]:
    openssl = [shutil.which("openssl") or "false", "ts"]
    with tempfile.TemporaryDirectory() as folder:
        (path := Path(folder, "stamp.tsr")).write_bytes(token)
        said = subprocess.run([*openssl, "-reply", "-in", path, "-text"], capture_output=True, text=True, check=False)
        moment = re.sub(r"\.\d+", "", said.stdout.rpartition("\nTime stamp: ")[2].partition("\n")[0])
        at = str(calendar.timegm(time.strptime(moment, "%b %d %H:%M:%S %Y GMT"))) if moment else "0"
        command = [*openssl, "-verify", "-in", str(path), "-digest", sha256(seal.encode()).hexdigest(), "-attime", at]
        command += ["-CAfile", roots.cafile] if (roots := ssl.get_default_verify_paths()).cafile else ["-CApath", str(roots.capath)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    fault = f"not believed here (SSL_CERT_FILE names other roots): {done.stderr.strip().rpartition(':')[2] or 'there is no openssl'}"
    return not done.returncode, fault if done.returncode else f"genuine, made {moment}"

def find_files(path: Path) -> dict[str, Callable[[], bytes]]:
    """What reads each file of a folder, or of a ZIP file, by its name beside proof.json."""
    if path.is_dir():
        return {each.relative_to(path).as_posix(): each.read_bytes for each in path.rglob("*") if each.is_file()}
    packed = zipfile.ZipFile(path)
    names = {each.replace("\\", "/"): each for each in packed.namelist() if each[-1:] not in ("/", "\\")}
    top = min((each[:-10] for each in names if f"/{each}".endswith("/proof.json")), key=len)
    return {name[len(top) :] if name.startswith(top) else f"/{name}": partial(packed.read, names[name]) for name in names}

def verify(path: Path, kept: str) -> list[str]:
    files = find_files(path)
    seals, hash = json.loads(files["proof.json"]())["seals"], sha256(files["record.json"]()).hexdigest()
    records, covering = read_records(files["pages.warc"]()), list[str]()
    check(all({name: type(value) for name, value in one.items()} == SEAL for one in seals), "a seal in proof.json has another form")
    check([*records] == [number for one in seals for number in one["records"]], "it has other records than are sealed")
    for seal, link, paths in ((one["seal"], one["link"], one["records"]) for one in seals):
        check(climb(covering[-1].encode(), link) == seal if covering else not link, f"seal {seal} is not over the one before")
        covering = [seal] if paths else [*covering, seal]  # only those that cover all records
        for number, steps in paths.items():
            check(climb(sha256(records[number]["data"]).digest(), steps) == seal, f"record {number} is not as it was sealed")
    stamps = {name: one["seal"] for one in seals for name in one["stamps"]}
    check(all(name == f"stamps/{sha256(files[name]()).hexdigest()}.tsr" for name in stamps), "a time stamp is not the one of its name")
    check(not kept or kept in [one["seal"] for one in seals], f"it has no seal {kept}")
    lines = [f"the words of record.json stood in: {line}" for line in list_answers(hash, records)]
    said = {name: check_stamp(files[name](), seal) for name, seal in stamps.items()}
    lines += [f"{name}: {text}" for name, (_, text) in said.items()]
    others = sorted(files.keys() - {"proof.json", "record.json", "pages.warc", *stamps})
    lines += [f"left aside, since the proof does not name it: {name}" for name in others]
    print("\n".join("".join(letter if letter.isprintable() else " " for letter in line) for line in lines))
    known = [(kept, f"seal {kept}")] * bool(kept) + [(seal, name) for name, seal in stamps.items() if said[name][0]]
    return [" and ".join(name for seal, name in known if (seal in covering) == whole) for whole in (True, False)]

if __name__ == "__main__":
    sys.excepthook = lambda kind, error, trace: print(f"refused: it has not the form of a proof ({error!r})", file=sys.stderr)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, metavar="FOLDER-OR-ZIP")
    parser.add_argument("--seal", dest="kept", default="", type=str.lower, help="a seal that you keep")
    whole, part = verify(**vars(parser.parse_args()))
    less = f"anchored in part, by {part}" if part else "not anchored: whoever made this folder could have made all of it"
    print(f"whole, anchored by {whole}" if whole else less)
    raise SystemExit(0 if whole else 3)
