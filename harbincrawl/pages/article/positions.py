"""Where text, title and captions stand on the pages of a template, where none does, and what is no furniture there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.body import TextLines, find_repeated, read_kinds
from harbincrawl.pages.article.content.furniture import is_notice, is_sentence
from harbincrawl.pages.article.content.pictures import find_credit, split_caption, split_credit
from harbincrawl.pages.article.head.heading import is_in_title
from harbincrawl.pages.article.head.information import Anchor, Information, find_field, is_information
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.line import Line, Place, is_within
from harbincrawl.pages.layout.keys import hash_place
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template, View, leads_box
from harbincrawl.pages.roles import Reason, Role
from harbincrawl.sites.words import Words

_MIN_OF_TEXT = 0.8
"""Part of a page's own letters that the element of its text holds."""
_MIN_SHARE = 0.1
"""Part of the pages, or of their letters, that makes a place one of titles, or of paragraphs."""
_MIN_HEADED = 0.5
"""Part of the pages that have a line at one place right above the date, which is then their title."""
_MIN_BEHIND = 0.4
"""Letters behind a piece of furniture by those where most of the text stands, from which on it divides a text."""
_MIN_NAMED = 0.2
"""Part of the pages that name their author, or source, where they have their date, from which on it stands there."""
_MORE_ABOVE = 2
"""How many times more letters stand above information that closes the texts."""
_MIN_BOXED = 0.6
"""Part of the pages with an element at a place on which it is a box."""
_NEARLY_ALL = 0.9
"""Part of the lines at a place that repeat words of the text, from which on it is one of quotes."""
ORIGIN = ("author", "source")
"""The fields that say by whom and from where a text is."""
FEWEST = 3
"""Pages that have what is furniture, at least."""

Thing = TypeVar("Thing", bound=Hashable)


def add_places(
    layout: Layout, pages: Sequence[Document], views: Sequence[View], spans: Sequence[Span], exempt: Sequence[set[int]]
) -> Layout:
    """`layout` with its places; `pages` are those that it is learnt from, `views` these beside it.

    `exempt` are the lines of each that are no furniture though several pages have them.
    """
    titles: Counter[str] = Counter()
    nearest: Counter[str] = Counter()
    texts: Counter[Place] = Counter()
    closes = any(span.stop < len(page.lines) for page, span in zip(pages, spans, strict=True))
    for page, view, left, span in zip(pages, views, exempt, spans, strict=True):
        lines = page.lines
        wanted = normal_form(page.title or "").lower()
        above = [at for at in range(span.head) if view.marks[at] is None and not lines[at].is_link]
        titles.update({view.places[at] for at in above if is_in_title(lines[at].text, wanted)})
        nearest.update(view.places[at] for at in above[-1:] if span.start)
        own = (at for at in range(span.start, span.stop) if view.marks[at] is None and at not in left)
        varying = [lines[at] for at in own if lines[at].rest and not lines[at].is_link]
        if varying:
            texts[_find_holder(varying)] += 1
    # Where the document's title says nothing, it is the line above the date on most pages.
    headed = _list_frequent(titles) if titles else _list_frequent(nearest, _MIN_HEADED)
    layout = replace(
        layout, closes=closes, titles=headed, text=min(texts, key=lambda place: (-texts[place], place), default=())
    )
    layout = replace(layout, boxes=_find_boxes(layout, pages, views, spans))
    return _add_stops(layout, pages, spans, exempt)


def find_fields_behind(pages: Sequence[Document], heads: Sequence[Information | None], words: Words) -> frozenset[str]:
    """Which of author and source hardly any page names where it has its date, and some page elsewhere.

    `heads` is what stands there.
    """
    dated = [(page.lines, head) for page, head in zip(pages, heads, strict=True) if head]
    found = set()
    for name in ORIGIN:
        named = sum(bool(getattr(head, name)) for _, head in dated)
        if named < _MIN_NAMED * len(dated) and any(
            at not in head.parts and find_field(lines, at, (name,), words)
            for lines, head in dated
            for at in range(len(lines))
        ):
            found.add(name)
    return frozenset(found)


class Span(NamedTuple):
    """Where on a page its text may stand."""

    head: int
    """Index behind the lines above the information, or above the text where that closes it."""
    start: int
    stop: int


