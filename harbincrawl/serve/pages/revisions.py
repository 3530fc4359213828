"""The revisions of an article: all of them, two of them compared word by word, one as a page that can be cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from harbincrawl.api import Article, Revision
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.export.wording import find_first
from harbincrawl.serve.answers import WebAnswer, not_found
from harbincrawl.serve.proofs import CITATIONS, cite, name_fields, read_events, read_proof
from harbincrawl.serve.visit import Visit

from .article import make_citation, tell_story

_RANGE = re.compile(r"(\d{1,6})(?:\.\.(\d{1,6}))?", re.ASCII)


def show_revisions(visit: Visit) -> WebAnswer:
    """All revisions of an article, the newest first, each with what it changed."""
    number, article = visit.find_article(visit.arguments[0], "/revisions")
    revisions = article.revisions()
    shown = list_shown(visit.reader.connection, visit.site, number)
    pairs: list[tuple[Revision | None, Revision]] = list(zip([None, *revisions], revisions, strict=False))
    rows = [(new, old, name_fields(old, new) if old else [], shown[new.revision]) for old, new in reversed(pairs)]
    return visit.show("revisions.html", f"Revisions of {article.title or article.id}", record=article, rows=rows)


def show_revision(visit: Visit) -> WebAnswer:
    """One revision (`2`) as the page said it, or what changed from one to another (`1..2`)."""
    number, article = visit.find_article(visit.arguments[0], f"/revisions/{visit.arguments[1]}")
    record = article.to_dict()
    revisions = article.revisions()
    by_number = {each.revision: each for each in revisions}
    match = _RANGE.fullmatch(visit.arguments[1])
    old, new = (by_number.get(int(match[at] or match[1])) if match else None for at in (1, 2))
    if match is None or old is None or new is None:
        known = ", ".join(map(str, by_number))
        raise not_found(
            f"There are no such revisions. Known: {known}; an address ends with one of them, or with two, such as 1..2."
        )
    if match[2] is None:
        return _show_wording(visit, number, article, revisions, new)
    if visit.form in CITATIONS:
        raise not_found("A comparison has no citation: one revision has.")
    return _show_changes(visit, record, old, new)


def _show_changes(visit: Visit, record: dict[str, Any], old: Revision, new: Revision) -> WebAnswer:
    """What changed from one revision to another, word by word."""
    return visit.show(
        "changes.html", f"Revision {old.revision} to {new.revision} of {record['title'] or record['id']}",
        record=record, old=old, new=new, changes=old.compare(new),
    )  # fmt: skip


def _show_wording(
    visit: Visit, number: int, article: Article, revisions: Sequence[Revision], wording: Revision
) -> WebAnswer:
    """The article as one revision said it, with what proves that; what citations lead to."""
    connection = visit.reader.connection
    said = wording.to_record()
    proof = read_proof(visit, find_first(connection, number, wording.revision), article.url)
    total = revisions[-1].revision
    cited = cite(visit, said, total, proof)
    if visit.form in CITATIONS:
        text = next(text for _, href, text in cited["citations"] if href.endswith(f".{visit.form}"))
        return make_citation(visit, text)
    shown = list_shown(connection, visit.site, number)
    return visit.show(
        "wording.html", f"Revision {wording.revision} of {said['title'] or said['id']}", here="article", record=said,
        wording=wording, total=total, proof=proof, **tell_story(said, article.pictures()),
        **cited, events=read_events(visit, article.to_dict(), revisions, shown, proof),
    )  # fmt: skip
