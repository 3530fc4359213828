"""`harbincrawl passages`: who shares which words with whom."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from harbincrawl import open_archive
from harbincrawl.cli.main import main
from tests.support.archives import build_archive

PIER = "The old ferry left its pier on a foggy morning with seven horses and one silent clown aboard."
OTHERS = (
    "Farmers beyond the river counted their geese twice and sold none of them before winter.",
    "A choir of bakers rehearsed three hymns while snow kept falling through the broken roof.",
    "Nobody remembers when the clock above the station stopped, although everyone has a theory.",
)
NUMBER = "No train will run between the two bridges until engineers have replaced forty wooden sleepers there."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    edited = PIER.replace("foggy", "clear").replace("seven", "eight")
    return build_archive(
        tmp_path / "archive",
        [
            {"number": 1, "created": "2020-01-01", "body": [OTHERS[0], PIER], "source": "Xinhua"},
            {"number": 2, "created": "2021-01-01", "body": [edited.upper(), OTHERS[1]], "section_path": "culture"},
            {"number": 3, "created": "2021-01-01", "title": NUMBER, "body": [OTHERS[2]]},
            {"number": 4, "created": "2022-01-01", "images": [{"caption": NUMBER, "credit": "Photo/Ann"}]},
            {"number": 5, "created": "2023-01-01", "body": [OTHERS[0], PIER]},
        ],
        duplicates=[(5, 1, 1.0, "exact")],
    )


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


def test_the_table_has_both_sides_of_each_passage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--archive", folder, "passages", "--csv")
    assert code == 0
    assert "2 passages of 2 pairs of articles" in err
    first, second = csv.DictReader(io.StringIO(out))
    assert (first["article"], first["other"], first["words"]) == ("harbin-today:2", "harbin-today:1", "16")
    assert (first["earlier"], first["date"], first["other_date"]) == ("other", "2021-01-01", "2020-01-01")
    assert (first["source"], first["other_source"]) == ("chinadaily.com.cn", "Xinhua")
    assert first["other_text"] == PIER.rstrip(".")
    assert first["text"].startswith("THE OLD FERRY LEFT ITS PIER ON A CLEAR MORNING")
    body = f"{OTHERS[0]}\n\n{PIER}"
    assert body[int(first["other_start"]) : int(first["other_end"])] == first["other_text"]
    assert float(first["similarity"]) == round(2 * 16 / 36, 3)
    assert (second["field"], second["other_field"]) == ("captions", "title")
    assert second["text"] == second["other_text"] == NUMBER.rstrip(".")


def test_an_article_comes_first_that_was_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--archive", folder, "passages", "1", "--json")
    assert code == 0
    (row,) = json.loads(out)
    assert (row["article"], row["other"], row["earlier"]) == ("harbin-today:1", "harbin-today:2", "article")


def test_copies_are_folded_unless_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--archive", folder, "passages", "--copies", "--format", "jsonl")
    pairs = {(row["article"][-1], row["other"][-1]) for row in map(json.loads, out.splitlines())}
    assert pairs == {("2", "1"), ("5", "1"), ("5", "2"), ("4", "3")}
    # A copy that is asked for is compared with others, not with its original.
    _, out, _ = run(capsys, "--archive", folder, "passages", "5", "--format", "jsonl")
    assert [json.loads(line)["other"] for line in out.splitlines()] == ["harbin-today:2"]


def test_text_marks_what_the_later_article_has_otherwise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--archive", folder, "passages", "3")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("harbin-today:3  2021-01-01")
    assert lines[1].startswith("harbin-today:4  2022-01-01")
    assert lines[-1] == "  16 words in both, similarity 1.00"


def test_filters_choose_what_is_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--archive", folder, "passages", "--section", "culture")
    assert (code, out) == (9, "")
    assert "no passages" in err
    assert run(capsys, "--archive", folder, "passages", "--least", "30")[0] == 9
    assert run(capsys, "--archive", folder, "passages", "--least", "3")[0] == 2
    assert run(capsys, "--archive", folder, "passages", "99")[0] == 9


def test_another_archive_is_compared_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = build_archive(
        tmp_path / "other", [{"number": 1, "created": "2019-05-05", "body": f"Reprinted. {PIER}"}],
        facts={"site": "river-post"},
    )  # fmt: skip
    code, out, _ = run(capsys, "--archive", folder, "--archive", other, "passages", "1", "--format", "jsonl")
    assert code == 0
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["other"], row["earlier"]) for row in rows] == [
        ("river-post:1", "other"), ("harbin-today:2", "article")
    ]  # fmt: skip


def test_python_has_the_rows_of_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(run(capsys, "--archive", folder, "passages", "--json")[1])
    with open_archive(folder) as archive:
        own = [each._replace(date=str(each.date), other_date=str(each.other_date)) for each in archive.passages()]
        assert [each._asdict() for each in own] == rows
        assert [each.other for each in archive.passages(1)] == ["harbin-today:2"]
        assert archive.passages(section="culture") == []
        with pytest.raises(KeyError):
            archive.passages(99)


def test_a_line_of_many_articles_is_listed_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [[f"{chr(97 + at)}{at} stands alone here", PIER] for at in range(120)]
    folder = build_archive(tmp_path / "archive", [{"number": at + 1, "body": body} for at, body in enumerate(bodies)])
    code, out, err = run(capsys, "--archive", folder, "passages")
    assert (code, out) == (9, "")
    assert "1 line of very many articles left out: --standing" in err
    code, out, _ = run(capsys, "--archive", folder, "passages", "--standing", "--json")
    (line,) = json.loads(out)
    assert (code, line["articles"], line["article"], line["text"][-33:]) == (
        0, 120, "harbin-today:1", "seven horses and one silent clown aboard"[-33:]
    )  # fmt: skip
    # Of one article nothing is left out.
    code, out, err = run(capsys, "--archive", folder, "passages", "7", "--format", "jsonl")
    assert (code, len({json.loads(row)["other"] for row in out.splitlines()})) == (0, 119)
    assert "left out" not in err
