"""Scrapy's own machinery stays Scrapy's own: nothing here replaces its scheduler, its statistics or its base tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harbincrawl
from harbincrawl import settings
from tests.support.scrapy_commands import fork_scrapy

SOURCES = sorted(Path(harbincrawl.__file__).parent.rglob("*.py"))
REPLACED = (
    "DOWNLOADER_MIDDLEWARES_BASE",
    "SPIDER_MIDDLEWARES_BASE",
    "EXTENSIONS_BASE",
    "DOWNLOAD_HANDLERS_BASE",
    "download_async",
)


def find_bases(tree: ast.Module) -> Iterator[str]:
    """The last names of what each class is derived from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (ast.unparse(base).rpartition(".")[2] for base in node.bases)


@pytest.mark.parametrize("name", REPLACED)
def test_no_file_names_what_only_scrapy_sets_or_calls(name: str) -> None:
    assert len(SOURCES) > 100
    assert [path for path in SOURCES if name in path.read_text()] == []


def test_no_class_is_a_scheduler() -> None:
    derived = [path for path in SOURCES if {"BaseScheduler", "Scheduler"} & {*find_bases(ast.parse(path.read_text()))}]
    assert derived == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCHEDULER", "scrapy.core.scheduler.Scheduler"),
        ("STATS_CLASS", "scrapy.statscollectors.MemoryStatsCollector"),
    ],
)
def test_scheduler_and_statistics_are_scrapys_own(name: str, value: str) -> None:
    assert not hasattr(settings, name)
    ended = fork_scrapy("settings", "--get", name)
    assert (ended.code, ended.text.strip()) == (0, value), ended.words
