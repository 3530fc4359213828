"""The documentation cannot lie: examples print what they say, help texts are those of the commands."""

from __future__ import annotations

import doctest
import re
import shlex
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harbincrawl import open_archive
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.export.fields import FEATURE_NAMES, PARTS, profile_fields
from harbincrawl.export.formats.table import ENDINGS
from harbincrawl.fields import Field
from tests.support import readme_examples as examples
from tests.support.archives import MakeOnce, build_archive
from tests.support.crawling import launch
from tests.support.doc_scripts import run_notebook
from tests.support.picture import PICTURE, draw_picture, record_demo

TEXTS = {page.name: page.read_text("utf-8") for page in examples.PAGES}
WITH_EXAMPLES = [name for name, text in TEXTS.items() if examples.find_commands(text)]


@pytest.fixture(scope="session")
def demo(make_once: MakeOnce) -> Path:
    """A folder with the demo and what it printed (`printed`)."""

    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / "printed").write_text(record_demo(folder), "utf-8")

    return make_once("examples", make)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_page_print_what_it_says(name: str, demo: Path) -> None:
    assert examples.mask(examples.write_examples(TEXTS[name], demo)) == examples.mask(TEXTS[name])


def test_the_python_of_the_readme_runs(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXTS["README.md"], re.DOTALL)
    monkeypatch.chdir(demo)
    exec(code, {})  # noqa: S102 - the README's own lines
    assert re.match(r"\d{4}-\d\d-\d\d \w", capsys.readouterr().out)


def test_the_notebook_runs_from_its_first_cell_to_its_last(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo)
    # Those with pandas are run by `make interop`.
    names = run_notebook(without="pandas")
    assert repr(names["archive"]).endswith("closed>")
    assert (len(names["trends"]) > 10, len(names["keywords"])) == (True, 10)
    assert capsys.readouterr().out.count("snow") >= 8


def test_the_picture_is_of_the_demo_and_loads_nothing(demo: Path) -> None:
    drawn = draw_picture((demo / "printed").read_text("utf-8"))
    assert read_picture(PICTURE.read_text("utf-8")) == read_picture(drawn)
    loaded = re.findall(r"(?:url\(|href=|src=|@import)\W*(\w+)", drawn)
    assert set(loaded) == {"terminal"}  # its own clip paths


def read_picture(text: str) -> str:
    """The words of the picture, masked."""
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    return examples.mask(
        "\n".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text"))
    )


def test_the_help_page_is_what_the_commands_say() -> None:
    assert examples.HELP.read_text("utf-8") == examples.make_help()


def test_the_exit_codes_of_the_operators_page_are_those_of_the_code() -> None:
    assert examples.EXIT_CODES.findall(TEXTS["operate.md"]) == [examples.make_exit_codes()]


def test_the_code_layout_names_every_package() -> None:
    text = (examples.HERE / "CONTRIBUTING.md").read_text("utf-8")
    layout = text.partition("## The house")[2].partition("\n## ")[0]
    packages = {path.parent.name for path in (examples.HERE / "harbincrawl").glob("*/__init__.py")}
    assert sorted(packages - set(re.findall(r"\w+", layout))) == []


def test_files_that_pages_link_to_exist() -> None:
    pages = [*examples.PAGES, examples.HERE / "CONTRIBUTING.md", examples.HERE / "SECURITY.md"]
    # What stands in code is no link of the page.
    texts = [(page, re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)) for page in pages]
    linked = [(page, to) for page, text in texts for to in re.findall(r"\]\((?!\w+:)([^)#]+)\)", text)]
    assert [(page.name, to) for page, to in linked if not (page.parent / to).is_file()] == []


