"""Odd markup of an article's own parts: the words are the same, so the record is."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree
from lxml.html import HtmlElement

from .article_page import ArticlePageEditor as Page
from .article_page import make_element, text_of

Edit = Callable[[Page], None]


def _wrap(number: int, tag: str, **attributes: str) -> Edit:
    return lambda page: page.wrap(page.paragraph(number), tag, **attributes)


def _nest(page: Page) -> None:
    for _ in range(5):
        page.wrap(page.paragraph(1), "div")


def _drop_cap(page: Page) -> None:
    line = page.paragraph(0)
    text = text_of(line).lstrip()
    cap = make_element('<span class="cap"></span>')
    cap.text = text[0]
    page.cut(line, [cap, text[1:]])


def _spell(page: Page) -> None:
    line = page.paragraph(1)
    parts: list[HtmlElement | str] = []
    for word in text_of(line).split():
        span = make_element("<span></span>")
        span.text = word
        parts += [span, " "]
    page.cut(line, parts)


def _inside(markup: str) -> Edit:
    def edit(page: Page) -> None:
        line = page.paragraph(1)
        text = text_of(line)
        at = text.index(" ", 12)
        page.cut(line, [text[:at], make_element(markup), text[at:]])

    return edit


def _before(markup: str) -> Edit:
    return lambda page: page.precede(page.paragraph(1), make_element(markup))


def _comment(page: Page) -> None:
    line = page.paragraph(1)
    text = text_of(line)
    at = text.index(" ", 12)
    page.cut(line, [text[:at], etree.Comment(" By ( nobody ) <p>lost</p> "), text[at:]])


def _blank_runs(page: Page) -> None:
    line = page.paragraph(1)
    text = text_of(line)
    page.cut(line, [re.sub(" ", "\n\t  ", text, count=6)])


def _indent(page: Page) -> None:
    line = page.paragraph(1)
    page.cut(line, ["\u3000\u3000" + text_of(line).lstrip()])


def _no_break(page: Page) -> None:
    line = page.paragraph(1)
    page.cut(line, ["\u00a0\u00a0" + text_of(line).strip().replace(" ", "\u00a0", 3) + "\u00a0"])


def _break_title(page: Page) -> None:
    title = page.places.title
    assert title is not None
    words = text_of(title).split()
    page.cut(title, [" ".join(words[:3]), make_element("<br>"), " ".join(words[3:])])


def _title(tag: str, **attributes: str) -> Edit:
    def edit(page: Page) -> None:
        title = page.places.title
        assert title is not None
        page.wrap(title, tag, **attributes)

    return edit


def _title_icon(page: Page) -> None:
    title = page.places.title
    assert title is not None
    page.cut(title, [text_of(title).strip() + " ", make_element('<img src="/images/new.gif" alt="">')])


def _day(old: str, new: str) -> Edit:
    return lambda page: page.retype(page.places.date, old, new)


def _picture(key: str, value: str | None, *, own: bool = False) -> Edit:
    def edit(page: Page) -> None:
        picture = page.picture()
        picture.set(key, picture.get("src", "") if own else value)

    return edit


def _wrap_picture(markup: str) -> Edit:
    def edit(page: Page) -> None:
        picture = page.picture()
        around = make_element(markup)
        around.tail, picture.tail = picture.tail, None
        picture.getparent().replace(picture, around)
        around.append(picture)

    return edit


def _root_picture(page: Page) -> None:
    picture = page.picture()
    src = picture.get("src", "")
    picture.set("src", "//e.my399.com/" + src[src.index("d/file/") :])


EDITS: tuple[tuple[str, Edit], ...] = (
    ("drop cap", _drop_cap),
    ("a span a word", _spell),
    ("bold paragraph", _wrap(1, "b")),
    ("strong and first", _wrap(0, "strong")),
    ("italic paragraph", _wrap(1, "i")),
    ("underlined paragraph", _wrap(1, "u")),
    ("coloured paragraph", _wrap(2, "font", color="red")),
    ("marked paragraph", _wrap(1, "mark")),
    ("struck-free ins paragraph", _wrap(2, "ins")),
    ("paragraph in a blockquote", _wrap(1, "blockquote")),
    ("paragraph in center", _wrap(1, "center")),
    ("paragraph in a section", _wrap(2, "section")),
    ("paragraph in code", _wrap(1, "code")),
    ("paragraph of a quotation element", _wrap(2, "q")),
    ("five divs around a paragraph", _nest),
    ("comment in a paragraph", _comment),
    ("script in a paragraph", _inside("<script>document.write('<p>By ( nobody )</p>')</script>")),
    ("empty anchor in a paragraph", _inside('<a name="mid"></a>')),
    ("break opportunity in a paragraph", _inside("<wbr>")),
    ("empty bold in a paragraph", _inside("<b></b>")),
    ("hidden input in a paragraph", _inside('<input type="hidden" value="By ( form )">')),
    ("superscript in a paragraph", _inside("<sup></sup>")),
    ("wrapped source", _blank_runs),
    ("wide indent", _indent),
    ("no-break blanks", _no_break),
    ("title on two lines", _break_title),
    ("title in a link to itself", _title("a", href="#")),
    ("title in a font", _title("font", size="6")),
    ("title in capitals' element", _title("big")),
    ("title with an icon", _title_icon),
    ("day without a blank", _day("Updated : ", "Updated:")),
    ("day with a wide colon", _day("Updated : ", "Updated：")),
    ("picture that is a link to itself", _wrap_picture('<a href="/d/file/large.jpg"></a>')),
    ("picture in a picture element", _wrap_picture("<picture></picture>")),
    ("picture in a span", _wrap_picture("<span></span>")),
    ("icon before a paragraph", _before('<img src="/images/icon_pen.gif" width="16" height="16" alt="">')),
    ("smiley in a paragraph", _inside('<img src="/images/smile/3.gif" width="20" alt=":)">')),
    ("picture in bold", _wrap_picture("<b></b>")),
    ("picture with a size", _picture("width", "580")),
    ("picture with a tip", _picture("title", "Click to see more")),
    ("picture with a srcset", _picture("srcset", "/d/file/small.jpg 300w, /d/file/large.jpg 900w")),
    ("picture with a lazy copy", _picture("data-original", None, own=True)),
    ("picture of words", _picture("alt", "The old harbour in the morning")),
    ("picture without alt", _picture("alt", "")),
    ("picture without a scheme", _root_picture),
    ("caption in small", lambda page: page.wrap(page.caption(), "small")),
    ("caption in em", lambda page: page.wrap(page.caption(), "em")),
    ("caption in bold", lambda page: page.wrap(page.caption(), "b")),
    ("caption in grey", lambda page: page.wrap(page.caption(), "font", color="#999")),
)
TEXT_EDITS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("tags in capitals", lambda text: re.sub(r"</?[a-z][a-z0-9]*", lambda tag: tag[0].upper(), text)),
    ("no end tags of paragraphs", lambda text: text.replace("</p>", "").replace("</li>", "").replace("</td>", "")),
    ("no doctype", lambda text: re.sub(r"<!DOCTYPE[^>]*>", "", text, flags=re.IGNORECASE)),
    ("carriage returns", lambda text: text.replace("\n", "\r\n")),
    ("comment before everything", lambda text: f"<!-- saved from url=(0022)http://www.example.com/ -->\n{text}"),
    ("two titles of the document", lambda text: text.replace("</head>", "<title>Untitled 2</title></head>", 1)),
    ("junk behind the end", lambda text: f"{text}\n<!-- 0.0312 s --></div></td>"),
    ("a blank page's worth of lines", lambda text: text.replace("<body", "\n" * 400 + "<body", 1)),
    ("attributes without quotes", lambda text: re.sub(r'="([a-z0-9]+)"', r"=\1", text)),
    ("numbered characters", lambda text: text.replace(" said", " s&#97;id").replace(" the ", " t&#x68;e ")),
)
