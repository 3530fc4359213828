"""Skins put together by dice: every part of a page drawn from the ways in which city portals print it.

Written after the reader and by another hand than the twin's skins; no skin here is a model of the reader's rules.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support.twin.skins import SKINS, pagers
from tests.support.twin.skins.furniture import LOOK_ALIKE, MENU
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings
from tests.support.twin.skins.skin import Skin, filler_text, groups

CRUMBS = (
    '<div class="bread"><a href="{home}">Home</a>&gt;<a href="{folder}">{label}</a></div>',
    '<p><a href="{home}">Home</a> &raquo; <a href="{folder}">{label}</a></p>',
    '<div>You are here: <a href="{home}">Home</a> &gt; {label}</div>',
    "<td height=25>&nbsp;<A HREF={home}>Home</A>&nbsp;&gt;&nbsp;<A HREF={folder}>{label}</A></td></tr><tr>",
    '<div><a href="{home}">Home</a> <img src="/images/arrow.gif" alt=""> <a href="{folder}">{label}</a></div>',
    '<ol><li><a href="{home}">Home</a></li><li>&gt;</li><li><a href="{folder}">{label}</a></li></ol>',
    "<div><span>Home</span><span>&gt;</span><span>{label}</span></div>",
    '<p>Location：<a href="{home}">HOME</a>&nbsp;›&nbsp;<a href="{folder}">{label}</a>&nbsp;›&nbsp;Text</p>',
    '<div><a href="{home}">Home</a> | <a href="{folder}">{label}</a></div>',
)
TITLES = (
    "<h1>{0}</h1>",
    "<H3 ALIGN=center>{0}</H3>",
    "<div class=title><b>{0}</b></div>",
    "<center><font size=5><strong>{0}</strong></font></center>",
    '<div class="tit">{0}</div>',
    "<p align=center><span><font size=5>{0}</font></span></p>",
    "<h2>{1}<br>{2}</h2>",
    '<div align="center"><strong>{1}<br />\n{2}</strong></div>',
    "<dl><dt>{0}</dt></dl>",
)
INFOS = (
    "<p>Updated : {day}</p><p>{by}</p>",
    "<div>Updated : {day}&nbsp;&nbsp;&nbsp;&nbsp;{by}</div>",
    "<p><span>Updated : {day}</span> <span>{by}</span></p>",
    "<ul><li>Updated : {day}</li><li>{by}</li></ul>",
    "<p>Updated : <em>{day}</em><br>{by}</p>",
    "<table><tr><td>Updated</td><td>:</td><td>{day}</td></tr><tr><td colspan=3>{by}</td></tr></table>",
    "<table><tr><td>Updated : {day}</td>{cells}</tr></table>",
    '<div>Updated : {day}</div><div>{by}</div><div><a href="javascript:zoom(1)">Large</a> '
    '<a href="javascript:zoom(0)">Small</a> <a href="javascript:print()">Print</a></div>',
)
PARAGRAPHS = (
    "<p>{}</p>\n",
    "<p>&nbsp;&nbsp;&nbsp;&nbsp;{}</p>\n",
    "<div>{}</div>\n",
    "{}<br>\n",
    "　　{}<br /><br />\n",
    "<P><FONT FACE=Verdana SIZE=2>{}</FONT>\n",
    "<div><span><span style='color:#222'>{}</span></span></div>",
    "<p>{}</p>\n<p>&nbsp;</p>\n",
    "<section><p><span>{}</span></p></section>",
)
PICTURES = (
    "<p>{image}</p>{name:p}{line:p}",
    "<p align=center>{image}<br>{name:br}{line:}</p>",
    "<p align=center>{image}{name:br}{line:span}</p>",
    "<table align=center><tr><td>{image}</td></tr>{name:tr}{line:tr}</table>",
    "<table><tr><td><table><tr><td>{image}</td></tr></table></td></tr>{name:tr}{line:tr}</table>",
    '<center><a href="/d/file/big.jpg">{image}</a></center>{name:center}{line:center}',
    "<div><div>{image}</div>{name:div}<div><font color=gray>{line:}</font></div></div>",
)
TAILS = (
    "",
    '<div><a href="javascript:window.print()">Print</a> <a href="javascript:window.close()">Close</a></div>',
    '<p align=right>【<a href="javascript:print()">Print</a>】【<a href="javascript:close()">Close</a>】</p>',
    '<div>Share to: <a href="http://service.weibo.com/s"><img src="/images/weibo.gif" alt=""></a>'
    '<a href="http://www.facebook.com/s"><img src="/images/fb.gif" alt=""></a></div>',
    '<div class="clear"></div><p align="right">Editor: Li Na</p>',
    '<a href="#top">TOP</a>',
)
BOXES = (
    ("<ul>", "<li><b>{link}</b><p>{teaser}</p></li>\n", "</ul>"),
    ("<table><tr>",
     "<td><table><tr><td>{thumb}</td></tr><tr><td>{link}</td></tr><tr><td>{teaser}</td></tr></table></td>",
     "</tr></table>"),
    ("<dl>", "<dt>{link}</dt><dd>{teaser}</dd>", "</dl>"),
    ("<div>", "{link}<br>{teaser}<br><br>\n", "</div>"),
    ("", "<p>{link}</p><p>{teaser}</p>", ""),
    ("<div>", "<div>{thumb}<h4>{link}</h4><span>{teaser} <a href='{href}'>[more]</a></span></div>", "</div>"),
    ("<h3>Highlights</h3><ul>", "<li>{link}<br>{teaser}</li>", "</ul>"),
    ("<div><b>Features</b></div><div>", "<div>{link}</div><div>{teaser}</div>", "</div>"),
    ("<table>", "<tr><td rowspan=2>{thumb}</td><td>{link}</td></tr><tr><td>{teaser}</td></tr>", "</table>"),
    ("<section>", "<a href='{href}'><img src='{src}' alt=''><h5>{title}</h5><p>{teaser}</p></a>", "</section>"),
)  # fmt: skip
LISTS = (
    ("<ul>", "<li>{link} <span>{date}</span><p>{summary}</p></li>", "</ul>"),
    ("<ul>", "<li>· {link} ({date})<br>{summary}</li>", "</ul>"),
    ("<ul>", "<li>[{date}] {link}<div>{summary}</div></li>", "</ul>"),
    ("<dl>", "<dt>{link}</dt><dd>{date}</dd><dd>{summary}</dd>", "</dl>"),
    ("<table>", "<tr><td>{link}</td><td>{date}</td></tr><tr><td colspan=2>{summary}</td></tr>", "</table>"),
    ("<table>", "<tr><td>{date}</td><td>{link}</td></tr><tr><td colspan=2>{summary}</td></tr>", "</table>"),
    ("", "{link}<br>{date}<br>{summary}<br><br>", ""),
    ("<div>", "<div><h3>{link}</h3><p>{summary} <a href='{href}'>[more]</a></p><p>{date}</p></div>", "</div>"),
    ("<div>", "<div><div>{thumb}</div><div><b>{link}</b></div><div>{date}</div><div>{summary}</div></div>", "</div>"),
    ("<div>", "<div><span>{date}</span><br><b>{link}</b><br>{summary}</div><hr>", "</div>"),
    ("<div>", "<div><h4>{link}</h4><p>Updated : {date}</p><p>{summary}</p></div>", "</div>"),
    ("<div>", "<a href='{href}'><h4>{title}</h4><i>{date}</i><p>{summary}</p></a>", "</div>"),
    ("<table><tr><td>", "<table><tr><td>{link}</td></tr><tr><td>{date}</td></tr><tr><td>{summary}</td></tr></table>",
     "</td></tr></table>"),
)  # fmt: skip
MENUS = (
    ("<ul>", '<li><a href="{}">{}</a></li>', "</ul>"),
    ("<table><tr>", '<td><a href="{}">{}</a></td>', "</tr></table>"),
    ("<div>", '<a href="{}">{}</a> | ', "</div>"),
    ("<div>", '<a href="{}"><font color=white>{}</font></a>', "</div>"),
)
FRAMES = (
    # Content and box in rows of one table, a side column beside them.
    "{top}<table width=960><tr><td rowspan=2 valign=top>{side}</td><td>{content}</td></tr>"
    "<tr><td>{box}</td></tr></table>{foot}",
    # Floats and clear divs.
    "<div class=w>{top}<div class=clear></div><div class=l>{content}<div class=clear></div></div><div class=clear></div>"
    "<div class=b>{box}</div><div class=clear></div>{foot}</div>",
    # The box at the end of the content's own container.
    '<div id="doc">{top}<div class="main">{content}{box}</div>{foot}</div>',
    "<center>{top}</center><hr>{content}<hr>{box}<hr>{foot}",
    # A side column behind the content, before the box.
    "{top}<main><div>{content}</div><aside>{side}</aside></main><section>{box}</section><footer>{foot}</footer>",
    "<TABLE><TR><TD>{top}</TD></TR><TR><TD><TABLE><TR><TD>{content}</TD></TR></TABLE></TD></TR><TR><TD>{box}</TD></TR>"
    "<TR><TD>{foot}</TD></TR></TABLE>",
    '<div class="page">{top}{content}</div><div class="page2">{box}{foot}</div>',
)
FEET = (
    "<p>Copyright &copy; my399.com. All rights reserved.</p>",
    '<div><a href="/about/">About us</a> | <a href="/contact/">Contact</a> | <a href="/map/">Site map</a></div>'
    f"<div>Harbin Newspaper Group</div><div>{LOOK_ALIKE}</div>",
    "<ul>" + "".join(f'<li><a href="http://www.example.com/{n}">Partner {n}</a></li>' for n in range(20)) + "</ul>"
    "<p>京ICP备05012345号</p>",
    '<table><tr><td><a href="{article}">About the site</a></td><td>No 399, Youyi Road</td><td>Tel: 0451-84600000</td>'
    "<td>ICP 05012345</td></tr></table>",
    "",
)


class Shuffled(Skin):
    """One draw of all parts; equal seeds give equal skins."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self.name = f"shuffled{seed}"
        self.addresses = dice.choice(("absolute", "root", "relative"))
        self.title_pattern = dice.choice(
            (
                "{title}-Harbin Today",
                "Harbin Today",
                "e.my399.com",
                "{title}",
                "Harbin Today-{title}",
                "Untitled Document",
            )
        )
        self.crumb_form = dice.choice(CRUMBS)
        self.title_form = dice.choice(TITLES)
        self.info = dice.choice(INFOS)
        self.paragraph = dice.choice(PARAGRAPHS)
        self.picture = dice.choice(PICTURES)
        self.tail = dice.choice(TAILS)
        self.box_form = dice.choice(BOXES)
        self.list_form = dice.choice(LISTS)
        self.menu = dice.choice(MENUS)
        self.frame_form = dice.choice(FRAMES)
        self.foot = dice.choice(FEET)
        self.pager_form = dice.choice(("<p align=center>{}</p>", "<div>{}</div>", "{}", "<ul>{}</ul>"))
        if self.paragraph.startswith("<P>") and self.pager_form == "{}":
            # Nothing would divide the pager from the last line.
            self.pager_form = "<div>{}</div>"
        self.list_head = dice.choice(("", "<h2>{label}</h2>", '<div><a href="{home}">Home</a>&gt;{label}</div>'))

    def parts(self) -> dict[str, object]:
        """What was drawn, to be read when a page is misread."""
        return {key: value for key, value in vars(self).items() if key != "name"}

    def top(self, around: Surroundings) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - other sites' skins ask for it
        """(path, words) of the menu's links."""
        return MENU

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """The drawn frame around `content`."""
        opening, item, closing = self.menu
        top = (
            opening + "".join(item.format(self.href(around, path), words) for path, words in self.top(around)) + closing
        )
        side = "<h4>Most read</h4><ul>" + "".join(
            f'<li><a href="{self.href(around, link.path)}">{self.text(link.title)}</a></li>'
            for link in around.most_read
        )
        article = around.most_read[0].path if around.most_read else "/about/"
        inside = self.frame_form.format(
            top=top,
            side=side + "</ul>",
            content=content,
            box=self.box(around),
            foot=self.foot.replace("{article}", self.href(around, article)),
        )
        return (
            "<!DOCTYPE html>\n<html><head>"
            f'<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">'
            f"<title>{title}</title></head>\n<body>{inside}</body></html>\n"
        )

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb, title, info, body, pager, tail."""
        story = view.story
        made = ""
        if story.breadcrumb:
            form = self.crumb_form if story.home_in_breadcrumb else '<div><a href="{folder}">{label}</a></div>'
            made = form.format(
                home=self.href(view.around, "/"),
                folder=self.href(view.around, f"/{story.section_path}/"),
                label=self.text(story.label),
            )
            made = f"<table><tr>{made}<td></td></tr></table>" if made.startswith("<td") else made
        if story.printed_title:
            words = story.title.split()
            halves = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
            made += "\n" + self.title_form.format(self.text(story.title), *map(self.text, halves))
        by = self.text(story.by)
        cells = "".join(f"<td>{cell}</td>" for cell in (by[:2], by[2:])) if by else ""
        made += "\n" + self.info.format(day=self.text(story.day), by=by, cells=cells) + "\n"
        return made + f"<div>{self.body(view)}{self.pager(pagers.article_parts(view), view.around)}</div>{self.tail}"

    def body(self, view: ArticlePage) -> str:
        """The drawn forms of paragraph and picture."""
        made = []
        for group in groups(view.blocks):
            if picture := group.picture:
                name = self.text(picture.name) if picture.name and picture.name_in == "text" else ""
                form = self.picture.replace("{image}", self.image(view.around, picture))
                for key, words in (("name", name), ("line", self.text(picture.line))):
                    for tag in ("p", "span", "tr", "center", "div", "br", ""):
                        whole = {"tr": f"<tr><td>{words}</td></tr>", "br": f"{words}<br>", "": words}.get(
                            tag, f"<{tag}>{words}</{tag}>"
                        )
                        form = form.replace(f"{{{key}:{tag}}}", whole if words else "")
                made.append(form)
            elif group.filler:
                made.append(self.paragraph.format(filler_text(group.filler)))
            else:
                made += [self.paragraph.format(self.linked(view.around, one)) for one in group.paragraphs]
        return "".join(made)

    def pager(self, parts: Sequence[pagers.PagerPart], around: Surroundings) -> str:
        """The pager in the drawn form; nothing where there is none."""
        if not parts:
            return ""
        if self.pager_form.startswith("<ul"):
            return f"<ul>{pagers.items(list(parts), lambda path: self.href(around, path))}</ul>"
        return self.pager_form.format(pagers.inline(list(parts), lambda path: self.href(around, path)))

    def listing(self, view: ListPage) -> str:
        """The drawn form of a list."""
        opening, form, closing = self.list_form
        head = self.list_head.format(home=self.href(view.around, "/"), label=self.text(view.around.label))
        made = "".join(self._line(view.around, form, line) for line in view.lines)
        return head + opening + made + closing + self.pager(pagers.list_parts(view), view.around)

    def _line(self, around: Surroundings, form: str, line: PrintedLine) -> str:
        if not line.date:
            form = form.replace("({date})", "").replace("[{date}]", "").replace("Updated : ", "")
        href = self.href(around, line.address)
        return form.format(
            link=self.title_link(around, line),
            href=href,
            title=self.text(line.title),
            date=line.date or "",
            summary=self.text(line.summary or ""),
            thumb=f'<a href="{href}"><img src="{line.thumb}" alt=""></a>',
        )

    def box(self, around: Surroundings) -> str:
        """The drawn form of the feature box."""
        opening, form, closing = self.box_form
        made = "".join(
            form.format(
                link=self.title_link(around, item),
                href=self.href(around, item.path),
                title=self.text(item.title),
                teaser=self.text(item.teaser),
                src=item.thumb,
                thumb=f'<a href="{self.href(around, item.path)}"><img src="{item.thumb}" alt=""></a>',
            )
            for item in around.box
        )
        return opening + made + closing if made else ""


def name_shuffled(seeds: Sequence[int]) -> tuple[str, ...]:
    """The names of these skins; a test whose parameter is one of them runs while the twin knows it (conftest.py)."""
    return tuple(f"shuffled{seed}" for seed in seeds)


@contextmanager
def known_to_the_twin(names: Sequence[str]) -> Iterator[None]:
    """The twin knows these skins while it lasts, and no other test is offered them."""
    SKINS.update({name: Shuffled(int(name.removeprefix("shuffled"))) for name in names})
    try:
        yield
    finally:
        for name in names:
            del SKINS[name]
