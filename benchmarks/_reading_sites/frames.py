"""The skin that the families share: four frames of a page around what a family prints in its own way."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.support.system_skins import SystemSkin
from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

_FORMS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
FRAMES = tuple(_FORMS["pages"])
PARAGRAPHS = ("<p>{}</p>\n", "<p>　　{}</p>\n", "<div>{}</div>\n<div>&nbsp;</div>\n")


class FamilySkin(SystemSkin):
    """Title, information, text: in one of four frames, with one of three looks of paragraphs."""

    subhead = "<p><strong>{}</strong></p>\n"

    def __init__(self, name: str, frame: int, paragraph: int = 0) -> None:
        self.name = name
        self.form = FRAMES[frame % len(FRAMES)]
        self.text_lines = PARAGRAPHS[paragraph % len(PARAGRAPHS)]  # type: ignore[misc]  # a skin has its own
        self.addresses = ("absolute", "root", "relative")[(frame + paragraph) % 3]
        self.title_pattern = ("{title} - {site}", "{title}", "{title}_{host}")[(2 * frame + paragraph) % 3]

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Menu, content, most read, feature box, foot."""
        box = "".join(
            f"<h4>{self.title_link(around, item)}</h4>\n<p>{self.text(item.teaser)}</p>\n" for item in around.box
        )
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        page = _FORMS["pages"][self.form].format(menu=menu, content=content, read=self.most_read(around), box=box)
        return (
            "<!DOCTYPE html>\n<html><head>"
            f'<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">'
            f"<title>{title}</title></head>\n{page}</html>\n"
        )

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb, title, information, text, pager."""
        story = view.story
        crumb = f'<div class="path">{self.crumb(view)}</div>\n' if story.breadcrumb else ""
        title = _FORMS["titles"][self.form].format(self.text(story.title)) if story.printed_title else ""
        pager = f'<div class="pages">{self.article_pager(view)}</div>\n' if story.page_count > 1 else ""
        text = _FORMS["texts"][self.form].format(self.body(view) + self.text_end(view))
        return crumb + self.above_title(view) + title + self.information(view) + text + pager

    def above_title(self, view: ArticlePage) -> str:  # noqa: ARG002 - families with something here ask for it
        """What stands between breadcrumb and title."""
        return ""

    def information(self, view: ArticlePage) -> str:
        """Day and By line on two bare lines."""
        by = self.text(view.story.by)
        return f"<p>{view.updated} : {self.text(view.story.day)}</p>\n" + (f"<p>{by}</p>\n" if by else "")

    def text_end(self, view: ArticlePage) -> str:  # noqa: ARG002 - families with something here ask for it
        """What stands at the end of the text's element."""
        return ""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Centred, its words on centred lines below."""
        cells = [self.image(around, picture), *self.picture_words(picture)]
        return "".join(f'<p align="center">{cell}</p>\n' for cell in cells if cell)

    def listing(self, view: ListPage) -> str:
        """A list with title, day and summary of each item."""
        around = view.around
        made = "".join(
            f"<li><h3>{self.title_link(around, line)}</h3><span>{line.date or ''}</span>"
            f"<p>{self.text(line.summary or '')}</p></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return f'<ul class="list">{made}</ul>\n' + (f'<div class="pages">{pager}</div>' if pager else "")
