"""The captured pages of an article on stdout: where they are, and their bytes."""

from __future__ import annotations

import sys

from harbincrawl.api import Article
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import clean

from .revisions import find_revision
from .stream import note


def capture_lines(article: Article) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    for each in article.pages():
        place = f"warc/{each.warc} at byte {each.offset}" if each.warc else "no record was kept"
        origin = f", ingested from {each.origin}" if each.origin else ""
        answerer = name_answerer(each.source, each.host, each.address)
        asked = f"{answerer} in place of {each.address}" if answerer else each.address
        lines.append(clean(f"captured {each.fetched_at} from {asked} ({place}{origin})"))
    return lines


def print_raw(article: Article, wanted: int | None, page: int) -> None:
    """Writes a captured page of one wording (None: the present one), Content-Encoding undone, in its own charset.

    Raises click.BadParameter, NoEvidenceError, WarcError, BucketError.
    """
    revisions = article.revisions()
    body, capture, usual = (revisions[-1] if wanted is None else find_revision(revisions, wanted)).read_page(page)
    if capture != usual:
        note(f"the record of capture {usual} is not there: this is capture {capture}, which shows it, too")
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
