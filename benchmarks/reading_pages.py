"""How fast and how rightly are articles and lists read, beside the field's best known extractors, on the same pages?

    python -m benchmarks.reading_pages [ARTICLES] [--rounds N]

Each extractor has a process of its own, and they read all pages in turn. A record is right as a whole where title,
day, authors and body are what the site's truth says, white space apart. A peer that is not installed, or fails, is
told of in its row.
"""

from __future__ import annotations

import argparse
import math
import re
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from benchmarks._measure import median, paired_ratio, report_aim, report_unmeasured, spread
from benchmarks._readers import Page, gather_samples
from benchmarks._reading_processes import Reading, read_pages
from harbincrawl.pages.article.learning import learn_article_layout
from harbincrawl.sites import default_site
from tests.support.twin import Twin, make_twin
from tests.support.twin.newsroom.model import fold
from tests.support.twin.press import LIST_CHARSETS, decode_page
from tests.support.twin.skins import SKINS

LEAST_RIGHT = 0.95
"""Of our records; the table says how many are. Where fewer are right, their time says nothing."""
_SPACE = re.compile(r"\s+")

Record = tuple[Any, ...]
Lines = list[tuple[Any, ...]]
ROWS = {
    "harbincrawl": ", all fields",
    "trafilatura": " with metadata",
    "fundus": ", a parser of its parts",
    "courlan": ", trafilatura's links",
}
"""What a row says beside the name and the version."""
OURS, THEME = "harbincrawl", "cms"
ARTICLE_HEADS, LIST_HEADS = ("title", "day", "authors", "body", "whole"), ("among", "alone", "whole")


def make_articles(count: int, skins: tuple[str, ...] | None = None) -> tuple[list[Page], list[Record]]:
    """Articles of one page from the twin, and the truth of each."""
    twin = make_twin(399, count, skins=skins)
    pages: list[Page] = []
    truths: list[Record] = []
    for truth in twin.truth():
        story = twin.stories[truth["number"]]
        if story.page_count == 1:
            pages.append(_page(twin, story.path, story.charset, truth["title"]))
            truths.append(flatten((truth["title"], truth["updated"], truth["authors"], truth["body"])))
    return pages, truths


def make_lists() -> tuple[list[Page], list[Lines]]:
    """Every list page of a small twin in each skin, and the truth of their lines."""
    pages: list[Page] = []
    truths: list[Lines] = []
    for skin in SKINS:
        twin = make_twin(399, 60, skins=(skin,))
        for section in twin.sections:
            stories = twin.listing(section)
            for number in range(1, math.ceil(len(stories) / twin.page_size) + 1):
                path = f"/{section}/" if number == 1 else f"/{section}/index_{number}.html"
                pages.append(_page(twin, path, LIST_CHARSETS.get(skin, "utf-8"), None))
                truths.append(
                    [
                        (
                            default_site().base + story.path,
                            fold(story.title),
                            story.updated.isoformat() if story.updated and twin.dated.get(section, True) else None,
                            fold(story.also.get(section, story.summary)) or None,
                        )
                        for story in stories[(number - 1) * twin.page_size : number * twin.page_size]
                    ]
                )
    return pages, truths


def _page(twin: Twin, path: str, charset: str, title: str | None) -> Page:
    body = twin.render(path).body
    return Page(body, decode_page(body, charset), default_site().base + path, title)


def flatten(fields: Any) -> Record:
    """Title, day, authors and body without white space, the authors in any order."""
    if fields is None:
        return ()
    title, day, authors, body = fields
    return _bare(title or ""), day, _bare("".join(sorted(authors))), _bare("".join(body))


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def share(values: Iterable[bool]) -> float:
    """How many of them are true."""
    found = list(values)
    return sum(found) / len(found)


def judge_articles(reading: Reading, truths: list[Record]) -> list[float]:
    """Shares of right titles, days, authors and bodies, and of records that are right as a whole."""
    pairs = [(flatten(fields), truth) for fields, truth in zip(reading.records, truths, strict=True)]
    parts = [share(found[at : at + 1] == truth[at : at + 1] for found, truth in pairs) for at in range(4)]
    return [*parts, share(found == truth for found, truth in pairs)]


