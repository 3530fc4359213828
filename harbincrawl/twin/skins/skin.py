"""What all skins share: escaping, the form of addresses, and the order in which a page's parts are put together."""

from __future__ import annotations

import html
import posixpath
import re
from typing import ClassVar

from harbincrawl.twin.newsroom.model import Filler, Paragraph, Picture

from . import pagers
from .page import ArticlePage, BoxItem, ListPage, NoticePage, PrintedLine, Surroundings

_DIGITS = re.compile(r"/(\d+)(?:_\d+)?\.html$")


class Skin:
    """A kind of markup: `frame` around `article` or `listing`, with the feature box where the skin puts it."""

    name: ClassVar[str]
    addresses: ClassVar[str] = "absolute"
    """`absolute` (http, every fourth https), `root` (`/news/...`) or `relative` (`../../news/...`)."""
    title_pattern: ClassVar[str] = "{title}-{site}"
    """The document title; a skin without `{title}` in it says the same on every page."""
    kilobytes: ClassVar[tuple[int, int]] = (2, 2)
    """How much style and script the page carries."""

    def article_page(self, view: ArticlePage) -> str:
        """The HTML of one page of an article."""
        return self.frame(view.around, self.document_title(view.story.title, view.around), self.article(view))

    def listing_page(self, view: ListPage) -> str:
        """The HTML of one page of a list."""
        return self.frame(view.around, self.document_title(view.around.label, view.around), self.listing(view))

    def notice_page(self, view: NoticePage) -> str:
        """The HTML of a page that is neither: the home page, or an error."""
        return self.frame(view.around, html.escape(view.title, quote=False), self.notice(view))

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Everything from the doctype to the end of the document, with `content` in its place."""
        raise NotImplementedError

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb, title, date, By line, body and pager."""
        raise NotImplementedError

    def listing(self, view: ListPage) -> str:
        """The list and its pager."""
        raise NotImplementedError

    def notice(self, view: NoticePage) -> str:
        """A few plain lines and links."""
        lines = "".join(f"<p>{self.text(line)}</p>\n" for line in view.lines)
        links = "".join(f'<p><a href="{self.href(view.around, link.path)}">{self.text(link.title)}</a></p>\n'
                        for link in view.links)  # fmt: skip
        return f"<div>\n{lines}{links}</div>\n"

    def document_title(self, title: str, around: Surroundings) -> str:
        """Escaped, with the suffix that the skin's pages share."""
        return self.title_pattern.format(
            title=self.text(" ".join(title.split())),
            site=self.text(around.manner.suffixes[0]),
            host=around.manner.host,
            owner=self.text(around.owner),
        )

    def text(self, text: str) -> str:
        """`text` as HTML."""
        return html.escape(text, quote=False)

    def href(self, around: Surroundings, address: str) -> str:
        """`address` (a path of the site, or absolute and elsewhere) in the form this skin writes."""
        if not address.startswith("/"):
            return html.escape(address)
        if self.addresses == "root":
            return address
        if self.addresses == "relative":
            folder = around.path.rsplit("/", 1)[0] or "/"
            relative = posixpath.relpath(address, folder)
            return relative + "/" if address.endswith("/") else relative
        found = _DIGITS.search(address)
        scheme = "https" if found and int(found[1]) % 4 == 0 else "http"
        return f"{scheme}://{around.manner.host}{address}"

    def image(self, around: Surroundings, picture: Picture, extra: str = "") -> str:
        """The `img` element, or nothing for a caption that has no picture."""
        if not picture.src:
            return ""
        alt = html.escape(picture.alt_text)
        return f'<img src="{self.href(around, picture.src)}" alt="{alt}"{extra}>'

    def linked(self, around: Surroundings, paragraph: Paragraph) -> str:
        """A paragraph's text as HTML, its links in place."""
        made = self.text(paragraph.text)
        for phrase, address in paragraph.links:
            words = self.text(phrase)
            made = made.replace(words, f'<a href="{self.href(around, address)}" target="_blank">{words}</a>', 1)
        return made

    def crumb(self, view: ArticlePage, divider: str = "&gt;") -> str:
        """The breadcrumb as links, all on one line; empty where the story has none."""
        story, manner = view.story, view.around.manner
        if not story.breadcrumb:
            return ""
        home = (
            f'<a href="{self.href(view.around, manner.scope)}">{manner.home}</a>{divider}'
            if story.home_in_breadcrumb
            else ""
        )
        folder = self.href(view.around, manner.list_path(story.section_path, 1))
        return f'{home}<a href="{folder}">{self.text(story.label)}</a>'

    def article_pager(self, view: ArticlePage) -> str:
        """The pager of an article as the generator writes it; empty where it has one page."""
        return pagers.inline(pagers.article_parts(view), lambda path: self.href(view.around, path))

    def list_pager(self, view: ListPage) -> str:
        """The pager of a list as the generator writes it; empty where one page holds all."""
        return pagers.inline(pagers.list_parts(view), lambda path: self.href(view.around, path))

    def title_link(self, around: Surroundings, item: BoxItem | PrintedLine, extra: str = "") -> str:
        """The title of a box item or a list line as a link."""
        address = item.path if isinstance(item, BoxItem) else item.address
        return f'<a href="{self.href(around, address)}"{extra}>{self.text(item.title)}</a>'


def filler_text(filler: Filler) -> str:
    """The HTML inside of a line without words."""
    return {"nbsp": "&nbsp;", "space": " ", "blank": "", "dot": "."}[filler.kind]
