"""Checks a proof: python3 verify_proof.py FOLDER [--seal HASH]; 0: proven and anchored, 3: not anchored, 1: refused.

Proven, if `verify_proof.py` (not the one in this folder) prints "whole, anchored by" a time stamp, or a seal that came to
you by another way (--seal): whoever calls himself the archive had these records by that time, byte for byte, and had noted
that he read these words in them. Not proven: that he did not make them up before, that the site sent them (a kept answer is
not signed), that a reader saw them, when they were captured, that there were no other wordings, that what they say is true."""
import argparse, calendar, html, io, json, re, shutil, ssl, subprocess, sys, time, unicodedata, zipfile, zlib
from hashlib import sha256
from pathlib import Path
from typing import Any
SECOND_HAND = ("warc-source-uri", "harbincrawl-origin", "harbincrawl-answered-by")  # fields of what the site did not send us
ID = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"  # of an article, in its addresses
TITLES = ("Read by the archive, and where it stands in the pages", "Captured, says the archive", "Its seals over these records, each over those above too, and time stamps")
MARKUP = r"(?is)<!--(?:.*?-->|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)|<[!/?a-z][^>]*(?:>|\Z)|&#\d{9,};?"

def check(fact: object, reason: str) -> None:
    if not fact:
        raise SystemExit(f"refused: {reason}")

def climb(entry: bytes, path: list[str]) -> str:
    """The root of the tree that has `entry` (RFC 6962, section 2.1); `path` is what stands Left or Right of it."""
    root = sha256(b"\0" + entry).digest()
    for step in path:
        other = bytes.fromhex(step[1:])
        check(step in ("L" + other.hex(), "R" + other.hex()), "a path that is written in another way")
        root = sha256(b"\1" + (other + root if step[0] == "L" else root + other)).digest()
    return root.hex()

def read_records(data: bytes) -> dict[str, dict[str, Any]]:
    """The records of a WARC file by their numbers: fields of the head in lower case, and what is made of their bytes."""
    records, at = {}, 0
    while at < len(data):
        begin = data.index(b"\r\n\r\n", at) + 4
        fields = (line.partition(": ") for line in data[at:begin].decode("utf-8", "replace").split("\r\n"))
        head: dict[str, Any] = {name.lower(): value for name, _, value in fields}
        end = begin + int(head["content-length"]) + 4
        body = data[begin : end - 4].partition(b"\r\n\r\n")[2] if head["warc-type"] == "response" else b""
        body = zlib.decompressobj(31).decompress(body) if body[:2] == b"\x1f\x8b" else body
        records[head["harbincrawl-ordinal"]], at = {**head, "data": data[at:end], "body": body, "at": at}, end
    return records

def read_words(part: bytes) -> list[str]:
    """The words in a part of a page, without blanks and what cannot be seen, in each charset that it may have."""
    texts = (html.unescape(re.sub(MARKUP, "", part.decode(name, "replace"))) for name in ("utf-8", "gb18030", "cp1252"))
    return ["".join(letter for letter in text if unicodedata.category(letter)[0] not in "ZC") for text in texts]

def list_texts(record: Any) -> dict[str, str]:
    texts = {name: record[name] for name in ("title", "updated", "author", "source")}
    texts |= {f"paragraph {at}": text for at, text in enumerate((record["body"] or "").split("\n\n"), 1)}
    for at, image in enumerate(record["images"], 1):
        texts |= {f"picture {at}, caption": image["caption"], f"picture {at}, credit": image["credit"]}
    return {name: text for name, text in texts.items() if text}

