"""The part of a page that an article's record hangs on, cut out of its text before it is parsed.

Every element of a page costs time, and most of a long page are those of menus, columns and foot. A cut gives the same
record as its page; where that is in doubt, there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where a pattern begins with a tag, a look at the letter behind its bracket saves half of the time: without regard to
# case every alternative would be tried at every tag.
_UNSEEN = re.compile(r"<(?=[!st])(?:!--|(script|style|select|textarea)\b)", re.IGNORECASE)
_CLOSED = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "select", "textarea")
}  # fmt: skip
_ODD = re.compile(
    r"<(?=[!pxnfst])(?:!-|!\[CDATA\[|plaintext|xmp|noframes|frameset|script|style|select|textarea)", re.IGNORECASE
)
"""What parsers read in their own ways, and what is left of scripts and comments that are never closed."""
_ANCHOR = re.compile(r"updated", re.IGNORECASE)
_HOME = ("Home", "home", "HOME", "首页")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:[^'\">]++|\"[^\"]*+\"|'[^']*+')*+)>")
_DIVIDER = re.compile(
    r"&(?:gt|raquo|rsaquo|rarr|#0*(?:62|187|8250|8594|65310)|#x0*(?:3e|bb|203a|2192|ff1e));|[›»→≫＞]|>[^<]*>", re.I
)
_BREAK = re.compile(
    r"</?(?:p|div|table|tbody|thead|tfoot|tr|td|th|ul|ol|li|dl|dt|dd|h[1-6]|section|article|header|footer|nav|aside|main"
    r"|figure|figcaption|form|center|address|blockquote|pre|hr|br)\b[^>]*>",
    re.IGNORECASE,
)
_ARTICLE_LINK = re.compile(r"\.html?(?=[\"'\s>?#])", re.IGNORECASE)
_COUNT = re.compile(r"\d\s*/\s*\d")
_MARKUP = re.compile(r"<[^>]*>|&nbsp;|\s")
_TITLE = re.compile(r"<(?=t)title\b[^>]*>.*?</title\s*>", re.DOTALL | re.IGNORECASE)
_BASE = re.compile(r"<(?=b)base\b[^>]*\bhref\b[^>]*>", re.IGNORECASE)
_CANONICAL = re.compile(r"<(?=l)link\b[^>]*\bcanonical\b[^>]*>", re.IGNORECASE)
_BODY = re.compile(r"<body\b(?:[^'\">]++|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_OPEN = frozenset("div table tbody tr td center section article main ul ol dl nav header".split())
"""Containers that may be open where the cut begins: no parser closes them but for their own end."""
_LONGEST = 1_000_000
"""Characters of a page that is cut; no page of the site is a tenth as long."""
_ABOVE = frozenset(("html", "head"))
_CLOSED_BY_OTHERS = frozenset("li dt dd p tr td th option".split())
_BREAKS = 30
"""Ends and beginnings of blocks before the anchor that hold the lines in which a title may stand."""
_REACH = 4000
"""Characters before the anchor within which the breadcrumb stands."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut out."""

    html: str
    crumbless: bool
    """True where no breadcrumb can stand above it: it begins some lines above the anchor."""
    whole_top: bool
    """True where nothing that is shown above the anchor was cut away."""


def cut(html: str) -> str:
    """The part of `html` that an article's record hangs on; `html` itself where that is in doubt."""
    found = find_cut(html)
    return found.html if found else html


def find_cut(html: str) -> Cut | None:
    """The part of `html` from the breadcrumb to the last link to an article, in the containers that it stands in.

    Title, base and canonical address come with it. A page without a mark that divides a breadcrumb is cut some lines
    above its `Updated`. None where no article link is found, or where markup before the cut is not well nested.
    """
    seen = _less_unseen(html) if len(html) <= _LONGEST else None
    body = _BODY.search(seen) if seen else None
    if seen is None or body is None or _ODD.search(seen) or "--!>" in seen:
        return None
    if _MARKUP.sub("", _TITLE.sub("", seen[: body.start()])):
        # Text before the body is a page's that lost its tags.
        return None
    anchor = _find_text(_ANCHOR, seen, body.end())
    if anchor is None:
        return None
    crumbless = _DIVIDER.search(seen, body.end(), anchor) is None
    start = _lines_above(seen, body.end(), anchor) if crumbless else _find_start(seen, body.end(), anchor)
    end = _find_end(seen, anchor)
    if start is None or end is None:
        return None
    opened = _open_tags(seen, body.end(), start, _OPEN)
    if opened is None or _open_tags(seen, 0, body.start(), _ABOVE) is None:
        return None
    head = [match[0] for pattern in (_TITLE, _BASE, _CANONICAL) if (match := pattern.search(seen))]
    made = f"<html><head>{''.join(head)}</head>{body[0]}{''.join(opened)}{seen[start:end]}"
    return Cut(made, crumbless, whole_top=start == body.end())


