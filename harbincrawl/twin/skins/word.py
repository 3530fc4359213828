"""Pages whose bodies were pasted out of a word processor: MsoNormal, nested fonts, o:p, conditional comments."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text

_ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "’": "&rsquo;", "–": "&#8211;", "—": "&mdash;", "•": "&bull;"}
_FONT = "<span lang=EN-US style='font-size:10.5pt;font-family:\"Times New Roman\";mso-fareast-font-family:宋体'>"


class Word(Skin):
    """Every sentence in three elements, its source wrapped at odd places."""

    name = "word"
    title_pattern = "{title}_{owner}"
    kilobytes = (3, 2)

    def text(self, text: str) -> str:
        """Escaped, with named and numbered characters and some blanks as no-break spaces."""
        made = super().text(text)
        for character, entity in _ENTITIES.items():
            made = made.replace(character, entity)
        return made

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """A plain template around the mess."""
        menu = " ".join(f'<a href="{self.href(around, path)}">{words}</a>' for path, words in around.menu)
        return f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta http-equiv=Content-Type content="text/html; charset={around.charset}">
<meta name=Generator content="Microsoft Word 11">
<title>{title}</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style>
<!--
 p.MsoNormal, li.MsoNormal, div.MsoNormal {{mso-style-parent:"";margin:0cm;text-align:justify;font-size:10.5pt}}
{styles("wd", self.kilobytes[0])}
-->
</style>
<script>{scripts("wd", self.kilobytes[1])}</script>
</head>
<body lang=ZH-CN style='tab-interval:21.0pt;text-justify-trim:punctuation'>
<div class=menu>{menu}</div>
<div class=Section1 style='layout-grid:15.6pt'>
{content}
</div>
<div class=tail>
{self.box(around)}
</div>
<div class=foot>Contact us</div>
</body>
</html>
"""

    def _paragraph(self, inner: str, style: str = "") -> str:
        wrapped = inner.replace(", ", ",\n", 1)
        return (
            f"<p class=MsoNormal style='text-indent:21.0pt;{style}'>{_FONT}<font face=\"Verdana\"><font size=2>"
            f"{wrapped}</font></font><o:p></o:p></span></p>\n"
        )

    def article(self, view: ArticlePage) -> str:
        """Title and date are headings of the word processor too."""
        story = view.story
        made = []
        if crumb := self.crumb(view):
            made.append(f"<div>{crumb}</div>\n")
        if story.printed_title:
            made.append(f"<h1 align=center><b><span lang=EN-US>{self.text(story.title)}<o:p></o:p></span></b></h1>\n")
        made.append(self._paragraph(f"{view.updated}&nbsp;: {self.text(story.day)}"))
        if story.by:
            made.append(self._paragraph(self.text(story.by).replace(" ( ", " (&nbsp;").replace(" )", "&nbsp;)")))
        made.append(self.body(view))
        if pager := self.article_pager(view):
            made.append(f"<p align=center>{pager}</p>\n")
        return "".join(made)

    def body(self, view: ArticlePage) -> str:
        """One MsoNormal paragraph a line, pictures in conditional comments' leftovers."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                if picture.src:
                    image = self.image(view.around, picture, ' v:shapes="_x0000_i1025"')
                    shape = "<!--[if gte vml 1]><v:shape/><![endif]-->"
                    made.append(self._paragraph(f"{shape}<![if !vml]>{image}<![endif]>"))
                if picture.name and picture.name_in == "text":
                    made.append(self._paragraph(self.text(picture.name)))
                if picture.line:
                    made.append(self._paragraph(f"<i>{self.text(picture.line)}</i>"))
            elif group.filler:
                made.append(self._paragraph(filler_text(group.filler)))
            elif group.kind == "text":
                lines = "<br>\n".join(self._spaced(self.linked(view.around, one)) for one in group.paragraphs)
                made.append(self._paragraph(lines))
            else:
                made += [self._paragraph(f"<b style='mso-bidi-font-weight:normal'>{self.linked(view.around, one)}</b>")
                         for one in group.paragraphs]  # fmt: skip
        return "".join(made) + f"<!-- {view.around.look_alike} -->\n"

    def _spaced(self, made: str) -> str:
        return made if "<" in made else made.replace(" of ", "&nbsp;of ", 1).replace(" the ", "<span> </span>the ", 1)

    def listing(self, view: ListPage) -> str:
        """Three paragraphs an item."""
        made = []
        for line in view.lines:
            made.append(self._paragraph(f"<b>{self.title_link(view.around, line)}</b>"))
            made.append(f"<p class=MsoNormal>{line.date or '&nbsp;'}<o:p></o:p></p>\n")
            made.append(self._paragraph(self.text(line.summary or "")))
        pager = self.list_pager(view)
        return f"<div>{''.join(made)}</div>\n" + (f"<p align=center>{pager}</p>\n" if pager else "")

    def box(self, around: Surroundings) -> str:
        """Two paragraphs an item."""
        return "".join(
            self._paragraph(f"<b><u>{self.title_link(around, item)}</u></b>") + self._paragraph(self.text(item.teaser))
            for item in around.box
        )
