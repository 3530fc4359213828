"""One article as one would print it, with its history, how to cite it, the evidence behind it, a proof of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.runs.seals import list_stamps
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.export.citations import Cited
from harbincrawl.export.wording import find_first
from harbincrawl.operations.proof.folder import make_proof, pack_files
from harbincrawl.serve.answers import TYPES, WebAnswer, make_json, make_text, name_file, not_found
from harbincrawl.serve.proofs import CITATIONS, cite, read_events, read_proof
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
        **tell_story(record, article.pictures()), **cite(visit, record, revisions[-1].revision, proof),
        events=read_events(visit, record, revisions, shown, proof), proof=proof,
        related=visit.reader.within(_PATIENCE, lambda: article.related(_RELATED)) or [],
        copies=article.list_group(),
    )  # fmt: skip


def tell_story(record: dict[str, Any], kept: Mapping[str, str]) -> dict[str, Any]:
    """The text of a wording as the template takes it: `paragraphs`, `lead`, `figures`.

    `lead` is the first picture, if it was kept; `kept` are the files of pictures by their addresses.
    """
    figures = [image | {"media": kept.get(image["url"]) if image["url"] else None} for image in record["images"]]
    lead = figures.pop(0) if figures and figures[0]["media"] else None
    return {"paragraphs": record["body"].split("\n\n") if record["body"] else [], "lead": lead, "figures": figures}


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


def make_citation(visit: Visit, text: str) -> WebAnswer:
    """A citation as a file."""
    return make_text(text if text.endswith("\n") else text + "\n", TYPES[visit.form])
