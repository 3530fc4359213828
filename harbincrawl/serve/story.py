"""The text of an article's page: its words with marks of a search and of what stood there before, its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harbincrawl.archive.media import FOLDER
from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice, fit_filters
from harbincrawl.search.found import NOTHING, Found, find_places

from .former import Former, Place, join_caption
from .marked import Segment, count_places, cut_body, cut_captions, mark_places
from .pictures import read_size
from .visit import Visit

Record = dict[str, Any]


def find_asked(visit: Visit, number: int) -> Found | None:
    """The places of the search that led to an article; None where its text is too long to be looked through."""
    filters = visit.asked.filters
    if not filters.query:
        return NOTHING
    connection = visit.reader.connection
    try:
        choice = fit_choice(connection, filters)
    except FilterError:
        return NOTHING
    (key,) = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
    return find_places(connection, key, choice, exact=fit_filters(connection, filters).exact)


def tell_story(visit: Visit, record: Record, former: Former | None, found: Found, kept: Mapping[str, str]) -> Record:
    """The text of a wording with its marks, as the template takes it.

    `heading`, `blocks`, `lead` (a picture) behind the block `lead_at`, `figures`, and `places`, how many there are.

    `kept` are the files of pictures by their addresses; `former` what stood there before, None: it is not shown.
    """
    body, captions = cut_body(record, found), cut_captions(record, found)
    title = Segment(record["title"] or "(no title)", found.title if record["title"] else [])
    has_lead = bool(record["images"]) and record["images"][0]["url"] in kept
    # In the order of the page, by which places are numbered.
    ordered = [title, *body[:1], *(captions[0] if has_lead else ()), *body[1:]]
    ordered += [segment for pair in captions[has_lead:] for segment in pair]
    marked = mark_places(ordered)
    heading = next(marked)
    paragraphs = [next(marked) for _ in body[:1]]
    texts = [(next(marked), next(marked))] if has_lead else []
    paragraphs += [next(marked) for _ in body[1:]]
    texts += [(next(marked), next(marked)) for _ in captions[has_lead:]]
    figures = []
    for image, (caption, credit) in zip(record["images"], texts, strict=True):
        media = kept.get(image["url"]) if image["url"] else None
        figures.append(
            image
            | {"media": media, "size": _read_size(visit, media), "caption_marked": caption, "credit_marked": credit}
        )
    places = former.body if former else [Place(text.text) for text in body]
    rest = list(_join_captions(figures, former.captions if former else []))
    lead = rest.pop(next(at for at, (figure, _) in enumerate(rest) if figure)) if has_lead else None
    blocks = list(_join_paragraphs(paragraphs, places))
    return {
        "heading": heading,
        "lead": lead,
        "lead_at": next((at for at, (text, _) in enumerate(blocks) if text is not None), None),
        "blocks": blocks,
        "figures": rest,
        "places": count_places(ordered),
    }


def _join_paragraphs(marked: Sequence[Any], places: Sequence[Place]) -> Iterator[tuple[Any, Place]]:
    """(text with marks, place) of each paragraph; of one that was taken out None is the text."""
    texts = iter(marked)
    for place in places:
        yield (None if place.text is None else next(texts)), place


def _join_captions(figures: Sequence[Record], places: Sequence[Place]) -> Iterator[tuple[Record | None, Place | None]]:
    """(picture, what its caption was) of each picture; of a caption that was taken out None is the picture."""
    left = list(places)
    for figure in figures:
        if not left or not join_caption(figure):
            yield figure, None
            continue
        while left and left[0].text is None:
            yield None, left.pop(0)
        yield figure, left.pop(0) if left else None
    yield from ((None, place) for place in left)


def _read_size(visit: Visit, media: str | None) -> tuple[int, int] | None:
    if media is None:
        return None
    key = ("size", media)
    size = visit.reader.remember(key, lambda: read_size(visit.reader.folder / FOLDER / media) or (0, 0))
    return size if all(size) else None
