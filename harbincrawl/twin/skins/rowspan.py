"""A full-width table portal: a side column that spans rows, paragraphs of breaks with wide blanks, nested tables."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Rowspan(Skin):
    """Upper-case tags, no heading element; the foot is a table with a link to an article in it."""

    name = "rowspan"
    addresses = "root"
    title_pattern = "Untitled Document"
    kilobytes = (9, 8)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Menu, then one table: side column, content, box; then foot."""
        menu = "".join(f"<TD><A HREF={self.href(around, path)}><FONT COLOR=white>{words}</FONT></A></TD>"
                       for path, words in around.menu)  # fmt: skip
        most = "".join(f"<A HREF={self.href(around, link.path)}>{self.text(link.title)}</A><BR>\n"
                       for link in around.most_read)  # fmt: skip
        foot = self.href(around, around.most_read[0].path) if around.most_read else "/about/"
        return f"""<HTML>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={around.charset}">
<TITLE>{title}</TITLE>
<STYLE>{styles("rs", self.kilobytes[0])}</STYLE>
<SCRIPT>{scripts("rs", self.kilobytes[1])}</SCRIPT>
</HEAD>
<BODY>
<TABLE WIDTH=960 BGCOLOR=#003399><TR>{menu}</TR></TABLE>
<TABLE WIDTH=960><TR><TD ROWSPAN=2 WIDTH=200 VALIGN=top><B>Most read</B><BR>
{most}</TD><TD VALIGN=top>
{content}
</TD></TR>
<TR><TD>{self.box(around)}</TD></TR></TABLE>
<TABLE WIDTH=960><TR><TD><A HREF={foot}>About the site</A></TD><TD>No 399, Youyi Road</TD>\
<TD>{around.look_alike}</TD></TR>
<TR><TD COLSPAN=3>By ( webmaster )</TD></TR></TABLE>
</BODY>
</HTML>
"""

    def article(self, view: ArticlePage) -> str:
        """Nested tables for breadcrumb and body, centered lines in between, tools behind."""
        story = view.story
        made = []
        if crumb := self.crumb(view):
            made.append(f"<TABLE WIDTH=100%><TR><TD HEIGHT=25>{crumb}</TD></TR></TABLE>")
        if story.printed_title:
            made.append(f"<CENTER><FONT SIZE=5><STRONG>{self.text(story.title)}</STRONG></FONT></CENTER>")
        made.append(f"<CENTER><FONT COLOR=gray>{view.updated} : {self.text(story.day)}</FONT></CENTER>")
        if story.by:
            made.append(f"<CENTER><FONT COLOR=gray>{self.text(story.by)}</FONT></CENTER>")
        made.append(f"<TABLE><TR><TD>{self.body(view)}</TD></TR></TABLE>")
        if pager := self.article_pager(view):
            made.append(f"<CENTER>{pager}</CENTER>")
        made.append('<P ALIGN=right>【<A HREF="javascript:print()">Print</A>】【<A HREF="#">Top</A>】</P>')
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """Two wide blanks before a paragraph, two breaks behind it; a picture is a cell, its words the cell below."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                cells = [self.image(view.around, picture)]
                cells += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                cells += [f"<SPAN>{self.text(picture.line)}</SPAN>"] if picture.line else []
                rows = "".join(f"<TR><TD ALIGN=center>{cell}</TD></TR>" for cell in cells if cell)
                made.append(f"<TABLE ALIGN=center><TR><TD><TABLE>{rows}</TABLE></TD></TR></TABLE>\n")
            elif group.filler:
                made.append(f"{filler_text(group.filler)}<BR>\n")
            else:
                bold = group.kind == "subhead"
                for one in group.paragraphs:
                    words = self.linked(view.around, one)
                    made.append(f"　　{f'<B>{words}</B>' if bold else words}<BR><BR>\n")
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """Two rows an item: the title with the date beside it, and the summary."""
        made = "".join(
            f"<TR><TD>·{self.title_link(view.around, line)}</TD><TD>{line.date or ''}</TD></TR>\n"
            f"<TR><TD COLSPAN=2>{self.text(line.summary or '')}</TD></TR>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        heading = f"<B>{self.text(view.around.label)}</B>"
        return f"{heading}<TABLE>{made}</TABLE>" + (f"<CENTER>{pager}</CENTER>" if pager else "")

    def box(self, around: Surroundings) -> str:
        """A bold heading in a cell of its own, then a row of thumbnails over title and teaser."""
        made = "".join(
            f"<TD VALIGN=top><A HREF={self.href(around, item.path)}><IMG SRC={item.thumb}></A><BR>\n"
            f"{self.title_link(around, item)}<BR>{self.text(item.teaser)}</TD>\n"
            for item in around.box
        )
        return f"<TABLE><TR><TD><B>Features</B></TD></TR></TABLE><TABLE><TR>{made}</TR></TABLE>" if made else ""
