"""A large archive of invented words for the benchmarks: fast to build, the same for the same size."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from harbincrawl.archive.database import connection as database
from harbincrawl.archive.schema.tables import make_schema

COMMON, RARE, THREE = "harbin", "quorzel", ("vessel", "lantern", "orchard")
"""A word in 28% of the articles (in 6% of the titles), one in 1%, and three that meet in few."""

SECTIONS = (("news", "Harbin Today"), ("civilization", "Civilization progress"), ("culture/music", "Music City"))
FIRST_DAY, LAST_DAY = date(2012, 1, 1).toordinal(), date(2024, 12, 31).toordinal()
WORDS_IN_BODY, WORDS_IN_TITLE = 140, 8


def vocabulary(size: int = 30_000) -> list[str]:
    """`size` different pronounceable words, the frequent ones first and shorter."""
    starts, middles = "b c d f g h j k l m n p r s t v w z".split(), "a e i o u ai ou ea".split()
    syllables = [start + middle for start in starts for middle in middles]
    count = len(syllables)
    words = [syllables[n % count] + syllables[n // count % count] + "nrtlsm"[n % 6] for n in range(size)]
    return [word + (syllables[n % 97] if n >= count * count else "") for n, word in enumerate(words)]


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """`count` rows of `articles`, oldest first."""
    dice = np.random.default_rng(7)
    words = np.array(vocabulary(), dtype=object)
    weights = 1 / np.arange(10, len(words) + 10)
    bounds = np.cumsum(weights / weights.sum())
    days = np.linspace(FIRST_DAY, LAST_DAY, count).astype(int)
    for first in range(0, count, 1000):
        size = min(1000, count - first)
        picks = words[np.searchsorted(bounds, dice.random((size, WORDS_IN_BODY + WORDS_IN_TITLE)), side="left")]
        chance = dice.random((size, 6))
        for line in range(size):
            number = first + line + 1
            day = date.fromordinal(int(days[number - 1]))
            title, body = list(picks[line, :WORDS_IN_TITLE]), list(picks[line, WORDS_IN_TITLE:])
            body[1], body[3] = "the", "of"
            if chance[line, 0] < 0.28:
                body[5] = COMMON
            if chance[line, 0] < 0.06:
                title[2] = COMMON
            if chance[line, 1] < 0.01:
                body[9] = RARE
            for place, word in enumerate(THREE):
                if chance[line, 2 + place] < 0.03:
                    body[20 + place] = word
            path, label = SECTIONS[number % len(SECTIONS)]
            source = "Xinhua" if chance[line, 5] < 0.2 else "chinadaily.com.cn"
            yield (
                (day.toordinal() << 32) + number,
                number,
                str(number),
                f"http://e.my399.com/{path}/{day}/{number}.html",
                label,
                path,
                " ".join(title).capitalize(),
                day.isoformat(),
                day.isoformat(),
                source,
                "\n\n".join(" ".join(body[start : start + 35]) + "." for start in range(0, WORDS_IN_BODY, 35)),
                WORDS_IN_BODY,
                f"{number:064x}",
                number,
            )


def build(folder: Path, count: int) -> Path:
    """An archive of `count` articles in `folder` (returned); kept where it already has them."""
    path = folder / database.FILE
    if path.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    connection = sqlite3.connect(draft, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    make_schema(connection)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO facts VALUES ('site', 'harbin-today')")
    now = "2024-12-31T00:00:00Z"
    connection.executemany(
        "INSERT INTO articles (key, number, id, url, section, section_path, title, updated, created, authors, source,"
        " body, word_count, first_seen, last_seen, last_changed, revision, status, fingerprint, parser, change)"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?, '{now}', '{now}', '{now}', 1, 'live', ?, '1', ?)",
        rows(count),
    )
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    # Every hundredth article is a copy of the one before, so that folding has work to do.
    connection.execute(
        "INSERT INTO duplicates SELECT number, number - 1, 1.0, 'exact' FROM articles WHERE number % 100 = 0"
    )
    connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {database.VERSION}")
    connection.execute("COMMIT")
    connection.close()
    draft.rename(path)
    return folder