def is_at(text: str, place: list[int] | None, records: dict[str, dict[str, Any]]) -> bool:
    """Whether a text stands at [number of the answer, first byte of its page, byte behind the last]; None: nowhere."""
    wanted = read_words(html.escape(text).encode("utf-8", "replace"))[0]
    if place is None:
        return not any(wanted in words for each in records.values() for words in read_words(each["body"]))
    begin, end, page = place[1], place[2], records[f"{place[0]:d}"]["body"]
    is_cut = any(each.start() < edge < each.end() for each in re.finditer(MARKUP.encode(), page) for edge in (begin, end))
    part = page[begin:end] if 0 <= begin < end <= len(page) and not is_cut and len(place) == 3 else b""
    is_tight = part[:1] != b"<" and part[-1:] != b">" and wanted not in read_words(part[1:]) + read_words(part[:-1])
    return is_tight and wanted in read_words(part)

def find_addresses(hash: str, records: dict[str, dict[str, Any]]) -> dict[str, str]:  # by which they were asked for
    for each in (each for each in records.values() if each.get("harbincrawl-event") == "decided"):
        rows = json.loads(each["data"].partition(b"\r\n\r\n")[2])["rows"]
        noted = [row[9:14:4] for row in rows.get("articles", [])] + [row[3:9:5] for row in rows.get("revisions", [])]
        if any(said == hash and str(answer) in records for answer, said in noted):
            return {records[str(row[0])]["warc-target-uri"]: row[2] for row in rows.get("captures", []) if str(row[0]) in records}
    raise SystemExit("refused: record.json is not what the archive noted")

def check_stamp(path: Path, seal: str) -> tuple[bool, str]:
    openssl = [shutil.which("openssl") or "false", "ts"]
    said = subprocess.run([*openssl, "-reply", "-in", path, "-text"], capture_output=True, text=True, check=False)
    moment = re.sub(r"\.\d+", "", said.stdout.rpartition("\nTime stamp: ")[2].partition("\n")[0])
    at = str(calendar.timegm(time.strptime(moment, "%b %d %H:%M:%S %Y GMT"))) if moment else "0"
    command = [*openssl, "-verify", "-in", str(path), "-digest", sha256(seal.encode()).hexdigest(), "-attime", at]
    command += ["-CAfile", roots.cafile] if (roots := ssl.get_default_verify_paths()).cafile else ["-CApath", str(roots.capath)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    fault = f"not believed here (SSL_CERT_FILE names other roots): {done.stderr.strip().rpartition(':')[2] or 'there is no openssl'}"
    return not done.returncode, fault if done.returncode else f"genuine, made {moment}"

def make_files(proof: Any, record: Any, records: dict[str, dict[str, Any]], files: dict[str, bytes]) -> dict[str, bytes]:
    answers, index, pages, said = [], [], [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}], []
    addresses = find_addresses(sha256(files["record.json"]).hexdigest(), records)
    for number, each in records.items():
        if each["warc-type"] in ("response", "revisit"):
            url, date = each["warc-target-uri"], each["warc-date"]
            ways = [f", by way of {each[name]}" for name in SECOND_HAND if name in each]
            check(ways or str(int(number) - 1) in records, f"the request of record {number} is missing")
            check(re.search(ID.format(re.escape(record["id"].rpartition(":")[2])), url), f"record {number} is of another article")
            ways += [f", without a page ({each['warc-profile'].rpartition('/')[2]})"] if each["warc-type"] == "revisit" else []
            place = f", taken for a mirror of {addresses[url]}" if addresses.get(url, url) != url else ""
            answers.append("".join([f"{date}, record {number}: {url}", place, *ways]))
            place = json.dumps({"url": url, "filename": "pages.warc", "offset": each["at"], "length": len(each["data"])})
            index.append("{3})/{4} {0} {1}\n".format(re.sub(r"\D", "", date), place, *re.split("/+", url, maxsplit=2)))
            pages.append({"url": url, "ts": date, "title": record["title"]})
    for name, text in list_texts(record).items():
        at = proof["places"][name]
        check(is_at(text, at, records), f"{name}: it does not stand where it is said to")
        said.append(f"{name} ({'page of record {}, bytes {} to {}'.format(*at) if at else 'in none of these pages'}): {text}")
    seals = ["; ".join([f"{one['seal']}, over {', '.join(one['records']) or 'no more'}", *one["stamps"]]) for one in proof["seals"]]
    statement = f"# {record['id']}: what this folder proves, if it is anchored\n"
    for title, lines in zip(TITLES, (said, answers, seals)):
        shown = "\n\n    ".join("".join(letter if letter.isprintable() else " " for letter in line) for line in lines)
        statement += f"\n## {title}\n\n    {shown}\n"
    made = {"archive/pages.warc": files["pages.warc"], "indexes/index.cdxj": "".join(sorted(index)).encode()}
    made["pages/pages.jsonl"] = "\n".join(map(json.dumps, pages)).encode()
    about = [{"name": name.split("/")[1], "path": name, "hash": f"sha256:{sha256(each).hexdigest()}", "bytes": len(each)} for name, each in made.items()]
    made["datapackage.json"] = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": about}).encode()
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as target:
        for name, data in made.items():
            target.writestr(zipfile.ZipInfo(name), data)
    parts = [{"seal": one["seal"], "link": [*one["link"]], "records": {**one["records"]}, "stamps": [*one["stamps"]]} for one in proof["seals"]]
    whole = json.dumps({"seals": parts, "places": {name: proof["places"][name] for name in list_texts(record)}})
    statement += "\n" + str(__doc__).partition("\n\n")[2] + "\n"
    return {"statement.md": statement.encode(errors="replace"), "pages.wacz": packed.getvalue(), "proof.json": whole.encode()}

