"""What each column of the database may hold: SQLite's columns hold anything, and archives may come from strangers."""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """What a value has to be."""

    right: str
    """SQL that is true of a value that can be, false or null of any other; `{c}` is the column."""
    expected: str
    """In words."""
    is_text: bool = False
    """Whether it has to be UTF-8 without NUL, too, which SQL cannot tell."""
    is_word: bool = False
    """Whether it has to be printable, too, and without blanks."""

    def or_null(self) -> Form:
        """The same, or nothing."""
        return self._replace(right=f"({{c}} IS NULL OR {self.right})", expected=f"{self.expected}, or null")

    def unless_as(self, column: str) -> Form:
        """The same; a value that is that of `column`, which was asked before, need not be looked at."""
        return self._replace(right=f"({{c}} IS {column} OR {self.right})")


def _words(*words: str) -> Form:
    return Form(f"{{c}} IN ({', '.join(map(repr, words))})", f"one of {', '.join(words)}")


def _json(shape: str, expected: str) -> Form:
    return Form(f"has_shape('{shape}', CAST({{c}} AS BLOB))", expected)


def _text(right: str, expected: str, *, is_word: bool = True) -> Form:
    """A text of which `right` is true, too."""
    return Form(f"({_IS_TEXT} AND {right})" if right else f"({_IS_TEXT})", expected, is_text=True, is_word=is_word)


# SQLite's order is null, numbers, texts, bytes, and no text in UTF-8 stands behind one that begins with the byte ff.
# A comparison takes a third of the time of `typeof`; the sign keeps a number in a column of texts from being compared
# as a text.
_IS_TEXT = "+{c} BETWEEN '' AND CAST(x'ff' AS TEXT)"

TEXT = _text("", "text in UTF-8", is_word=False)
INTEGER = Form("typeof({c}) = 'integer'", "an integer")
COUNT = Form("(typeof({c}) = 'integer' AND {c} >= 0)", "an integer of at least 0")
FIRST = Form("(typeof({c}) = 'integer' AND {c} >= 1)", "an integer of at least 1")
FLAG = Form("{c} IN (0, 1)", "0 or 1")
NUMBER = Form("typeof({c}) IN ('real', 'integer')", "a number")
SIGNATURE = Form("(typeof({c}) = 'blob' AND length({c}) = 64)", "64 bytes")
DAY = Form("(date({c}) = {c} AND {c} > '0001')", "a day such as 2026-01-31")
# `strftime` takes twice the time.
TIME = Form("(replace(datetime({c}), ' ', 'T') || 'Z' = {c} AND {c} > '0001')", "a time such as 2026-01-31T04:05:06Z")
ID = _text(
    "{c} NOT GLOB '*[^0-9A-Za-z_.-]*' AND length({c}) BETWEEN 1 AND 64 AND {c} <> '.' AND {c} <> '..'",
    "up to 64 letters, digits, `-`, `_` and `.`",
)
ADDRESS = Form(
    "(+{c} BETWEEN 'http://' AND 'http:/0' OR +{c} BETWEEN 'https://' AND 'https:/0')", "a web address", True, True
)
PATH = _text("NOT ({c} GLOB '/*' OR {c} GLOB '*\\*' OR {c} GLOB '*..*')", "a path such as culture/music")
WORD = _text("", "a word")
"""Names of kinds, versions, hashes, digests."""
BASE64 = _text("{c} NOT GLOB '*[^0-9A-Za-z+/=]*' AND length({c}) BETWEEN 4 AND 100000", "a token in base64")
# A set of letters behind a star takes eight times as long as a letter.
_IS_NAME = "NOT ({c} GLOB '*/*' OR {c} GLOB '*\\*')"
FILE = _text(f"{_IS_NAME} AND {{c}} NOT IN ('', '.', '..')", "the name of a file")
WARC = _text(f"({{c}} GLOB '?*.warc.gz' OR {{c}} GLOB '?*.warc') AND {_IS_NAME}", "the name of a WARC file")
NAMES = _text(
    "({c} = '[]' OR iif(json_valid({c}), json_type({c}) = 'array'"
    " AND NOT EXISTS (SELECT 1 FROM json_each({c}) WHERE type <> 'text'), 0))",
    "a JSON list of names", is_word=False,
)  # fmt: skip
FACT = _text(
    "CASE name WHEN 'site' THEN {c} NOT GLOB '*[^a-z0-9-]*' AND length({c}) BETWEEN 1 AND 40"
    " WHEN 'site_url' THEN {c} GLOB 'http*://*' AND {c} NOT GLOB '* *'"
    " WHEN 'changes' THEN {c} NOT GLOB '*[^0-9]*' AND length({c}) BETWEEN 1 AND 18"
    " WHEN 'stemmer' THEN {c} IN ('porter', 'none')"
    " WHEN 'id' THEN {c} NOT GLOB '*[^0-9a-f]*' AND length({c}) = 32 ELSE 1 END",
    "what its name says", is_word=False,
)  # fmt: skip

