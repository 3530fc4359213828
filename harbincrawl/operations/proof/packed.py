"""The pages of a proof as a WACZ file, for whoever wants to look at them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from hashlib import sha256

from . import verify_proof


def pack_wacz(warc: bytes, record: bytes) -> bytes:
    """A WACZ 1.1.1 of the file `pages.warc`; `record` is the article, whose title its pages have."""
    title = json.loads(record)["title"]
    index, pages = [], [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    for each in filter(verify_proof.is_answer, verify_proof.read_records(warc).values()):
        url, date = each["warc-target-uri"], each["warc-date"]
        host, _, path = url.partition("//")[2].partition("/")
        place = {"url": url, "filename": "pages.warc", "offset": each["at"], "length": len(each["data"])}
        index.append(f"{host})/{path} {re.sub('[^0-9]', '', date)} {json.dumps(place)}\n")
        pages.append({"url": url, "ts": date, "title": title})
    files = {
        "archive/pages.warc": warc,
        "indexes/index.cdxj": "".join(sorted(index)).encode(),
        "pages/pages.jsonl": "\n".join(map(json.dumps, pages)).encode(),
    }
    resources = [
        {"name": path.split("/")[1], "path": path, "hash": f"sha256:{sha256(data).hexdigest()}", "bytes": len(data)}
        for path, data in files.items()
    ]
    package = {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    files["datapackage.json"] = json.dumps(package).encode()
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as target:
        for path, data in files.items():
            target.writestr(zipfile.ZipInfo(path), data)
    return packed.getvalue()
