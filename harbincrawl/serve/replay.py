"""A captured page made fit to be looked at: nothing in it runs or loads, its links stay within the archive.

The browser keeps the policy in answers.py, which alone would hold; what is taken out here would only fail there. Style
sheets were never captured, so a page looks as it does without them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from harbincrawl.text import clean

if TYPE_CHECKING:
    from bs4 import Tag

MOST_BYTES = 2 << 20
"""Of a page that is shown; larger ones can be had as bytes."""
MOST_TAGS = 110_000
"""Of a page that is shown, beginnings and ends: making it fit takes a second or two of them."""
_REMOVED = "script template iframe svg math xmp noembed title".split()
_UNWRAPPED = (
    "form frame frameset noframes noscript object embed applet param base link meta audio video source track canvas"
    " portal fencedframe dialog plaintext listing bgsound marquee blink slot image use"
).split()
"""What stands in them stays: some are never closed, and would take the rest of the page along."""
_KEPT = frozenset(
    "class id title alt width height colspan rowspan align valign bgcolor border cellpadding cellspacing color face"
    " size lang dir span start type value style hspace vspace nowrap clear noshade rules frame summary headers scope"
    " cols rows datetime cite reversed open".split()
)
"""Attributes that only say how something looks."""
_LOADING = re.compile(
    r"url\s*\(|@import|@font-face|image-set\s*\(|src\s*\(|expression\s*\(|behavior|\\|<", re.IGNORECASE
)
"""In styles: what would load something, run in old browsers, or hide either."""
_BAR = (
    "all:initial!important;display:block!important;flex:none!important;box-sizing:border-box!important;"
    "max-height:40vh!important;overflow:auto!important;padding:8px 12px!important;background:#fff8e1!important;"
    "color:#222!important;border-bottom:2px solid #8a6d00!important;font:14px/1.4 sans-serif!important;"
    "overflow-wrap:anywhere!important"
)
_FRAME = (
    "html,body{height:100%;margin:0}body{display:flex;flex-direction:column}"
    "main{flex:1;min-height:0;contain:strict;overflow:auto;padding:8px;background:#fff;color:#000}"
    "@media print{html,body{height:auto}body{display:block}main{contain:layout paint;overflow:hidden}}"
)
"""Our own style around a captured page: whatever it does, it does within the box below the bar."""
_TOO_OLD = "This browser is too old to show the page apart from its surroundings: take its bytes."


def rewrite_page(
    text: str, bar: str, find_link: Callable[[str], str | None], find_picture: Callable[[str], str | None]
) -> str:
    """The page below `bar` (a plain text), in a tree of its own: no style of it reaches what is around it.

    `find_link` and `find_picture` say what to write in place of an address in the page; None: nothing. Links leave any
    frame that the page is in.
    """
    from bs4 import BeautifulSoup  # costs 80 ms, and only captured pages need it
    from bs4.element import PreformattedString  # comments, CDATA, declarations, instructions

    soup = BeautifulSoup(text, "lxml")
    title = clean(soup.title.get_text(" ", strip=True)) if soup.title else ""
    for node in soup.find_all(string=lambda each: isinstance(each, PreformattedString)):
        node.extract()
    for element in soup.find_all(_REMOVED):
        element.decompose()
    for element in soup.find_all(lambda each: each.name in _UNWRAPPED or ":" in each.name):
        element.unwrap()
    for element in soup.find_all(True):
        _clean_element(element, find_link, find_picture)
    styles = "".join(f"<style>{each.string or ''}</style>\n" for each in soup.find_all("style"))
    for element in soup.find_all("style"):
        element.decompose()
    content = soup.body.decode_contents() if soup.body else ""
    return frame_page(title, bar, f"{styles}{content}")


def frame_page(title: str, bar: str, content: str) -> str:
    """A document with `bar` (a plain text) above `content`, safe HTML, in a tree and a box of its own."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title or "Captured page")}</title>\n'
        f'<style>{_FRAME}</style>\n</head>\n<body>\n<div style="{_BAR}" role="note">{escape(clean(bar))}</div>\n'
        f'<main tabindex="0" aria-label="The page as captured"><div><template shadowrootmode="open">\n'
        f"{content}\n</template>{_TOO_OLD}</div></main>\n</body>\n</html>\n"
    )


def _clean_element(
    element: Tag, find_link: Callable[[str], str | None], find_picture: Callable[[str], str | None]
) -> None:
    given = {
        name.lower(): value if isinstance(value, str) else " ".join(value) for name, value in element.attrs.items()
    }
    kept = {name: value for name, value in given.items() if name in _KEPT}
    if "style" in kept and _LOADING.search(kept["style"]):
        del kept["style"]
    if element.name in ("a", "area") and (link := find_link(given.get("href", ""))):
        # What stands beside a frame tells of the page in it: no link may change the one without the other.
        kept |= {"href": link, "target": "_top"}
    elif element.name == "img" and (picture := find_picture(given.get("src", ""))):
        kept["src"] = picture
    elif element.name == "style":
        kept = {}
        if _LOADING.search(element.get_text()):
            element.string = ""
    elif element.name in ("input", "button", "select", "textarea"):
        kept["disabled"] = ""
        if kept.get("type", "").lower() == "image":
            kept["type"] = "button"
    element.attrs.clear()
    element.attrs.update(kept)
