"""In the manner of a broadcaster's pages: test ids everywhere; what is known is a list of terms behind the text."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import COLUMNS, SHORT_DAY, ContentSkin


class TestBed(ContentSkin):
    """In the manner of a broadcaster's pages: test ids everywhere; what is known is a list of terms behind the text."""

    __test__ = False
    name = "testbed"
    addresses = "root"
    title_pattern = "{title} - {site}"
    figures = True
    day_form = SHORT_DAY
    filler = (
        '<div data-component="text-block" class="sc-18fde0d6-0 dlWCEZ"><p class="sc-eb7bd5f6-0 fYAfXe">{}</p></div>\n'
    )
    text_lines = filler
    subhead = '<div data-component="subheadline-block" class="sc-18fde0d6-0"><h2 class="sc-518485e5-0">{}</h2></div>\n'
    items = '<div data-component="unordered-list-block"><ul class="sc-734a601c-0">{}</ul></div>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Skip link, header, navigation, content, promotions, footer."""
        menu = "".join(
            f'<li data-testid="nav-item" class="sc-44f1f005-3">{link}</li>' for link in self.menu_links(around)
        )
        box = "".join(
            f'<div data-testid="london-card"><div class="sc-c6f6255e-0"><div data-testid="card-media">'
            f'<img src="{item.thumb}" alt="" loading="lazy"></div><div data-testid="card-text-wrapper">'
            f'<h3 data-testid="card-headline">{self.title_link(around, item)}</h3><p data-testid="card-description">'
            f"{self.text(item.teaser)}</p></div></div></div>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="{around.charset}"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="preload" as="font" href="/static/reith.woff2"></head>
<body><div id="__app"><a href="#main-content" data-testid="skip-link">Skip to content</a>
<header data-testid="header" class="sc-9b5f5c7e-0"><button aria-label="Open menu" data-testid="menu-btn"><svg></svg>\
</button>
<a href="/" data-testid="brand">Sunrise Broadcasting</a><button data-testid="register">Register</button></header>
<nav data-testid="level1-navigation-container"><ul>{menu}</ul></nav>
<main id="main-content" data-testid="main-content">
{content}
</main>
<section data-testid="promo-section"><h2 class="sc-345a96f3-1">Watch and read</h2><div data-testid="grid">{box}</div>
</section>
<section data-testid="most-read"><h2 class="sc-345a96f3-1">Most read</h2><ol>{self.most_read(around)}</ol></section>
<footer data-testid="footer"><ul><li>Terms of Use</li><li>Accessibility Help</li><li>Do not share my info</li></ul>\
</footer>
</div><script>window.__STATE__={{"build":{self.number(around, 1000, 9999, "build")}}}</script></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, buttons; blocks; the list of terms; topics; more."""
        known = [("Reading time", f"{self.number(view, 2, 9, 'm')} minutes")]
        known += [("Author", self.author(view))] if self.author(view) else []
        known += [(view.updated, f'<time class="sc-801dd632-2">{self.day(view)}</time>')]
        known += [("Source", self.source(view))] if self.source(view) else []
        known.append(("Views", f"{self.number(view, 90, 9000, 'views'):,}"))
        terms = "".join(
            f'<div class="sc-a898728c-1"><dt class="sc-a898728c-2">{head}</dt><dd '
            f'class="sc-a898728c-3">{words}</dd></div>\n'
            for head, words in known
        )
        topics = "".join(
            f'<li><a href="/topics/{tag}" data-testid="topic-chip">{tag}</a></li>' for tag in self.tags(view)
        )
        more = self.teasers(
            view,
            '<li data-testid="onward-item"><a href="{0}"><span data-testid="onward-headline">{1}</span></a>'
            '<div data-testid="onward-summary">{2}</div></li>\n',
            3,
        )
        at, count = view.page, view.story.page_count
        back = self.page_link(view, at - 1, '<a data-testid="pagination-back" href="{}">Previous</a> ')
        forth = self.page_link(view, at + 1, ' <a data-testid="pagination-next" href="{}">Next</a>')
        pages = f'<nav data-testid="pagination">{back}<span>Page {at} of {count}</span>{forth}</nav>\n'
        return f"""<article class="sc-bf41ac2f-0" data-testid="article">
{self.trail(view, '<div data-testid="breadcrumb" class="sc-5fb5cbe5-0">{}</div>')}
{self.title(view, '<div data-component="headline-block"><h1 class="sc-f98b1ad2-0 dfvxux">{}</h1></div>')}
<div data-testid="actions"><button data-testid="share-button">Share</button> <button data-testid="save-button">Save\
</button></div>
{self.body(view)}{pages if count > 1 else ""}<section \
data-testid="article-information" aria-label="Article information">
<h2 class="sc-345a96f3-2">Article information</h2>
<dl class="sc-a898728c-0">
{terms}</dl></section>
<div data-component="tags" data-testid="tags"><ul>{topics}</ul></div>
<section data-testid="onward"><h2 class="sc-345a96f3-1">Related</h2><ul>
{more}</ul></section>
</article>"""

    def inset(self, view: ArticlePage) -> str:
        """A block of links between two blocks of text."""
        links = self.links(view, '<li><a href="{}">{}</a></li>', 2)
        return f'<div data-component="links-block"><p class="sc-4af9c1b3-0">More on this:</p><ul>{links}</ul></div>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A block of an image; its words in a block of a caption."""
        image = ""
        if picture.src:
            image = self.image(
                around, picture, ' sizes="(min-width: 1280px) 50vw" loading="lazy" class="sc-d1200759-0"'
            )
            image = f'<div data-testid="image" class="sc-d1200759-1">{image}</div>'
        words = "".join(f'<p class="sc-18fde0d6-9" data-testid="caption">{one}</p>'
                        for one in self.picture_words(picture))  # fmt: skip
        words = f'<div data-component="caption-block">{words}</div>' if words else ""
        return f'<figure data-component="image-block">{image}{words}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """Cards that are one link each: picture, title, summary, the day with a rubric."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<li><div data-testid="liverpool-card"><a data-testid="internal-link" '
            f'href="{self.href(around, line.address)}"><div data-testid="card-media">'
            f'<img src="{line.thumb}" alt=""></div>'
            f'<div data-testid="card-text-wrapper"><h2 data-testid="card-headline">{self.text(line.title)}</h2>'
            f'<p data-testid="card-description">{self.text(line.summary or "")}</p><div class="sc-ac6bc755-0">'
            + (f'<span data-testid="card-metadata-lastupdated">{self.line_day(line)}</span>' if line.date else "")
            + f'<span data-testid="card-metadata-tag"> | {self.line_word(line, COLUMNS)}</span></div></div></a>'
            f"</div></li>\n"
            for line in view.lines
        )
        numbers = "".join(
            f"<li>{one}</li>" for one in self.page_numbers(view, '<a href="{}">{}</a>', '<b aria-current="page">{}</b>')
        )
        back = self.page_link(view, pager.page - 1, '<a data-testid="pagination-back" href="{}">Previous page</a>')
        forth = self.page_link(view, pager.page + 1, '<a data-testid="pagination-next" href="{}">Next page</a>')
        total = f'<p data-testid="count">{pager.total} articles</p>' if pager.total else ""
        return (
            f'<section data-testid="alaska-section"><h1 data-testid="section-title">'
            f"{self.text(around.label)}</h1>{total}\n"
            f'<ul data-testid="alaska-grid">{made}</ul>'
            + (f'<nav data-testid="pagination">{back}<ol>{numbers}</ol>{forth}</nav>' if pager.pages > 1 else "")
            + "</section>"
        )
