"""One article, all its revisions, against its captures read again: the pure job of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from harbincrawl.archive.articles.states import captions_text
from harbincrawl.duplicates import shingles
from harbincrawl.errors import BucketError
from harbincrawl.evidence import Source
from harbincrawl.identity import article_key, fingerprint, normal_form
from harbincrawl.operations.verify.findings import OUT_OF_REACH
from harbincrawl.pages import parser_of
from harbincrawl.pages.dates import site_day
from harbincrawl.records import Article, Unexplained
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.pages import CapturedArticle, ReadArticle, read_captured
from harbincrawl.sites import Site

OTHER_PARSER = "read by another parser version"
OTHER_LAYOUT = "to be read again by a newer layout"
_KINDS = {
    "no-evidence": "no record was kept",
    "removed": "evidence removed",
    "damaged": "evidence damaged",
}
_NO_LIST = "a title or summary of a list that was not captured"


@dataclass(frozen=True, slots=True)
class ComparedState:
    """A revision as it is stored."""

    article: Article
    fingerprint: str
    pages: tuple[Source, ...]
    """Its captures, page 1 first."""
    first_captured: datetime | None
    """When the site first sent these bytes of page 1."""
    reason: str | None = None
    """Why its captures cannot be read; None if they can."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as it is stored."""

    number: int
    """Internal number."""
    states: tuple[ComparedState, ...]
    """All revisions, the current one last."""
    captions: str | None
    word_count: int
    key: int
    titles: frozenset[str]
    """What lists ever called it."""
    summaries: frozenset[str]
    days: frozenset[str]
    sections: frozenset[str]
    lists_known: bool
    """Whether all that lists ever said of any article can be read."""


@dataclass(slots=True)
class ArticleVerdict:
    """What the comparison of an article found."""

    number: int
    id: str
    proven: int = 0
    """Revisions that say what their captures say."""
    wrong: list[tuple[int | None, str]] = field(default_factory=list)
    """(revision, None for the current one; what is wrong)."""
    unproven: list[tuple[int | None, str]] = field(default_factory=list)
    """(revision, reason)."""
    frames: dict[int, str] = field(default_factory=dict)
    """By capture of page 1, the frame of the page."""
    label: str | None = None
    """What the current captures call the section; None where they do not, or today's reader did not read them."""
    unexplained: tuple[Unexplained, ...] | None = None
    """What the current captures show unexplained; None where today's reader proves nothing of it."""
    size: int = 0
    """Of its signature: shingles, their digest, MinHash."""
    digest: int = 0
    signature: bytes | None = None
    lost: list[tuple[str, BucketError]] = field(default_factory=list)
    """WARC files in a bucket that could not be read, each with the reason."""


ComparedArticles = tuple[LayoutBook, list[StoredArticle]]
"""Articles behind the layouts that read them."""


def compare_articles(folder: Path, site: Site, job: ComparedArticles) -> list[ArticleVerdict]:
    """Compares some articles of the archive in `folder`."""
    book, stored = job
    return [compare_article(folder, site, book, one) for one in stored]


def compare_article(folder: Path, site: Site, book: LayoutBook, stored: StoredArticle) -> ArticleVerdict:
    """Compares all revisions of an article, each with its own captures; the current one with its derived columns."""
    current = stored.states[-1].article
    verdict = ArticleVerdict(stored.number, current.id)
    if derived := _find_derived(stored):
        verdict.wrong.append((None, f"{', '.join(derived)}: not consistent with the other columns"))
    readings: dict[int | None, ReadArticle] = {}
    for place, state in enumerate(stored.states, 1):
        is_current = place == len(stored.states)
        revision = None if is_current else place
        if fingerprint(state.article) != state.fingerprint:
            verdict.wrong.append((revision, "the text does not match the fingerprint"))
            continue
        try:
            reason, wrong = _compare_state(folder, site, book, stored, state, readings, is_current=is_current)
        except BucketError as error:
            verdict.lost.append((state.pages[0].warc or "", error))
            reason, wrong = OUT_OF_REACH, []
        if wrong:
            verdict.wrong.append((revision, f"{', '.join(wrong)}: not what its capture says"))
        elif reason is not None:
            verdict.unproven.append((revision, reason))
        else:
            verdict.proven += 1
            if is_current:
                verdict.unexplained = _find_unexplained(site, state, readings)
                verdict.label = _find_label(site, state, readings)
    verdict.frames = {
        capture: reading.article.frame
        for capture, reading in readings.items()
        if capture is not None and reading.article is not None and reading.article.frame is not None
    }
    captions = "\n".join(image.caption for image in current.images if image.caption)
    text = shingles.read_shingles("\n\n".join(current.body) + "\n" + (captions if stored.captions else ""))
    verdict.size, verdict.digest = len(text), shingles.make_digest(text)
    verdict.signature = shingles.make_signature(text)
    return verdict


def _find_unexplained(
    site: Site, state: ComparedState, readings: Mapping[int | None, ReadArticle]
) -> tuple[Unexplained, ...] | None:
    """What the captures of a proven state show unexplained, where they were read by themselves, and as today."""
    found = readings[state.pages[0].capture].article
    is_certain = found is not None and found.title_from == "heading" and state.article.parser == parser_of(site)
    return found.unexplained if found is not None and is_certain else None