def judge_lists(reading: Reading, truths: list[Lines]) -> list[float]:
    """Shares of pages whose articles are among what was found; are what was found; and are right as a whole."""
    found = [[tuple(line) for line in lines or []] for lines in reading.records]
    pages = list(zip(found, truths, strict=True))
    addresses = [({line[0] for line in lines}, {line[0] for line in truth}) for lines, truth in pages]
    return [
        share(found >= truth for found, truth in addresses),
        share(found == truth for found, truth in addresses),
        share(lines == truth for lines, truth in pages),
    ]


def print_table(
    what: str,
    heads: tuple[str, ...],
    readings: dict[str, Reading],
    pages: list[Page],
    judge: Callable[[Reading], list[float]],
) -> None:
    """One row an extractor; medians of its rounds."""
    size = sum(len(page.body) for page in pages) / len(pages) / 1024
    print(f"{len(pages)} {what} of {size:.0f} KB; processor time, medians of rounds")
    print(f"{'':<36}{'pages/s':>8}{'ms':>7}{'(rounds)':>14}{'times':>7}" + "".join(f"{head:>9}" for head in heads))
    for name, reading in readings.items():
        label = f"{name} {reading.version}".strip() + ROWS.get(name, "")
        if reading.failure:
            print(f"{name:<36}{reading.failure}")
            continue
        each = [seconds / len(pages) * 1e3 for seconds in reading.seconds]
        times = paired_ratio(reading.seconds, readings[OURS].seconds)
        shares = "".join(f"{one:>9.1%}" for one in judge(reading))
        print(f"{label:<36}{1e3 / median(each):>8.0f}{median(each):>7.2f}{spread(each):>14}{times:>7.1f}{shares}")
        if reading.said:
            print(f"  {len(reading.said)} pages failed, the first with {reading.said[0][:90]}")


def report_learning(pages: list[Page], seconds: float) -> None:
    """What learning the layout of a template costs beside reading 1,000 pages of it, each of which takes `seconds`."""
    samples = max(gather_samples(pages).values(), key=len)
    took = []
    for _ in range(5):
        start = time.process_time()
        learn_article_layout(samples, default_site())
        took.append(time.process_time() - start)
    print(f"\nlearning a layout from {len(samples)} pages: {median(took) * 1e3:.1f} ms")
    report_aim("learning a layout: of reading 1,000 pages", median(took) / (1000 * seconds), 0.02)


def main() -> None:
    """Prints three tables and the aims."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()

    pages, truths = make_articles(told.articles)
    articles = read_pages("articles", pages, told.rounds)
    judge = partial(judge_articles, truths=truths)
    print_table(f"articles in {len(SKINS)} skins,", ARTICLE_HEADS, articles, pages, judge)
    right = [judge(articles[OURS])[-1]]

    pages, truths = make_articles(told.articles // 4, (THEME,))
    theme = read_pages("theme", pages, told.rounds)
    print("\nfundus has a parser for each publisher and reads none of these; with one made of its parts for a skin:")
    print_table(f"articles in the skin {THEME},", ARTICLE_HEADS, theme, pages, partial(judge_articles, truths=truths))

    pages, lines = make_lists()
    lists = read_pages("lists", pages, told.rounds)
    print("\namong: every article's address was found; alone: and no other; whole: and titles, days, summaries")
    print("No peer reads days or summaries of a list; news-please, goose3 and fundus read no list that is at hand.")
    print_table(f"lists in {len(SKINS)} skins,", LIST_HEADS, lists, pages, partial(judge_lists, truths=lines))
    right.append(judge_lists(lists[OURS], lines)[-1])

    report_learning(
        make_articles(told.articles // 4, (THEME,))[0], median(articles[OURS].seconds) / len(articles[OURS].records)
    )
    assert min(right) >= LEAST_RIGHT, f"only {min(right):.1%} of our records are right"
    for peer, aim, note in (("trafilatura", 12, " with metadata (at least 6)"), ("news-please", 50, "")):
        what, reading = f"reading an article page: times {peer}{note}", articles[peer]
        if reading.failure:
            report_unmeasured(what, reading.failure, aim, at_least=True)
        else:
            report_aim(what, paired_ratio(reading.seconds, articles[OURS].seconds), aim, at_least=True)


if __name__ == "__main__":
    main()
