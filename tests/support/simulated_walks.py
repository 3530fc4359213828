"""Walks of a simulated site of one list, as histories of it begin and end."""

from __future__ import annotations

from typing import Any

from harbincrawl.walk.types import WalkResult
from tests.support.simulated_archive import Archive, Report
from tests.support.simulated_site import Site, fill


def crawled(count: int = 40, **facts: Any) -> tuple[Site, Archive]:
    """A site of one list and an archive that has read it."""
    site = Site(**facts)
    fill(site, "news", count)
    archive = Archive(site)
    archive.crawl()
    return site, archive


def add_new(site: Site, count: int) -> None:
    for _ in range(count):
        site.add("news", 60)


def news(report: Report) -> WalkResult:
    return report.results["news"]


def assert_quiet(archive: Archive) -> None:
    """The next run, an hour later, reads one page a list and asks for no article."""
    report = archive.crawl(days=1 / 24)
    assert [len(read) for read in report.walked.values()] == [1] * len(report.walked)
    assert report.asked == []