def find_spans(pages: Sequence[Document], views: Sequence[View], dates: Sequence[Sequence[Anchor]]) -> list[Span]:
    """Of each page; on all of them the text stands either behind the information or above it.

    `dates` are the lines of each that print one.
    """
    anchors = []
    above = behind = 0
    for page, view, found in zip(pages, views, dates, strict=True):
        anchor = next((one for one in found if view.marks[one.first_line] is None), None)
        anchors.append(anchor)
        if anchor:
            above += _count_letters(page, view, range(anchor.first_line))
            behind += _count_letters(page, view, range(anchor.end_line, len(page.lines)))
    if above <= _MORE_ABOVE * behind:
        return [
            Span(a.first_line, a.end_line, len(p.lines)) if a else Span(len(p.lines), 0, len(p.lines))
            for p, a in zip(pages, anchors, strict=True)
        ]
    spans = []
    for page, view, anchor in zip(pages, views, anchors, strict=True):
        stop = anchor.first_line if anchor else len(page.lines)
        titles = find_titled(page, (at for at in range(stop) if view.marks[at] is None))
        start = max(titles, default=-1) + 1
        spans.append(Span(start, start, stop))
    return spans


def _count_letters(page: Document, view: View, places: Iterable[int]) -> int:
    """Letters of sentences that are no furniture."""
    shown = (page.lines[at] for at in places if view.marks[at] is None)
    return sum(len(line.text) for line in shown if line.text and not line.is_link and is_sentence(line.text))


def _list_frequent(counts: Counter[Thing], least: float = _MIN_SHARE) -> frozenset[Thing]:
    return frozenset(thing for thing, count in counts.items() if count >= max(1, least * counts.total()))


def _find_holder(lines: Sequence[Line]) -> Place:
    """The place of the deepest element that holds most of the letters of `lines`, and more than one of them."""
    whole = sum(len(line.rest) for line in lines)
    depth = 0
    while True:
        sizes: Counter[int] = Counter()
        for line in lines:
            if len(line.path) > depth:
                sizes[line.path[depth]] += len(line.rest)
        if not sizes:
            break
        (best, size) = sizes.most_common(1)[0]
        inner = [line for line in lines if len(line.path) > depth and line.path[depth] == best]
        if size < _MIN_OF_TEXT * whole or (len(inner) == 1 and len(inner[0].path) == depth + 1):
            break
        lines, depth = inner, depth + 1
    return lines[0].place[:depth]


def _find_boxes(
    layout: Layout, pages: Sequence[Document], views: Sequence[View], spans: Sequence[Span]
) -> frozenset[str]:
    """The outermost places within the text whose elements are boxes on most of the pages that have them."""
    having: Counter[Place] = Counter()
    boxes: Counter[Place] = Counter()
    leads: defaultdict[Place, set[str]] = defaultdict(set)
    filled: set[Place] = set()
    for page, view, span in zip(pages, views, spans, strict=True):
        shown: Counter[Place] = Counter()
        linked: Counter[Place] = Counter()
        sentences: Counter[Place] = Counter()
        captions: set[Place] = set()
        whole = 0
        for at in range(span.start, span.stop):
            line = page.lines[at]
            if is_within(line.place, layout.text):
                around = [line.place[:depth] for depth in range(len(layout.text) + 1, len(line.place) + 1)]
                shown.update(around)
                if leads_box(line, view.marks[at]):
                    linked.update(around)
                    for place in around:
                        leads[place].add(line.links[0].href)
                is_own = view.marks[at] is None and not line.links and is_sentence(line.text)
                sentences.update(around if is_own else ())
                whole += is_own
                captions.update(around if line.text and split_credit(line.text) else ())
        having.update(shown.keys())
        filled.update(place for place in shown if shown[place] > linked[place])
        # What holds most of the page's own sentences is its text, whatever tools and tags stand with it.
        boxes.update(place for place in {*linked} - captions if sentences[place] <= min(linked[place], whole / 2))
    # A photo with its caption may have a button: it leads to one address.
    places = (place for place in boxes if place not in filled or len(leads[place]) > 1)
    found = {place for place in places if boxes[place] >= max(FEWEST, _MIN_BOXED * having[place])}
    outer = (place for place in found if not any(place[:depth] in found for depth in range(len(place))))
    return frozenset(map(hash_place, outer))


