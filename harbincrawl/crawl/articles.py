"""Asking for one article: all its pages, conditionally where it is known, read and joined."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

from ..archive.captures import find_earlier, list_page_addresses
from ..archive.store import Fetched
from ..archive.walks import find_line
from ..pages import PARSER, NotAnArticle, read_article
from ..pages.article import complete_article, join_pages
from ..records import Article, Capture
from ..walk import ArticleState
from .fetcher import Answer, Broken, Fetcher, Got, NotModified, NotThere
from .keeper import Outcome
from .session import Session

MOST_PAGES = 100
"""Pages of one article; the longest of the site has eight."""


class _Ended(Exception):  # noqa: N818 - the end of asking from any depth, no error
    def __init__(self, kind: str, failure: tuple[str, str] | None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.failure = failure


async def ask_article(fetcher: Fetcher, session: Session, state: ArticleState) -> Outcome | None:
    """Asks for the article of `state`, page by page; None where the crawl was interrupted meanwhile.

    A re-check without news is asked conditionally: if every page answers 304, or with the very bytes of last time by
    the same reader, nothing is read. Else the pages that answered 304 are asked again, so that the record is whole.
    """
    line = find_line(session.connection, state.number, _section(session, state))
    title, summary = line or (None, None)
    try:
        answers: dict[str, Got] = {}
        if not state.wanted and not state.gone:
            unchanged = await _ask_known(fetcher, session, state, answers)
            if unchanged is not None:
                return Outcome(state, "same", unchanged, captures=_whole(session, state, answers), summary=summary)
        pages, captures = await _read_pages(fetcher, session, state, answers)
    except _Ended as ended:
        if ended.failure and ended.failure[0] == "interrupt":
            return None
        return Outcome(state, ended.kind, datetime.now(UTC), failure=ended.failure)
    article = complete_article(join_pages(pages), title, summary)
    session.keeper.drop_captures(captures)
    return Outcome(state, "read", captures[0].fetched_at, Fetched(article, captures, captures[0].fetched_at))


def _section(session: Session, state: ArticleState) -> str:
    meaning = session.site.read_address(state.address)
    return meaning.section_path if meaning else ""


async def _ask_known(
    fetcher: Fetcher, session: Session, state: ArticleState, answers: dict[str, Got]
) -> datetime | None:
    """When the known pages were found unchanged; None where they were not, with what they answered in `answers`."""
    addresses = list_page_addresses(session.connection, state.number)
    if not addresses or addresses[0] != state.address or not _is_read_by_us(session, state.number):
        return None
    moment: datetime | None = None
    unchanged, identical = True, False
    for address in addresses:
        earlier = find_earlier(session.connection, address)
        answer = await fetcher.fetch(
            address,
            etag=earlier.etag if earlier else None,
            last_modified=earlier.last_modified if earlier else None,
        )
        if isinstance(answer, (Got, NotModified)):
            # The article was seen when its first page answered, as where its pages are read.
            moment = moment or answer.capture.fetched_at
        if isinstance(answer, Got):
            answers[address] = answer
            if earlier is not None and answer.capture.body_hash == earlier.body_hash:
                identical = True
            else:
                unchanged = False
        elif not isinstance(answer, NotModified) or earlier is None:
            _raise_end(answer)
        if not unchanged and len(answers) == 1 and len(addresses) == 1:
            break
    if unchanged and identical:
        session.keeper.identical += 1
    return moment if unchanged else None


def _whole(session: Session, state: ArticleState, answers: dict[str, Got]) -> tuple[Capture, ...]:
    """The responses that show the whole article once more, page 1 first; none where some pages answered 304."""
    addresses = list_page_addresses(session.connection, state.number)
    if not all(address in answers for address in addresses):
        return ()
    captures = tuple(answers[address].capture for address in addresses)
    session.keeper.drop_captures(captures)
    return captures


def _is_read_by_us(session: Session, number: int) -> bool:
    row = session.connection.execute("SELECT parser FROM articles WHERE number = ?", (number,)).fetchone()
    return row is not None and row[0] == PARSER


async def _read_pages(
    fetcher: Fetcher, session: Session, state: ArticleState, answers: dict[str, Got]
) -> tuple[list[Article], tuple[Capture, ...]]:
    """All pages of the article in order, following the pager's own next links; raises _Ended for what is not whole."""
    pages: list[Article] = []
    captures: list[Capture] = []
    hashes: set[str | None] = set()
    address: str | None = state.address
    while address is not None:
        answer: Answer = answers.get(address) or await fetcher.fetch(address)
        if not isinstance(answer, Got):
            if pages and isinstance(answer, NotThere):
                raise _Ended("failed", ("pages", f"page {len(pages) + 1} answers HTTP {answer.status}"))
            _raise_end(answer)
        page = _read_page(session, state, answer, len(pages) + 1)
        if answer.capture.body_hash in hashes or len(pages) >= MOST_PAGES:
            raise _Ended("failed", ("pages", f"endless pager: page {len(pages) + 1} follows"))
        hashes.add(answer.capture.body_hash)
        pages.append(page)
        captures.append(answer.capture)
        address = _next_address(session, page)
    if len(pages) < pages[0].pages:
        raise _Ended("failed", ("pages", f"{len(pages)} of {pages[0].pages} pages could be followed"))
    return pages, tuple(captures)


def _read_page(session: Session, state: ArticleState, answer: Got, page: int) -> Article:
    found = session.site.article_address(answer.address)
    if found is None or found[1].number != state.number or found[1].page != page:
        raise _Ended("refused", ("refused", f"redirects to another page, {answer.address}"))
    try:
        return read_article(answer.text, answer.address, session.site)
    except NotAnArticle as error:
        raise _Ended("failed", ("not-an-article", error.reason)) from error


def _next_address(session: Session, page: Article) -> str | None:
    """The pager's next page; one that leads back or to itself is an endless pager."""
    if page.next_page is None:
        return None
    meaning = session.site.read_address(page.next_page)
    if meaning is None or meaning.page != page.page + 1:
        raise _Ended("failed", ("pages", f"endless pager: page {page.page} leads to {page.next_page}"))
    return page.next_page


def _raise_end(answer: Answer) -> NoReturn:
    if isinstance(answer, NotThere):
        raise _Ended("missing", ("http", f"HTTP {answer.status}"))
    if isinstance(answer, Broken):
        kind = "refused" if answer.kind == "refused" else "failed"
        raise _Ended(kind, (answer.kind, answer.reason))
    raise _Ended("failed", ("http", "it answers 304 to a plain request"))
