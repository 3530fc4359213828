"""How a page was read, as one self-contained web page: the roles in colour beside the text, without any script."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from html import escape

from harbincrawl.pages.explain import ExplainedPage, ExplainedPart, Explanation
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article
from harbincrawl.text import clean, web_address

from .explanation import left_lines, list_facts, template_lines

_GROUPS = {
    "head": (Role.TITLE, Role.LIST_TITLE, Role.BREADCRUMB),
    "facts": (Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR, Role.ITEM_DATE, Role.TOTAL),
    "text": (Role.PARAGRAPH, Role.ITEM, Role.SUMMARY),
    "pictures": (Role.PICTURE, Role.CAPTION, Role.CREDIT, Role.FILE_NAME),
    "pager": (Role.PAGER,),
    "around": (Role.BOX, Role.FURNITURE, Role.MENU, Role.FOOT),
    "left": (Role.UNACCOUNTED,),
}
"""Roles that have one colour."""
_GROUP = {role: group for group, roles in _GROUPS.items() for role in roles}
_STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1d21;--dim:#595f69;--line:#dfe2e7;--panel:#f5f6f8;
--head:#7a2e8c;--facts:#0b5f8a;--text:#1c6b38;--pictures:#8a4a00;--pager:#5c5800;--around:#5a606a;--left:#b3141f;
--left-back:#fdecec}
@media (prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e6e8eb;--dim:#a3a9b3;--line:#33373e;--panel:#1e2126;
--head:#dba4ea;--facts:#7cc3ec;--text:#86d3a0;--pictures:#f0b070;--pager:#d8d070;--around:#a3a9b3;--left:#ff9a9a;
--left-back:#3a1c1f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.45rem;line-height:1.25;margin:0 0 .25rem;text-wrap:balance}
h2{font-size:1rem;margin:2rem 0 .5rem}
a{color:inherit}
.address{margin:0;color:var(--dim);font-size:.875rem}
.sum{margin:.75rem 0 0}
.lacking{font-weight:600;color:var(--left)}
.legend{display:flex;flex-wrap:wrap;gap:.35rem .9rem;margin:1rem 0 0;padding:.6rem .8rem;background:var(--panel);
border-radius:.4rem;list-style:none;font-size:.8125rem}
.legend .n{color:var(--dim);font-variant-numeric:tabular-nums}
.role{white-space:nowrap;color:var(--c);font-weight:600}
.role::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.4rem;border-radius:.15rem;
background:var(--c)}
.head{--c:var(--head)}.facts{--c:var(--facts)}.text{--c:var(--text)}.pictures{--c:var(--pictures)}
.pager{--c:var(--pager)}.around{--c:var(--around)}.left{--c:var(--left)}
ol.parts{list-style:none;margin:1.25rem 0 0;padding:0;border-bottom:1px solid var(--line)}
.parts li{display:grid;grid-template-columns:2.75rem 8.5rem minmax(0,1fr) 15rem;gap:0 .9rem;
padding:.35rem 0 .35rem .6rem;
border-top:1px solid var(--line);border-left:.25rem solid var(--c)}
.parts li.same{border-top-color:transparent}
.parts .n{color:var(--dim);font-size:.8125rem;line-height:1.5rem;text-align:right;font-variant-numeric:tabular-nums}
.parts .role{font-size:.8125rem;line-height:1.5rem}
.parts .role::before{content:none}
.parts p{margin:0}
.parts .why{color:var(--dim);font-size:.8125rem;line-height:1.15rem;padding-top:.17rem}
.around p,.pager p{color:var(--dim)}
.title p{font-weight:700;font-size:1.125rem}
.left{background:var(--left-back)}
:target{outline:2px solid var(--left);outline-offset:-2px}
.legend .left{background:none}
@media (max-width:60rem){.parts li{grid-template-columns:2.25rem 7.5rem minmax(0,1fr)}
.parts .why{grid-column:3}}
@media (max-width:36rem){body{padding:1rem .75rem 3rem}
.parts li{grid-template-columns:1fr auto;padding:.5rem 0 .5rem .65rem}
.parts .role{grid-area:1/1}.parts .n{grid-area:1/2}.parts p,.parts .why{grid-column:1/-1}}
@media print{:root{--paper:#fff;--ink:#000;--dim:#444;--line:#bbb;--panel:#fff;--head:#6a217b;--facts:#084c6f;
--text:#14532b;--pictures:#6b3900;--pager:#474400;--around:#444;--left:#8f0f18;--left-back:#fff}
body{max-width:none;padding:0;font-size:9.5pt}.parts li{break-inside:avoid}.legend{border:1px solid var(--line)}}
"""