def _find_label(site: Site, state: ComparedState, readings: Mapping[int | None, ReadArticle]) -> str | None:
    found = readings[state.pages[0].capture].article
    is_named = found is not None and found.section != found.unread_label
    return found.section if found is not None and is_named and state.article.parser == parser_of(site) else None


def _find_derived(stored: StoredArticle) -> list[str]:
    """The columns of the current revision that do not follow from the others."""
    current = stored.states[-1].article
    correct = {
        # The stored captions may differ from the image rows in white space.
        "captions": normal_form(stored.captions or "") == normal_form(captions_text(current.images) or ""),
        "word_count": stored.word_count == len("\n\n".join(current.body).split()),
        "key": stored.key == article_key(current, stored.number),
    }
    return [name for name, is_correct in correct.items() if not is_correct]


def _compare_state(
    folder: Path,
    site: Site,
    book: LayoutBook,
    stored: StoredArticle,
    state: ComparedState,
    readings: dict[int | None, ReadArticle],
    *,
    is_current: bool,
) -> tuple[str | None, list[str]]:
    """(why nothing proves it, fields that its captures contradict)."""
    if state.reason is not None:
        return state.reason, []
    article = state.article
    capture = state.pages[0].capture
    if capture not in readings:
        titles = stored.titles | ({article.title} if article.title else set())
        captured = CapturedArticle(article.id, state.pages, tuple(sorted(titles)))
        readings[capture] = read_captured(folder, site, captured, book)
    reading = readings[capture]
    if reading.kind in _KINDS:
        return _KINDS[reading.kind], []
    if reading.article is None:
        reason, wrong = None, [f"all fields ({reading.reason})"]
    else:
        reason, wrong = _find_differences(site, stored, state, reading.article, is_current=is_current)
    if wrong and reading.article is not None and reading.article.layout != article.layout:
        return OTHER_LAYOUT, []
    if wrong and article.parser != parser_of(site):
        # What another version read otherwise is no damage; what it read as this one does is proven all the same.
        return OTHER_PARSER, []
    return reason, wrong


def _find_differences(
    site: Site, stored: StoredArticle, state: ComparedState, found: Article, *, is_current: bool
) -> tuple[str | None, list[str]]:
    article = state.article
    reason: str | None = None
    wrong: list[str] = []
    if not _is_title(article, found, stored):
        if stored.lists_known or found.title_from == "heading":
            wrong.append("title")
        else:
            reason = _NO_LIST
    if not _is_day(site, article, found, stored) and not _was_refused(site, article, found, state):
        wrong.append("updated")
    # White space may differ from that of a later capture of the same text.
    same = _list_texts(article) == _list_texts(found) or (
        fingerprint(article) == fingerprint(replace(found, title=article.title, updated=article.updated))
    )
    if not same:
        wrong += [name for name in ("author", "source", "body") if _words(article, name) != _words(found, name)]
    if article.images != found.images:
        wrong.append("images")
    if is_current:
        names = ("id", "url", "section_path", "created", "authors")
        wrong += [name for name in names if getattr(article, name) != getattr(found, name)]
        if not _may_be_called(site, article, found):
            wrong.append("section")
        if not site.addresses.names_sections and article.section_path in stored.sections:
            wrong = [name for name in wrong if name != "section_path"]
        if article.summary is not None and article.summary not in stored.summaries:
            if stored.lists_known:
                wrong.append("summary")
            else:
                reason = _NO_LIST
    if not same and not wrong:
        wrong.append("body")
    return reason, wrong


def _may_be_called(site: Site, article: Article, found: Article) -> bool:
    """Whether the label can be right; where the site's file has none, it is that of all articles of the section."""
    if not article.section_path:
        return article.section == found.section
    return site.file_label(article.section_path) in (None, article.section)


def _list_texts(article: Article) -> tuple[object, ...]:
    """What a fingerprint covers, beside title and day."""
    return article.author, article.source, article.body, article.images


def _is_title(article: Article, found: Article, stored: StoredArticle) -> bool:
    """Whether a page that was read as `found` gives the title: its own, or for want of a heading that of a list."""
    title = normal_form(article.title or "")
    if title == normal_form(found.title or ""):
        return True
    return found.title_from != "heading" and any(title == normal_form(listed) for listed in stored.titles)


def _is_day(site: Site, article: Article, found: Article, stored: StoredArticle) -> bool:
    """Whether a page gives the day, or a list does where the page prints none."""
    if article.updated == found.updated:
        return True
    may_be_listed = site.words.may_lack_date and found.updated is None and found.refused_date is None
    return may_be_listed and article.updated is not None and article.updated.isoformat() in stored.days


def _was_refused(site: Site, article: Article, found: Article, state: ComparedState) -> bool:
    """Whether a printed date was still in the future when the site first sent these bytes."""
    if article.updated is not None or found.updated is None or state.first_captured is None:
        return False
    return found.updated > site_day(site, state.first_captured) + timedelta(days=1)


def _words(article: Article, name: str) -> str:
    value = getattr(article, name)
    return normal_form("".join(value) if isinstance(value, tuple) else value or "")
