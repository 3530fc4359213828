"""What stands above the anchor: the breadcrumb and the title, and what to take where the page shows no title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.furniture import is_sentence
from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line
from harbincrawl.sites.words import DIVIDERS, Words

_MARK = re.compile(DIVIDERS)
_DIVIDER = re.compile(rf"\s*{DIVIDERS}\s*")
_OTHER_DIVIDER = re.compile(r"\s*(?:/|\||::|\\|·)\s*")
_ENDS = tuple(">›»→≫＞/|")
_SUFFIX = re.compile(r"\s*(?:[-_|–—·>«»]|--)\s*")
_LONGEST_CRUMB = 120
"""Characters of a breadcrumb behind its root."""
_LONGEST_TITLE = 1000
"""Characters of a document's title in which what is shown is looked for; each line above the anchor is."""
_BETWEEN = 3
"""Lines that may stand between a title and the anchor: a standfirst, tools."""
_BELOW = 8
"""Lines behind the information within which a title may stand that has it above."""
_FURTHEST_BELOW = 60
"""The same of a heading that the document's title has, too: a column of links may stand between."""
_REACH = 6
"""Lines above the anchor within which a title may stand where no breadcrumb marks the place."""


@dataclass(slots=True)
class Heading:
    """What was found above the anchor."""

    title: str | None
    title_from: str
    """`heading`, `line`, `document` or `none`, as records.Article says."""
    label: str | None
    """The breadcrumb's last part."""
    crumb: range = range(0)
    """Indexes of its lines; none without one."""
    title_lines: Sequence[int] = ()
    """Indexes of the lines that are the title; none where it comes from elsewhere."""
    is_named: bool = False
    """The document's title has it, too."""


def read_heading(page: SitePage, anchor: int) -> Heading:
    """Breadcrumb and title from the lines above line `anchor`."""
    lines, document_title = page.lines, page.document.title
    label, crumb = _find_crumb(page, anchor) or (None, range(0))
    start = None if label is None else crumb.stop
    names = site_names(page, label)
    wanted = normal_form((document_title or "")[:_LONGEST_TITLE]).lower()
    first = max(0, anchor - _REACH) if start is None else start
    shown = [at for at in range(first, anchor) if may_be_title(lines[at], names)]
    whole = _join_broken(lines, shown)
    candidates = whole + [_Shown(lines[at].text, lines[at].heading, [at]) for at in shown]
    if len(shown) > 1 and start is not None:
        candidates.append(_Shown(" ".join(lines[at].text for at in shown), False, shown))
    found = Heading(None, "none", label, crumb)
    headings = [one for one in whole if one.heading]
    # A sentence that is no heading is rather a column's.
    whole = [one for one in whole if not is_sentence(one.text)] or whole
    if agreeing := [one for one in candidates if is_in_title(one.text, wanted)]:
        chosen, found.title_from = max(agreeing, key=lambda one: (len(one.text), one.heading)), "heading"
        found.is_named = True
    elif start is not None and whole:
        chosen = (headings or whole)[-1]
        # More lines between it and the date are rather a side column, which it heads: a list line knows better.
        is_near = anchor - chosen.lines[-1] <= _BETWEEN + 1
        found.title_from = "heading" if is_near else "line"
    # No breadcrumb, and the document's title says nothing of what is shown.
    elif headings:
        chosen, found.title_from = headings[-1], "heading"
    elif shown and anchor > 0 and shown[-1] == anchor - 1:
        chosen, found.title_from = whole[-1], "line"
    else:
        bare = bare_title(document_title, names)
        found.title, found.title_from = bare, "document" if bare else "none"
        return found
    found.title, found.title_lines = chosen.text, chosen.lines
    return found


def find_title_below(page: SitePage, start: int, label: str | None, words: Words, *, named: bool) -> range:
    """The lines of a title below the information, from line `start` on; empty where none stands there.

    A heading right below it is one; further down, or where it has to be `named` since a heading stands above, the
    document's title has it, too.
    """
    lines, names = page.lines, site_names(page, label)
    wanted = normal_form((page.document.title or "")[:_LONGEST_TITLE]).lower()
    is_near = not named
    for at in range(start, min(start + _FURTHEST_BELOW, len(lines))):
        line = lines[at]
        if page.is_article_link(line) or at >= start + _BELOW:
            is_near = False
        is_other = line.is_link and not is_near
        if is_other or not line.text or not may_be_title(line, names) or words.is_furniture(line.text):
            continue
        end = at + 1
        while end < len(lines) and lines[end].text and lines[end].emphasis and lines[end].path == line.path:
            end += 1
        is_named = is_in_title(" ".join(each.text for each in lines[at:end]), wanted)
        if (line.heading and (is_near or is_named)) or (is_near and is_named):
            return range(at, end)
        is_near = False
        if is_sentence(line.text):
            break
    return range(0)


@dataclass(slots=True)
class _Shown:
    """A text above the anchor that may be the title."""

    text: str
    heading: bool
    lines: list[int]


def _join_broken(lines: Sequence[Line], shown: Sequence[int]) -> list[_Shown]:
    """The lines, those of one heading or bold block that are divided by a break alone as one."""
    made: list[_Shown] = []
    before: Line | None = None
    for at in shown:
        line = lines[at]
        if before and before.path == line.path and before.emphasis and line.emphasis:
            made[-1].text += f" {line.text}"
            made[-1].lines.append(at)
        else:
            made.append(_Shown(line.text, line.heading, [at]))
        before = line
    return made


