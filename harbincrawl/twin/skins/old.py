"""HTML of the nineties: upper-case tags, unclosed paragraphs and items, elements that overlap, bare ampersands."""

from __future__ import annotations

from .body import groups
from .furniture import scripts
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class OldHtml(Skin):
    """Nothing is closed that a browser closes by itself; links absolute."""

    name = "oldhtml"
    title_pattern = "{title}_{site}"

    def text(self, text: str) -> str:
        """Escaped, but an ampersand between blanks stays bare, as people write it."""
        return super().text(text).replace(" &amp; ", " & ")

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Centered, with rules between the parts."""
        menu = "\n".join(f'<LI><A HREF="{self.href(around, path)}">{words}</A>' for path, words in around.menu)
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<HTML>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={around.charset}">
<TITLE>{title}</TITLE>
<SCRIPT LANGUAGE="JavaScript">
<!--
{scripts("oh", self.kilobytes[1])}
// -->
</SCRIPT>
</HEAD>
<BODY BGCOLOR=#FFFFFF TEXT=#000000>
<UL>
{menu}
</UL>
<HR NOSHADE>
{content}
<HR>
{self.box(around)}
<HR>
<CENTER><FONT SIZE=-1>Webmaster</CENTER></FONT>
</BODY>
"""

    def article(self, view: ArticlePage) -> str:
        """Heading, two lines in bold and italics that overlap, and the body."""
        story = view.story
        made = []
        if crumb := self.crumb(view):
            made.append(f"<P>{crumb}")
        if story.printed_title:
            made.append(f"<H2><FONT COLOR=#003399>{self.text(story.title)}</H2></FONT>")
        made.append(f"<P><B><I>{view.updated} : {self.text(story.day)}</B></I>")
        if story.by:
            made.append(f"<P><B><I>{self.text(story.by)}</B></I>")
        made.append(self.body(view))
        if pager := self.article_pager(view):
            made.append(f"<P ALIGN=center>{pager}")
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """Paragraphs that only begin."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                made.append(f"<P ALIGN=center>{self.image(view.around, picture, ' BORDER=0')}" if picture.src else "")
                if picture.name and picture.name_in == "text":
                    made.append(f"<P>{self.text(picture.name)}")
                if picture.line:
                    made.append(f"<P ALIGN=center><FONT SIZE=2><I>{self.text(picture.line)}</FONT></I>")
            elif group.filler:
                made.append(f"<P>{filler_text(group.filler)}")
            elif group.kind == "items":
                made.append("<UL>\n" + "\n".join(f"<LI>{self.linked(view.around, one)}" for one in group.paragraphs)
                            + "\n</UL>")  # fmt: skip
            elif group.kind == "subhead":
                made.append(f"<H4>{self.linked(view.around, group.paragraphs[0])}</H4>")
            else:
                made.append("<P>" + "<BR>".join(self.linked(view.around, one) for one in group.paragraphs))
        return "\n".join(part for part in made if part)

    def listing(self, view: ListPage) -> str:
        """A definition list whose parts are never closed; an empty one where there is no date."""
        made = "\n".join(
            f"<DT><B>{self.title_link(view.around, line)}</B>\n<DD>{line.date or ''}\n"
            f"<DD>{self.text(line.summary or '')}"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return f"<DL>\n{made}\n</DL>" + (f"\n<P>{pager}" if pager else "")

    def box(self, around: Surroundings) -> str:
        """Items of a list, the teaser behind a break."""
        made = "\n".join(f"<LI>{self.title_link(around, item)}<BR>\n{self.text(item.teaser)}" for item in around.box)
        return f"<UL>\n{made}\n</UL>" if made else ""
