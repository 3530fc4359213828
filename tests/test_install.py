"""What is installed: the whole command by a plain install, and for the demo no more than that."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from harbincrawl.version import __version__

ROOT = Path(__file__).parents[1]


def list_rules() -> dict[str, tuple[list[str], str]]:
    """Of each target of the Makefile what it needs, and its lines."""
    found = re.findall(r"^([^\s#:=]+):(?!=) *(.*)\n((?:\t.*\n)*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    return {target: (needs.split(), lines) for target, needs, lines in found}


def test_the_demo_installs_what_a_plain_install_does_and_no_extra() -> None:
    rules = list_rules()
    needs, lines = rules["demo"]
    assert (needs, "harbincrawl demo" in lines) == (["$(VENV)/.base"], True)
    base = rules["$(VENV)/.base"][1]
    (installed,) = re.findall(r"\$\(PIP\) (.*)", base)
    assert installed == "install -c constraints.txt -e ."
    assert "[dev" in rules["$(VENV)/.installed"][1], "developers' tools are elsewhere"


def test_a_plain_install_gives_the_command_and_none_of_the_heavy_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"harbincrawl": "harbincrawl.cli.main:main"}
    plain, *heavy = (
        {re.split(r"[^\w-]", each)[0] for each in needs}
        for needs in (
            project["dependencies"],
            *(project["optional-dependencies"][name] for name in ("parquet", "cluster", "s3")),
        )
    )
    assert {"scrapy", "click", "jinja2"} <= plain
    assert all(extra and not extra & plain for extra in heavy)


def test_what_is_cited_is_the_version_that_runs() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
