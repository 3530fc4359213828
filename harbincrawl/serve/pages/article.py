"""One article as one would print it, with its history, how to cite it, the evidence behind it, a proof of it."""

from __future__ import annotations

from typing import Any

from harbincrawl.api import Article
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.stamps import list_stamps
from harbincrawl.errors import FilterError, NoEvidenceError, NotFoundError
from harbincrawl.export.citations import Cited
from harbincrawl.export.wording import find_first
from harbincrawl.operations.proof.folder import make_proof, pack_files
from harbincrawl.serve.answers import TYPES, WebAnswer, make_json, make_text, name_file, not_found
from harbincrawl.serve.proofs import CITATIONS, cite, read_events, read_proof
from harbincrawl.serve.story import Places, tell_story
from harbincrawl.serve.visit import Visit

_RELATED = 5
_PATIENCE = 1.0
"""Seconds for related articles."""


def show_article(visit: Visit) -> WebAnswer:
    """The article, its record as JSON, or how to cite it."""
    number, article = visit.find_article(visit.arguments[0])
    record = article.to_dict()
    if visit.form == "json":
        return make_json(record)
    if visit.form in CITATIONS:
        _, write = CITATIONS[visit.form]
        return make_citation(visit, write(record, Cited(newspaper=visit.site.title)))
    connection = visit.reader.connection
    revisions = article.revisions()
    shown = list_shown(connection, visit.site, number)
    proof = read_proof(visit, find_first(connection, number, article.revision), article.url)
    return visit.show(
        "article.html", article.title or "(no title)", here="article", record=record,
        **tell_story(record, _find_asked(visit, article), article.pictures()),
        **cite(visit, record, revisions[-1].revision, proof), **describe_asked(visit),
        events=read_events(visit, record, revisions, shown, proof), proof=proof,
        related=visit.reader.within(_PATIENCE, lambda: article.related(_RELATED)) or [],
        copies=article.list_group(),
    )  # fmt: skip


def _find_asked(visit: Visit, article: Article) -> Places:
    """The places of the search that led to the article."""
    try:
        return Places(*article.find(visit.asked.q)) if visit.asked.q else Places()
    except FilterError:
        return Places()


def send_proof(visit: Visit) -> WebAnswer:
    """What a stranger needs to check the article as it is now, as a ZIP file."""
    number, article = visit.find_article(visit.arguments[0], "/proof")
    connection = visit.reader.connection
    stamps: dict[str, list[bytes]] = {}
    for stamp in list_stamps(connection):
        stamps.setdefault(stamp.seal, []).append(stamp.token)
    try:
        proof = make_proof(visit.reader.folder, connection, visit.site, number, article.revision, stamps, None)
    except (NotFoundError, NoEvidenceError) as error:
        raise not_found(str(error)) from error
    name = f"proof-{article.id.partition(':')[2]}"
    headers = {"Content-Disposition": name_file(f"{name}.zip")}
    return WebAnswer(pack_files(name, proof.files), "application/zip", headers=headers)


def describe_asked(visit: Visit) -> dict[str, Any]:
    """The search that led here: `asked` for the links to other articles, `back` to its hits, if there is one."""
    asked = visit.asked.pairs()
    return {"asked": asked, "back": visit.links.to("/search", asked) if asked else None}


def make_citation(visit: Visit, text: str) -> WebAnswer:
    """A citation as a file."""
    return make_text(text if text.endswith("\n") else text + "\n", TYPES[visit.form])
