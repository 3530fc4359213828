"""`harbincrawl show`: read one article, its revisions and its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import click

from harbincrawl.api import Archive, Article, open_archive
from harbincrawl.api.questions import QUESTIONS
from harbincrawl.cli import articles as article_forms
from harbincrawl.cli.articles import capture_lines, find_wording, print_diff, print_raw, print_revision
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import check_name, read_names
from harbincrawl.cli.output import CYAN, DIM, Output, Style, format_options, read_style, warn, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.cli.questions import print_answer
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.fields import KEYS
from harbincrawl.text import clean


@click.command(
    cls=Command,
    meant={"--cite": "--format cite, bibtex or csl", "--related": "harbincrawl similar ID"},
)
@click.argument("articles", nargs=-1, metavar="ID|URL...")
@format_options("json", *article_forms.CITATIONS)
@option("--revisions", is_flag=True, help="List its revisions, oldest first.")
@option("--captures", is_flag=True, help="List every captured response.")
@option("--revision", "wording", type=click.IntRange(1), metavar="N", help="Its text in revision N.")
@option("--at", "moment", metavar="DATE", help="Its text at the end of this day, or time (UTC).")
@option(
    "--diff",
    is_flag=False,
    flag_value="",
    metavar="[A[:B]]",
    help="Word diff from revision A to B (default: the last change).",
)
@option("--raw", is_flag=True, help="The captured page, byte by byte; goes with --revision and --at.")
@option("--page", type=click.IntRange(1), metavar="N", help="With --raw: page N of the article.")
@click.pass_context
def command(
    ctx: click.Context,
    articles: tuple[str, ...],
    output: Output,
    revisions: bool,
    captures: bool,
    wording: int | None,
    moment: str | None,
    diff: str | None,
    raw: bool,
    page: int | None,
) -> int:
    """Read articles: 3506, harbin-today:3506 or an address; - reads such names from standard input.

    \b
    harbincrawl search metro --format ids | harbincrawl show -
    harbincrawl show 3506 --at 2026-11-28
    harbincrawl show 3506 --diff 1:2
    harbincrawl show 3506 --raw --revision 1 > 3506-1.html
    """
    options: GlobalOptions = ctx.obj
    if not articles and diff:
        # `show --diff 5370`: the number was meant for the article.
        articles, diff = (diff,), ""
    if not articles:
        raise click.UsageError("Which article? Give its number, its id or its address.", ctx)
    if page is not None and not raw:
        raise click.UsageError("--page goes with --raw.", ctx)
    asked = {
        "--diff": diff is not None, "--revisions": revisions, "--captures": captures,
        "--revision": wording is not None, "--at": moment is not None, "--raw": raw,
    }  # fmt: skip
    several = [name for name, is_given in asked.items() if is_given]
    if len(several) > 1 and several not in (["--revision", "--raw"], ["--at", "--raw"]):
        raise click.UsageError(f"{' and '.join(several)} exclude each other.", ctx)
    if raw and not output.is_text:
        raise click.UsageError(f"--raw is the page itself: it goes with no --format {output.form}.", ctx)
    names = list(read_names(articles))
    if several and len(names) != 1:
        raise click.UsageError(f"{several[0]} takes one article.", ctx)
    if not names:
        raise NotFoundError("no article was named on standard input.")
    with open_archive(options.archive) as archive, archive.one_state():
        found, missing = find_articles(archive, names)
        if not several:
            print_articles(archive, found, output, is_list="-" in articles)
        elif found and (revisions or captures):
            question = QUESTIONS["captures" if captures else "revisions"]
            print_answer(question, question.ask(archive, {}, {"id": found[0].id}), output)
        elif found and diff is not None:
            print_diff(found[0], diff, output)
        elif found:
            wanted = wording if moment is None else find_wording(found[0], moment)
            if raw:
                print_raw(found[0], wanted, page or 1)
            elif wanted is not None:
                print_revision(found[0], wanted, output, archive.title)
    return ExitCode.NOTHING_FOUND if missing else ExitCode.DONE


def find_articles(archive: Archive, names: Sequence[str]) -> tuple[list[Article], int]:
    """(the articles of these names, each once; how many are not there, which are named on stderr).

    Raises NotFoundError for a single name that the archive has not, click.BadParameter for what is no name.
    """
    found: dict[str, Article] = {}
    missing = 0
    for name in names:
        try:
            article = archive[name]
        except KeyError:
            check_name(archive, name)
            purged = archive.find_purge(name)
            end = f": it was purged {purged}." if purged else "."
            if len(names) == 1:
                raise NotFoundError(f"the archive has no article {clean(name)}{end}") from None
            warn(f"the archive has no article {clean(name)}{end}")
            missing += 1
        else:
            found[article.id] = article
    return [*found.values()], missing


def print_articles(archive: Archive, found: Sequence[Article], output: Output, *, is_list: bool) -> None:
    """Prints articles in their order as one document; in JSON a single one alone, unless it `is_list`."""
    style, records = read_style(), [each.to_dict() for each in found]
    if output.is_text:
        rule = style.paint("─" * min(style.width, article_forms.READING_WIDTH), DIM)
        texts = ["\n".join(_list_lines(each, style)) for each in found]
        output.print_lines([f"\n\n{rule}\n\n".join(texts)] if texts else [])
    elif output.form in article_forms.CITATIONS and records:
        print(article_forms.write_citations(output.form, records, archive.title))
    elif output.form == "json" and records:
        output.print_document(records[0] if len(records) == 1 and not is_list else records)
    elif records:
        output.print_rows(records, KEYS)


def _list_lines(article: Article, style: Style) -> list[str]:
    """An article for people: its text, its evidence, its copies."""
    lines = article_forms.text_lines(article.to_dict(), style)
    for said in capture_lines(article):
        lines += [style.paint(line, DIM) for line in wrap(said, style.width)]
    for member in article.list_group():
        what = {"original": "original", "exact": "exact copy"}.get(member.kind, f"near copy, {member.similarity:.0%}")
        id = style.paint(member.id.rpartition(":")[2], CYAN)
        lines.append(f"also: {id} {style.paint(f'{clean(member.section)} ({what})', DIM)}")
    return lines
