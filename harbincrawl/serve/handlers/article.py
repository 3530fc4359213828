"""One article as one would print it, with its history, how to cite it, the evidence behind it, a proof of it."""

from __future__ import annotations

from typing import Any

from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.media import read_media
from harbincrawl.archive.stamps import list_stamps
from harbincrawl.duplicates.links import read_group
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.export.citations import Cited
from harbincrawl.export.wording import find_first
from harbincrawl.operations.proof.folder import make_proof, pack_files
from harbincrawl.search.related import find_neighbours, find_related
from harbincrawl.serve.answers import TYPES, WebAnswer, make_json, make_text, name_file, not_found
from harbincrawl.serve.proofs import CITATIONS, cite, read_events, read_proof
from harbincrawl.serve.story import find_asked, tell_story
from harbincrawl.serve.visit import Visit

_RELATED = 5
_PATIENCE = 1.0
"""Seconds for related articles."""


def show_article(visit: Visit) -> WebAnswer:
    """The article, its record as JSON, or how to cite it."""
    number, record = visit.find_article(visit.arguments[0])
    if visit.form == "json":
        return make_json(record)
    if visit.form in CITATIONS:
        _, write = CITATIONS[visit.form]
        return make_citation(visit, write(record, Cited(newspaper=visit.site.title)))
    reader = visit.reader
    connection = reader.connection
    known: dict[str, int] = reader.remember("words", dict)
    related = reader.within(_PATIENCE, lambda: find_related(connection, number, _RELATED, known)) or []
    older, newer = (
        visit.read_records((each,) if each is not None else ()) for each in find_neighbours(connection, number)
    )
    revisions = read_revisions(connection, number)
    shown = list_shown(connection, visit.site, number)
    proof = read_proof(visit, find_first(connection, number, record["revision"]), record["url"])
    return visit.show(
        "article.html", record["title"] or "(no title)", here="article", record=record,
        **tell_story(record, find_asked(visit, number), read_media(connection, number)),
        **cite(visit, record, revisions[-1].revision, proof), **describe_asked(visit),
        events=read_events(visit, record, revisions, shown, proof), proof=proof,
        related=visit.read_records(tuple(related)), copies=read_group(connection, number),
        older=older[0] if older else None, newer=newer[0] if newer else None,
    )  # fmt: skip


def send_proof(visit: Visit) -> WebAnswer:
    """What a stranger needs to check the article as it is now, as a ZIP file."""
    number, record = visit.find_article(visit.arguments[0], "/proof")
    connection = visit.reader.connection
    stamps: dict[str, list[bytes]] = {}
    for stamp in list_stamps(connection):
        stamps.setdefault(stamp.seal, []).append(stamp.token)
    try:
        proof = make_proof(visit.reader.folder, connection, visit.site, number, record["revision"], stamps, None)
    except (NotFoundError, NoEvidenceError) as error:
        raise not_found(str(error)) from error
    name = f"proof-{record['id'].rpartition(':')[2]}"
    headers = {"Content-Disposition": name_file(f"{name}.zip")}
    return WebAnswer(pack_files(name, proof.files), "application/zip", headers=headers)


def describe_asked(visit: Visit) -> dict[str, Any]:
    """The search that led here: `asked` for the links to other articles, `back` to its hits, if there is one."""
    asked = visit.asked.pairs()
    return {"asked": asked, "back": visit.links.to("/search", asked) if asked else None}


def make_citation(visit: Visit, text: str) -> WebAnswer:
    """A citation as a file."""
    return make_text(text if text.endswith("\n") else text + "\n", TYPES[visit.form])
