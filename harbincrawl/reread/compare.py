"""What a record read today says otherwise than the stored one, field by field."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from harbincrawl.archive.articles.states import article_values
from harbincrawl.fields import READ_KEYS
from harbincrawl.identity import fingerprint
from harbincrawl.records import Article

_WORDING = frozenset(("title", "author", "source", "body", "word_count"))


@dataclass(frozen=True, slots=True)
class Difference:
    """A field and its two values, as the record would print them."""

    field: str
    before: Any
    after: Any


def find_differences(stored: Article, found: Article, *, sound: bool, exact: bool) -> list[Difference]:
    """The fields in which `found` is not `stored`.

    Unless `exact`, white space in the words counts for nothing where the stored words are `sound` (of their
    fingerprint): a crawl leaves the stored words as they are, too, where only white space changed.
    """
    before, after = _fields(stored), _fields(found)
    after["summary"] = after["summary"] or before["summary"]
    if sound and not exact and fingerprint(stored) == fingerprint(found):
        after |= {name: before[name] for name in _WORDING}
    return [Difference(name, before[name], after[name]) for name in READ_KEYS if before[name] != after[name]]


def _fields(article: Article) -> dict[str, Any]:
    values = article_values(article, 0, "")
    values["authors"] = json.loads(str(values["authors"]))
    values["images"] = [asdict(image) for image in article.images]
    return {name: values[name] for name in READ_KEYS}
