"""The documents: short where people read, each reachable from the index, complete where they list what the code has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from harbincrawl.archive.schema.tables import SCHEMA
from harbincrawl.cli.help import COMMANDS
from harbincrawl.cli.main import cli
from harbincrawl.operations.health import RULES
from harbincrawl.pages.roles import Reason, Role

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LONGEST = {
    "README.md": 700,
    **dict.fromkeys(("docs/start.md", "docs/search.md", "docs/operate.md", "docs/research.md"), 1500),
}
"""Words that a document to read may have."""


def list_links(page: Path) -> set[Path]:
    """The documents that `page` links to; what stands in code is no link."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    return {(page.parent / to).resolve() for to in re.findall(r"\]\((?!\w+:)([^)#]+\.md)(?:#[^)]*)?\)", text)}


@pytest.mark.parametrize("name", LONGEST)
def test_a_document_to_read_is_short(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").split()) <= LONGEST[name]


def test_every_document_is_reachable_from_the_index() -> None:
    reached = {DOCS / "index.md"}
    waiting = [*reached]
    while waiting:
        found = list_links(waiting.pop()) - reached
        reached |= found
        waiting += [page for page in found if page.parent == DOCS]
    assert {path.name for path in DOCS.glob("*.md")} <= {page.name for page in reached if page.parent == DOCS}


def test_the_readme_leads_to_the_index_and_to_each_document_to_read() -> None:
    wanted = {ROOT / name for name in (*LONGEST, "docs/index.md") if name != "README.md"}
    assert wanted <= list_links(ROOT / "README.md")


def test_the_page_of_roles_has_every_role_with_its_reasons() -> None:
    text = (DOCS / "explain.md").read_text("utf-8")
    for role in Role:
        reasons = "; ".join(reason.words for reason in Reason if reason.role is role)
        assert f"\n| `{role}` | {reasons} |\n" in text


def test_the_page_of_exit_code_3_says_what_to_do_about_each_health_rule() -> None:
    rows = [line.split("|") for line in (DOCS / "amiss.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    told = {name: row for row in rows for name in re.findall(r"`([a-z-]+)`", row[1])}
    assert set(RULES) <= set(told)
    assert all(len(told[rule]) == 5 and told[rule][3].strip() for rule in RULES)


def test_the_page_of_monitoring_has_every_health_rule() -> None:
    table = (DOCS / "monitoring.md").read_text("utf-8").partition("## Health rules")[2].partition("\n## ")[0]
    assert {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([\w-]+)`", row)
    } == set(RULES)


def test_the_page_of_the_archive_has_every_table_and_view() -> None:
    text = (DOCS / "archive.md").read_text("utf-8")
    made = re.findall(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)", SCHEMA)
    assert len(made) > 25
    assert [name for name in made if f"`{name}`" not in text] == []


def test_the_page_of_exit_code_3_names_no_rule_that_does_not_exist() -> None:
    rules = (DOCS / "amiss.md").read_text("utf-8").partition("## A health rule")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", rules, re.MULTILINE) for name in re.findall(r"`([\w-]+)`", row)
    }
    assert named == set(RULES)


@pytest.mark.parametrize(
    ("heading", "steps"),
    [
        ("Update", ["backup", "pip install", "hc status`. Exit code 7", "reparse --apply", "schedule"]),
        ("Move", ["systemctl disable", "rsync", "chown", "verify", "schedule"]),
    ],
)
def test_the_page_of_the_years_says_how_the_software_is_updated_and_an_archive_moved(
    heading: str, steps: list[str]
) -> None:
    assert DOCS / "server.md" in list_links(DOCS / "operate.md")
    text = (DOCS / "server.md").read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    # In this order: what is done first stands first.
    places = [text.find(step) for step in steps]
    assert -1 not in places and places == sorted(places), list(zip(steps, places, strict=True))


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