def verify(folder: Path, kept: str) -> list[str]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    proof, record = json.loads(files["proof.json"]), json.loads(files["record.json"])
    records, seals = read_records(files["pages.warc"]), list[str]()
    check([*records] == [at for each in proof["seals"] for at in each["records"]], "other records than are sealed")
    for seal, link, paths in ((each["seal"], each["link"], each["records"]) for each in proof["seals"]):
        check(climb(seals[-1].encode(), link) == seal if seals else not link, f"seal {seal} is not over the one before")
        seals = [seal] if paths else [*seals, seal]  # only those that cover all records
        for number, path in paths.items():
            check(climb(sha256(records[number]["data"]).digest(), path) == seal, f"record {number} is not as it was sealed")
    stamps = {name: each["seal"] for each in proof["seals"] for name in each["stamps"]}
    made = make_files(proof, record, records, files) | {"verify_proof.py": Path(__file__).read_bytes()}
    check(files.keys() == {*made, *stamps, "pages.warc", "record.json"}, f"too many files, or one is missing: {[*files]}")
    for name, data in made.items():
        check(files[name] == data, f"{name} is not what follows from the rest")
    check(all(sha256(files[name]).hexdigest() in name for name in stamps), "a time stamp is not the one of its name")
    check(not kept or kept in [each["seal"] for each in proof["seals"]], f"it has no seal {kept}")
    said = {name: check_stamp(folder / name, seal) for name, seal in stamps.items()}
    print("".join(f"{name}: {text}\n" for name, (_, text) in said.items()), end="")
    known = [(kept, f"seal {kept}")] * bool(kept) + [(seal, name) for name, seal in stamps.items() if said[name][0]]
    return [" and ".join(name for seal, name in known if (seal in seals) == whole) for whole in (True, False)]

if __name__ == "__main__":
    sys.excepthook = lambda kind, error, trace: print(f"refused: it has not the form of a proof ({error!r})", file=sys.stderr)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seal", dest="kept", default="", type=str.lower, help="a seal that you keep")
    whole, part = verify(**vars(parser.parse_args()))
    less = f"anchored in part, by {part}" if part else "not anchored: whoever made this folder could have made all of it"
    print(f"whole, anchored by {whole}" if whole else less)
    raise SystemExit(0 if whole else 3)
