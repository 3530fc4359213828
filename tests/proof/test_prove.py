"""`prove`: what it hands over is checked by Python alone, and says no more than is so."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from harbincrawl.cli.main import main
from harbincrawl.operations.proof import verify_proof
from tests.support import purging
from tests.support.archives import MakeOnce
from tests.support.crawling import ask, change, crawl, execute
from tests.support.proof_cases import (
    MAKERS,
    Case,
    judge,
    list_cases,
    prove,
    put,
    read_seals,
    run_verifier,
    take_sample,
)
from tests.support.twin import make_twin, serve

USAGE = "Usage: harbincrawl prove [OPTIONS] ID|URL [DEST]\nTry 'harbincrawl prove --help' for help.\n"
VERIFIER = Path(verify_proof.__file__)


@pytest.fixture(scope="module", params=MAKERS)
def archive(request: pytest.FixtureRequest, make_once: MakeOnce) -> Path:
    return make_once(f"proofs-{request.param}", MAKERS[request.param])


@pytest.fixture(scope="module")
def crawled(make_once: MakeOnce) -> Path:
    return make_once("proofs-crawled", MAKERS["crawled"])


def call(archive: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "prove", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_every_wording_of_every_article_is_proven(archive: Path, tmp_path: Path) -> None:
    cases = list_cases(archive)
    assert len(cases) >= 10
    for case in cases:
        proof = prove(case)
        folder = put(tmp_path / f"{case.number}-{case.revision}", proof.files)
        assert judge(folder, proof.seals[-1]) == (0, ""), case
        assert judge(folder)[0] == 3
        assert proof.answers >= 1
        # Of several captures that others made of one wording, the log notes the first and the last.
        assert proof.left == 0 or archive.name == "proofs-rescued"


def test_python_alone_checks_a_proof_in_an_empty_environment(archive: Path, tmp_path: Path) -> None:
    for case in take_sample(list_cases(archive), 1):
        proof = prove(case)
        folder = put(tmp_path / str(case.number), proof.files)
        code, said = run_verifier(folder, "--seal", proof.seals[-1].upper())
        assert (code, said.splitlines()[-1]) == (0, f"whole, anchored by seal {proof.seals[-1]}")
        stood = [line for line in said.splitlines() if line.startswith("the words of record.json stood in: 20")]
        assert len(stood) == proof.answers
        code, said = run_verifier(folder)
        assert code == 3 and said.endswith("\nnot anchored: whoever made this folder could have made all of it\n")
        code, said = run_verifier(folder, "--seal", "0" * 64)
        assert code == 1 and said.startswith("refused: it has no seal 000")


def test_the_verifier_is_short_and_needs_the_standard_library_alone() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 140
    imported = set(re.findall(r"^from (\w+)|^import (.*)$", text, re.MULTILINE))
    names = {name for first, rest in imported for name in [first, *rest.split(", ")] if name}
    assert len(names) > 5 and names <= sys.stdlib_module_names


def test_the_record_is_the_article_and_nothing_else_is_handed_over(crawled: Path) -> None:
    urls = dict(ask(crawled, "SELECT number, url FROM articles"))
    for case in take_sample(list_cases(crawled), 12):
        files = prove(case).files
        record = json.loads(files["record.json"])
        select = "SELECT title, updated, author, source, body FROM {} WHERE number = ?1 AND revision = ?2"
        both = f"{select.format('articles')} UNION ALL {select.format('revisions')}"
        rows = ask(crawled, both, case.number, case.revision)
        assert [tuple(record[name] for name in ("title", "updated", "author", "source", "body"))] == rows
        for each in verify_proof.read_records(files["pages.warc"]).values():
            if "warc-target-uri" in each:
                assert urls[case.number].rpartition("/")[2].partition(".")[0] in each["warc-target-uri"]
            else:
                named = json.dumps(json.loads(each["data"].partition(b"\r\n\r\n")[2]))
                assert not [url for number, url in urls.items() if number != case.number and url in named]


def test_the_warc_file_is_read_by_others(crawled: Path, tmp_path: Path) -> None:
    (case,) = take_sample([each for each in list_cases(crawled) if each.revision > 1], 1)
    folder = put(tmp_path / "proof", prove(case).files)
    with (folder / "pages.warc").open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert {"request", "response", "metadata"} <= set(kinds)


@pytest.mark.attack
def test_a_proof_holds_after_all_else_was_purged_and_after_the_archive_is_gone(tmp_path: Path) -> None:
    twin = make_twin(5, 12, sections=("news",))
    archive = tmp_path / "archive"
    with serve(twin) as server:
        crawl(archive, server)
    (kept,) = [seal for (seal,) in ask(archive, "SELECT seal FROM runs")]
    numbers = [number for (number,) in ask(archive, "SELECT number FROM articles ORDER BY number")]
    # A box links the others: of the last one that is left, pages may name purged articles.
    before = {number: prove(Case(archive, number, 1)) for number in numbers}
    for number in numbers[1:]:
        purging.run(archive, number)
    for number, proof in before.items():
        assert judge(put(tmp_path / str(number), proof.files), kept) == (0, "")
    shutil.rmtree(archive)
    assert run_verifier(tmp_path / str(numbers[0]), "--seal", kept)[0] == 0


def test_a_seal_older_than_an_answer_does_not_anchor_it(crawled: Path, tmp_path: Path) -> None:
    first, *_ = read = [seal for (seal,) in ask(crawled, "SELECT seal FROM runs WHERE seal NOT NULL ORDER BY run")]
    (number,) = ask(crawled, "SELECT min(number) FROM articles WHERE number NOT IN (SELECT number FROM revisions)")[0]
    proof = prove(Case(crawled, number, 1))
    assert proof.answers > 1 and read_seals(proof.files) == read
    folder = put(tmp_path / "proof", proof.files)
    assert judge(folder, first) == (3, "anchored in part")
    assert judge(folder, read[-2]) == (0, "") and judge(folder, read[-1]) == (0, "")
    part = prove(Case(crawled, number, 1), first)
    assert part.answers < proof.answers and part.left > 0
    assert judge(put(tmp_path / "part", part.files), first) == (0, "")


def test_the_command_writes_a_folder_or_a_zip_file(
    crawled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    number = next(each.number for each in list_cases(crawled) if each.revision == 2)
    code, out, _ = call(crawled, capsys, str(number))
    assert code == 0 and out.startswith(f"proof-{number}: revision 2, 2 answers of the site, 3 seals, 0 ")
    _, packed_out, _ = call(crawled, capsys, str(number), "in/it's.zip")
    for printed in (out, packed_out):
        check = printed.splitlines()[-1].partition("in it: ")[2]
        assert subprocess.run(["bash", "-c", check], capture_output=True).returncode == 0, check
    shutil.rmtree(tmp_path / "in")
    code, out, _ = call(crawled, capsys, str(number), "old.zip", "--revision", "1", "--json")
    assert code == 0 and json.loads(out)["revision"] == 1
    with zipfile.ZipFile("old.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    kept = read_seals(prove(Case(crawled, number, 1)).files)[-1]
    assert run_verifier(tmp_path / "old.zip", "--seal", kept)[0] == 0
    record = json.loads((tmp_path / "unpacked" / "old" / "record.json").read_bytes())
    ((body,),) = ask(crawled, "SELECT body FROM revisions WHERE number = ?", number)
    assert record["body"] == body
    assert run_verifier(tmp_path / "unpacked" / "old", "--seal", kept)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.zip", f"proof-{number}", "unpacked"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["999999"], 9, "the archive has no article 999999."),
        (["{purged}"], 9, "{purged} was purged 20"),
        (["{some}", "{there}"], 2, "{there} is already there: name another place, or remove it."),
        (["{some}", "/dev/null/x"], 2, "/dev/null/x cannot be written (File exists): name another place."),
        (["{some}", "--revision", "9"], 2, "there is no revision 9: expected 1"),
        (["{some}", "--revision", "1", "--at", "2020"], 2, "--at and --revision exclude each other."),
        (["{some}", "--seal", "x"], 2, "a seal has 64 hexadecimal digits."),
        (["{some}", "{new}", "--seal", "0" * 64], 9, "no run of this archive ended with the seal 000"),
    ],
)
def test_bad_input_gets_one_line(
    crawled: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    ((purged,),) = ask(crawled, "SELECT number FROM purged")
    ((some,),) = ask(crawled, "SELECT min(number) FROM articles WHERE revision = 1")
    names = {"purged": purged, "some": some, "there": tmp_path, "new": tmp_path / "new"}
    before = sorted(tmp_path.rglob("*"))
    ended, out, err = call(crawled, capsys, *(each.format(**names) for each in arguments))
    assert (ended, out) == (code, "")
    assert said.format(**names) in err and err.removeprefix(USAGE).count("\n") == 1, err
    assert sorted(tmp_path.rglob("*")) == before


def test_redacted_evidence_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A purge everywhere takes pages of others whose box links the article, not the words of the others."""
    twin = make_twin(5, 12, sections=("news",))
    archive = tmp_path / "archive"
    with serve(twin) as server:
        crawl(archive, server)
    linked = next(
        number
        for (number,) in ask(archive, "SELECT number FROM articles")
        if sum(f"/{number}.html".encode() in twin.render(story.path).body for story in twin.stories.values()) > 3
    )
    purging.run(archive, linked, everywhere=True)
    ((number,),) = ask(archive, "SELECT min(number) FROM articles WHERE capture IN (SELECT capture FROM lost_captures)")
    code, _, err = call(archive, capsys, str(number), str(tmp_path / "new"))
    assert (code, err) == (
        9,
        f"harbincrawl: revision 1 of {number} has no evidence: no record of a page that shows it is left.\n",
    )


