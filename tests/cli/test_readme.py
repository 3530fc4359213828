"""The documentation cannot lie: examples print what they say, help texts are those of the commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from harbincrawl import __version__
from harbincrawl.cli.main import COMMANDS
from tests.support import readme_examples as examples

TEXT = examples.README.read_text("utf-8")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    examples.make_demo(folder)
    return folder


def test_there_are_examples_to_check() -> None:
    assert len(examples.find_examples(TEXT)) >= 6


@pytest.mark.parametrize("command,output", examples.find_examples(TEXT))
def test_an_example_of_the_readme_prints_what_it_says(command: str, output: str, demo: Path) -> None:
    assert examples.mask(examples.run_example(command, demo)) == examples.mask(output)


def test_the_help_page_is_what_the_commands_say() -> None:
    assert examples.HELP.read_text("utf-8") == examples.make_help()


def test_the_readme_names_every_command() -> None:
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", TEXT)] == []


def test_files_that_the_readme_links_to_exist() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", TEXT)
    assert [name for name in linked if not (examples.HERE / name).is_file()] == []


def test_versions_agree() -> None:
    project = tomllib.loads((examples.HERE / "pyproject.toml").read_text("utf-8"))["project"]
    citation = re.findall(r"^version: (.+)$", (examples.HERE / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert [project["version"], *citation] == [__version__] * 2
