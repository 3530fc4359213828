"""Whether captured pages of two wordings show both: then they were read otherwise, and the site changed nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.articles.revisions import Revision
from harbincrawl.archive.edits import Judge
from harbincrawl.errors import BucketError, NoEvidenceError, PageTooLargeError, WarcError
from harbincrawl.evidence import find_sources, read_charset, read_source
from harbincrawl.identity import normal_form
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import read_document

_CAPTURES = (
    "SELECT (SELECT capture FROM revisions WHERE number = ?1 AND revision = ?2),"
    " coalesce((SELECT first_capture FROM revisions WHERE number = ?1 AND revision = ?3),"
    " (SELECT first_capture FROM articles WHERE number = ?1 AND revision = ?3))"
)


def make_judge(folder: Path, connection: sqlite3.Connection) -> Judge:
    """What judges two wordings of an article of the archive in `folder`, by the last response that showed the one and
    the first that showed the other.
    """

    def judge(number: int, old: Revision, new: Revision) -> bool | None:
        if _list_short(old) != _list_short(new):
            return False
        before, after = _list_pieces(old), _list_pieces(new)
        went, came = before - after, after - before
        if not (went or came):
            # Paragraphs that only moved.
            return False
        first, second = connection.execute(_CAPTURES, (number, old.revision, new.revision)).fetchone()
        try:
            return _stand_on(folder, connection, first, came) and _stand_on(folder, connection, second, went)
        except (NoEvidenceError, WarcError, BucketError, PageTooLargeError):
            return None

    return judge


def _stand_on(folder: Path, connection: sqlite3.Connection, capture: int | None, pieces: set[str]) -> bool:
    """Whether the visible lines of a captured article have all `pieces`. Raises what reading its pages raises."""
    sources = find_sources(connection, capture)
    if not sources:
        raise NoEvidenceError("there is no capture of it.")
    texts = []
    for source in sources:
        stored = read_source(folder, source)
        document = read_document(decode_page(stored.body, read_charset(stored.http_headers)), source.address)
        texts += [normal_form(line.text) for line in document.lines]
    text = "".join(texts)
    return all(piece in text for piece in pieces)


def _list_short(revision: Revision) -> list[str]:
    """What differs only by an edit: a title, a date or a name may stand elsewhere on a page, too."""
    texts = [revision.title, revision.updated, revision.author, revision.source]
    credits_ = [image["credit"] for image in revision.images if image["credit"]]
    return [normal_form(text or "") for text in (*texts, *credits_)]


def _list_pieces(revision: Revision) -> set[str]:
    """The paragraphs and captions of a wording, in the form in which they are compared."""
    texts = [*(revision.body or "").split("\n\n"), *(image["caption"] or "" for image in revision.images)]
    return {normal_form(text) for text in texts} - {""}
