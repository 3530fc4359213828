"""Writes the golden lines of the shipped sites from pages of their twins: `python -m tests.support.site_goldens`.

The records are the twin's truth, not what the reader makes of the lines.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harbincrawl.operations.golden import ENDING, FOLDER
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.html.line import Line
from harbincrawl.sites import list_sites
from harbincrawl.twin import Twin, make_twin
from harbincrawl.twin.manner import read_manner
from harbincrawl.twin.newsroom.model import Story, fold

KEYS = ("url", "section", "title", "updated", "created", "author", "authors", "source", "body", "images")
"""What an article's golden record has."""


def write_line(line: Line) -> str:
    """A line as golden files have it."""
    if line.images:
        return " ".join(f"![{picture.alt or ''}]({picture.src})" for picture in line.images)
    made, rest = "", line.text
    for link in line.links:
        before, words, rest = rest.partition(link.text) if link.text else ("", "", rest)
        made += before + (f"[{words}]({link.href})" if words else "")
    return f"# {made}{rest}" if line.heading else made + rest


def write_golden(folder: Path, name: str, page: bytes, record: dict[str, Any]) -> None:
    """Writes a page's lines and its record."""
    document = read_document(decode_page(page), name)
    lines = "\n".join(map(write_line, document.lines))
    (folder / f"{name}{ENDING}").write_text(lines + "\n", encoding="utf-8")
    written = json.dumps(record | {"document_title": document.title}, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(written + "\n", encoding="utf-8")


def has_linked_pictures(page: bytes) -> bool:
    """Whether a picture of the page is a link, which no golden line can say."""
    lines = read_document(decode_page(page), "page").lines
    return any(picture.href for line in lines for picture in line.images)


def choose_stories(twin: Twin) -> dict[str, Story]:
    """A story of one page a skin, with a heading, a breadcrumb and a By line."""
    chosen: dict[str, Story] = {}
    for story in twin.stories.values():
        whole = story.printed_title and story.breadcrumb and story.home_in_breadcrumb and story.byline
        if not whole or story.page_count > 1 or story.photo_only or has_linked_pictures(twin.render(story.path).body):
            continue
        chosen.setdefault(story.skin, story)
    return chosen


def main() -> None:
    """Writes all of them anew."""
    for name, path in list_sites().items():
        folder = path.parent / FOLDER
        twin = make_twin(15, 120, manner=read_manner(name))
        for skin, story in list(choose_stories(twin).items())[:6]:
            record = {key: value for key, value in story.truth().items() if key in KEYS}
            if skin == "bracket":
                record["updated"] = None
            write_golden(folder, f"{name}-{skin}", twin.render(story.path).body, record)
        section = twin.sections[0]
        address = twin.manner.list_path(section, 1)
        lines = [
            {
                "url": twin.manner.base + story.path,
                "title": fold(story.title),
                "date": story.day,
                "summary": fold(story.also.get(section, story.summary)),
            }
            for story in twin.listing(section)[: twin.page_size]
        ]
        for story in lines:
            story["date"] = story["date"] if twin.dated.get(section, True) else None  # type: ignore[assignment]
        document = {"url": twin.manner.base + address, "lines": lines}
        page = read_document(decode_page(twin.render(address).body), address)
        written = "\n".join(map(write_line, page.lines))
        (folder / f"{name}-list{ENDING}").write_text(written + "\n", encoding="utf-8")
        (folder / f"{name}-list.json").write_text(
            json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
