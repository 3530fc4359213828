"""`harbincrawl prove`: hand over what a stranger needs to check one article."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from harbincrawl.api import Article, open_archive
from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.runs.seals import list_stamps
from harbincrawl.cli.articles import find_revision, find_wording
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import find_number
from harbincrawl.cli.options import read_seal
from harbincrawl.cli.output import Output, json_option, warn
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import NotFoundError
from harbincrawl.operations.proof.folder import Proof, make_proof, write_proof
from harbincrawl.text import clean, count_text


@click.command(cls=Command)
@click.argument("article", metavar="ID|URL")
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@option("--at", "moment", metavar="DATE", help="The wording at the end of this day, or time (UTC).")
@option("--revision", type=click.IntRange(1), metavar="N", help="The wording of this revision.")
@option("--seal", callback=read_seal, metavar="HASH", help="Lead to this seal, which the checker keeps.")
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    article: str,
    dest: Path | None,
    moment: str | None,
    revision: int | None,
    seal: str | None,
    output: Output,
) -> None:
    """Write what a stranger needs to check what one article said: a folder, or a ZIP file where DEST ends with .zip
    (default: proof-ID).

    statement.md says what is proven and what is not; verify_proof.py checks it with Python alone, against a seal or a
    time stamp that was kept elsewhere. Exit code 9: the article is unknown, purged or without evidence.

    \b
    harbincrawl prove 3506 --revision 1 first-wording.zip
    python3 proof-3506/verify_proof.py proof-3506 --seal 5f1d…
    """
    if moment is not None and revision is not None:
        raise click.UsageError("--at and --revision exclude each other.")
    with open_archive(options.archive) as archive, archive.one_state() as connection:
        try:
            number = find_number(archive, article)
        except NotFoundError as error:
            if (purged := archive.find_purge(article)) is None:
                raise
            raise NotFoundError(f"{clean(article)} was purged {purged}: nothing of it can be shown.") from error
        chosen = _choose_revision(archive[article], moment, revision)
        path = dest or Path(f"proof-{read_id(connection, number)}")
        stamps: dict[str, list[bytes]] = {}
        for stamp in list_stamps(connection):
            stamps.setdefault(stamp.seal, []).append(stamp.token)
        proof = make_proof(options.archive, connection, archive.site, number, chosen, stamps, seal)
    write_proof(path, proof.files)
    output.conclude(_describe(path, chosen, proof), *_list_lines(path, chosen, proof))
    if proof.left:
        warn(
            f"{count_text(proof.left, 'answer')} of this wording left out: no record is kept, no seal covers it, or the"
            " log does not note these words with it."
        )


def _choose_revision(article: Article, moment: str | None, revision: int | None) -> int:
    """Raises click.BadParameter, FilterError, NotFoundError."""
    if moment is not None:
        return find_wording(article, moment)
    return article.revision if revision is None else find_revision(article.revisions(), revision).revision


def _describe(path: Path, revision: int, proof: Proof) -> dict[str, object]:
    about = {name: value for name, value in proof._asdict().items() if name not in ("files", "seals")}
    return {"path": str(path), "revision": revision, **about, "seals": list(proof.seals)}


def _list_lines(path: Path, revision: int, proof: Proof) -> list[str]:
    covered = f"{count_text(proof.answers, 'answer')} of the site, {count_text(len(proof.seals), 'seal')}"
    lines = [f"{path}: revision {revision}, {covered}, {count_text(proof.stamps, 'time stamp')}"]
    if not proof.stamps:
        lines.append("nothing from outside says when: whoever checks it needs a seal that was kept elsewhere")
    return [*lines, f"to check it, with the verifier in it: {_find_check(path)} --seal {proof.seals[-1]}"]


def _find_check(path: Path) -> str:
    """The command that checks a proof, from the folder that one is in; a ZIP file holds a folder of its own name."""
    is_zip = path.suffix.lower() == ".zip"
    folder = path.with_suffix("") if is_zip else path
    check = shlex.join(["python3", str(folder / "verify_proof.py"), str(path)])
    unpack = shlex.join(["python3", "-m", "zipfile", "-e", str(path), str(path.parent)])
    return f"{unpack} && {check}" if is_zip else check
