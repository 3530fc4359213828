"""Other ways to ask the archive of `search_archive`: FTS5 by its own manual, sqlite-utils, tantivy, and ripgrep."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sqlite_utils import Database

from harbincrawl.search.filters import Filters

LIMIT = 20
Answer = list[int]
"""Numbers of the articles found."""
Ask = Callable[[Filters, str], Answer | None]
"""What is asked and in which order; None where there is no way to ask it so."""


def make_fts(connection: sqlite3.Connection) -> Ask:
    """The SQL that FTS5's own documentation teaches."""

    def ask(filters: Filters, sort: str) -> Answer | None:
        if filters.query.startswith("-"):
            return None
        where, values = "articles_fts MATCH ?", [filters.query]
        if filters.since:
            where += " AND a.updated BETWEEN ? AND ?"
            values += [f"{filters.since}-01", f"{filters.until}-31"]
        order = "rank" if sort == "best" else "a.updated DESC, a.number DESC"
        rows = connection.execute(
            f"SELECT a.number, a.title FROM articles_fts JOIN articles AS a ON a.key = articles_fts.rowid"
            f" WHERE {where} ORDER BY {order} LIMIT {LIMIT}",
            values,
        )
        return [number for number, _ in rows]

    return ask


def make_sqlite_utils(connection: sqlite3.Connection) -> Ask:
    """Its own search."""
    table: Any = Database(connection)["articles"]
    # It finds an index by the way its table was spelled; told outright, any spelling will do.
    table.detect_fts = lambda: "articles_fts"

    def ask(filters: Filters, sort: str) -> Answer | None:
        if filters.query.startswith("-"):
            return None
        where, arguments = None, None
        if filters.since:
            where = "updated BETWEEN :first AND :last"
            arguments = {"first": f"{filters.since}-01", "last": f"{filters.until}-31"}
        found = table.search(
            filters.query,
            order_by=None if sort == "best" else "updated DESC, number DESC",
            columns=["number", "title", "updated"],
            limit=LIMIT,
            where=where,
            where_args=arguments,
        )
        return [row["number"] for row in found]

    return ask


def make_tantivy(connection: sqlite3.Connection, folder: Path) -> Ask:
    """An index of its own in `folder`, the words stemmed as ours are; raises ImportError where it is missing."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True, fast=True)
    builder.add_integer_field("day", indexed=True)
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("body", tokenizer_name="en_stem")
    place = folder / "tantivy"
    fresh = not place.exists()
    place.mkdir(exist_ok=True)
    index = tantivy.Index(builder.build(), path=str(place))
    if fresh:
        writer = index.writer()
        for number, day, title, body in connection.execute("SELECT number, updated, title, body FROM articles"):
            writer.add_document(tantivy.Document(number=number, day=_whole(day), title=title, body=body))
        writer.commit()
        writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(filters: Filters, sort: str) -> Answer | None:
        # It takes a question of which nothing is wanted for one that nothing answers; `*` is everything.
        text = f"* {filters.query}" if filters.query.startswith("-") else filters.query
        if filters.since:
            text += f" day:[{_whole(f'{filters.since}-01')} TO {_whole(f'{filters.until}-31')}]"
        query = index.parse_query(text, ["title", "body"], conjunction_by_default=True)
        found = searcher.search(query, LIMIT, order_by_field="number" if sort == "newest" else None)
        documents = [searcher.doc(address) for _, address in found.hits]
        assert all(document["title"] for document in documents)
        return [document["number"][0] for document in documents]

    return ask


def _whole(day: str) -> int:
    return int(day.replace("-", ""))


def make_ripgrep(connection: sqlite3.Connection, folder: Path) -> Ask:
    """A process for each question over JSON lines, newest first, so that it may stop at the last hit that is asked for.

    It knows no rank. Raises ImportError where there is no `rg`.
    """
    command = shutil.which("rg") or shutil.which("rg", path=str(Path(sys.executable).parent))
    if command is None:
        raise ImportError("no rg on the PATH", name="rg")
    path = folder / "articles.jsonl"
    if not path.exists():
        draft = path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            rows = connection.execute("SELECT number, updated, title, body FROM articles ORDER BY key DESC")
            for number, day, title, body in rows:
                record = {"number": number, "updated": day, "title": title, "body": body.split("\n\n")}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        draft.rename(path)

    def ask(filters: Filters, sort: str) -> Answer | None:
        if sort != "newest":
            return None
        words = filters.query.split()
        least = [command, "--no-config", "--no-filename", "--no-line-number", "--color=never"]
        steps = [[*least, "--fixed-strings", f'"updated": "{filters.since}-']] if filters.since else []
        steps += [
            [
                *least,
                "--word-regexp",
                "--ignore-case",
                *(["--invert-match"] if word[0] == "-" else []),
                word.lstrip("-"),
            ]
            for word in words
        ]
        steps[0].append(str(path))
        steps[-1].insert(1, f"--max-count={LIMIT}")
        return [json.loads(line)["number"] for line in _pipe(steps)]

    return ask


def _pipe(steps: list[list[str]]) -> list[bytes]:
    """The lines that come out of the last of the commands, each fed by the one before."""
    processes: list[subprocess.Popen[bytes]] = []
    source: int | IO[bytes] = subprocess.DEVNULL
    for step in steps:
        process = subprocess.Popen(step, stdin=source, stdout=subprocess.PIPE)
        if not isinstance(source, int):
            # Held open here, it would keep the one before writing when its reader has what it wants.
            source.close()
        assert process.stdout is not None
        source = process.stdout
        processes.append(process)
    lines, _ = processes[-1].communicate()
    for process in processes:
        process.wait()
    return lines.splitlines()
