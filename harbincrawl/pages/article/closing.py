"""The information that stands behind the text of an article."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.pages.article.content.furniture import is_notice
from harbincrawl.pages.article.content.text import TextPlace, place_text
from harbincrawl.pages.article.head.information import Information, find_last, find_run_end, read_information, read_last

from .asked import AskedPage


def is_closing_due(page: AskedPage, text: TextPlace) -> bool:
    """Whether information may stand behind the text: where a date heads it, what looks like one below is the foot's."""
    if page.closes:
        return True
    if page.site.words.may_lack_date or not text.container:
        return page.site.words.stand == "end"
    return not any(anchor.first_line < text.container.first for anchor in page.anchors)


def read_closing(
    page: AskedPage, start: int, stop: int, text: TextPlace, box_links: Sequence[int]
) -> tuple[TextPlace, Information | None]:
    """The place of the text less the labels that stand behind it before line `stop`, and these labels, if any."""
    lines, words = page.lines, page.site.words
    dates = (one for one in page.anchors if page.closes and one.first_line >= start)
    # Where the site's file says so, a date need not be there.
    if words.stand != "end" and (anchor := next(dates, None)):
        closing = read_information(lines, anchor, words)
        closing = read_last(lines, start, closing.end_line, words) or closing
        return place_text(page, start, closing.first_line, box_links), closing
    stop = min(stop, len(lines) if text.box is None else text.box)
    stop = next((at for at in range(start, stop) if is_notice(lines[at].text)), stop)
    near = find_run_end(lines, text.end, stop, words)
    behind = max(start, text.container.last + 1 if text.container else start)
    last = read_last(lines, start, stop, words)
    if last is None or last.kinds == {"editor"}:
        # An editor may be named once more below what stands behind the labels.
        last = read_last(lines, start, near, words) or find_last(lines, behind, stop, words) or last
    if last is None and text.container:
        # Links to other articles may stand in the text's cell above them.
        end = next((at for at in range(text.end, len(lines)) if not text.container.holds(lines[at])), len(lines))
        last = find_last(lines, text.end, end, words)
    return (place_text(page, start, last.first_line, box_links) if last else text), last