def test_a_proof_during_a_crawl_has_what_is_sealed(tmp_path: Path) -> None:
    twin = make_twin(5, 12, sections=("news",))
    archive = tmp_path / "archive"
    with serve(twin) as server:
        crawl(archive, server, "--limit", "4")
        kept = ask(archive, "SELECT seal FROM runs")[0][0]
        change(archive, "UPDATE runs SET seal = NULL", "DELETE FROM _seals")
        ((number,),) = ask(archive, "SELECT min(number) FROM articles")
        code, _, said = execute(archive, "prove", number, tmp_path / "x")
        assert code == 9 and "is not sealed yet" in said
    assert kept


def test_a_damaged_record_is_no_evidence(crawled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(crawled, archive)
    number, warc, offset = ask(
        archive, 'SELECT a.number, c.warc, c."offset" FROM articles AS a JOIN captures AS c ON c.id = a.first_capture'
        " LIMIT 1",
    )[0]  # fmt: skip
    path = archive / "warc" / warc
    data = bytearray(path.read_bytes())
    data[offset + 60] ^= 255
    path.write_bytes(data)
    code, _, err = call(archive, capsys, str(number), str(tmp_path / "new"))
    assert code in (0, 9) and "Traceback" not in err
    if code == 0:
        assert "left out" in err


def test_the_same_archive_gives_the_same_bytes(crawled: Path) -> None:
    case = list_cases(crawled)[3]
    assert prove(case).files == prove(case).files
