"""Every format gives back the same records, and a destination means one format."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import DestinationError, NotFoundError
from harbincrawl.export.fields import NESTED, REVISION_FIELDS, profile_fields
from harbincrawl.export.formats.table import choose_format
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.fields import KEYS
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import hard_archive, read_jsonl, read_parquet, stored_records
from tests.support.families import examples

IMAGE = {"url": None, "caption": "“A” view", "credit": "", "file_name": None}
EARLIER: list[dict[str, Any]] = [
    {"number": 203, "revision": 2, "title": "Second", "body": None, "cause": "reparse"},
    {"number": 203, "revision": 1, "title": '=1, "one"', "body": ["A.", "B\nb."], "images": [IMAGE], "source": None},
    {"number": 201, "revision": 1, "title": "Older article", "body": "Text."},
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_archive(tmp_path_factory.mktemp("archive"), revisions=EARLIER)


def export(archive: Path, destination: Path, **wanted: Any) -> bytes:
    run_job(archive, ExportJob(str(destination), **wanted))
    return destination.read_bytes()


def read_csv(data: bytes) -> list[dict[str, Any]]:
    kinds = {field.name: field.kind for field in profile_fields("full", changes=True)}
    found = []
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")):
        typed: dict[str, Any] = {}
        for name, cell in row.items():
            kind = kinds[name]
            typed[name] = None if cell == "" else json.loads(cell) if kind in (*NESTED, "integer", "number") else cell
        found.append(typed)
    return found


def test_json_lines_are_the_records_of_the_archive(archive: Path, tmp_path: Path) -> None:
    found = read_jsonl(export(archive, tmp_path / "a.jsonl"))
    assert found == stored_records(archive)
    assert all(tuple(line) == KEYS for line in found)
    assert found[-1]["similarity"] is None or len(found) == 5


def test_csv_reads_back_to_the_same_records(archive: Path, tmp_path: Path) -> None:
    data = export(archive, tmp_path / "a.csv")
    assert read_csv(data) == stored_records(archive)
    assert data.startswith(",".join(KEYS).encode() + b"\r\n")


def test_parquet_reads_back_to_the_same_records_with_types(archive: Path, tmp_path: Path) -> None:
    export(archive, tmp_path / "a.parquet")
    assert read_parquet(tmp_path / "a.parquet") == stored_records(archive)
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert [str(schema.field(name).type) for name in ("created", "first_seen", "authors")] == [
        "date32[day]",
        "timestamp[us, tz=UTC]",
        "list<element: string>",
    ]


def test_packed_files_hold_the_same_bytes_and_no_time(archive: Path, tmp_path: Path) -> None:
    plain = export(archive, tmp_path / "a.jsonl")
    packed = export(archive, tmp_path / "a.jsonl.gz")
    assert gzip.decompress(packed) == plain
    assert packed[3:8] == bytes(5), "no name flag, no time"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet", "a.db", "a.jsonl.gz", "a.csv.gz"])
def test_the_same_command_gives_the_same_bytes(archive: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "other").mkdir()
    assert export(archive, tmp_path / name) == export(archive, tmp_path / "other" / name)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@examples(40)
@given(title=TEXT, body=TEXT, caption=TEXT, author=TEXT, similarity=st.floats(0, 1))
def test_any_text_survives_every_format(title: str, body: str, caption: str, author: str, similarity: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = {"url": "http://e.my399.com/1.jpg", "caption": caption}
        article = {"title": title, "body": body, "author": author, "authors": [author], "images": [image]}
        build_archive(folder, [article], duplicates=[(1, 1, similarity, "near")])
        stored = stored_records(folder)
        assert read_jsonl(export(folder, folder / "a.jsonl")) == stored
        assert read_csv(export(folder, folder / "a.csv")) == stored
        export(folder, folder / "a.parquet")
        assert read_parquet(folder / "a.parquet") == stored


def test_pictures_come_in_reading_order_however_they_were_stored(archive: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(archive / FILE)
    columns = ", ".join(row[1] for row in connection.execute("PRAGMA table_info(images)"))
    pictures = connection.execute(f"SELECT {columns} FROM images ORDER BY number DESC, position DESC").fetchall()
    connection.execute("DELETE FROM images")
    marks = ", ".join("?" * len(pictures[0]))
    connection.executemany(f"INSERT INTO images({columns}) VALUES ({marks})", pictures)
    connection.commit()
    connection.close()
    assert read_jsonl(export(archive, tmp_path / "a.jsonl")) == stored_records(archive)


def test_excel_files_have_a_mark_and_no_formula(archive: Path, tmp_path: Path) -> None:
    data = export(archive, tmp_path / "a.csv", excel=True)
    assert data.startswith(b"\xef\xbb\xbfid,")
    titles = [row["title"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert '\'=cmd("calc")|A1' in titles
    assert not any(title.startswith(("=", "+", "-", "@")) for title in titles)


def test_sqlite_has_search_and_no_internals(archive: Path, tmp_path: Path) -> None:
    export(archive, tmp_path / "a.db")
    db = sqlite3.connect(tmp_path / "a.db")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert {name for name in tables if not name.startswith("articles_fts_")} == {"articles", "articles_fts"}
    found = "SELECT id FROM articles WHERE rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
    assert db.execute(found, ("caption",)).fetchall() == [("harbin-today:203",)]
    authors = "SELECT n.value FROM articles AS a, json_each(a.authors) AS n WHERE a.id = 'harbin-today:202'"
    assert db.execute(authors).fetchall() == [("Wang Wei",), ("Li Na",)]
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_fields_keep_the_order_of_the_record(archive: Path, tmp_path: Path) -> None:
    data = export(archive, tmp_path / "a.jsonl", fields=("title", "id"), filters=Filters(query="summary OR paragraph"))
    assert [list(line) for line in read_jsonl(data)] == [["id", "title"]] * 2
    with pytest.raises(DestinationError, match="no field 'nonsense'"):
        export(archive, tmp_path / "a.jsonl", fields=("nonsense",))


def test_nothing_found_writes_nothing_and_keeps_what_was_there(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("old")
    with pytest.raises(NotFoundError) as caught:
        export(archive, tmp_path / "a.jsonl", filters=Filters(since="2031"))
    assert caught.value.exit_code == 9
    assert (tmp_path / "a.jsonl").read_text() == "old"


@pytest.mark.parametrize(
    ("name", "chosen", "form"),
    [
        ("a.jsonl", None, ("jsonl", None)),
        ("a.CSV.GZ", None, ("csv", "gz")),
        ("a.parquet", None, ("parquet", None)),
        ("a.sqlite", None, ("db", None)),
        ("harbin-today", None, ("bundle", None)),
        ("2024.06/", None, ("bundle", None)),
        ("-", None, ("jsonl", None)),
        ("-", "csv", ("csv", None)),
        ("notes.d", "text", ("text", None)),
        ("a.txt.gz", "jsonl", ("jsonl", "gz")),
    ],
)
def test_the_ending_names_the_format(name: str, chosen: str | None, form: tuple[str, str | None]) -> None:
    assert choose_format(name, chosen) == form


@pytest.mark.parametrize(
    ("name", "chosen"), [("a.xlsx", None), ("a.parquet.gz", None), ("a.gz", None), ("-", "parquet")]
)
def test_what_cannot_be_written_is_refused(name: str, chosen: str | None) -> None:
    with pytest.raises(DestinationError) as caught:
        choose_format(name, chosen)
    assert caught.value.exit_code == 2


BODY = "Harbin opened its new ice park today. The park of ice is large."


def features(folder: Path, **wanted: Any) -> list[dict[str, Any]]:
    run_job(folder, ExportJob(str(folder / "a.jsonl"), **({"profile": "features"} | wanted)))
    return read_jsonl((folder / "a.jsonl").read_bytes())


def test_features_count_words_pairs_and_lengths(tmp_path: Path) -> None:
    found, *_ = features(build_archive(tmp_path, [{"body": f"{BODY}\n\nEnd."} for _ in range(5)]))
    tokens = {item["term"]: item["count"] for item in found["tokens"]}
    assert (tokens["ice"], tokens["harbin"], tokens["park"]) == (2, 1, 2)
    assert found["bigrams"] == [{"term": term, "count": 1} for term in ("ice is", "ice park", "large end", "the park")]
    assert (found["characters"], found["paragraphs"]) == (len(BODY) + 6, 2)
    assert not {"body", "summary", "body_hash", "minhash"} & set(found)


def test_a_title_that_repeats_a_body_is_left_out(tmp_path: Path) -> None:
    titles = ["Harbin opened its new ice", "the new ICE park today!", "Large is the park of ice", "Its new ice park"]
    images = [{"url": "http://e.my399.com/1.jpg", "file_name": "opened its new ice park.jpg"}]
    articles = [{"title": title, "body": None, "images": images} for title in titles]
    found = features(build_archive(tmp_path, [*articles, {"title": "Other", "body": BODY}]))
    assert [article["title"] for article in found] == [None, "the new ICE park today!", titles[2], titles[3], "Other"]
    assert found[0]["images"][0]["file_name"] is None


def export_earlier(archive: Path, destination: Path, **wanted: Any) -> bytes:
    return export(archive, destination, revisions=True, **wanted)


def test_each_earlier_wording_is_a_line_behind_those_before_it(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(export_earlier(archive, tmp_path / "a.jsonl"))
    names = [field.name for field in REVISION_FIELDS]
    assert [list(line) for line in lines] == [names] * 3
    assert [(line["id"], line["revision"], line["title"]) for line in lines] == [
        ("harbin-today:201", 1, "Older article"),
        ("harbin-today:203", 1, '=1, "one"'),
        ("harbin-today:203", 2, "Second"),
    ]
    assert lines[1]["body"] == "A.\n\nB\nb."
    assert lines[1]["images"] == [{**IMAGE, "credit": None}]
    assert (lines[2]["body"], lines[2]["cause"]) == (None, "reparse")


def test_every_format_has_the_same_and_the_same_bytes_twice(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(export_earlier(archive, tmp_path / "a.jsonl"))
    rows = list(csv.DictReader(io.StringIO(export_earlier(archive, tmp_path / "a.csv").decode(), newline="")))
    assert [(row["id"], row["title"], json.loads(row["images"])) for row in rows] == [
        (line["id"], line["title"], line["images"]) for line in lines
    ]
    export_earlier(archive, tmp_path / "a.parquet")
    assert read_parquet(tmp_path / "a.parquet") == lines
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        assert export_earlier(archive, tmp_path / f"again-{name}") == (tmp_path / name).read_bytes()


def test_filters_and_fields_choose(archive: Path, tmp_path: Path) -> None:
    lines = read_jsonl(
        export_earlier(archive, tmp_path / "a.jsonl", filters=Filters(sections=("gallery",)), fields=("title", "id"))
    )
    assert lines == [{"id": "harbin-today:203", "title": title} for title in ('=1, "one"', "Second")]
    with pytest.raises(DestinationError, match="no field 'word_count'"):
        export_earlier(archive, tmp_path / "b.jsonl", fields=("word_count",))


def test_no_earlier_wording_writes_nothing(tmp_path: Path) -> None:
    build_archive(tmp_path / "archive", [{"number": 1}])
    with pytest.raises(NotFoundError, match="earlier wording"):
        export_earlier(tmp_path / "archive", tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize("job", [{"format": "db"}, {"profile": "none"}, {"filters": Filters(changed_since=1)}])
def test_what_has_no_wordings_is_refused(archive: Path, tmp_path: Path, job: dict[str, Any]) -> None:
    with pytest.raises(DestinationError, match="--revisions"):
        export_earlier(archive, tmp_path / "a.jsonl", **job)
