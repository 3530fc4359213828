"""`harbincrawl purge`: delete articles for good."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from harbincrawl.api import Archive
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.commands.offload import left_lines
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import check_name
from harbincrawl.cli.output import Output, json_option, progress_bar, warn, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.identity import plain_id
from harbincrawl.operations.purge import Planned, Purge, name_articles, plan_purge, purge
from harbincrawl.text import count_text

_MOST_NAMED = 10
_KEPT = "backups and exports made before keep it: make them again (harbincrawl backup DIR)"


@click.command("purge", cls=Command, is_writer=True)
@click.argument("articles", nargs=-1, required=True, metavar="ID...")
@option("--copies", is_flag=True, help="Their copies, too.")
@option("--everywhere", is_flag=True, help="Also captured pages of others that name them.")
@option("--dry-run", is_flag=True, help="List what would go.")
@option("--yes", is_flag=True, help="Do not ask; required without a terminal.")
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    articles: tuple[str, ...],
    copies: bool,
    everywhere: bool,
    dry_run: bool,
    yes: bool,
    output: Output,
) -> int:
    """Delete articles for good, with revisions, list lines, pictures and captured pages. They are never fetched again.

    This cannot be undone. Pages of other articles that name them stay without --everywhere. Backups, exports, replicas
    and versions in a bucket are not touched. Exit code 3: copies of the articles stay, or an object in a bucket.

    \b
    harbincrawl purge 5370 --dry-run
    harbincrawl purge harbin-today:5370 --copies --yes
    """
    if not dry_run:
        options.recover()
    with read_archive(options.archive) as connection:
        for name in articles:
            check_name(Archive(options.archive, connection), name)
        wanted = name_articles(connection, articles)
    if not (yes or dry_run or (sys.stdin.isatty() and sys.stderr.isatty())):
        raise click.UsageError("A purge cannot be undone: without a terminal to ask on, give --yes.")
    if dry_run or everywhere:
        with progress_bar("purge", is_bytes=True) as progress, read_archive(options.archive) as connection:
            found = plan_purge(
                options.archive, connection, articles,
                copies=copies, everywhere=everywhere, progress=progress, now=datetime.now(UTC),
            )  # fmt: skip
        if dry_run:
            output.conclude(survey_document(found), *survey_lines(found, everywhere=everywhere))
            return 0
        many = count_text(len(found.others), "other article")
        warn(f"{many} will be unproven: their captured pages name it, and go, too")
    if not yes:
        named = ", ".join(wanted)
        click.confirm(f"Purge {named} from {options.archive}? This cannot be undone.", abort=True, err=True)
    with progress_bar("purge", is_bytes=True) as progress:
        done = purge(options.archive, articles, copies=copies, progress=progress, everywhere=everywhere)
    document = {
        "purged": list(map(plain_id, done.ids)),
        "records": done.records,
        "copies": list(map(plain_id, done.copies)),
        "others": 0 if everywhere else done.others,
        "unproven": done.others if everywhere else 0,
        "searches": done.searches,
        "left": done.left,
    }
    output.conclude(document, *purge_lines(done, everywhere=everywhere), _KEPT)
    warn_amiss(*copies_lines(done), *left_lines(done.left), is_printed=True)
    return done.exit_code


def survey_document(found: Planned) -> dict[str, object]:
    """What a purge would do, for --json."""
    records = [{"file": file, "offset": offset, "reason": reason} for file, offset, reason in found.list_records()]
    return {"articles": found.articles, "records": records, "others": list(map(plain_id, found.others))}


def survey_lines(found: Planned, *, everywhere: bool) -> list[str]:
    """What a purge would do, in words."""
    lines = [f"would purge {each}" for each in found.articles]
    records = found.list_records()
    lines += [f"warc/{file} at byte {offset}: a notice would say: {reason}" for file, offset, reason in records]
    lines.append(f"{count_text(len(records), 'record')} in all would become notices")
    if found.others:
        what = "be among these, and they would be unproven" if everywhere else "stay"
        lines.append(f"pages of {_count_others(len(found.others))} would {what}: {_list(found.others)}")
    return lines


def purge_lines(done: Purge, *, everywhere: bool) -> list[str]:
    """What was done, in words."""
    gone = f"{count_text(done.records, 'captured record')} and {count_text(done.files, 'file')} replaced or gone"
    lines = [f"purged {_list(done.ids)}: {gone}"]
    lines += copies_lines(done)
    if done.others and everywhere:
        lines.append(f"unproven now: {count_text(done.others, 'other article')}")
    elif done.others:
        again = f"harbincrawl purge {' '.join(done.ids)} --everywhere"
        lines.append(f"pages of {_count_others(done.others)} stay; {again} removes them")
    lines += [f"a saved search asks for it; harbincrawl watch remove {name}" for name in done.searches]
    return [*lines, *left_lines(done.left)]


def _count_others(count: int) -> str:
    return count_text(count, "other article that names it", "other articles that name it")


def copies_lines(done: Purge) -> list[str]:
    """The copies that were not purged, and the command that purges them; nothing where there are none."""
    named = " ".join(done.copies)
    said = f"copies that stay: {_list(done.copies)}; harbincrawl purge {named} purges these, too"
    return [said] if done.copies else []


def _list(ids: list[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more
