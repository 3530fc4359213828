"""An article page to its record and the roles of its lines, by the layout of its template where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.article.reading import Reading
from harbincrawl.pages.html.document import MOST_BYTES, Document
from harbincrawl.pages.html.selectors import select_page
from harbincrawl.pages.layout.view import Layouts
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Article, ListWords, Unaccounted
from harbincrawl.sites import Site

from .asked import AskedPage, check_pictures
from .content.furniture import refine_roles
from .filtered import FilteredPage
from .selected import give_field_roles, read_by_selectors


def read_article(
    html: str | bytes | Document,
    address: str,
    site: Site,
    *,
    today: date | None = None,
    before: Article | None = None,
    layouts: Layouts | None = None,
) -> Article:
    """The article that the page `html` at `address` shows; for a multi-page article, that one page of it.

    `today` is the day at the site, behind which printed dates are refused; left out, the clock says it. `before` is the
    page of the article whose pager leads here: it proves a further page that shows neither day nor By line. `layouts`
    are those of the site's templates: a page of one of them is read by it. Of a `Document` the lines were read already.
    Raises NotAnArticle (PageTooLargeError is one), and nothing else.
    """
    if site.article_address(address) is None:
        raise NotAnArticle(address, "its address is none of the site's articles")
    document = select_page(html, address, site.article_selectors)
    return _read(AskedPage.make(document, address, site, today, before), layouts).article


def explain_article(
    document: Document,
    address: str,
    site: Site,
    today: date | None = None,
    before: Article | None = None,
    layouts: Layouts | None = None,
) -> tuple[Article | NotAnArticle, Roles]:
    """The article that `document` at `address` shows, or why it shows none, and what each of its lines is.

    What else is given is as in `read_article`. Of a page that shows no article no line has a role. Raises nothing.
    """
    try:
        reading = _read(AskedPage.make(document, address, site, today, before), layouts)
    except NotAnArticle as error:
        return error, Roles(document.lines)
    return reading.article, _write_roles(reading)


def _read(page: AskedPage, layouts: Layouts | None) -> Reading:
    template = layouts.find("article", page.frame) if layouts else None
    return read_by_selectors(page, template)


def _write_roles(reading: Reading) -> Roles:
    """The roles of all lines of the page for people, who ask what each label, and each line around the text, is.

    What the record is made of, and what nothing explains, is as it was read.
    """
    page, roles = reading.page, reading.roles
    refine_roles(roles, page)
    roles = _spread(roles, reading.filtered) if reading.filtered else roles
    give_field_roles(roles, page.document)
    return roles


def _spread(roles: Roles, filtered: FilteredPage) -> Roles:
    """The roles of the lines of the whole page: those of the lines that are left; the others are furniture."""
    whole = Roles(filtered.whole)
    for at, mark in enumerate(filtered.view.marks):
        if mark is not None:
            whole.whole[at] = Reason.STANDING
            whole.notes[at] = f"on {mark.share.on} of {mark.share.of} pages of this template"
    for at, place in enumerate(filtered.places):
        whole.whole[place] = roles.whole[at]
        if roles.whole[at] is not Reason.STANDING:
            whole.notes.pop(place, None)
        if at in roles.cut:
            whole.cut[place] = roles.cut[at]
    return whole


def check_together(pages: Sequence[Article]) -> None:
    """Raises PageTooLargeError where the pages of an article have more, together, than one page may have."""
    letters = sum(len(paragraph) for page in pages for paragraph in page.body)
    if letters > MOST_BYTES:
        raise PageTooLargeError(pages[0].url, f"its pages have more than {MOST_BYTES:,} characters")
    check_pictures(sum(len(page.images) for page in pages), pages[0].url if pages else "")


def join_pages(pages: Sequence[Article]) -> Article:
    """The one record of a multi-page article, from its pages in order; page 1 gives all but body and pictures.

    Raises ValueError where a page in the middle is missing, PageTooLargeError.
    """
    check_together(pages)
    if [page.page for page in pages] != list(range(1, len(pages) + 1)):
        raise ValueError(f"pages {[page.page for page in pages]} are not 1 to {len(pages)}")
    if any(page.body and not page.images for page in pages) or sum(len(page.images) for page in pages) == 1:
        # No photo story: what stands under the picture of another page, or under the only one, is its text.
        pages = [_presume_nothing(page) for page in pages]
    first = pages[0]
    title = next((page for page in pages if page.title_from == "heading"), first)
    # By line and source may stand at the end of the last page alone.
    by = next((page for page in pages if page.author), first)
    return replace(
        first,
        title=title.title,
        title_from=title.title_from,
        author=by.author,
        authors=by.authors,
        source=next((page.source for page in pages if page.source), None),
        updated=first.updated or next((page.updated for page in pages if page.updated), None),
        body=tuple(paragraph for page in pages for paragraph in page.body),
        images=tuple(image for page in pages for image in page.images),
        pages=len(pages),
        next_page=None,
        unaccounted=_join_unaccounted(pages),
        presumed_captions=(),
    )


def _presume_nothing(page: Article) -> Article:
    """`page` with the lines as text that were taken for captions because each stands under a picture."""
    if not page.presumed_captions:
        return page
    images = [
        replace(image, caption=None) if image.credit is None and image.caption in page.presumed_captions else image
        for image in page.images
    ]
    shown = tuple(image for image in images if image.url or image.caption)
    return replace(page, body=page.presumed_captions, images=shown)


def _join_unaccounted(pages: Sequence[Article]) -> tuple[Unaccounted, ...]:
    """What no page of an article explains; links to pages that were read are explained by that."""
    read = {page.next_page for page in pages}
    return tuple(
        dict.fromkeys(
            each
            for page in pages
            for each in page.unaccounted
            if each.kind != "page" or each.text.rpartition(" ")[2] not in read
        )
    )


def complete_article(article: Article, words: ListWords, site: Site) -> Article:
    """`article` with what only the lists know: the summary, and the title where the page shows none for certain.

    On sites whose pages may print no date, the day of its line is the article's; where addresses name no section, the
    list that had the article first is its section. A section that the site's file names is called so, whatever the page
    prints.
    """
    if words.title and article.title_from != "heading":
        title = article.title or ""
        is_cut = words.title.endswith(("...", "…")) and not title.startswith(words.title)
        if not (is_cut and title.startswith(words.title.rstrip(". …"))):
            article = replace(article, title=words.title, title_from="listing")
    if site.words.may_lack_date and article.updated is None and article.refused_date is None and words.day:
        article = replace(article, updated=words.day)
    path = article.section_path or ("" if site.addresses.names_sections else words.section or "")
    label, unread = article.section, article.unread_label
    if path and (known := site.file_label(path)):
        label, unread = known, None
    elif path != article.section_path:
        label, unread = (path if label == unread else label), path
    return replace(
        article,
        summary=words.summary,
        section=label,
        section_path=path,
        unread_label=unread,
        line=words.capture,
        summary_line=words.summary_capture,
    )
