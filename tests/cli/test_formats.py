"""One spelling of formats in all commands; results and verdicts on stdout, notes on stderr, never JSON beside prose."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from harbincrawl.cli.main import cli
from tests.support.crawling import crawl
from tests.support.every_command import list_commands
from tests.support.forge import forge
from tests.support.twin import make_twin, serve

Run = Callable[..., tuple[int, str, str]]
WITHOUT = {"schedule", "demo", "watch add", "watch remove", "serve", "export", "sites check"}
"""Commands whose result is a file, a unit, a script, a server, an exit code or a change that was asked for."""
LISTS = (("search", "the"), ("search", "the", "--facet", "year"))
QUESTIONS = (
    ("similar", "{id}"), ("duplicates",), ("stats",), ("trends", "the"), ("concordance", "the"), ("keywords", "the"),
    ("edits",),
)  # fmt: skip
DOCUMENTS = (
    ("status",), ("verify", "--workers", "1"), ("explain", "{id}"), ("reparse", "--workers", "1"), ("backup", "{new}"),
    ("config", "check"), ("rebuild", "--workers", "1"),
    ("purge", "--yes", "{id}"), ("show", "{id}", "--diff"), ("ingest", "{warc}", "--workers", "1"),
    ("config",), ("crawl", "--dry-run", "--site-url", "http://127.0.0.1:9"),
)  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("formats")
    twin = make_twin(3, 6, sections=("news",))
    with serve(twin) as server:
        crawl(folder / "archive", server)
    return folder / "archive", twin.listing("news")[0].number


@pytest.fixture
def run(crawled: tuple[Path, int], tmp_path: Path, harbincrawl: Run) -> Run:
    shutil.copytree(crawled[0], tmp_path / "archive")
    (warc,) = (crawled[0] / "warc").glob("*.gz")
    places = {"id": crawled[1], "new": tmp_path / "new", "warc": warc}
    return lambda *words: harbincrawl("--archive", tmp_path / "archive", *(word.format(**places) for word in words))


def test_every_command_with_a_result_prints_it_as_json() -> None:
    for path, command in list_commands(cli):
        options = {name: each for each in command.params for name in each.opts}
        if isinstance(command, click.Group) or " ".join(path) in WITHOUT:
            continue
        assert "--json" in options, path


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_list_is_json_json_lines_and_csv_of_the_same_rows(run: Run, words: tuple[str, ...]) -> None:
    code, out, _ = run(*words, "--format", "json")
    json.loads(out)
    assert run(*words, "--json")[:2] == (code, out)
    lines = run(*words, "--format", "jsonl")[1].splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    ended, table, _ = run(*words, "--format", "csv")
    assert ended == code
    head, *rows = csv.reader(io.StringIO(table))
    assert len(rows) == len(lines)
    assert all(len(row) == len(head) for row in rows)


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_a_question_is_json_and_csv_of_the_same_rows(run: Run, words: tuple[str, ...]) -> None:
    code, out, _ = run(*words, "--json")
    ended, table, _ = run(*words, "--csv")
    head, *rows = csv.reader(io.StringIO(table))
    assert (ended, len(rows)) == (code, len(json.loads(out)))
    assert all(len(row) == len(head) for row in rows)


@pytest.mark.parametrize(
    "words",
    [("show", "{id}"), ("show", "{id}", "--revisions"), ("show", "{id}", "--captures"), ("watch", "list"), ("sites",),
     ("sites", "layouts"), ("notify",)],
    ids=" ".join,
)  # fmt: skip
def test_what_is_no_question_is_json(run: Run, words: tuple[str, ...]) -> None:
    code, out, said = run(*words, "--json")
    assert code in (0, 9), said
    json.loads(out)


@pytest.mark.parametrize("words", DOCUMENTS, ids=" ".join)
def test_a_document_is_json_alone_and_prose_is_beside_it(run: Run, words: tuple[str, ...]) -> None:
    code, out, said = run(*words, "--json")
    assert code in (0, 3), said
    assert isinstance(json.loads(out), dict)
    assert "{" not in said


@pytest.mark.parametrize(
    "words",
    [("verify", "--workers", "1"), ("backup", "{new}"), ("reparse", "--workers", "1"), ("rebuild", "--workers", "1"),
     ("purge", "--yes", "{id}"), ("ingest", "{warc}", "--workers", "1"),
     ("export", "{new}.csv"), ("config", "check")],
    ids=" ".join,
)  # fmt: skip
def test_what_was_done_is_on_stdout_and_nothing_with_quiet(run: Run, words: tuple[str, ...]) -> None:
    code, out, said = run(*words)
    assert (code, said) == (0, "")
    assert out.strip()


def test_a_crawl_reports_on_stdout(tmp_path: Path) -> None:
    twin = make_twin(4, 2, sections=("news",))
    words = ["--archive", str(tmp_path / "archive"), "crawl", "--delay", "0", "--site-url"]
    with serve(twin) as server:
        code, out, said = forge().start([*words, server.url]).wait()
        assert (code, "news: " in out) == (0, True)
        assert " new," not in said
        code, out, said = forge().start([*words, server.url, "--json"]).wait()
        assert (code, json.loads(out)["exit_code"], "news: " in said) == (0, 0, True)
        assert forge().start(["-q", *words, server.url]).wait() == (0, "", "")
