"""The exported fields: name, kind and meaning. All schemas and the documentation are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from harbincrawl.errors import DestinationError
from harbincrawl.search.filters import KEYS
from harbincrawl.text import clean, nearest

Kind = Literal["text", "date", "time", "integer", "number", "texts", "images", "capture", "place", "counts"]
Profile = Literal["full", "features", "none"]

NESTED = ("texts", "images", "capture", "place", "counts")
"""Kinds that are a list or a struct: JSON in a CSV cell."""


class Field(NamedTuple):
    """One field of an exported record."""

    name: str
    kind: Kind
    meaning: str
    """A sentence for people."""
    nullable: bool = True
    """False if every article has it. Tombstones of purged articles have only `id` and `status`."""


IMAGE_PARTS = (
    Field("url", "text", "Absolute address on the site; null for a caption printed without a picture."),
    Field("caption", "text", "The caption without the credit."),
    Field("credit", "text", "The text in square brackets at the end of the caption, without the brackets."),
    Field("file_name", "text", "The file name that the page prints, else the last part of the address."),
)
CAPTURE_PARTS = (
    Field("warc", "text", "WARC file in `warc/` of the archive; null if none was written."),
    Field("offset", "integer", "Byte offset of the record in that file."),
    Field("digest", "text", "`sha256:` and the hexadecimal digest of the payload as received."),
    Field("fetched_at", "time", "When the page was fetched; of a rescued one, when the other archive fetched it."),
    Field(
        "source",
        "text",
        "Who answered: `site`, `mirror`, `cache` or `middleware`, `ingest`, or an archive of others by name.",
    ),
    Field("host", "text", "The host that answered, with its port where that is not the scheme's own."),
)
PLACE_PARTS = tuple(part for part in CAPTURE_PARTS if part.name != "digest")
COUNT_PARTS = (
    Field("term", "text", "The word, or two words separated by a space, in lower case.", False),
    Field("count", "integer", "Number of occurrences in the body.", False),
)

PARTS = {"images": IMAGE_PARTS, "capture": CAPTURE_PARTS, "place": PLACE_PARTS, "counts": COUNT_PARTS}
"""The parts of a kind that is a struct, or a list of structs."""

_ALL = (
    Field("id", "text", "The name of the site and its number for the article.", False),
    Field("url", "text", "Canonical address of the article's first page.", False),
    Field(
        "section",
        "text",
        "One label a path: the site file's, else the first that a page printed, else the path.",
        False,
    ),
    Field("section_path", "text", "The path of the section, such as `news` or `culture/music`.", False),
    Field("title", "text", "The heading."),
    Field("updated", "date", "The date printed on the page. Editors can change it; the site sorts its lists by it."),
    Field("created", "date", "The date in the address, when the article was created; it never changes."),
    Field("author", "text", "The author as printed; null if the page names none."),
    Field("authors", "texts", "The names in `author`.", False),
    Field("source", "text", "The source in brackets in the By line."),
    Field("summary", "text", "The summary from the list line; article pages have none."),
    Field("body", "text", "The paragraphs, separated by a blank line; null for articles with photos only."),
    Field("word_count", "integer", "Number of words in the body.", False),
    Field("images", "images", "The pictures with caption and credit, in reading order.", False),
    Field("first_seen", "time", "When the article was first captured, by the crawler or by another archive.", False),
    Field("last_seen", "time", "When the site last answered with it; to others, where it never answered us.", False),
    Field("last_changed", "time", "When the current revision was first seen.", False),
    Field("revision", "integer", "1 as first seen, plus 1 for each change of the text.", False),
    Field("status", "text", "`live`; `gone` from the site; `unknown`: only rescued; `purged` in tombstones.", False),
    Field("duplicate_of", "text", "`id` of the earliest article with this text, if this one is a copy."),
    Field("similarity", "number", "Similarity of a copy: 1.0 for the same text, else Jaccard of word shingles."),
    Field("fingerprint", "text", "sha256 of the normal form of title, body, captions, author, source and date.", False),
    Field("parser", "text", "Version of the parser that made the record.", False),
    Field("capture", "capture", "The captured response of the article's first page."),
)
_FEATURES = (
    Field("characters", "integer", "Number of characters in the body; 0 without a body.", False),
    Field("paragraphs", "integer", "Number of paragraphs in the body.", False),
    Field("tokens", "counts", "Words of the body with their counts, in alphabetical order.", False),
    Field("bigrams", "counts", "Pairs of neighbouring words that many articles have, with their counts.", False),
)
_SHARED = (
    Field("url", "text", "Canonical address of the article's first page; null if it may have words of the title."),
    Field("images", "images", "The pictures: addresses that have no words, else only nulls.", False),
    Field("capture", "place", "Where the captured response of the article's first page is."),
)
"""What of these fields a dataset to share has."""
_BY_NAME = {field.name: field for field in (*_ALL, *_FEATURES)}
FEATURE_NAMES = tuple(field.name for field in _FEATURES)
RUNNING_TEXT = ("summary", "body")
"""Fields that only the `full` profile has. Captions in `images` are null in the others."""
TRACES = ("title", "similarity", "fingerprint")
"""Fields that a dataset to share has not: words, the likeness of two texts, a hash of one."""
VOLATILE = "last_seen"
"""Changes with every crawl, so bundles leave it out: the files of past years stay the same."""


def profile_fields(
    profile: Profile, names: Sequence[str] = (), *, bundle: bool = False, share: bool = False, titles: bool = False
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
    return choose_fields([shared.get(name, _BY_NAME[name]) for name in kept], names)


def choose_fields(fields: Sequence[Field], names: Sequence[str]) -> tuple[Field, ...]:
    """Those of `fields` that are in `names`, all if that is empty. Raises DestinationError for a name that is none."""
    kept = [field.name for field in fields]
    if unknown := [name for name in names if name not in kept]:
        near = nearest(unknown[0], kept)
        hint = f"; did you mean {near}?" if near else f": expected some of {', '.join(kept)}."
        raise DestinationError(f"no field {clean(unknown[0])!r}{hint}")
    return tuple(field for field in fields if not names or field.name in names)
