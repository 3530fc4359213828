"""In the manner of a government's register of open information: a table of what is known of a document above it."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Bulletin(ContentSkin):
    """Labels are head cells and values cells of a table among subjects and index numbers."""

    name = "bulletin"
    addresses = "relative"
    title_pattern = "{title}_{site}"
    figures = True
    filler = '<p style="text-indent: 2em">{}</p>\n'
    text_lines = '<p style="text-indent: 2em">{}</p>\n'
    subhead = '<p style="text-indent: 2em"><b>{}</b></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar for readers with weak eyes, emblem, channels, content, features, the sponsor's imprint."""
        menu = "".join(f'<li class="dh">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="tt"><p class="tt_bt">{self.title_link(around, item)}</p><p class="tt_zy">'
            f"{self.text(item.teaser)}</p></div>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<meta name="SiteName" content="River Prefecture"><title>{title}</title>
</head>
<body>
<div class="wza"><a href="javascript:;">Aid for weak eyes</a><a href="javascript:;">Read aloud</a></div>
<div class="emblem">{self.icon("emblem", "River Prefecture")}</div>
<ul class="dhs">{menu}</ul>
<div class="wrap1200">
{content}
</div>
<div class="tts"><h3>In focus</h3>{box}</div>
<div class="db"><p>Sponsor: the general office of the prefecture</p><p>Telephone for this site: 0451-5555\
{self.number(around, 1000, 9999, "phone")}</p></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Where the reader is, the table, title, document, attachment, readings, tools."""
        story = view.story
        known = [("Index number:", f"RP-{story.created:%Y}-{self.number(view, 1, 99999, 'index'):05}")]
        known += [
            (head, words) for head, words in (("Source:", self.source(view)), ("Author:", self.author(view))) if words
        ]
        known += [(f"{view.updated}:", self.day(view)), ("Subject:", "; ".join(self.tags(view)))]
        known += [("State:", "Valid")]
        pairs = [f"<th>{head}</th><td>{words}</td>" for head, words in known]
        rows = "".join(f"<tr>{''.join(pairs[at : at + 2])}</tr>\n" for at in range(0, len(pairs), 2))
        readings = self.links(view, '<li><a href="{}" title="">{}</a></li>', 2)
        return f"""{self.trail(view, '<div class="wz">{}</div>')}
{self.title(view, '<h1 class="wjbt">{}</h1>')}
<table class="xxgk"><tbody>
{rows}</tbody></table>
<div class="zh">Font size: <a href="javascript:;">Large</a> <a href="javascript:;">Middle</a> \
<a href="javascript:;">Small</a></div>
<div class="wj" id="UCAP-CONTENT">
{self.body(view)}
<ul class="jd"><li class="jd_t">Policy readings</li>{readings}</ul></div>
{self.pages(view, '<div class="ym">{}</div>')}
<div class="pj">Was this page of use to you? <button>Yes ({self.number(view, 1, 60, "yes")})</button> <button>No \
({self.number(view, 0, 9, "no")})</button></div>
<div class="ewm2"><p>Take this page along</p><img src="/d/file/ewm/{story.number}.png" alt=""></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A paragraph for the picture, a smaller one for each line of its words."""
        image = self.image(around, picture, ' style="max-width:100%"')
        shown = f'<p style="text-align: center; text-indent: 0">{image}</p>\n' if image else ""
        words = "".join(
            f'<p style="text-align: center; text-indent: 0; font-size: 12px">{one}</p>\n'
            for one in self.picture_words(picture)
        )
        return shown + words

    def listing(self, view: ListPage) -> str:
        """A table with a head: number, title with its summary, day."""
        made = "".join(
            f"<tr><td>{self.line_number(line, 1, 99999):05}</td><td class=bt>{self.title_link(view.around, line)}"
            f'<div class="gy">{self.text(line.summary or "")}</div></td><td class="rq">{line.date or ""}</td></tr>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="lm_t">{self.text(view.around.label)}</div>\n<table class="ml"><thead><tr><th>Index number'
            f"</th>"
            f"<th>Title</th><th>Day</th></tr></thead><tbody>{made}</tbody></table>"
            + (f'<div class="ym">{pager}</div>' if pager else "")
        )