def _add_stops(layout: Layout, pages: Sequence[Document], spans: Sequence[Span], exempt: Sequence[set[int]]) -> Layout:
    """`layout` with the places of paragraphs, the furniture behind which there are none, and the places beside."""
    template = Template(layout)
    parts: list[Counter[str]] = []
    letters: Counter[str] = Counter()
    views = [template.look_at(page.lines) for page in pages]
    for page, view, span, left in zip(pages, views, spans, exempt, strict=True):
        above = ""
        behind: Counter[str] = Counter()
        for at in range(span.start, span.stop):
            mark = view.marks[at]
            if not view.inside[at] or at in left:
                continue
            if mark is not None and mark.share.is_usual:
                above = mark.key
                behind[above] += 0
            elif mark is None:
                behind[above] += len(page.lines[at].text)
                letters[view.places[at]] += len(page.lines[at].text)
        parts.append(behind)
    layout = replace(layout, paragraphs=_list_frequent(letters), stops=frozenset(_list_stops(parts)))
    beside: Counter[str] = Counter()
    for page, view, span in zip(pages, views, spans, strict=True):
        view.layout = layout
        # The lines that differ from page to page, and stand where no text does.
        outside = (at for at in range(len(page.lines)) if at not in range(span.start, span.stop) or not view.inside[at])
        varying = (at for at in (*outside, *view.find_stopped(span.start)) if not view.is_furniture(at))
        beside.update({view.places[at] for at in varying if page.lines[at].text})
    found = frozenset(place for place, count in beside.items() if count >= FEWEST)
    layout = replace(layout, beside=found - layout.paragraphs)
    return replace(layout, quotes=_find_quotes(pages, views, spans) - layout.paragraphs)


def _find_quotes(pages: Sequence[Document], views: Sequence[View], spans: Sequence[Span]) -> frozenset[str]:
    """The places of lines within the texts, nearly all of which repeat words of their page's text."""
    having: Counter[str] = Counter()
    quotes: Counter[str] = Counter()
    for page, view, span in zip(pages, views, spans, strict=True):
        own = [at for at in range(span.start, span.stop) if view.inside[at] and not view.is_furniture(at)]
        having.update(view.places[at] for at in own if page.lines[at].text)
        quotes.update(view.places[own[n]] for n in find_repeated([page.lines[at] for at in own]))
    return frozenset(place for place, count in quotes.items() if count >= max(FEWEST, _NEARLY_ALL * having[place]))


def _list_stops(parts: Sequence[Counter[str]]) -> Iterator[str]:
    """The furniture behind which there is hardly any text on the pages that have it.

    `parts` are the letters behind each piece of it, by page; those above all of it have none.
    """
    for key in set().union(*parts) - {""}:
        own: Counter[str] = Counter()
        for part in parts:
            if key in part:
                own.update(part)
        if own[key] < _MIN_BEHIND * max(own.values()):
            yield key


