"""Values that no evidence and no seal covers: they have the right form, and agree with what they follow from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.identity import FIRST_COUNTED, LONGEST_ID, write_id
from harbincrawl.operations.verify.findings import DATABASE_BACKUP, REPARSE, Findings
from harbincrawl.records import CRAWLED, OWN

_TIMES = {
    "runs": ("started", "ended"), "sections": ("full_at",), "articles": ("first_seen", "last_seen", "last_changed"),
    "revisions": ("seen", "replaced"), "captures": ("fetched_at",), "failures": ("at",), "purged": ("at",),
    "saved_searches": ("saved",),
}  # fmt: skip
_DAYS = {"articles": ("updated", "created"), "revisions": ("updated",), "listed": ("date",)}
_JSON = {
    "runs": ("arguments", "versions", "report"), "_list_pages": ("listing",), "articles": ("authors",),
    "revisions": ("images",), "queue": ("state",), "saved_searches": ("filters",),
}  # fmt: skip
_WORDS = {
    ("runs", "outcome"): ("running", "complete", "partial", "interrupted", "failed", "aborted"),
    ("articles", "status"): ("live", "gone", "unknown"),
    ("walks", "walk"): ("to-floor", "full", "partial", "absent", "failed"),
    ("outcomes", "outcome"): ("new", "changed", "same", "duplicate", "failed", "gone", "reread"),
    ("revisions", "cause"): ("crawl", "reparse", "ingest", "rescue"),
    ("unaccounted", "kind"): ("line", "page", "item", "reading"),
    ("lost_captures", "reason"): ("purged", "damaged"),
    ("listed", "stands"): (0, 1),
}
_PAGE = (
    "EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture WHERE m.number = a.number"
    " AND m.page = 1 AND c.status IN ({status}) AND c.fetched_at = {moment})"
)
_REPARSED = "EXISTS (SELECT 1 FROM runs AS k WHERE k.kind = 'reparse' AND k.started = {moment})"
_CLOCK_WENT_BACK = (
    "(EXISTS (SELECT 1 FROM (SELECT started, ended, max(max(started, coalesce(ended, started))) OVER (ORDER BY run ROWS"
    " BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM runs) WHERE started < before OR ended < started)"
    " OR EXISTS (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture JOIN temp.meanings AS n"
    " ON n.number = m.number JOIN captures AS d ON d.id = n.capture WHERE m.number = a.number AND c.id < d.id"
    f" AND c.fetched_at > d.fetched_at AND c.source IN {CRAWLED} AND d.source IN {CRAWLED}))"
)
"""A time is what the clock said. It orders nothing where the clock went back, by the runs or the article's captures."""
_ORIGINS = (
    "(SELECT json_extract(iif(json_valid(arguments), arguments, '{}'), '$.site_url') AS origin FROM runs"
    " WHERE kind = 'crawl')"
)
_RULES = (
    ("article", "first_seen is not the time of a capture of it",
     f"SELECT a.id FROM articles AS a WHERE NOT {_PAGE.format(status='200', moment='a.first_seen')}"),
    ("article", "last_seen is not the time of a capture of it",
     f"SELECT a.id FROM articles AS a WHERE NOT {_PAGE.format(status='200, 304', moment='a.last_seen')}"),
    ("article", "last_seen is before the last crawl that read it",
     "SELECT a.id FROM articles AS a WHERE last_seen < (SELECT min(c.fetched_at) FROM temp.meanings AS m"
     " JOIN captures AS c ON c.id = m.capture WHERE m.number = a.number AND m.page = 1 AND c.status IN (200, 304)"
     " AND c.run = (SELECT max(o.run) FROM outcomes AS o JOIN runs AS k ON k.run = o.run WHERE o.number = a.number"
     " AND k.kind = 'crawl' AND o.outcome IN ('new', 'changed', 'same', 'duplicate')))"),
    ("article", "first_seen, last_changed and last_seen are not in this order",
     "SELECT a.id FROM articles AS a WHERE (first_seen > last_seen OR first_seen > last_changed)"
     f" AND NOT {_CLOCK_WENT_BACK}"),
    ("article", "last_changed is not when its last revision was replaced",
     "SELECT a.id FROM articles AS a WHERE last_changed <> coalesce((SELECT replaced FROM revisions AS r"
     " WHERE r.number = a.number AND r.revision = a.revision - 1), first_seen)"),
    ("article", "its revisions are not numbered from 1 on",
     "SELECT a.id FROM articles AS a WHERE revision <> 1 + (SELECT count(*) FROM revisions AS r"
     " WHERE r.number = a.number AND r.revision BETWEEN 1 AND a.revision - 1)"
     " OR EXISTS (SELECT 1 FROM revisions AS r WHERE r.number = a.number AND r.revision >= a.revision)"),
    ("revision", "it was not first seen when the one before was replaced",
     "SELECT a.id || ', revision ' || r.revision FROM revisions AS r JOIN articles AS a ON a.number = r.number"
     " WHERE r.seen <> coalesce((SELECT replaced FROM revisions AS b WHERE b.number = r.number"
     " AND b.revision = r.revision - 1), a.first_seen)"),
    ("revision", "what replaced it has no capture of that time",
     f"SELECT {write_id('a.number')} || ', revision ' || a.revision FROM revisions AS a WHERE NOT"
     f" iif(cause = 'reparse', {_REPARSED.format(moment='a.replaced')},"
     f" {_PAGE.format(status='200, 304', moment='a.replaced')})"),
    ("article", "its capture is not one of its first page",
     "SELECT a.id FROM articles AS a WHERE NOT EXISTS (SELECT 1 FROM temp.meanings AS m"
     " JOIN captures AS c ON c.id = m.capture WHERE m.capture = a.capture AND m.number = a.number AND m.page = 1"
     " AND c.status = 200 AND c.first_page IS NULL)"),
    ("revision", "its capture is not one of its first page",
     f"SELECT {write_id('a.number')} || ', revision ' || revision FROM revisions AS a WHERE NOT EXISTS"
     " (SELECT 1 FROM temp.meanings AS m JOIN captures AS c ON c.id = m.capture WHERE m.capture = a.capture"
     " AND m.number = a.number AND m.page = 1 AND c.status = 200 AND c.first_page IS NULL)"),
    ("article", "two changes have its number in the order of changes",
     f"SELECT {write_id('least')} FROM (SELECT min(number) AS least FROM (SELECT number, change FROM articles UNION ALL"
     " SELECT number, change FROM purged) GROUP BY change HAVING count(*) > 1 OR change < 1)"),
    ("article", "its pictures are not numbered from 1 on",
     f"SELECT {write_id('number')} FROM images GROUP BY number HAVING min(position) <> 1 OR max(position) <> count(*)"),
    ("capture", "its first page is not that of its article",
     "SELECT c.id FROM captures AS c LEFT JOIN temp.meanings AS m ON m.capture = c.id LEFT JOIN temp.meanings AS f"
     " ON f.capture = c.first_page LEFT JOIN captures AS d ON d.id = c.first_page WHERE c.first_page IS NOT NULL"
     " AND NOT coalesce(m.page > 1 AND f.page = 1 AND m.number = f.number AND (d.run = c.run"
     f" OR c.source NOT IN {OWN} AND d.source NOT IN {OWN}), 0)"),
    ("value", "numbers that no walk leaves",
     "SELECT path FROM sections, (SELECT count(*) AS count, 1 + coalesce(julianday(max(fetched_at))"
     " - julianday(min(fetched_at)), 0) AS days FROM captures) WHERE rhythm_days NOT BETWEEN 0 AND seen * count * days"
     " OR rhythm_changes NOT BETWEEN 0 AND seen * count"),
    ("value", "a gap that is not the total less the lines",
     "SELECT run || ', ' || section FROM walks WHERE gap <> total_records - known OR listing_pages < 0 OR known < 0"),
    ("value", "read by a parser that no run had",
     "SELECT DISTINCT parser FROM (SELECT parser FROM articles UNION SELECT parser FROM revisions UNION SELECT parser"
     " FROM _list_pages) WHERE parser NOT IN (SELECT json_extract(versions, '$.parser') FROM runs"
     " WHERE json_valid(versions) AND json_extract(versions, '$.parser') IS NOT NULL)"),
    ("value", "a line under another key than that of its article",
     f"SELECT section || ', ' || item FROM listed WHERE item IS NOT coalesce({write_id('number')}, address)"),
    ("value", "a property that no archive has, or a counter that is none",
     "SELECT name FROM facts WHERE name NOT IN ('id', 'site', 'site_file', 'site_url', 'stemmer', 'changes',"
     " 'purging', 'loose_objects', 'borrowed_objects')"
     " OR (name = 'changes'"
     " AND (value GLOB '*[^0-9]*' OR CAST(value AS INTEGER) < (SELECT coalesce(max(change), 0) FROM purged)))"),
    ("value", "the address that the archive is crawled from, and no run was given",
     "SELECT coalesce(value, 'site_url') FROM (SELECT 1) LEFT JOIN facts ON name = 'site_url' WHERE EXISTS"
     f" (SELECT 1 FROM {_ORIGINS}) AND NOT EXISTS (SELECT 1 FROM {_ORIGINS} WHERE origin IS NULL OR origin = value)"),
    ("run", "its versions are not all named",
     "SELECT run FROM runs WHERE NOT json_valid(versions) OR json_type(versions, '$.harbincrawl') IS NOT 'text'"
     " OR (kind IN ('crawl', 'ingest', 'reparse', 'rescue', 'mend') AND json_type(versions, '$.parser') IS NOT 'text')"
     " OR EXISTS (SELECT 1 FROM json_each(versions) WHERE type <> 'text')"),
    ("value", "purged by no purge",
     f"SELECT {write_id('p.number')} FROM purged AS p WHERE NOT EXISTS (SELECT 1 FROM runs AS k,"
     " json_each(iif(json_valid(k.arguments), k.arguments, '{}'), '$.numbers') AS n WHERE k.kind = 'purge'"
     f" AND CAST(n.value AS TEXT) = {write_id('p.number')} AND k.started = p.at)"),
    ("value", "a saved search ahead of all changes",
     "SELECT name FROM saved_searches WHERE max(printed, notified) > max("
     "(SELECT coalesce(max(change), 0) FROM articles), (SELECT coalesce(max(change), 0) FROM purged),"
     " coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'changes'), 0)) OR min(printed, notified) < 0"),
    ("article", "its id is not that of its number",
     f"SELECT a.id FROM articles AS a WHERE a.id IS NOT {write_id('a.number')}"),
    ("value", "an id with a number that it has no need of, or of another range",
     f"SELECT id FROM _ids WHERE internal < {FIRST_COUNTED} OR length(id) > {LONGEST_ID} OR id GLOB '*[^A-Za-z0-9_.-]*'"
     f" OR (id = CAST(CAST(id AS INTEGER) AS TEXT) AND CAST(id AS INTEGER) BETWEEN 0 AND {FIRST_COUNTED - 1})"),
    ("capture", "its source is not what its origin says",
     "SELECT id FROM captures WHERE (origin IS NULL) = (source = 'ingest') OR source NOT IN"
     f" {(*OWN, 'wayback', 'commoncrawl')} AND source NOT GLOB 'http*://*'"),
    ("article", "its status is not what its captures say",
     "SELECT a.id FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.status = 'unknown'"
     f" AND c.source IN {OWN}"),
    ("value", "what became of a rescued capture contradicts its row",
     "SELECT source || ', ' || original || ', ' || timestamp FROM rescue AS r WHERE NOT coalesce(CASE state"
     " WHEN 'left' THEN capture IS NULL AND outcome IS NULL"
     " WHEN 'fetched' THEN run IS NOT NULL AND (capture IS NOT NULL OR outcome IN ('redirects', 'not_an_article'))"
     " WHEN 'repeat' THEN capture IS NOT NULL WHEN 'failed' THEN outcome IS NOT NULL AND tries > 0"
     " WHEN 'not_ours' THEN outcome IS NOT NULL END, 0) OR (address IS NULL AND state <> 'not_ours')"),
    ("value", "a rescued capture whose record says otherwise",
     "SELECT r.source || ', ' || r.original || ', ' || r.timestamp FROM rescue AS r LEFT JOIN captures AS c"
     " ON c.id = r.capture WHERE r.capture IS NOT NULL AND (c.id IS NULL OR c.address <> r.address OR"
     " (r.state = 'fetched' AND c.source <> r.source))"),
)  # fmt: skip
"""(kind, what is wrong, query for the wrong rows)."""