def test_files_that_contributors_are_sent_to_exist() -> None:
    text = (examples.HERE / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:harbincrawl|tests)/[\w./]*?)(?:NAME\.\w+)?`", text)
    assert len(named) > 20
    assert [name for name in named if not (examples.HERE / name).exists()] == []


def test_the_queries_of_the_archive_page_find_something(demo: Path) -> None:
    (queries,) = re.findall(r"```sql\n(.*?)```", TEXTS["archive.md"], re.DOTALL)
    with closing(open_reader(demo / "demo" / "archive")) as connection:
        for query in queries.split(";\n")[:-1]:
            assert connection.execute(query).fetchall()


def list_queries() -> list[str]:
    """The queries in the tables of the documents."""
    rows = [
        row.partition(" | ")[0]
        for name in ("search.md",)
        for row in re.findall(
            r"^\| (.*)$", TEXTS[name].partition("| query | finds |")[2].partition("\n\n")[0], re.MULTILINE
        )
    ]
    return [code.replace(r"\|", "|") for row in rows for code in re.findall(r"`([^`]+)`", row)]


def list_searches() -> list[str]:
    """The lines with a search or an export in documents and help texts, up to a pipe, as they stand there."""
    helps = re.findall(r"^## (?:search|export)\n(.*?)(?=^## )", examples.HELP.read_text("utf-8"), re.M | re.S)
    blocks = [block for text in TEXTS.values() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    lines = re.findall(r"^ *(harbincrawl (?:search|export) [^|#\n]+)", "\n".join([*helps, *blocks]), re.MULTILINE)
    return sorted({line.strip() for line in lines})


def test_the_queries_of_the_documents_find_something_in_the_demo(demo: Path) -> None:
    assert len(list_queries()) > 15
    assert [name for name, text in TEXTS.items() if re.search("^nothing found", text, re.MULTILINE)] == []
    with open_archive(demo / "demo" / "archive") as archive:
        assert [query for query in list_queries() if not archive.count(query)] == []


def test_the_searches_and_exports_of_documents_and_help_find_something_in_the_demo(demo: Path, tmp_path: Path) -> None:
    lines = list_searches()
    assert len(lines) > 6
    begin = f"os.chdir({str(tmp_path)!r})"
    for line in lines:
        words = shlex.split(line)[1:]
        # Datasets, whole archives and what is read from another command are tried elsewhere.
        if words[0] == "export" and not re.search(r"--query|--section|--revisions|--changed", line):
            continue
        started = launch(demo / "demo" / "archive", *words, prelude=begin)
        assert started.wait()[0] == 0, line


DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "export.md"
ARTICLES = [
    {"number": 5370, "created": "2020-09-23", "title": "Harbin, Russia trade index launched", "body": "An index."},
    {
        "number": 7001,
        "created": "2024-01-05",
        "title": "Ice festival opens",
        "body": ["The ice festival opened on Friday.", "It is cold."],
        "images": [{"url": "http://e.my399.com/1.jpg", "caption": "A lantern of ice"}],
        "source": "Xinhua",
    },
    {"number": 7002, "created": "2024-02-01", "title": "Spring", "section_path": "gallery", "body": None},
]


def table(fields: tuple[Field, ...]) -> str:
    lines = ["| field | kind | meaning |", "| --- | --- | --- |"]
    for field in fields:
        lines.append(f"| `{field.name}` | {field.kind} | {field.meaning} |")
        lines += [
            f"| `{field.name}.{part.name}` | {part.kind} | {part.meaning} |" for part in PARTS.get(field.kind, ())
        ]
    return "\n".join(lines)


@pytest.mark.parametrize("mark", ["fields", "features"])
def test_the_tables_are_those_of_the_code(mark: str) -> None:
    fields = profile_fields("full")
    if mark == "features":
        fields = tuple(field for field in profile_fields("features") if field.name in FEATURE_NAMES)
    found = re.search(rf"<!-- {mark} -->\n\n(.*?)\n\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == table(fields)


def test_every_ending_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet", "db": ".db", "wacz": ".wacz"}
    assert all(f"| `{names[name]}` |" in text for name in ENDINGS.values())


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_archive(tmp_path / "archive", ARTICLES)
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(DOCS / "python.md"), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert tried > 5
    assert failed == 0