def explanation_page(explanation: Explanation) -> str:
    """The whole HTML of the page. All text of the explained page is escaped; nothing is loaded from anywhere."""
    title = _title(explanation)
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    several = len(explanation.pages) > 1
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex">',
            f"<title>How it was read: {_safe(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<h1>{_safe(title)}</h1>",
            f'<p class="address">{_link(explanation.address)}</p>',
            *_sentences(explanation),
            _legend(part for page in explanation.pages for part in page.parts),
            "</header>",
            "<main>",
            *(_section(page, number, several=several) for number, page in enumerate(explanation.pages, 1)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _title(explanation: Explanation) -> str:
    record = explanation.record
    if explanation.refused:
        return "No article" if explanation.kind == "article" else "No list"
    if isinstance(record, Article):
        return record.title or "(no title)"
    return "List page"


def _sentences(explanation: Explanation) -> list[str]:
    if explanation.refused:
        return [f'<p class="sum lacking">{_safe(explanation.refused)}</p>']
    left, *links = map(_safe, left_lines(explanation))
    anchors = (
        _anchor(number, part)
        for number, page in enumerate(explanation.pages, 1)
        for part in page.parts
        if part.role is Role.UNACCOUNTED
    )
    if (first := next(anchors, None)) is not None:
        left = f'<a class="lacking" href="#{first}">{left}</a>'
    return [
        f'<p class="sum">{_safe(", ".join(list_facts(explanation)).capitalize())}; {left}</p>',
        *(f'<p class="sum">{_safe(each.capitalize())}</p>' for each in template_lines(explanation)),
        *(f'<p class="sum lacking">{each}</p>' for each in links),
    ]


def _anchor(page: int, part: ExplainedPart) -> str:
    return f"line-{page}-{part.line}"


def _legend(parts: Iterable[ExplainedPart]) -> str:
    """The roles that are there, with their numbers of lines."""
    counts = Counter(part.role for part in parts)
    items = [
        f'<li class="{_GROUP[role]}"><span class="role">{role}</span> <span class="n">{counts[role]:,}</span></li>'
        for role in Role
        if counts[role]
    ]
    return f'<ul class="legend" aria-label="Roles, with their numbers of lines">{"".join(items)}</ul>'


def _section(page: ExplainedPage, number: int, *, several: bool) -> str:
    head = f"<h2>Page {number}: {_link(page.address)}</h2>\n" if several else ""
    if not page.parts:
        return f"<section>{head}<p>No line of it was read.</p></section>"
    ahead = (0, *(part.line for part in page.parts))
    rows = [_row(part, number, is_same=part.line == one) for part, one in zip(page.parts, ahead, strict=False)]
    start = f'<section>\n{head}<ol class="parts" aria-label="Lines of page {number}">\n'
    return start + "\n".join(rows) + "\n</ol>\n</section>"


def _row(part: ExplainedPart, page: int, *, is_same: bool) -> str:
    """A line, or a further part of the same line."""
    names = [_GROUP[part.role], *(["title"] if part.role is Role.TITLE else []), *(["same"] if is_same else [])]
    anchor, number = ("", "") if is_same else (f' id="{_anchor(page, part)}"', part.line)
    return (
        f'<li{anchor} class="{" ".join(names)}"><span class="n">{number}</span><span class="role">{part.role}</span>'
        f'<p dir="auto">{_safe(part.text)}</p><span class="why">{_safe(part.reason)}</span></li>'
    )


def _link(address: str) -> str:
    target = web_address(address)
    return f'<a href="{escape(target)}" rel="noreferrer noopener">{_safe(address)}</a>' if target else _safe(address)


def _safe(text: str) -> str:
    """`text` as HTML shows it, without what would change its direction or steer a terminal."""
    return escape(clean(text))