def _find_crumb(page: SitePage, anchor: int) -> tuple[str, range] | None:
    """The label and the lines of the breadcrumb above line `anchor`; None where there is none."""
    for at in range(anchor - 1, -1, -1):
        if found := _read_crumb(page, at, anchor):
            return found[0], range(at, found[1])
    known = page.site.section(page.meaning.section_path)
    if known and known.label:
        # Once the breadcrumb was the bare label.
        for at in range(anchor - 1, max(-1, anchor - _REACH), -1):
            if page.lines[at].text == known.label and not page.lines[at].heading:
                return known.label, range(at, at + 1)
    return None


def find_first_crumb(page: SitePage) -> range | None:
    """The lines of the first breadcrumb on a page; None where there is none."""
    for at in range(len(page.lines)):
        if found := _read_crumb(page, at, min(len(page.lines), at + _REACH)):
            return range(at, found[1])
    return None


def _has_mark(text: str) -> bool:
    """True for a line with what stands between the parts of a breadcrumb: nearly none has it, which is seen at once."""
    return ">" in text or (not text.isascii() and _MARK.search(text) is not None)


def _read_crumb(page: SitePage, at: int, anchor: int) -> tuple[str, int] | None:
    """The breadcrumb that begins on line `at`, above line `anchor`."""
    lines, words = page.lines, page.site.words
    line = lines[at]
    if _has_mark(line.text) and (match := words.crumb.search(line.text)):
        parts = [part for part in _DIVIDER.split(match["rest"]) if part]
        if parts and len(match["rest"]) < _LONGEST_CRUMB:
            # A third part may say that this is the text; the section is the part that leads to its list.
            return _own_folder(line, page) or parts[-1], at + 1
    # Divided by a picture, or by some other mark.
    two = at >= anchor - _REACH and line.is_link and len(line.links) == 2
    if two and words.home_alone.match(line.links[0].text) and (label := _own_folder(line, page)):
        return label, at + 1
    if match := words.other_crumb.match(line.text):
        *above, label = _OTHER_DIVIDER.split(match["rest"])
        # A menu that ends with a section has more parts.
        known = len(above) <= 1 and any(label == each.label for each in page.site.sections if label)
        return (label, at + 1) if known else None
    return _read_listed_crumb(lines, at, anchor) if words.home_alone.match(line.text) else None


def _own_folder(line: Line, page: SitePage) -> str | None:
    """The words of the line's link to the list of the page's section."""
    for link in line.links:
        _, meant = page.lead(link)
        if meant and meant.kind == "listing" and meant.section_path == page.meaning.section_path and link.text:
            return link.text
    return None


def _read_listed_crumb(lines: Sequence[Line], home: int, anchor: int) -> tuple[str, int] | None:
    """A breadcrumb whose parts are lines of their own (list items, cells): Home, then a few links or names.

    A menu begins with Home too; it goes on for longer, and no divider stands in it.
    """
    divided = lines[home].text[-1] in ">›»→≫＞"
    label, at = None, home + 1
    while at < anchor and at <= home + 8:
        text = lines[at].text
        if text.startswith(_ENDS[:-2]) or text in _ENDS[-2:]:
            divided = True
            text = text.lstrip(">›»→≫＞/| ")
        elif not (divided and (label is None or lines[at - 1].text.endswith(_ENDS))):
            break
        text = text.rstrip(">›»→≫＞/| ")
        if text:
            label = text
        at += 1
    return (label, at) if label else None


def may_be_title(line: Line, names: frozenset[str]) -> bool:
    """True for words that are neither a name of the site or a section nor a link that is no heading."""
    if not line.text or len(line.text) > 400 or normal_form(line.text).lower() in names:
        return False
    if line.is_link and not line.heading:
        return False
    return any(character.isalnum() for character in line.text)


def is_in_title(text: str, document_title: str) -> bool:
    """True where the document's title, in its normal form, begins or ends with `text` or holds much of it."""
    form = normal_form(text).lower()
    return bool(form) and (
        document_title.startswith(form) or document_title.endswith(form) or (len(form) >= 12 and form in document_title)
    )


def site_names(page: SitePage, label: str | None) -> frozenset[str]:
    """The names of site and sections, in their normal form: no title is one."""
    site = page.site
    own = _lowered(site.label(page.meaning.section_path, label))
    return site.names if own in site.names or not own else site.names | {own}


@lru_cache(maxsize=1024)
def _lowered(name: str) -> str:
    return normal_form(name).lower()


def bare_title(document_title: str | None, names: frozenset[str]) -> str | None:
    """`document_title` less the names of site and sections that pages put at its ends; None where nothing is left."""
    if not document_title:
        return None
    cuts = list(_SUFFIX.finditer(document_title))
    start, end = 0, len(document_title)
    for cut in reversed(cuts):
        if normal_form(document_title[cut.end() : end]).lower() not in names:
            break
        end = cut.start()
    for cut in cuts:
        if cut.end() > end or normal_form(document_title[start : cut.start()]).lower() not in names:
            break
        start = cut.end()
    bare = document_title[start:end].strip()
    return None if not bare or normal_form(bare).lower() in names else bare
