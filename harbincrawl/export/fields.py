"""Every exported field: its name, kind and meaning, from which all schemas and the documentation are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from harbincrawl.errors import DestinationError
from harbincrawl.search.filters import KEYS

Kind = Literal["text", "date", "time", "integer", "number", "texts", "images", "capture", "counts", "integers"]
Profile = Literal["full", "features", "none"]

NESTED = ("texts", "images", "capture", "counts", "integers")
"""Kinds that are a list or a struct: JSON in a CSV cell."""


class Field(NamedTuple):
    """One field of an exported record."""

    name: str
    kind: Kind
    meaning: str
    """One sentence for people."""
    nullable: bool = True
    """False where every article has it (a tombstone of a purged one has only `id` and `status`)."""


IMAGE_PARTS = (
    Field("url", "text", "Absolute address on the site; null for a caption printed without a picture."),
    Field("caption", "text", "The words under the picture, without the credit."),
    Field("credit", "text", "What stands in square brackets at the caption's end, without them."),
    Field("file_name", "text", "The file name that the page prints or names, else the last part of the address."),
)
CAPTURE_PARTS = (
    Field("warc", "text", "Name of the WARC file in the archive's `warc/`; null where none was written."),
    Field("offset", "integer", "Where the record begins in that file, in bytes."),
    Field("digest", "text", "`sha1:` and Base32 of the payload as it came over the wire."),
    Field("fetched_at", "time", "When the page was fetched."),
)
COUNT_PARTS = (
    Field("term", "text", "The word, or the two words with a blank between; letters folded to lower case.", False),
    Field("count", "integer", "How often it occurs in the body.", False),
)

PARTS = {"images": IMAGE_PARTS, "capture": CAPTURE_PARTS, "counts": COUNT_PARTS}
"""The parts of a kind that is a struct, or a list of structs."""

_ALL = (
    Field("id", "text", "The site's name and its own number for the article: its identity.", False),
    Field("url", "text", "Canonical address of the article's first page.", False),
    Field("section", "text", "The section's name as readers see it.", False),
    Field("section_path", "text", "The section's path in addresses, such as `news` or `culture/music`.", False),
    Field("title", "text", "The heading."),
    Field("updated", "date", "The day printed on the page; it is editable, and what the site sorts by."),
    Field("created", "date", "The day in the address, on which the site made the record; it never changes."),
    Field("author", "text", "The author as printed; null where the page names none."),
    Field("authors", "texts", "The names in `author`.", False),
    Field("source", "text", "The source in the brackets of the By line."),
    Field("summary", "text", "The listing's words about the article; no page of the article carries them."),
    Field("body", "text", "The paragraphs, joined by a blank line; null for articles of photos only."),
    Field("word_count", "integer", "Words of the body.", False),
    Field("images", "images", "The pictures with caption and credit, in reading order.", False),
    Field("first_seen", "time", "When the crawler first stored the article.", False),
    Field("last_seen", "time", "When the site last answered with it.", False),
    Field("last_changed", "time", "When its present wording was first seen.", False),
    Field("revision", "integer", "1 as first seen, one more with every change of the wording.", False),
    Field("status", "text", "`live`, or `gone` where the site no longer has it; `purged` in tombstones.", False),
    Field("duplicate_of", "text", "`id` of the earliest article with this text, where this one is a copy."),
    Field("similarity", "number", "How alike the copy is: 1.0 for the same text, else Jaccard of word shingles."),
    Field("fingerprint", "text", "sha256 of the normal form of title, body, captions, author, source and date.", False),
    Field("parser", "text", "Version of the reader that made the record.", False),
    Field("capture", "capture", "The captured response that was read."),
)
_FEATURES = (
    Field("characters", "integer", "Characters of the body; 0 where there is none.", False),
    Field("paragraphs", "integer", "Paragraphs of the body.", False),
    Field("body_hash", "text", "sha256 of the body as UTF-8; null where there is none."),
    Field("tokens", "counts", "Words of the body with their counts, in alphabetical order.", False),
    Field("bigrams", "counts", "Pairs of neighbouring words with their counts, in alphabetical order.", False),
    Field("minhash", "integers", "MinHash signature of the body, a byte a number; empty where it is too short.", False),
)
_BY_NAME = {field.name: field for field in (*_ALL, *_FEATURES)}
FEATURE_NAMES = tuple(field.name for field in _FEATURES)
RUNNING_TEXT = ("summary", "body")
"""Fields that only the `full` profile has; captions inside `images` are null in the others."""
VOLATILE = "last_seen"
"""Changes with every crawl, so a bundle leaves it out: its closed years stay the same bytes."""


def profile_fields(profile: Profile, names: Sequence[str] = (), *, bundle: bool = False) -> tuple[Field, ...]:
    """The fields of an export in their order: those of the profile, or the chosen ones of them.

    Raises DestinationError for a name the profile does not have.
    """
    kept = [name for name in KEYS if not (bundle and name == VOLATILE)]
    if profile != "full":
        kept = [name for name in kept if name not in RUNNING_TEXT]
    if profile == "features":
        after = kept.index("word_count") + 1
        kept[after:after] = FEATURE_NAMES
    if unknown := [name for name in names if name not in kept]:
        raise DestinationError(f"no field {unknown[0]!r} here: expected some of {', '.join(kept)}.")
    return tuple(_BY_NAME[name] for name in kept if not names or name in names)