def find_exempt(
    lines: Sequence[Line], among: Iterable[int], head: Information | None, words: Words, behind: Collection[str]
) -> set[int]:
    """The lines of information, labels and values, and of the lines `among` all captions with a credit.

    `head` is the information around the first date, `behind` are the fields that stand behind the text.
    """
    parts = head.parts if head else {}
    found = {at for at, own in parts.items() if any(reason is not Reason.TOOL for _, reason in own)}
    found.update(at for at in among if lines[at].text and (split_caption(lines[at]) or find_credit(lines, at)))
    if head is not None and words.stand != "end" and not behind:
        return found
    # What stands behind a notice of copyright is the foot's.
    foot = next((at for at in range(len(lines) // 2, len(lines)) if is_notice(lines[at].text)), len(lines))
    own = [at for at in among if at < foot]
    if head is None or words.stand == "end":
        found.update(at for at in own if is_information(lines[at], words))
    elif behind:
        for at in own:
            found.update(find_field(lines, at, behind, words))
    return found


def find_titled(page: Document, places: Iterable[int]) -> set[int]:
    """Those of the lines at `places` that the document's title has, too: titles may all be of one form."""
    wanted = normal_form(page.title or "").lower()
    return {at for at in places if wanted and page.lines[at].text and is_in_title(page.lines[at].text, wanted)}


_MIN_BESIDE = 0.85
"""Part of the lines of a look that stand beside pictures, and are as short as captions, where it is one of captions."""
_FEWEST = 3
"""Articles that have such a line."""
_LONGEST = 0.75
"""Mean letters of captions by those of paragraphs."""
_LONGEST_ALONE = 0.6
"""The same, of lines alone with a picture: paragraphs may well begin with one."""
_LONGEST_PLAIN = 0.5
"""The same, of lines that may be captions though they look as paragraphs do."""


class _Sight(NamedTuple):
    """A line of words in the text of one of the pages."""

    page: int
    look: str
    size: int
    """Characters."""
    is_below: bool
    """It stands below a picture."""
    is_above: bool
    """It stands above one."""
    is_alone: bool
    """It shares its block with the picture alone."""
    is_strong: bool
    """It is bold, as headings of the parts of a text are, which may stand above pictures."""
    is_credited: bool

    @property
    def is_beside(self) -> bool:
        """Whether it stands by a picture at all."""
        return self.is_below or self.is_above


def add_captions(layout: Layout, pages: Sequence[Document], spans: Sequence[Span]) -> Layout:
    """`layout` with the looks of captions; `pages` are those that it is learnt from, with the spans of their texts."""
    template = Template(layout)
    sights = [
        sight
        for number, (page, span) in enumerate(zip(pages, spans, strict=True))
        for sight in _list_sights(number, page, template.look_at(page.lines), span)
    ]
    by_look: defaultdict[str, list[_Sight]] = defaultdict(list)
    for sight in sights:
        by_look[sight.look].append(sight)
    # What stands beside no picture, and what looks as it does: mostly the running text.
    text = [sight for sight in sights if not sight.is_beside]
    looks = {sight.look for sight in text}
    mean = sum(sight.size for sight in text) / max(1, len(text))
    found = {look: own for look, own in by_look.items() if _is_caption(own, mean)}
    above = frozenset(look for look, own in found.items() if _stands_above(own))
    short = _LONGEST_PLAIN * mean
    plain = {one.page for one in sights if one.is_below and one.look in looks and (one.is_credited or one.size < short)}
    return replace(
        layout,
        captions=frozenset(found) - above,
        captions_above=above,
        plain_captions=not found and len(plain) >= _FEWEST,
    )


def _list_sights(number: int, page: Document, view: View, span: Span) -> Iterator[_Sight]:
    stopped = set(view.find_stopped(span.start))
    own = [at for at in range(span.start, span.stop) if view.inside[at] and at not in stopped]
    lines = [page.lines[at] for at in own if not view.is_furniture(at) and view.places[at] not in view.layout.beside]
    text = TextLines.make(read_kinds(lines), lines)
    for at, (line, kind) in enumerate(zip(lines, text.kinds, strict=True)):
        # A credit alone says nothing of where captions stand.
        is_words = kind is not Reason.CREDITED or not line.text.startswith(("[", "［"))
        if is_words and not line.heading and kind.role in (Role.PARAGRAPH, Role.CAPTION):
            yield _Sight(
                number,
                text.hash_look(at),
                len(line.text),
                text.above[at] is not None,
                text.below[at] is not None,
                text.is_alone(at),
                line.emphasis,
                kind is Reason.CREDITED,
            )


def _is_caption(own: Sequence[_Sight], mean: float) -> bool:
    """True for lines of one look that stand beside pictures while the text, with `mean` characters, does elsewhere."""
    is_beside = max(sum(one.is_below for one in own), sum(one.is_above for one in own)) >= _MIN_BESIDE * len(own)
    if len({sight.page for sight in own}) < _FEWEST or not is_beside:
        return False
    if _stands_above(own) and any(one.is_strong for one in own):
        return False
    return sum(one.size for one in own) <= mean * (_LONGEST_ALONE if own[0].is_alone else _LONGEST) * len(own)


def _stands_above(own: Sequence[_Sight]) -> bool:
    return sum(one.is_above for one in own) > sum(one.is_below for one in own)
