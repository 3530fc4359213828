"""The fields of an export by its profile: those of a record, and what datasets have in place of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from harbincrawl.errors import DestinationError
from harbincrawl.fields import CAPTURE_PARTS, FIELDS, IMAGE_PARTS, KEYS, Field
from harbincrawl.text import clean, nearest

Profile = Literal["full", "features", "none"]

NESTED = ("texts", "images", "capture", "place", "counts")
"""Kinds that are a list or a struct: JSON in a CSV cell."""
PLACE = ("warc", "offset")
"""Where a response is in the archive: null in a dataset to share."""
PLACE_PARTS = tuple(
    part._replace(meaning="Null in a dataset to share.") if part.name in PLACE else part
    for part in CAPTURE_PARTS
    if part.name != "digest"
)
COUNT_PARTS = (
    Field("term", "text", "The word, or two words separated by a space, in lower case.", False),
    Field("count", "integer", "Number of occurrences in the body.", False),
)

PARTS = {"images": IMAGE_PARTS, "capture": CAPTURE_PARTS, "place": PLACE_PARTS, "counts": COUNT_PARTS}
"""The parts of a kind that is a struct, or a list of structs."""

_FEATURES = (
    Field("characters", "integer", "Number of characters in the body; 0 without a body.", False),
    Field("paragraphs", "integer", "Number of paragraphs in the body.", False),
    Field(
        "tokens",
        "counts",
        "Words of the body, cut at all but letters and digits, with their counts, in alphabetical order.",
        False,
    ),
    Field("bigrams", "counts", "Pairs of neighbouring words that many articles have, with their counts.", False),
)
_SHARED = (
    Field("url", "text", "Canonical address of the article's first page; null if it may have words of the title."),
    Field("images", "images", "The pictures: addresses that have no words, else only nulls.", False),
    Field("capture", "place", "When and from where the article's first page was captured."),
)
"""What of these fields a dataset to share has."""
_BY_NAME = {field.name: field for field in (*FIELDS, *_FEATURES)}
FEATURE_NAMES = tuple(field.name for field in _FEATURES)
RUNNING_TEXT = ("summary", "body")
"""Fields that only the `full` profile has. Captions in `images` are null in the others."""
TRACES = ("title", "similarity", "fingerprint")
"""Fields that a dataset to share has not: words, the likeness of two texts, a hash of one."""
REVISION_FIELDS = (
    *(_BY_NAME[name] for name in ("id", "url", "revision", "title", "updated", "author", "source", "body", "images")),
    Field("seen", "time", "When this wording was first seen.", False),
    Field("replaced", "time", "When the next one was first seen.", False),
    Field("cause", "text", "What replaced it: `crawl`, `ingest` or `rescue`.", False),
    *(_BY_NAME[name] for name in ("fingerprint", "parser", "capture")),
)
"""What is known of an earlier wording."""
CHANGE = Field("change", "text", "What happened since the cursor: `new`, `changed`, `gone`, `back` or `purged`.", False)
"""What exports with a cursor have behind all other fields."""
VOLATILE = "last_seen"
"""Changes with every crawl, so bundles leave it out: the files of past years stay the same."""


def profile_fields(
    profile: Profile,
    names: Sequence[str] = (),
    *,
    bundle: bool = False,
    share: bool = False,
    titles: bool = False,
    changes: bool = False,
) -> tuple[Field, ...]:
    """The fields of an export in order: all fields of the profile, or those in `names`.

    Raises DestinationError for a name that the profile does not have.
    """
    kept = [name for name in KEYS if not (bundle and name == VOLATILE)]
    if profile != "full":
        kept = [name for name in kept if name not in RUNNING_TEXT]
    if profile == "features":
        after = kept.index("word_count") + 1
        kept[after:after] = FEATURE_NAMES
    if share:
        kept = [name for name in kept if name not in TRACES or (titles and name == "title")]
    shared = {field.name: field for field in _SHARED} if share else {}
    more = (CHANGE,) if changes else ()
    return choose_fields([*(shared.get(name, _BY_NAME[name]) for name in kept), *more], names)


def choose_fields(fields: Sequence[Field], names: Sequence[str]) -> tuple[Field, ...]:
    """Those of `fields` that are in `names`, all if that is empty. Raises DestinationError for a name that is none."""
    kept = [field.name for field in fields]
    if unknown := [name for name in names if name not in kept]:
        near = nearest(unknown[0], kept)
        hint = f"; did you mean {near}?" if near else f": expected some of {', '.join(kept)}."
        raise DestinationError(f"no field {clean(unknown[0])!r}{hint}")
    return tuple(field for field in fields if not names or field.name in names)