def _less_unseen(html: str) -> str | None:
    """`html` without comments, scripts and the like; None where one is never closed."""
    pieces, at = [], 0
    while opened := _UNSEEN.search(html, at):
        pieces.append(html[at : opened.start()])
        if opened[1] is None:
            closed = html.find("-->", opened.end())
            at = closed + 3
        else:
            begin = html.find(">", opened.end())
            closed, at = _find_closing(html, opened[1].lower(), begin) if begin >= 0 else (-1, 0)
        if closed < 0:
            return None
    pieces.append(html[at:])
    return "".join(pieces)


def _find_closing(html: str, name: str, begin: int) -> tuple[int, int]:
    """Where the element's end tag begins and ends; (-1, 0) where there is none."""
    at = html.find("</", begin)
    while at >= 0:
        if found := _CLOSED[name].match(html, at):
            return found.span()
        at = html.find("</", at + 2)
    return -1, 0


def _find_text(pattern: re.Pattern[str], html: str, start: int) -> int | None:
    """Where `pattern` first stands in the text outside tags."""
    for match in pattern.finditer(html, start):
        if _is_text(html, match.start()):
            return match.start()
    return None


def _is_text(html: str, at: int) -> bool:
    return html.rfind("<", 0, at) <= html.rfind(">", 0, at)


def _find_start(html: str, begin: int, anchor: int) -> int | None:
    """Where the line of the last `Home` before the anchor begins."""
    least = max(begin, anchor - _REACH)
    home = max(html.rfind(word, least, anchor) for word in _HOME)
    while home >= 0 and not _is_text(html, home):
        home = max(html.rfind(word, least, home) for word in _HOME)
    if home < 0:
        return None
    at, least = home, max(begin, home - _REACH)
    while (at := html.rfind("<", least, at)) >= 0:
        if line := _BREAK.match(html, at, home):
            closing = line[0].startswith("</") or line[0][1:3].lower() in ("br", "hr")
            return line.end() if closing else line.start()
    return None


def _lines_above(html: str, begin: int, anchor: int) -> int:
    """Where to begin so that more lines than a title can be away stand before the anchor."""
    breaks = list(_BREAK.finditer(html, max(begin, anchor - _REACH), anchor))
    return breaks[-_BREAKS].start() if len(breaks) > _BREAKS else begin


def _find_end(html: str, anchor: int) -> int | None:
    """Where the line of the last link to an article ends."""
    last = None
    for match in _ARTICLE_LINK.finditer(html, anchor):
        if html[match.start() - 1].isdigit():
            last = match
    if last is None:
        return None
    closed = html.find("</a", last.end())
    if closed < 0 and (closed := html.find("</A", last.end())) < 0:
        return None
    line = _BREAK.search(html, closed)
    if line is None:
        return len(html)
    # A count such as `1/8` without links would be a pager, wherever it stands.
    return None if _COUNT.search(_MARKUP.sub("", html[line.start() :])) else line.start()


def _open_tags(html: str, begin: int, end: int, allowed: frozenset[str]) -> list[str] | None:
    """The tags that are open at `end`, as written; None where others are, or where tags are not well nested."""
    opened: list[tuple[str, str]] = []
    for match in _TAG.finditer(html, begin, end):
        name = match[2].lower()
        if name in _VOID:
            continue
        if not match[1]:
            opened.append((name, match[0]))
            continue
        while opened and opened[-1][0] != name and opened[-1][0] in _CLOSED_BY_OTHERS:
            opened.pop()
        if not opened or opened.pop()[0] != name:
            return None
    return [tag for _, tag in opened] if all(name in allowed for name, _ in opened) else None
