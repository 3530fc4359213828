"""An article by the selectors of its site's file: its text, its fields, and what is reported of selectors that fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.reading import Reading, read_asked_page
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.html.document import Document, Selection
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Article, Unaccounted

from .asked import AskedPage
from .head.information import read_words, split_names

_REASONS = {
    "title": Reason.SELECTED_TITLE,
    "updated": Reason.SELECTED_DATE,
    "author": Reason.SELECTED_AUTHOR,
    "source": Reason.SELECTED_SOURCE,
    "section": Reason.SELECTED_SECTION,
}
"""Of the line of a field, by its key."""
_HEAD = (Role.BREADCRUMB, Role.TITLE, Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR)
_FIELDS = {"title": "title", "updated": "date", "author": "author", "source": "source", "body": "text"}
"""Fields of which a dropped element may hold the only value, and what they are called."""


def read_by_selectors(page: AskedPage, template: Template | None) -> Reading:
    """The article that the page shows, by what its site's file selects, if anything; raises NotAnArticle.

    `template` is that of the page, if one is known: it reads a page without selected text. No selector proves anything:
    the page has to show as any other that it is an article of the site.
    """
    selection = page.document.selection
    if selection is None:
        return read_asked_page(page, template)
    try:
        reading = read_asked_page(page, template)
    except NotAnArticle:
        if selection.whole is None:
            raise
        # What was dropped shows it to be one, if it is one.
        page = _replace_document(page, selection.whole)
        selection = Selection(
            problems={"drop": "it takes what shows the page to be an article: read without selectors"}
        )
        reading = read_asked_page(page, template)
    article = replace(reading.article, **_read_fields(selection, page))
    own = {line.text for line in page.lines if _find_whole_field(line, selection)}
    unaccounted = [each for each in article.unaccounted if each.kind != "line" or each.text not in own]
    unaccounted += _list_problems(selection, article, page)
    body = tuple(paragraph for paragraph in article.body if paragraph not in own)
    return reading._replace(article=replace(article, body=body, unaccounted=tuple(unaccounted)))


def _replace_document(page: AskedPage, document: Document) -> AskedPage:
    return AskedPage.make(document, page.address, page.site, page.today, page.before)


def _read_fields(selection: Selection, page: AskedPage) -> dict[str, Any]:
    """The fields of the record whose words are selected."""
    found: dict[str, Any] = {}
    site = page.site
    for key, words in selection.values.items():
        if key == "title":
            found |= {"title": words, "title_from": "heading"}
        elif key == "updated":
            printed = read_words(words, site.words).date_text or words
            day = read_date(printed, site, page.today or site_day(site))
            found |= {"updated": day, "refused_date": None if day else words}
        elif key == "author":
            author = read_words(words, site.words).author or words
            found |= {"author": author, "authors": split_names(author)}
        elif key == "source":
            # Without its label or its brackets.
            found["source"] = read_words(words, site.words).source or words
        else:
            found[key] = words
    return found


def _find_whole_field(line: Line, selection: Selection) -> str | None:
    """The key of the field whose words the whole line is."""
    return next((mark.key for mark in line.marks if line.text == selection.values.get(mark.key)), None)


def _list_problems(selection: Selection, article: Article, page: AskedPage) -> Iterator[Unaccounted]:
    """What the selectors of the page do not do; on further pages of an article nothing but a text is expected."""
    for key, problem in selection.problems.items():
        if page.meaning.page == 1 or key in ("text", "drop"):
            yield Unaccounted("selector", f"article.{key}: {problem}")
    if selection.whole is None or all(getattr(article, name) for name in _FIELDS):
        return
    try:
        other = read_asked_page(_replace_document(page, selection.whole)).article
    except NotAnArticle:
        return
    for name, what in _FIELDS.items():
        is_title = name == "title" and other.title_from == "heading" != article.title_from
        if is_title or (getattr(other, name) and not getattr(article, name)):
            yield Unaccounted("selector", f"article.drop: it takes the only {what} of the page")


def give_field_roles(roles: Roles, document: Document) -> None:
    """Gives the lines of fields that are selected their roles, for people; a sentence of the text stays one."""
    selection = document.selection
    for at, line in enumerate(roles.lines):
        key = next((mark.key for mark in line.marks if mark.key in _REASONS), None)
        if selection is None or key is None or key not in selection.values:
            continue
        is_whole = _find_whole_field(line, selection) is not None
        if is_whole or (roles.whole[at].role not in (*_HEAD, Role.PARAGRAPH) and at not in roles.cut):
            roles.whole[at] = _REASONS[key]
            roles.cut.pop(at, None)
            roles.notes.pop(at, None)