def check_forms(connection: sqlite3.Connection, findings: Findings) -> None:
    """Types, times, JSON and words of a closed list, in every row."""
    for table, wrong in _list_wrong_types(connection):
        findings.report("value", table, wrong, DATABASE_BACKUP)
    for table, columns in _TIMES.items():
        for column in columns:
            _report(connection, findings, table, column, "is no time",
                    f"{column} IS NOT NULL AND strftime('%Y-%m-%dT%H:%M:%SZ', {column}) IS NOT {column}")  # fmt: skip
    for table, columns in _DAYS.items():
        for column in columns:
            _report(connection, findings, table, column, "is no day", f"date({column}) IS NOT {column}")
    _report(connection, findings, "captures", "body_hash", "is no hash",
            "body_hash IS NOT NULL AND (length(body_hash) <> 64 OR body_hash GLOB '*[^0-9a-f]*')")  # fmt: skip
    for table, columns in _JSON.items():
        for column in columns:
            _report(
                connection, findings, table, column, "is no JSON", f"{column} IS NOT NULL AND NOT json_valid({column})"
            )
    for (table, column), words in _WORDS.items():
        listed = ", ".join(map(repr, words))
        _report(connection, findings, table, column, "is none of its words", f"{column} NOT IN ({listed})")


def check_rules(connection: sqlite3.Connection, findings: Findings) -> None:
    """Values that follow from other rows; `temp.meanings` is there."""
    for kind, what, query in _RULES:
        for (where,) in connection.execute(query).fetchall():
            mend = REPARSE if kind == "article" and "pictures" in what else DATABASE_BACKUP
            findings.report(kind, str(where), what, mend)


def _report(
    connection: sqlite3.Connection, findings: Findings, table: str, column: str, what: str, condition: str
) -> None:
    (count,) = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
    if count:
        findings.report("value", f"{table}.{column}", f"{what} in {count} rows", DATABASE_BACKUP)


def _list_wrong_types(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(table and column, what is wrong): SQLite keeps whatever the bytes of a row say."""
    names = [
        name for (name,) in connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " AND name NOT LIKE 'articles\\_fts%' ESCAPE '\\' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\' ORDER BY name"
        )
    ]  # fmt: skip
    for name in names:
        columns = [row[1:3] for row in connection.execute(f"PRAGMA main.table_info({name})")]
        counts = ", ".join(f"sum(typeof(\"{column}\") NOT IN ('{kind.lower()}', 'null'))" for column, kind in columns)
        found = connection.execute(f"SELECT {counts} FROM main.{name}").fetchone()
        for (column, kind), count in zip(columns, found, strict=True):
            if count:
                yield f"{name}.{column}", f"is no {kind} in {count} rows"
