"""Pages made to be slow: one generator a kind, each giving about as many characters as it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

_ITEM = "<p><a href=/news/2020-01-01/{0}.html>Title {0}</a></p>"
_HEAD = "<p><a href=/>Home</a> &gt; <a href=/news/>Harbin Today</a></p><h1>A title</h1>"
_ANCHOR = "<p>Updated : 2020-01-01</p><p>By Li Na ( Harbin Daily )</p>"
_BODY = "<p>Words of a body that is long enough to be one, with an end.</p>"
_TOP = _HEAD + _ANCHOR + _BODY


def _repeat(piece: str, size: int) -> str:
    return piece * (size // len(piece))


def _number(form: str, size: int) -> str:
    """`form` with a number each, for addresses and words that never repeat."""
    made: list[str] = []
    length = 0
    for number in count(1):
        made.append(form.format(number))
        length += len(made[-1])
        if length >= size:
            break
    return "".join(made)


def _halves(first: str, second: str) -> Callable[[int], str]:
    return lambda size: _TOP + _number(first, size // 2) + _number(second, size // 2)


def _flood(piece: str, head: str = _TOP, tail: str = "") -> Callable[[int], str]:
    return lambda size: head + _repeat(piece, size) + tail


def _each(form: str, head: str = _TOP, tail: str = "") -> Callable[[int], str]:
    return lambda size: head + _number(form, size) + tail


KINDS: dict[str, Callable[[int], str]] = {
    "title elements": _flood("<title>", ""),
    "one long title": lambda size: f"<title>{_repeat('Words, ', size)}</title>{_TOP}",
    "a long title of dividers": lambda size: f"<title>{_repeat('Harbin Today - ', size)}</title>{_TOP}",
    "a long title and many headings": lambda size: (
        f"<title>{_repeat('Some words of it ', size // 2)}</title>{_HEAD}"
        + _number("<p>Some line of it, {0}</p>", size // 2)
        + _ANCHOR
        + _BODY
    ),
    "nested divs": _flood("<div>"),
    "nested divs with words": _each("<div>word {0}"),
    "nested tables": _flood("<table><tr><td>"),
    "nested lists": _flood("<ul><li>x"),
    "nested links": _flood("<a href=/news/2020-01-01/8.html>"),
    "links over many lines": _each("<a href=/news/2020-01-01/{0}.html><p>y"),
    "links never closed in cells": _each("<td><a href=/news/2020-01-01/{0}.html><b>y<td>"),
    "links in links by way of a table": _each("<a href=/{0}><table><tr><td>"),
    "spans of links": _each("<a href=/{0}><span>y"),
    "pictures within one line": _each("words <img src={0}.jpg>"),
    "blanks and pictures within one line": _each("words" + "<b> </b>" * 20 + "<img src={0}.jpg>"),
    "pictures between blanks": _flood("<img src=a><b> </b>"),
    "nested bold": _flood("<b>"),
    "nested fonts in paragraphs": _flood("<p><font><b>x"),
    "unclosed inline elements before each paragraph": _flood("<i><p>x</p>"),
    "closed elements that were never open": _flood("</div></p></td></font>"),
    "links to articles": _each("<a href=/news/2020-01-01/{0}.html>Title {0}</a>"),
    "links on lines of their own": _each(_ITEM),
    "links among paragraphs": _each(_ITEM + "<p>Words between them, {0}.</p><p>More</p><p>More</p>"),
    "links that lead elsewhere": _each("<p><a href=http://www.example.com/{0}>Title {0}</a></p>"),
    "links to one article": _each("<p><a href=/news/2020-01-01/9.html>Title {0}</a></p><p>Words {0}</p>"),
    "links with long addresses": _each("<p><a href='/a/../b//./{0}/////../'>Link</a></p>"),
    "an address without end": lambda size: f"{_TOP}<p><a href='{_repeat('../a/', size)}'>x</a></p>",
    "items with dates": _each(_ITEM + "<p>2020-01-01</p><p>Words on it.</p>", ""),
    "items with printed dates": _each(_ITEM + "<p>January 3, 2020</p><p>Words on it.</p>", ""),
    "dates before items": _each("<p>2020-01-01</p>" + _ITEM, ""),
    "items without dates": _each(_ITEM + "<p>Words on it, {0}.</p>", ""),
    "items and words": _each("<li><a href=/news/2020-01-01/{0}.html>Title {0}</a><br>One<br>Two<br>Three</li>", ""),
    "dates": _flood("<p>2020-01-01</p>", ""),
    "printed dates of many days": _each("<p>May 1, 20{0}</p>", _ITEM.format(7)),
    "one line": lambda size: f"{_TOP}<p>{_repeat('words and ', size)}</p>",
    "one word": lambda size: f"{_TOP}<p>{_repeat('word', size)}</p>",
    "one line of Chinese": lambda size: f"{_TOP}<p>{_repeat('哈尔滨，', size)}</p>",
    "one line of brackets": lambda size: f"{_TOP}<p>{_repeat('[', size // 2)}{_repeat(']', size // 2)}</p>",
    "one line of By": lambda size: f"{_HEAD}<p>Updated : {_repeat('by (', size)})</p>{_BODY}",
    "one line of breadcrumbs": lambda size: f"<p>{_repeat('Home > ', size)}</p>{_TOP}",
    "one line of more": lambda size: f"{_ITEM.format(7)}<p>{_repeat('more > ', size)}<a href=7>more</a></p>",
    "breaks": _each("{0}<br>"),
    "paragraphs": _each("<p>Paragraph {0} of a body.</p>"),
    "short paragraphs": _flood("<p>x"),
    "dots": _flood("<p>.</p><p>words, words and words again</p>"),
    "anchors": _flood("<p>Updated : 2020-01-01</p>", ""),
    "anchors and By lines": _each(_ANCHOR + "<p>Words {0}</p>", _HEAD),
    "anchors above a body": lambda size: _repeat("<p>Updated : 2020-01-01</p>", 2_000) + _number(_ITEM, size),
    "breadcrumbs": _flood(_HEAD, "", _ANCHOR + _BODY),
    "lines above the anchor": _each("<p>Line {0} of the top</p>", "", _TOP),
    "pictures": _each("<img src={0}.jpg>"),
    "pictures with captions": _each("<p><img src={0}.jpg></p><p>A view of it, {0} [Photo by Li]</p>"),
    "pictures with plain captions": _each("<p><img src={0}.jpg></p><p>A view of it, {0}</p>"),
    "pictures, then captions": _halves("<img src={0}.jpg>", "<p>View {0} [Li Na]</p>"),
    "captions, then pictures": _halves("<p>View {0} [Li Na]</p>", "<img src={0}.jpg>"),
    "file names": _each("<p><img src={0}.jpg></p><p>{0}.jpg</p><p>.</p>"),
    "pictures that link": _each("<p><a href=/news/2020-01-01/{0}.html><img src={0}.jpg></a></p>"),
    "pager numbers": _each("<a href=/news/2020-01-01/7_{0}.html>{0}</a> "),
    "pager lines": _each("<p><a href=/news/index_{0}.html>{0}</a> <a href=/news/index_2.html>Next</a></p>", ""),
    "pager words": _flood("<p>1 2 3 next</p>", ""),
    "digits": lambda size: f"{_TOP}<p>{_repeat('7', size)}</p><p><a href=/news/index_2.html>Next</a></p>",
    "totals": lambda size: f"{_TOP}<p>{_repeat('total 共 ', size)}<a href=/news/index_2.html>Next</a></p>",
    "entities": _flood("&amp;&#x4e00;&nbsp;"),
    "entities without an end": _flood("&"),
    "a number of an entity without an end": lambda size: f"{_TOP}&#{_repeat('1', size)}",
    "attributes": lambda size: f"{_TOP}<p {_number('a{0}=1 ', size)}>x</p>",
    "one attribute": lambda size: f"{_TOP}<p title='{_repeat('x ', size)}'>x</p>",
    "styles": lambda size: f"{_TOP}<p style='{_repeat('display ', size)}'>x</p>",
    "attributes without an end": _flood("<a b='", ""),
    "tags without an end": _flood("<", ""),
    "names without an end": lambda size: f"{_TOP}<{_repeat('a', size)}",
    "comments": _flood("<!-- x -->"),
    "comments without an end": _flood("<!--"),
    "declarations without an end": _flood("<!["),
    "one declaration without an end": lambda size: f"{_TOP}<![{_repeat('x', size)}",
    "sections": _flood("<![CDATA[x]]>"),
    "document types": _flood("<!DOCTYPE html>"),
    "document types without an end": _flood("<!DOCTYPE"),
    "instructions": _flood("<?x y?>"),
    "instructions without an end": _flood("<?"),
    "scripts without an end": _flood("<script>"),
    "scripts": _flood("<script>x < y</script>"),
    "text areas": _flood("<textarea>x"),
    "options": _flood("<select><option>x"),
    "forms": _flood("<form><input>"),
    "headings": _each("<h1>Heading {0}</h1>", "", _TOP),
    "preformatted lines": lambda size: f"{_TOP}<pre>{_number('line {0}' + chr(10), size)}</pre>",
    "white space": _flood(" \n\t", _TOP, "<p>x"),
    "white space at the beginning": _flood(" ", "", _TOP),
    "declarations of XML": _flood("<?xml ", ""),
    "bases": _each("<base href=/{0}/>", "", _TOP),
    "canonical addresses": _each("<link rel=canonical href=/{0}/>", "", _TOP),
    "null characters": _flood("\0x"),
    "tools behind the body": _each("<p><a href='javascript:f({0})'>Print</a></p>"),
    "notices of copyright": _flood("<p>Copyright</p>"),
    "short headings before a box": _each("<p><b>Box</b></p>" + _ITEM),
}
"""Name of the kind: the page of about so many characters."""
