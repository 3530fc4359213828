"""The page of guarantees names tests: each of them is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
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
