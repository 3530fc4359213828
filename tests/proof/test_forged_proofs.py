"""Forged proofs: each is refused with its reason, or is not anchored by the seal that was kept."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from harbincrawl.operations.proof.folder import Proof
from tests.support import second_verifier
from tests.support.archives import MakeOnce
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
