"""In the manner of a newspaper group's system: capitals of tags, comments for its machines, tables for pictures."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class PressGroup(ContentSkin):
    """The By line stands before the day, a hyphen between; related readings float in the middle of the text."""

    name = "pressgroup"
    addresses = "relative"
    title_pattern = "{title}--{site}"
    figures = True
    filler = "<P>{}</P>\n"
    text_lines = "<P>　　{}</P>\n"
    subhead = "<P>　　<STRONG>{}</STRONG></P>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Masthead of tables, content, editions, imprint."""
        menu = " | ".join(self.menu_links(around))
        box = "".join(
            f'<TR><TD class="h14">{self.title_link(around, item)}</TD></TR><TR><TD class="h12">{self.text(item.teaser)}'
            "</TD></TR>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset={around.charset}">
<TITLE>{title}</TITLE></head>
<BODY topmargin="0">
<TABLE class="w1000" align="center"><TR><TD>{self.icon("mast", "Evening Tramline")}</TD><TD class="h12">Edition \
{self.number(around, 2100, 9800, "edition")}</TD></TR></TABLE>
<TABLE class="w1000 nav" align="center"><TR><TD>{menu}</TD></TR></TABLE>
<TABLE class="w1000" align="center"><TR><TD class="left" valign="top" width="700">
{content}
</TD><TD class="right" valign="top"><DIV class="phb"><B>Most read</B><OL>{self.most_read(around, 6)}</OL></DIV>
<A href="http://ads.example.com/p{self.number(around, 1, 5)}"><IMG src="/d/file/ad/p{self.number(around, 1, 5)}.gif">\
</A></TD></TR></TABLE>
<TABLE class="w1000 jx" align="center">{box}</TABLE>
<CENTER class="h12">The Evening Tramline group. Licence for news on the net: 2312006002.</CENTER>
</BODY></HTML>
"""

    def article(self, view: ArticlePage) -> str:
        """Comments for machines, title, By line and day, the text, an editor, a box to write in."""
        story = view.story
        info = [*([self.text(story.by)] if story.by else []), f"{view.updated}: {self.day(view)}"]
        state = f"Page {view.page} of {story.page_count}" if story.page_count > 1 else ""
        return f"""<!--enpproperty <articleid>{story.number}</articleid><date>{story.day}</date>/enpproperty-->
{self.trail(view, '<DIV class="path">{}</DIV>')}
{self.title(view, '<H2 class="bt"><!--enptitle-->{}<!--/enptitle--></H2>')}
<TABLE width="100%" class="xinxi"><TR><TD align="center" bgcolor="#eeeeee">{" - ".join(info)}</TD></TR></TABLE>
<DIV id="Zoom"><!--enpcontent-->
{self.body(view)}<!--/enpcontent--></DIV>
{f'<DIV class="page">{state}</DIV>' if state else ""}{self.pages(view, '<DIV class="page">{}</DIV>')}
<TABLE width="100%"><TR><TD align="right" class="h12">Editor: {self.editor(view)}&nbsp;</TD></TR>
<TR><TD class="h12">Readers have sent {self.number(view, 0, 240, "letters")} letters about this page. \
<A href="mailto:letters@press.example.com">Write to us</A></TD></TR></TABLE>"""

    def inset(self, view: ArticlePage) -> str:
        """Other readings, floating at the left of the text."""
        rows = self.links(view, '<TR><TD class="h12">· <A href="{}">{}</A></TD></TR>')
        return f'<TABLE align="left" class="yd"><TR><TD><B>Related readings</B></TD></TR>{rows}</TABLE>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A table: picture, name, words, each in a row."""
        rows = [f"<TR><TD>{image}</TD></TR>" for image in [self.image(around, picture, ' border="1"')] if image]
        rows += [f'<TR><TD class="pictext">{one}</TD></TR>' for one in self.picture_words(picture)]
        return f'<TABLE class="pic" align="center"><TBODY>{"".join(rows)}</TBODY></TABLE>\n'

    def listing(self, view: ListPage) -> str:
        """Rows: a square, the title, the number of letters, the day; the summary below."""
        made = "".join(
            f'<TR><TD width="12"><IMG src="/skin/pressgroup/images/sq.gif"></TD><TD class="h14">'
            f'{self.title_link(view.around, line)}</TD><TD class="h12">{self.line_number(line, 0, 60)} letters</TD>'
            f'<TD class="h12" align="right">{line.date or ""}</TD></TR><TR><TD></TD><TD colspan="3" class="h12">'
            f"{self.text(line.summary or '')}</TD></TR>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<TABLE width="100%" class="lm"><TR><TD><B>{self.text(view.around.label)}</B></TD></TR></TABLE>\n'
            f'<TABLE width="100%" class="list">{made}</TABLE>' + (f'<DIV class="page">{pager}</DIV>' if pager else "")
        )
