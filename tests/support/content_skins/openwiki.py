"""In the manner of a wiki: a box of facts floats beside the text, thumbnails have words below, categories end it."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

EDITS = ("Read", "View source", "View history")


class OpenWiki(ContentSkin):
    """A caption and rows of facts in a table before the text; lists say out of how many pages they show some."""

    name = "openwiki"
    addresses = "root"
    title_pattern = "{title} - {site}"
    figures = True
    line_break = "<br />"
    subhead = '<h3><span class="mw-headline">{}</span></h3>\n'
    items = "<ul>{}</ul>\n"

    def portlet(self, name: str, title: str, items: str) -> str:
        """A group of links in the column."""
        return (
            f'<div class="portal" role="navigation" id="p-{name}"><h3>{title}</h3><div class="body"><ul>{items}</ul>'
            "</div></div>\n"
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Content first; tabs, portlets and footer behind it, as style sheets place them."""
        menu = "".join(f'<li id="n-{n}">{link}</li>' for n, link in enumerate(self.menu_links(around)))
        box = "".join(
            f'<tr><th scope="row" class="navbox-group">{self.title_link(around, item)}</th>'
            f'<td class="navbox-list">{self.text(item.teaser)}</td></tr>\n'
            for item in around.box
        )
        views = "".join(f"<li><span><a>{words}</a></span></li>" for words in EDITS)
        return f"""<!DOCTYPE html>
<html lang="en" dir="ltr" class="client-nojs">
<head>
<meta charset="{around.charset}" />
<title>{title}</title>
<meta name="generator" content="A wiki 1.23" />
</head>
<body class="mediawiki ltr sitedir-ltr ns-0 ns-subject skin-vector action-view">
<div id="mw-page-base" class="noprint"></div>
<div id="content" class="mw-body" role="main"><a id="top"></a>
{content}
</div>
<div id="mw-navigation"><h2>Navigation menu</h2><div id="mw-head"><div id="left-navigation"><ul class="vectorTabs">\
<li class="selected"><span><a>Page</a></span></li><li><span><a>Discussion</a></span></li></ul></div>
<div id="right-navigation"><ul>{views}</ul><form id="searchform"><input type="search" placeholder="Search" /></form>\
</div></div>
<div id="mw-panel"><div id="p-logo"><a href="/" title="Visit the main page"></a></div>
{self.portlet("navigation", "Navigation", menu)}{self.portlet("popular", "Popular pages", self.most_read(around, 4))}\
{self.portlet("tb", "Tools", "<li>What links here</li><li>Printable version</li><li>Cite this page</li>")}</div></div>
<table class="navbox" cellspacing="0"><tbody><tr><th colspan="2" class="navbox-title">Chosen by the wiki</th></tr>
{box}</tbody></table>
<div id="footer" role="contentinfo"><ul id="footer-info"><li>This page has been accessed \
{self.number(around, 900, 90000, "hits"):,} times.</li><li>Content is available to whoever asks.</li></ul>
<ul id="footer-places"><li>Privacy policy</li><li>About the wiki</li><li>Disclaimers</li></ul></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Title, trail, box of facts, text, see also, voices, categories."""
        story = view.story
        facts = [("Categories", ", ".join(self.tags(view)))]
        facts += [
            (head, words) for head, words in (("Author", self.author(view)), ("Source", self.source(view))) if words
        ]
        facts += [(view.updated, self.day(view)), ("Length", f"{self.number(view, 2, 9, 'minutes')} minutes to read")]
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{head}</th><td>{words}</td></tr>\n' for head, words in facts
        )
        kinds = " | ".join(f'<li><a href="/Category:{tag}" title="Category:{tag}">{tag}</a></li>'
                           for tag in self.tags(view))  # fmt: skip
        voices = "".join(
            f'<dl><dd>{words} <small>— <a href="/User:{name}">{name}</a> (<a href="/User_talk:{name}">talk</a>)</small>'
            "</dd></dl>\n"
            for name, words in self.remarks(view)
        )
        also = self.links(view, '<li><a href="{}">{}</a></li>\n')
        numbers = self.page_numbers(view, '<a href="{}">Part {}</a>', '<strong class="selflink">Part {}</strong>')
        parts = f"This is page {view.page} of {story.page_count}: {' · '.join(numbers)}"
        heading = self.title(view, '<h1 id="firstHeading" class="firstHeading"><span dir="auto">{}</span></h1>')
        return f"""<div id="siteNotice"><p>The wiki needs {self.number(view, 3, 40, "helpers")} more people who can \
spell.</p></div>
{heading}
<div id="bodyContent"><div id="siteSub">From the Birchbark Wiki</div>
{self.trail(view, '<div id="contentSub"><span class="subpages">{}</span></div>')}
<div id="jump-to-nav" class="mw-jump">Jump to: <a href="#mw-navigation">navigation</a>, <a href="#p-search">search</a>\
</div>
<div id="mw-content-text" lang="en" dir="ltr" class="mw-content-ltr"><table class="infobox vcard" \
style="float:right; width:22em"><tbody>
<tr><th colspan="2" class="fn" style="text-align:center">About this article</th></tr>
{rows}</tbody></table>
{self.body(view)}
{f'<div class="toclimit nav-parts">{parts}</div>' if story.page_count > 1 else ""}
<h2><span class="mw-headline" id="See_also">See also</span></h2>
<ul>
{also}</ul>
<h2><span class="mw-headline" id="Voices">Voices</span></h2>
{voices}<p class="noprint"><a href="/Talk:{story.number}">Add a voice</a></p>
</div>
<div class="printfooter">Retrieved from "<a href="/?oldid={story.number}">http://birchbark.example/?oldid=\
{story.number}</a>"</div>
<div id="catlinks" class="catlinks"><div class="mw-normal-catlinks"><a href="/Categories">Categories</a>: \
<ul>{kinds}</ul></div></div></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A note for the hurried: there is a whole page about this."""
        return self.links(view, '<div class="hatnote">Main article: <a href="{}">{}</a></div>\n', 1)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A thumbnail with a frame, a sign to enlarge it, and its words."""
        image = self.image(around, picture, ' width="300" height="200" class="thumbimage"')
        link = f'<a href="/File:{self.number(around, 1, 9999, picture.src or "")}" class="image">{image}</a>'
        words = "".join(f"<div>{one}</div>" for one in self.picture_words(picture))
        words = f'<div class="thumbcaption"><div class="magnify"><a title="Enlarge"></a></div>{words}</div>'
        return (
            f'<div class="thumb tnone"><div class="thumbinner" style="width:302px;">{link if image else ""} {words}'
            "</div></div>\n"
        )

    def listing(self, view: ListPage) -> str:
        """Pages in a category, as a search shows them: heading, words, size with the day."""
        pager = view.pager
        made = "".join(
            f'<li><div class="mw-search-result-heading">{self.title_link(view.around, line)}</div>'
            f'<div class="searchresult">{self.text(line.summary or "")}</div><div class="mw-search-result-data">'
            f"{self.line_number(line, 2, 14)} KB ({self.line_number(line, 180, 990, 'words')} words)"
            + (f" - {line.date}" if line.date else "")
            + "</div></li>\n"
            for line in view.lines
        )
        label = self.text(view.around.label)
        out_of = f", out of {pager.total} total" if pager.total else ""
        turns = [
            self.page_link(view, pager.page + step, f'<a href="{{}}">{words}</a>') or words
            for step, words in ((-1, "previous page"), (1, "next page"))
        ]
        pages = f"({') ('.join(turns)})\n" if pager.pages > 1 else ""
        return (
            f'<h1 id="firstHeading" class="firstHeading"><span dir="auto">{label}</span></h1>\n'
            f'<div id="bodyContent"><div id="mw-content-text"><div id="mw-pages"><h2>Pages in category "{label}"</h2>\n'
            f"<p>The following {len(view.lines)} pages are in this category{out_of}.</p>\n"
            f'{pages}<ul class="mw-search-results">{made}</ul>\n{pages}</div></div></div>'
        )
