"""Forged proofs: each is refused with its reason, or is not anchored by the seal that was kept."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from harbincrawl.operations.proof import verify_proof
from harbincrawl.operations.proof.folder import Proof
from tests.support import second_verifier
from tests.support.archives import MakeOnce
from tests.support.authority import Authority, needs_openssl
from tests.support.proof_cases import MAKERS, judge, list_cases, prove, put, run_verifier, take_sample
from tests.support.proof_forging import PLAIN, REMADE, Forgery

VERIFIER = "verify_proof.py"
FORGED_AT_ONCE = 10
REMADE_AT_ONCE = 12
ROUNDS = 8
CASES = [(each.__name__, at) for at in range(ROUNDS) for each in (*PLAIN, *REMADE)]
"""Of 1,136 forged proofs in all, 576 have all made anew that can be reached."""
BY_NAME: dict[str, Forgery] = {each.__name__: each for each in (*PLAIN, *REMADE)}


@pytest.fixture(scope="module")
def proofs(make_once: MakeOnce) -> Sequence[Proof]:
    cases = [case for name, make in MAKERS.items() for case in list_cases(make_once(f"proofs-{name}", make))]
    return [prove(case) for case in take_sample(cases, 50)]


@pytest.mark.parametrize(
    ("name", "at"), [case if case[1] == 0 else pytest.param(*case, marks=pytest.mark.attack) for case in CASES]
)
def test_a_forged_proof_is_refused(proofs: Sequence[Proof], tmp_path: Path, name: str, at: int) -> None:
    dice = random.Random(f"{name} {at}")
    made = 0
    while made < (REMADE_AT_ONCE if BY_NAME[name] in REMADE else FORGED_AT_ONCE):
        proof = dice.choice(proofs)
        files = BY_NAME[name](dice, proof.files)
        if files is None:
            continue
        made += 1
        assert files != proof.files
        folder = put(tmp_path / str(made), files)
        if any(path.is_dir() for path in folder.iterdir() if path.name in files):
            continue
        code, reason = judge(folder, proof.seals[-1])
        assert code in (1, 3) and reason, name
        # What is not anchored by the kept seal is whole but for what came after that seal.
        assert code == 1 or name == "add_capture", reason
        assert judge(folder)[0] != 0
        shutil.rmtree(folder)


def test_the_script_refuses_what_is_no_proof(tmp_path: Path, proofs: Sequence[Proof]) -> None:
    good = proofs[0].files
    for at, files in enumerate((
        good | {"proof.json": b"[]"}, good | {"proof.json": b"{"}, good | {"record.json": b"[1, 2]"},
        good | {"pages.warc": b""}, good | {"pages.warc": b"WARC/1.1\r\n"}, good | {"proof.json": b"\xff\xfe"},
        {"verify_proof.py": good["verify_proof.py"]},
    )):  # fmt: skip
        code, said = run_verifier(put(tmp_path / str(at), dict(files)))
        assert code == 1 and said.startswith("refused: ") and said.count("\n") == 1, said
    code, said = run_verifier(put(tmp_path / "good", good), "--seal")
    assert code == 2 and "expected one argument" in said


@pytest.mark.parametrize("at", range(3))
def test_a_second_verifier_that_was_written_from_the_docs_alone_agrees(
    proofs: Sequence[Proof], tmp_path: Path, at: int
) -> None:
    dice = random.Random(at)
    for number, proof in enumerate(proofs[at * 17 : at * 17 + 17]):
        folder = put(tmp_path / f"good{number}", proof.files)
        assert second_verifier.judge(folder, proof.seals[-1])[0] == 0, second_verifier.judge(folder, proof.seals[-1])
        assert second_verifier.judge(folder, None)[0] == 3
        for name, forgery in dice.sample(sorted(BY_NAME.items()), 3):
            files = forgery(dice, proof.files)
            # It judges what is said to be proven, not the program beside it.
            if files is not None and {**files, VERIFIER: b""} != {**proof.files, VERIFIER: b""}:
                forged = put(tmp_path / f"{number}-{name}", files)
                code, reason = second_verifier.judge(forged, proof.seals[-1])
                assert code in (1, 3) and (code == 1 or name == "add_capture"), (name, reason)


def test_an_answer_of_another_article_is_refused_though_it_is_sealed(make_once: MakeOnce, tmp_path: Path) -> None:
    archive = make_once("proofs-crawled", MAKERS["crawled"])
    one, two = (prove(each) for each in take_sample([c for c in list_cases(archive) if c.revision == 1], 2))
    documents = [json.loads(each.files["proof.json"]) for each in (one, two)]
    seals = {each["seal"]: each for document in documents for each in document["seals"]}
    for seal in documents[1]["seals"]:
        records = {**seals[seal["seal"]]["records"], **next(
            (each["records"] for each in documents[0]["seals"] if each["seal"] == seal["seal"]), {}
        )}  # fmt: skip
        seals[seal["seal"]] = {**seal, "records": {key: records[key] for key in sorted(records, key=int)}}
    order = max((document["seals"] for document in documents), key=len)
    chain = [seals[each["seal"]] for each in order]
    chain[0] = {**chain[0], "link": []}
    found = {
        int(number): each["data"]
        for proof in (one, two)
        for number, each in verify_proof.read_records(proof.files["pages.warc"]).items()
    }
    files = one.files | {
        "pages.warc": b"".join(found[number] for number in sorted(found)),
        "proof.json": json.dumps({"seals": chain, "places": documents[0]["places"]}).encode(),
    }
    code, reason = judge(put(tmp_path / "spliced", files), one.seals[-1])
    assert code == 1 and "is of another article" in reason


@needs_openssl
def test_a_time_in_the_unsigned_text_of_a_stamp_is_not_taken_for_its_own(tmp_path: Path) -> None:
    seal = "ab" * 32
    authority = Authority(tmp_path / "tsa")
    token = authority.stamp_seal(seal)
    granted = b"\x30\x03\x02\x01\x00"
    assert granted in token[:16]
    said = b"x\nTime stamp: Jan  1 00:00:00 2020 GMT"
    text = b"\x30" + bytes([len(said) + 2]) + b"\x0c" + bytes([len(said)]) + said
    status = b"\x30" + bytes([len(text) + 3]) + b"\x02\x01\x00" + text
    rest = status + token[token.index(granted) + len(granted) :]
    forged = tmp_path / "forged.tsr"
    forged.write_bytes(b"\x30\x82" + len(rest).to_bytes(2) + rest)
    (tmp_path / "good.tsr").write_bytes(token)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.root))
        good = verify_proof.check_stamp(tmp_path / "good.tsr", seal)
        assert good[0] and good[1].startswith("genuine, made ") and "2020" not in good[1]
        assert verify_proof.check_stamp(forged, seal) == good
        assert not verify_proof.check_stamp(tmp_path / "good.tsr", "cd" * 32)[0]
