"""The pagers as EmpireCMS prints them, as a row of parts that a skin joins in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.twin.manner import HARBIN

from .page import ArticlePage, ListPage

WORDS = {
    "zh": ("首页", "上一页", "下一页", "尾页"),
    "en": ("startpage", "Previous", "Next", "lastpage"),
}
ARTICLE_NUMBERS = 6
LIST_NUMBERS = 10
BEFORE_CURRENT = 2


@dataclass(frozen=True, slots=True)
class PagerPart:
    """One piece of a pager: HTML text, and the address it leads to (None for the current number and the count)."""

    html: str
    path: str | None = None
    title: str | None = None


def article_parts(view: ArticlePage) -> list[PagerPart]:
    """Page count, first and previous, up to six numbers, next and last; empty for an article of one page."""
    story, page, pages = view.story, view.page, view.story.page_count
    if pages == 1:
        return []
    count = PagerPart(f"&nbsp;<b>{page}</b>/<b>{pages}</b>", None, "Page")
    words = view.around.manner.pager or WORDS[story.pager_words]
    return [count, *_steps(page, pages, words, ARTICLE_NUMBERS, story.page_path, True)]


def list_parts(view: ListPage) -> list[PagerPart]:
    """Total of items, first and previous, up to ten numbers, next and last; empty where one page holds all."""
    pager = view.pager
    if pager.pages <= 1:
        return []
    manner = view.around.manner

    def path(page: int) -> str:
        if manner is HARBIN and page == 1:
            # As the generator writes it, beside the bare folder of the menus.
            return f"/{view.around.section_path}/index.html"
        return manner.list_path(view.around.section_path, page)

    words = manner.pager or WORDS[pager.words]
    steps = _steps(pager.page, pager.pages, words, LIST_NUMBERS, path, pager.last)
    if pager.total is None:
        return steps
    label = f"{manner.total} " if manner.total else ""
    return [PagerPart(f"&nbsp;{label}<b>{pager.total}</b> ", None, "Total record"), *steps]


def inline(parts: list[PagerPart], href: Callable[[str], str]) -> str:
    """The parts as the generator itself writes them: links and bold numbers between no-break spaces."""
    made = [_linked(part, href) for part in parts]
    if made and parts[0].title:
        return made[0] + "&nbsp;&nbsp;&nbsp;" + "&nbsp;".join(made[1:])
    return "&nbsp;".join(made)


def items(parts: list[PagerPart], href: Callable[[str], str], tag: str = "li") -> str:
    return "".join(f"<{tag}>{_linked(part, href)}</{tag}>\n" for part in parts)


def _steps(
    page: int, pages: int, words: tuple[str, str, str, str], most: int, path: Callable[[int], str], last: bool
) -> list[PagerPart]:
    first_word, previous_word, next_word, last_word = words
    parts: list[PagerPart] = []
    if page > 1:
        parts += [PagerPart(first_word, path(1)), PagerPart(previous_word, path(page - 1))]
    start = max(1, page - BEFORE_CURRENT)
    for number in range(start, min(pages, start + most - 1) + 1):
        parts.append(PagerPart(f"<b>{number}</b>") if number == page else PagerPart(str(number), path(number)))
    if page < pages:
        parts.append(PagerPart(next_word, path(page + 1)))
        if last:
            parts.append(PagerPart(last_word, path(pages)))
    return parts


def _linked(part: PagerPart, href: Callable[[str], str]) -> str:
    if part.title:
        return f'<a title="{part.title}">{part.html}</a>'
    return f'<a href="{href(part.path)}">{part.html}</a>' if part.path else part.html
