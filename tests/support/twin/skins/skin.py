"""What all skins share: escaping, the form of addresses, the order of a page's parts, and their templates."""

from __future__ import annotations

import html
import json
import posixpath
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.support.twin.newsroom.model import Block, Filler, Paragraph, Picture

from . import pagers
from .furniture import scripts, styles
from .page import ArticlePage, BoxItem, ListPage, NoticePage, PrintedLine, Surroundings

_DIGITS = re.compile(r"/(\d+)(?:_\d+)?\.html$")


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring lines of one kind: `text`, `subhead`, `items`, `picture` or `filler`."""

    kind: str
    paragraphs: tuple[Paragraph, ...] = ()
    picture: Picture | None = None
    filler: Filler | None = None


def groups(blocks: Iterable[Block]) -> list[Group]:
    """The blocks in order; joined paragraphs share a group, and so do the items of a list."""
    made: list[Group] = []
    for block in blocks:
        if isinstance(block, Picture):
            made.append(Group("picture", picture=block))
        elif isinstance(block, Filler):
            made.append(Group("filler", filler=block))
        else:
            kind = "items" if block.role == "item" else block.role
            joined = kind == "items" or (kind == "text" and block.joined)
            before = made.pop().paragraphs if joined and made and made[-1].kind == kind else ()
            made.append(Group(kind, (*before, block)))
    return made


class Skin:
    """A kind of markup: `frame` around `article` or `listing`, with the feature box where the skin puts it."""

    name: str
    addresses: str = "absolute"
    """`absolute` (http, every fourth https), `root` (`/news/...`) or `relative` (`../../news/...`)."""
    title_pattern: str = "{title}-{site}"
    """The document title; a skin without `{title}` in it says the same on every page."""

    def article_page(self, view: ArticlePage) -> str:
        return self.frame(view.around, self.document_title(view.story.title, view.around), self.article(view))

    def listing_page(self, view: ListPage) -> str:
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
            owner=self.text(around.manner.owner),
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

    def picture_lines(
        self, around: Surroundings, picture: Picture, image: str, name: str, words: str, attributes: str = ""
    ) -> list[str]:
        """The `img` element, the file name where the page shows it, and the words: what there is, each in its form."""
        parts = (
            (image, self.image(around, picture, attributes)),
            (name, self.text(picture.shown_name)),
            (words, self.text(picture.line)),
        )
        return [form.format(part) for form, part in parts if part]

    def linked(self, around: Surroundings, paragraph: Paragraph) -> str:
        made = self.text(paragraph.text)
        for phrase, address in paragraph.links:
            words = self.text(phrase)
            made = made.replace(words, f'<a href="{self.href(around, address)}" target="_blank">{words}</a>', 1)
        return made

    def lines(self, around: Surroundings, group: Group) -> list[str]:
        """The paragraphs of a group as HTML, or its line without words."""
        return [filler_text(group.filler)] if group.filler else [self.linked(around, one) for one in group.paragraphs]

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

    def article_pager(self, view: ArticlePage, tag: str = "") -> str:
        """The pager of an article as the generator writes it, or each part in a `tag`; empty where it has one page."""
        return self._pager(pagers.article_parts(view), view.around, tag)

    def list_pager(self, view: ListPage, tag: str = "") -> str:
        """The pager of a list as the generator writes it, or each part in a `tag`; empty where one page holds all."""
        return self._pager(pagers.list_parts(view), view.around, tag)

    def _pager(self, parts: list[pagers.PagerPart], around: Surroundings, tag: str) -> str:
        def href(path: str) -> str:
            return self.href(around, path)

        return pagers.items(parts, href, tag) if tag else pagers.inline(parts, href)

    def title_link(self, around: Surroundings, item: BoxItem | PrintedLine, extra: str = "") -> str:
        address = item.path if isinstance(item, BoxItem) else item.address
        return f'<a href="{self.href(around, address)}"{extra}>{self.text(item.title)}</a>'


@dataclass(eq=False)
class TemplateSkin(Skin):
    """A skin whose parts are macros of a template: `frame`, `article` and `listing`."""

    name: str
    addresses: str = "absolute"
    title_pattern: str = "{title}-{site}"
    replaced: Mapping[str, str] = field(default_factory=dict)
    """What the skin writes in place of what escaping made."""
    template: str = ""
    """The template's name without `.html`, where it is not the skin's."""

    def __post_init__(self) -> None:
        macros = _TEMPLATES.get_template(f"{self.template or self.name}.html").module
        for part in ("frame", "article", "listing"):
            setattr(self, part, partial(getattr(macros, part), self))

    def text(self, text: str) -> str:
        """Escaped, and what the skin writes in its own way."""
        made = super().text(text)
        for usual, own in self.replaced.items():
            made = made.replace(usual, own)
        return made


@dataclass(eq=False)
class EndSkin(TemplateSkin):
    """A skin of pages that may lack a date, or have their labels behind the text."""

    title_pattern: str = "{title} - {site}"
    template: str = "provincial"

    def href(self, around: Surroundings, address: str) -> str:
        """As any skin; absolute addresses are on the site's hosts in turn."""
        hosts = (around.manner.host, *around.manner.aliases)
        if self.addresses == "absolute" and address.startswith("/"):
            return f"http://{hosts[len(address) % len(hosts)]}{html.escape(address)}"
        return super().href(around, address)


def filler_text(filler: Filler) -> str:
    """The HTML inside of a line without words."""
    return {"nbsp": "&nbsp;", "space": " ", "blank": "", "dot": "."}[filler.kind]


def read_templates(folder: Path) -> Environment:
    """The templates of skins in a folder; they know some of Python's own functions."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,  # noqa: S701  # skins escape each in their own way, and print broken markup on purpose
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    environment.filters["chomp"] = lambda text: text.removesuffix("\n")
    environment.globals |= {"styles": styles, "scripts": scripts, "groups": groups, "filler_text": filler_text}
    environment.globals |= {each.__name__: each for each in (bool, enumerate, groupby, len, list, max, min, str, zip)}
    environment.globals |= {"html": html, "json": json, "zlib": zlib}
    return environment


_TEMPLATES = read_templates(Path(__file__).parent / "templates")