_ARTICLE = {"title": TEXT.or_null(), "author": TEXT.or_null(), "source": TEXT.or_null(),
            "body": TEXT.or_null(), "fingerprint": WORD, "parser": WORD, "layout": WORD.or_null(),
            "first_capture": INTEGER.or_null(), "capture": INTEGER.or_null(), "line": INTEGER.or_null()}  # fmt: skip

FORMS: dict[str, tuple[str, dict[str, Form]]] = {
    "facts": ("name", {"name": WORD, "value": FACT}),
    "log": ("name", {
        "name": _words("position", "sealed"), "ordinal": COUNT, "digest": WORD, "file": COUNT, "end": COUNT,
    }),
    "log_files": ("number", {"number": FIRST, "name": WARC}),
    "_seals": ("run", {"run": FIRST, "file": FIRST, "offset": COUNT}),
    "_ids": ("internal", {"internal": COUNT, "id": ID}),
    "runs": ("run", {
        "run": FIRST, "kind": WORD, "started": TIME, "ended": TIME.or_null(),
        "outcome": _words("running", "complete", "partial", "interrupted", "failed", "aborted"),
        "exit_code": INTEGER.or_null(), "arguments": _json("arguments", "the arguments of a run in JSON"),
        "versions": _json("texts", "a JSON object of texts"), "report": _json("report", "a report in JSON").or_null(),
        "seal": WORD.or_null(),
    }),
    "timestamps": ("run || ', ' || authority", {"run": FIRST, "authority": ADDRESS, "at": TIME, "token": BASE64}),
    "sections": ("path", {
        "path": PATH, "floor": COUNT, "offset": INTEGER, "last_page": COUNT, "hole": COUNT.or_null(),
        "full_at": TIME.or_null(), "total": COUNT.or_null(), "seen": FLAG, "boxes": TEXT,
        "rhythm_days": NUMBER, "rhythm_changes": COUNT,
    }),
    "walks": ("run || ', ' || section", {
        "run": FIRST, "section": PATH, "walk": _words("to-floor", "full", "partial", "absent", "failed"),
        "listing_pages": COUNT, "total_records": COUNT.or_null(), "known": COUNT, "gap": INTEGER.or_null(),
        "reason": TEXT.or_null(),
    }),
    "listed": ("section || ', ' || item", {
        "section": PATH, "item": TEXT, "number": COUNT.or_null(), "address": TEXT, "title": TEXT,
        "date": DAY.or_null(), "summary": TEXT.or_null(), "capture": INTEGER.or_null(), "since": COUNT,
        "stands": FLAG,
    }),
    "queue": ("number", {
        "number": COUNT, "address": ADDRESS, "wanted": FLAG, "state": _json("state", "the state of an article in JSON"),
    }),
    "captures": ("id", {
        "id": INTEGER, "run": COUNT, "address": ADDRESS, "fetched_at": TIME, "status": COUNT, "etag": TEXT.or_null(),
        "last_modified": TEXT.or_null(), "digest": WORD.or_null(), "body_hash": WORD.or_null(),
        "charset": TEXT.or_null(), "warc": WARC.or_null(),
        "offset": COUNT.or_null(), "origin": TEXT.or_null(), "source": WORD, "host": WORD,
        "first_page": INTEGER.or_null(), "redirected": INTEGER.or_null(),
    }),
    "articles": ("id", {
        "key": INTEGER, "number": COUNT, "id": ID.unless_as("CAST(number AS TEXT)"), "url": ADDRESS, "section": TEXT,
        "section_path": PATH, "created": DAY.or_null(), "updated": DAY.or_null().unless_as("created"), "authors": NAMES,
        "summary": TEXT.or_null(), "captions": TEXT.or_null(), "word_count": COUNT, "first_seen": TIME,
        "last_seen": TIME.unless_as("first_seen"), "last_changed": TIME.unless_as("first_seen"), "revision": FIRST,
        "status": _words("live", "gone", "unknown"), "summary_line": INTEGER.or_null(),
        "change": INTEGER, **_ARTICLE,
    }),
    "images": ("number || ', ' || position", {
        "number": COUNT, "position": COUNT, "url": TEXT.or_null(), "caption": TEXT.or_null(), "credit": TEXT.or_null(),
        "file_name": TEXT.or_null(), "media": FILE.or_null(),
    }),
    "revisions": ("number || ', ' || revision", {
        "number": COUNT, "revision": FIRST, "updated": DAY.or_null(), "seen": TIME, "replaced": TIME, "cause": WORD,
        "images": _json("images", "a JSON list of pictures"), **_ARTICLE,
    }),
    "failures": ("run || ', ' || address", {
        "run": FIRST, "address": TEXT, "number": COUNT.or_null(), "class": WORD, "reason": TEXT, "at": TIME,
    }),
    "unaccounted": ("run || ', ' || address", {
        "run": FIRST, "address": TEXT, "text": TEXT,
        "kind": _words("line", "page", "item", "reading", "selector", "template", "field"),
        "capture": INTEGER.or_null(),
    }),
    "frames": ("capture", {"capture": INTEGER, "frame": WORD, "layout": COUNT, "opinion": TEXT.or_null()}),
    "layouts": ("frame || ', ' || pages", {
        "frame": WORD, "pages": COUNT, "learnt": COUNT, "parser": WORD,
        "samples": _json("numbers", "a JSON list of captures"),
        "digest": WORD.or_null(), "layout": _json("object", "a layout in JSON").or_null(), "reason": TEXT.or_null(),
    }),
    "outcomes": ("run || ', ' || number", {
        "run": FIRST, "number": COUNT,
        "outcome": _words("new", "changed", "same", "duplicate", "failed", "gone", "reread"),
        "capture": INTEGER.or_null(), "hash": WORD.or_null(),
    }),
    "purged": ("number", {"number": COUNT, "change": INTEGER, "at": TIME}),
    "lost_captures": ("capture", {"capture": INTEGER, "run": COUNT, "reason": _words("purged", "damaged")}),
    "places": ("file", {"file": WARC, "address": TEXT, "sha256": WORD, "size": COUNT}),
    "duplicates": ("number", {
        "number": COUNT, "original": COUNT, "similarity": NUMBER, "kind": _words("exact", "near"),
    }),
    "_list_pages": ("address", {
        "address": ADDRESS, "capture": INTEGER.or_null(), "etag": TEXT.or_null(), "last_modified": TEXT.or_null(),
        "parser": WORD, "listing": _json("object", "a JSON object"),
    }),
    "rescue": ("original", {
        "source": WORD, "original": TEXT, "timestamp": WORD, "address": TEXT.or_null(), "number": COUNT.or_null(),
        "page": COUNT.or_null(), "digest": WORD.or_null(), "length": INTEGER.or_null(), "place": TEXT.or_null(),
        "state": _words("left", "fetched", "repeat", "not_ours", "failed"), "outcome": TEXT.or_null(), "tries": COUNT,
        "capture": INTEGER.or_null(), "run": COUNT.or_null(),
    }),
    "_rescue_lists": ("list", {"source": WORD, "list": TEXT}),
    "_signatures": ("number", {
        "number": COUNT, "place": INTEGER, "size": COUNT, "digest": INTEGER, "signature": SIGNATURE.or_null(),
    }),
    "_bands": ("band", {"band": INTEGER, "copy": FLAG, "place": INTEGER}),
}  # fmt: skip
"""By table: SQL of what a row is called, and the form of each column."""
USER_FORMS: dict[str, tuple[str, dict[str, Form]]] = {
    "saved_searches": ("name", {
        "name": WORD, "query": TEXT, "filters": _json("options", "a JSON object of options"), "saved": TIME,
        "printed": COUNT, "notified": COUNT,
    }),
    "targets": ("target", {"target": WORD, "shown": TEXT, "good": FLAG, "waiting": TIME.or_null()}),
}  # fmt: skip
"""The same of what is the user's."""
ALL_FORMS = FORMS | USER_FORMS
