"""What a proof says in words, to be read first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harbincrawl.sites import Site
from harbincrawl.text import count_text

from . import verify_proof

_STATEMENT = """\
# What {id} said

An archive of {site} captured {id}, "{title}".
It noted that each of the {answers} below, captured from {first} to {last} as it says, shows the words of
`record.json`. Whoever has a seal of this archive that somebody else kept, or trusts the authority of a time stamp,
can show with this folder that the archive had these pages and this note by then, and that nobody changed them since.
It is good for citing what a page said after the page was changed or removed. It does not show that the site sent the
pages, that the times of capture are right, that there was no other wording between them, or that what they say is
true. `verify_proof.py` checks the folder and lists its pages and seals; it does not read this text, which anybody can
change.

## The words

{words}"""


def write_statement(site: Site, record: bytes, records: verify_proof.Records) -> bytes:
    """The file `statement.md` of a proof of `record` by these records."""
    article = json.loads(record)
    dates = sorted(each["warc-date"] for each in records.values() if verify_proof.is_answer(each))
    text = _STATEMENT.format(
        id=article["id"],
        site=_clean(f"{site.title} ({site.base})"),
        title=_clean(article["title"] or ""),
        answers=count_text(len(dates), "answer"),
        first=dates[0],
        last=dates[-1],
        words="".join(f"    {_clean(f'{name}: {text}')}\n\n" for name, text in _list_texts(article)),
    )
    return text.encode(errors="replace")


def _list_texts(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of an article with their names; those that are missing are left out."""
    texts = [(name, article[name]) for name in ("title", "updated", "author", "source")]
    texts += [(f"paragraph {at}", text) for at, text in enumerate((article["body"] or "").split("\n\n"), 1)]
    for at, image in enumerate(article["images"], 1):
        texts += [(f"picture {at}, {name}", image[name]) for name in ("caption", "credit")]
    yield from (each for each in texts if each[1])


def _clean(line: str) -> str:
    """A line in which whatever is not printable is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
