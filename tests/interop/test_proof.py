"""What `prove` hands over, under the field's own tools."""

from __future__ import annotations

import gzip
import urllib.request
from pathlib import Path

import pytest

from harbincrawl.operations.proof import verify_proof
from tests.support.crawling import ask, crawl
from tests.support.field_tools import run, serve_pywb
from tests.support.proof_cases import Case, prove, put
from tests.support.twin import make_twin, serve

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof")
    with serve(make_twin(5, 6, sections=("news",)), gzip=True) as server:
        crawl(folder / "archive", server)
        crawl(folder / "archive", server, "--recheck", "all")
    ((number,),) = ask(folder / "archive", "SELECT min(number) FROM articles")
    return put(folder / "files", prove(Case(folder / "archive", number, 1)).files)


def test_warcio_finds_every_digest_of_the_warc_file_right(proof: Path) -> None:
    done = run("warcio", "check", "-v", proof / "pages.warc")
    assert done.returncode == 0 and "digest failed" not in done.stdout + done.stderr, done.stdout


def test_pywb_replays_the_bytes_of_the_page(proof: Path, tmp_path: Path) -> None:
    records = verify_proof.read_records((proof / "pages.warc").read_bytes()).values()
    page = next(each for each in records if each["warc-type"] == "response")
    moment = "".join(letter for letter in page["warc-date"] if letter.isdigit())
    with (
        serve_pywb(tmp_path, [proof / "pages.warc"]) as origin,
        urllib.request.urlopen(f"{origin}/harbin/{moment}id_/{page['warc-target-uri']}", timeout=20) as answer,  # noqa: S310 - ours
    ):
        body = answer.read()
    sent = page["data"].split(b"\r\n\r\n", 2)[2].removesuffix(b"\r\n\r\n")
    assert body == (gzip.decompress(sent) if sent.startswith(b"\x1f\x8b") else sent)
