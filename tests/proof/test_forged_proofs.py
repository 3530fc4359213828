"""Forged proofs: each is refused with its reason, or is not anchored by the seal that was kept."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from harbincrawl.operations.proof import verify_proof
from harbincrawl.operations.proof.folder import Proof
from tests.support.archives import MakeOnce
from tests.support.authority import Authority, needs_openssl
from tests.support.proof_cases import MAKERS, Case, judge, list_cases, prove, put, run_verifier, take_sample
from tests.support.proof_forging import PLAIN, REMADE, Forgery, merge

FORGED_AT_ONCE = 10
REMADE_AT_ONCE = 12
ROUNDS = 5
CASES = [(each.__name__, at) for at in range(ROUNDS) for each in (*PLAIN, *REMADE)]
"""Of 710 forged proofs in all, 360 have paths and seals made anew."""
BY_NAME: dict[str, Forgery] = {each.__name__: each for each in (*PLAIN, *REMADE)}


@pytest.fixture(scope="module")
def proofs(make_once: MakeOnce) -> Sequence[Proof]:
    cases = [case for name, make in MAKERS.items() for case in list_cases(make_once(f"proofs-{name}", make))]
    return [prove(case) for case in take_sample(cases, 24)]


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


def test_an_answer_of_another_article_is_refused_though_it_is_sealed(make_once: MakeOnce, tmp_path: Path) -> None:
    archive = make_once("proofs-crawled", MAKERS["crawled"])
    one, two = (prove(each) for each in take_sample([c for c in list_cases(archive) if c.revision == 1], 2))
    folder = put(tmp_path / "spliced", merge(one.files, two.files))
    code, reason = judge(folder, one.seals[-1])
    assert code == 1 and "answer " in reason and "wording" in reason


@pytest.mark.parametrize("maker", MAKERS)
def test_answers_of_two_revisions_are_no_proof_of_one(make_once: MakeOnce, tmp_path: Path, maker: str) -> None:
    """With genuine records, paths and seals alone: the words stood there at no time that the other answers have."""
    archive = make_once(f"proofs-{maker}", MAKERS[maker])
    numbers = [case.number for case in list_cases(archive) if case.revision == 2]
    assert len(numbers) > 2
    for number in numbers:
        first, second = (prove(Case(archive, number, revision)) for revision in (1, 2))
        for at, (one, other) in enumerate(((first, second), (second, first))):
            files = merge(one.files, other.files)
            folder = put(tmp_path / f"{number}-{at}", files)
            code, reason = judge(folder, one.seals[-1])
            assert code == 1 and "answer " in reason and "wording" in reason, reason


def test_what_proves_nothing_changes_no_verdict(
    proofs: Sequence[Proof], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another system's files, a later verifier, a statement that lies: named, and left aside."""
    for at, proof in enumerate(proofs[:6]):
        strange = {
            ".DS_Store": b"\0\0\0\1Bud1",
            "notes/mine.txt": b"x",
            "pages.wacz": b"x",
            "stamps/unnamed.tsr": b"x",
            "statement.md": b"All of this is certain.",
            "verify_proof.py": proof.files["verify_proof.py"] + b"# later\n",
        }
        files = proof.files | strange
        capsys.readouterr()
        assert judge(put(tmp_path / str(at), files), proof.seals[-1]) == (0, "")
        aside = [line for line in capsys.readouterr().out.splitlines() if line.startswith("left aside")]
        assert aside == [f"left aside, since the proof does not name it: {name}" for name in sorted(strange)]
        windows = tmp_path / f"{at}.zip"
        with zipfile.ZipFile(windows, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in (files | {"__MACOSX/._proof.json": b"x"}).items():
                about = zipfile.ZipInfo(f"proof\\{name.replace('/', chr(92))}")
                about.create_system = 0
                packed.writestr(about, data)
        assert judge(windows, proof.seals[-1]) == (0, "")
        assert "left aside, since the proof does not name it: .DS_Store" in capsys.readouterr().out


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
    forged = b"\x30\x82" + len(rest).to_bytes(2) + rest
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.root))
        good = verify_proof.check_stamp(token, seal)
        assert good[0] and good[1].startswith("genuine, made ") and "2020" not in good[1]
        assert verify_proof.check_stamp(forged, seal) == good
        assert not verify_proof.check_stamp(token, "cd" * 32)[0]
