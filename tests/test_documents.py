"""The documents: short where people read, each reachable from the index, complete where they list what the code has."""

from __future__ import annotations

import ast
import re
import shlex
from importlib import import_module
from pathlib import Path

import click
import pytest

from harbincrawl.archive.schema.tables import SCHEMA
from harbincrawl.cli.main import COMMANDS, cli
from harbincrawl.operations.health.rules import RULES
from harbincrawl.pages.roles import Role

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LONGEST = {
    "README.md": 600, "CHANGELOG.md": 150, "CONTRIBUTING.md": 900, "SECURITY.md": 500,
    **{f"docs/{name}.md": words for name, words in {
        "start": 1200, "search": 1300, "operate": 2000, "settings": 1050, "commands": 3500, "crawl": 1500,
        "sites": 1500, "archive": 1500, "evidence": 2000, "rescue": 700, "export": 1400,
        "research": 1700, "python": 900, "serve": 900, "guarantees": 1200,
        "decisions": 1600, "scale": 500, "limits": 600, "stability": 400, "index": 300,
    }.items()},
}  # fmt: skip
"""Words that a document may have."""


def list_links(page: Path) -> set[Path]:
    """The documents that `page` links to; what stands in code is no link."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    return {(page.parent / to).resolve() for to in re.findall(r"\]\((?!\w+:)([^)#]+\.md)(?:#[^)]*)?\)", text)}


@pytest.mark.parametrize("name", LONGEST)
def test_a_document_is_as_short_as_was_agreed(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").split()) <= LONGEST[name]


def test_every_document_has_a_length_that_was_agreed() -> None:
    found = {str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *DOCS.glob("*.md"))}
    # These two take in another document.
    assert found - {"docs/changelog.md", "docs/development.md"} == set(LONGEST)


def test_every_document_is_reachable_from_the_index() -> None:
    reached = {DOCS / "index.md"}
    waiting = [*reached]
    while waiting:
        found = list_links(waiting.pop()) - reached
        reached |= found
        waiting += [page for page in found if page.parent == DOCS]
    assert {path.name for path in DOCS.glob("*.md")} <= {page.name for page in reached if page.parent == DOCS}


def test_the_readme_leads_to_the_index_and_to_what_each_reader_begins_with() -> None:
    wanted = {DOCS / f"{name}.md" for name in ("index", "start", "search", "operate", "research")}
    assert wanted <= list_links(ROOT / "README.md")


def test_the_page_of_sites_has_every_role() -> None:
    table = (DOCS / "sites.md").read_text("utf-8").partition("| role | is |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z ]+)`", table)) == {str(role) for role in Role}


def test_the_page_of_operation_has_every_health_rule_and_what_to_do_about_it() -> None:
    text = (DOCS / "operate.md").read_text("utf-8").partition("| rule | broken when")[2].partition("\n\n")[0]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row[1])} == set(RULES)
    assert all(len(row) == 6 and row[4].strip() for row in rows)


def test_the_page_of_the_archive_has_every_table_and_view() -> None:
    text = (DOCS / "archive.md").read_text("utf-8")
    made = re.findall(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)", SCHEMA)
    assert len(made) > 25
    assert [name for name in made if f"`{name}`" not in text] == []


def list_calls() -> list[tuple[str, list[str]]]:
    """What the documents tell people to type: the page, and the words of the call."""
    calls = []
    for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        if page.name in ("commands.md", "decisions.md", "changelog.md", "development.md"):
            continue
        text = page.read_text("utf-8")
        lines = "\n".join(re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)).splitlines()
        codes = re.findall(r"(?<!`)`([a-z][^`\n]*)`", text)
        for line in (*lines, *(f"harbincrawl {code.removeprefix('harbincrawl ')}" for code in codes)):
            found = re.search(r"(?:^|[ /])harbincrawl ((?:--archive \S+ |--quiet |-q )*\w+ [^|;#&>\\]*)", line)
            if found:
                words = found[1].split() if found[1].count("'") % 2 else shlex.split(found[1])
                calls.append((page.name, words))
    return calls


def find_unknown_options(words: list[str]) -> list[str]:
    """Options of a call that its command does not have; none where its first word is no command."""
    context = click.Context(cli)
    names = [word for word in words if not word.startswith("-")]
    while words[0].startswith("-"):
        words = words[2 if words[0] == "--archive" else 1 :]
    command = cli.get_command(context, words[0]) if words[0] in COMMANDS else None
    if command is None:
        return []
    known = {option for each in (cli, command) for parameter in each.params for option in parameter.opts}
    if command.name == "schedule":  # takes what these take
        taking = [cli.get_command(context, name) for name in ("crawl", "serve")]
        known |= {option for each in taking if each for parameter in each.params for option in parameter.opts}
    if isinstance(command, click.Group):
        known |= {
            option
            for name in command.list_commands(context)
            if name in names and (part := command.get_command(context, name))
            for parameter in part.params
            for option in parameter.opts
        }
    return [word for word in words if re.match(r"--[a-z]", word) and word.partition("=")[0] not in known]


def test_every_option_that_a_document_names_is_one_of_its_command() -> None:
    calls = list_calls()
    assert len(calls) > 100
    assert [(page, words) for page, words in calls if find_unknown_options(words)] == []


NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", (ROOT / "docs" / "guarantees.md").read_text("utf-8"))))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 40


def list_tests(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_the_tests_that_guarantees_name_are_there() -> None:
    tests = {file: list_tests(file) for file in {named.partition("::")[0] for named in NAMED}}
    parts = {named: named.split("::") for named in NAMED}
    assert [named for named, (file, *names) in parts.items() if not tests[file].issuperset(names)] == []
    assert [file for file, names in tests.items() if not names] == []


MODULES = sorted(path.stem for path in (Path(__file__).parent.parent / "benchmarks").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_imported(name: str) -> None:
    import_module(f"benchmarks.{name}")
