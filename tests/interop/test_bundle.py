"""A bundle under the readers it is made for: equal rows and types in each; tests of missing tools are skipped."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from tests.support.export_cases import hard_archive, plain, read_rows, stored_records
from tests.support.field_tools import run

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module", params=["full", "features", "share"])
def bundle(request: pytest.FixtureRequest, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "harbin"
    shared = request.param == "share"
    if shared:
        (archive / "config.toml").write_text('[dataset]\nshare_license = "CC-BY-4.0"\n')
    job = ExportJob(str(folder), share=shared, titles=shared, profile=None if shared else request.param)
    run_job(archive, job)
    return folder


def rows_of(bundle: Path) -> list[dict[str, Any]]:
    return sorted(read_rows(bundle), key=lambda row: str(row["id"]))


def test_sha256sum(bundle: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bundle, check=True)


def test_croissant_is_valid_and_loads(bundle: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    done = run("mlcroissant", "validate", "--jsonld", bundle / "croissant.json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = list(mlcroissant.Dataset(jsonld=str(bundle / "croissant.json")).records("articles"))
    assert sorted(record["articles/id"].decode() for record in found) == [row["id"] for row in rows_of(bundle)]
    images = {record["articles/id"].decode(): len(record["articles/images"]) for record in found}
    assert images == {row["id"]: len(row["images"]) for row in rows_of(bundle)}


def test_datasets_loads_parquet_json_and_the_folder_alike(bundle: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    told = {"split": "train", "cache_dir": str(tmp_path)}
    parquet = datasets.load_dataset("parquet", data_files=f"{bundle}/data/parquet/*.parquet", **told)
    lines = datasets.load_dataset("json", data_files=f"{bundle}/data/jsonl/*.jsonl", features=parquet.features, **told)
    folder = datasets.load_dataset(str(bundle), **told)
    assert parquet.features == lines.features == folder.features
    assert parquet.with_format("arrow")[:] == lines.with_format("arrow")[:] == folder.with_format("arrow")[:]
    assert sorted((plain(row) for row in parquet), key=lambda row: str(row["id"])) == rows_of(bundle)


def test_the_citation_file_is_yaml_with_the_keys_of_its_format(bundle: Path) -> None:
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load((bundle / "CITATION.cff").read_text("utf-8"))
    assert set(found) <= {
        "cff-version", "message", "type", "title", "version", "date-released", "authors", "url", "license",
        "license-url", "abstract", "identifiers",
    }  # fmt: skip
    assert found["authors"] == [{"name": "Harbin Today"}]
    cited = json.loads((bundle / "croissant.json").read_text())["citeAs"]
    assert cited.endswith(f" version {found['version']}.")
    assert str(found["date-released"]) == found["version"][:10]


def test_duckdb(bundle: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    parquet, lines = (f"'{bundle}/data/{ending}/*.{ending}'" for ending in ("parquet", "jsonl"))
    rows = duckdb.sql(f"SELECT id, title, CAST(created AS VARCHAR), len(images) FROM {parquet} ORDER BY id").fetchall()
    assert rows == [(row["id"], row["title"], row["created"], len(row["images"])) for row in rows_of(bundle)]
    assert duckdb.sql(f"SELECT id, title FROM {lines} ORDER BY id").fetchall() == [row[:2] for row in rows]
    types = dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {parquet})").fetchall())
    assert (types["created"], types["first_seen"], types["authors"]) == (
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR[]",
    )


def test_pandas(bundle: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(bundle / "data" / "parquet")
    assert str(frame["created"].dropna().map(type).unique()[0]) == "<class 'datetime.date'>"
    assert str(frame["first_seen"].dtype) == "datetime64[us, UTC]"
    assert str(frame["word_count"].dtype) == "int64"
    rows = [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
    assert sorted(rows, key=lambda row: str(row["id"])) == rows_of(bundle)


def test_polars(bundle: Path) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(bundle / "data" / "parquet").sort("id")
    assert [plain(row) for row in frame.to_dicts()] == rows_of(bundle)
    lines = polars.concat(
        polars.read_ndjson(path, infer_schema_length=None, schema_overrides={"title": polars.String}).select(
            "id", "title"
        )
        for path in sorted((bundle / "data" / "jsonl").glob("*.jsonl"))
    )
    assert lines.sort("id").equals(frame.select("id", "title"))


def test_a_folder_of_texts_and_its_table_join_by_name(archive: Path, tmp_path: Path) -> None:
    """As R's readtext does it: a text is called by the name of its file, and a table is joined by `doc_id`."""
    pandas = pytest.importorskip("pandas")
    run_job(archive, ExportJob(str(tmp_path / "texts"), format="text"))
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "texts").glob("*.txt")}
    texts = pandas.DataFrame({"doc_id": files.keys(), "text": files.values()})
    table = pandas.read_csv(tmp_path / "texts" / "metadata.csv", parse_dates=["date", "created", "updated"])
    joined = texts.merge(table, on="doc_id", how="outer", validate="one_to_one")
    assert len(joined) == len(files) == len(stored_records(archive))
    assert not joined["text"].isna().any()
    assert not joined["id"].isna().any()
    assert (str(table["words"].dtype), str(table["date"].dtype)[:10]) == ("int64", "datetime64")


def test_nltk_reads_a_folder_of_texts(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, data = pytest.importorskip("nltk.corpus.reader"), pytest.importorskip("nltk.data")
    # It reads nothing outside of the folders that it was told of.
    monkeypatch.setattr(data, "path", [*data.path, str(tmp_path)])
    run_job(archive, ExportJob(str(tmp_path / "texts"), format="text"))
    corpus = reading.PlaintextCorpusReader(str(tmp_path / "texts"), r".*\.txt", encoding="utf-8")
    assert len(corpus.fileids()) == len(stored_records(archive))
    assert corpus.words("2013-05-09-201.txt")[-3:] == [";", ",", "comma"]


def test_pandas_reads_the_csv_back(archive: Path, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    run_job(archive, ExportJob(str(tmp_path / "a.csv")))
    frame = pandas.read_csv(tmp_path / "a.csv", keep_default_na=False, na_values=[""], dtype=str)
    wanted = stored_records(archive)
    for name in ("id", "title", "author", "body", "created", "status"):
        assert [None if value != value else value for value in frame[name]] == [row[name] for row in wanted]
    assert [json.loads(cell) for cell in frame["images"]] == [row["images"] for row in wanted]
